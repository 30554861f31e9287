"""A value of a wrong type, wherever it stands in a manifest, ends in no traceback: the function works or refuses."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import process
from krm_fn.yaml_text.paths import walk

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/input.yaml"))
INPUTS = [path for path in EXAMPLES if "generators" not in path.parent.name]  # their output is no input
VALUES: tuple[Any, ...] = ({"a": "b"}, {}, [1], [], [{"name": "a"}, {"name": "a"}], 5, "x", "", None, True, 1.5, -1)
TRIES = 2
"""Changed documents of each example."""


def with_value(document: dict[str, Any], path: tuple[str | int, ...], value: Any) -> bytes:
    """Return the document with another value at a path."""
    changed = copy.deepcopy(document)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return yaml.safe_dump(changed, sort_keys=False).encode()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.parent.name) for path in INPUTS])
def test_a_value_of_a_wrong_type_is_no_traceback(path: Path) -> None:
    try:
        document = yaml.safe_load(path.read_bytes())
    except yaml.YAMLError:
        pytest.skip("PyYAML does not read this example")
    places = [place for place, _ in walk(document.get("items") or []) if place]
    chosen = random.Random(path.parent.name)  # the same in each run
    for place in chosen.sample(places, min(TRIES, len(places))):
        stdin = with_value(document, ("items", *place), chosen.choice(VALUES))
        outcome = process(stdin)
        if outcome.exit_code:
            assert yaml.safe_load(outcome.stdout)["items"] == yaml.safe_load(stdin)["items"]
        else:
            assert process(outcome.stdout).exit_code == 0
