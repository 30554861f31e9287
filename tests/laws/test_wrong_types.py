"""A value of a wrong type, wherever it stands in a manifest, ends in a result: the function works or refuses."""

from __future__ import annotations

import copy
import json
import random
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from krm_fn.function import process
from krm_fn.yaml_text.paths import walk
from tests.corpus.expected import TEMPLATES
from tests.corpus.files import corpus_files, documents_of
from tests.corpus.test_targets import config_for, listeners_for
from tests.laws.runs import without_results
from tests.laws.test_spellings import HEAD, as_json, case_of
from tests.manifests import load

Place: TypeAlias = tuple[str | int, ...]
Case: TypeAlias = tuple[Path, Place]

FOLDER = Path(__file__).parents[1]
INPUTS = sorted((*FOLDER.glob("examples/*/input.yaml"), *FOLDER.glob("errors/*/input.yaml")))
LONG = "long " * 5_000
VALUES: tuple[Any, ...] = (
    None, "", 0, -1, 1.5, True, "text", "8080", 70_000, "9" * 5_000, [], {}, [[]], {"a": {"b": 1}}, ["x"], LONG,
    [{"name": "a"}, {"name": "a"}], [{"name": {"a": "b"}}], [None], {"": None},
)  # fmt: skip
"""What stands in place of each field in turn."""
SAMPLE = 150
"""So many changed fields are tried in the quick tests."""


@cache
def places() -> dict[tuple[str | int, ...], Case]:
    """Return where each field is that manifests of the examples have, by the kind of the object and its path.

    It is in the smallest example with such a field. Those below a Pod template are of no kind.
    """
    found: dict[tuple[str | int, ...], tuple[int, Case]] = {}
    for path in INPUTS:
        case = case_of(path)
        size = len(json.dumps(case))
        for place, _ in walk(case[0]) if case else ():
            if case and place:
                kind = str(case[0][int(place[0])].get("kind"))
                steps = tuple(step if isinstance(step, str) else 0 for step in place[1:])
                below = steps[steps.index("template") :] if "template" in steps else ()
                field = ("template", *below) if len(below) > 1 else (kind, *steps)
                found[field] = min(found.get(field, (size, (path, place))), (size, (path, place)))
    return {field: case for field, (_, case) in sorted(found.items(), key=str)}


def with_value(items: list[Any], place: Place, value: Any) -> list[Any]:
    """Return items with another value at a path."""
    changed = copy.deepcopy(items)
    holder: Any = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    return changed


def as_lines(items: list[Any]) -> str:
    """Return items as hosts send them."""
    return yaml.dump(items, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False)


def as_json_lines(items: list[Any]) -> str:
    return "".join(f"- {json.dumps(item)}\n" for item in items)


def ends(items: list[Any], config: Any, *, in_json: bool) -> None:
    """Injected, injected again and removed: each run ends with a list that can be read, and what came is there."""
    text = as_json_lines(items) if in_json else as_lines(items)
    body = f"{HEAD}{text}".encode()
    stdin = body + f"functionConfig: {as_json(random.Random(0), config)}\n".encode()
    outcome = process(stdin)
    assert load(outcome.stdout.decode())["items"] is not None
    if outcome.exit_code:
        assert outcome.lines
        assert outcome.stdout.startswith(stdin)
        return
    came = without_results(stdin)
    once = without_results(outcome.stdout)
    again = process(once)
    assert without_results(again.stdout) == once
    if b"krm-fn.dev/" in body or config["spec"].get("record") == "none":
        return
    removal = {**config, "spec": {"remove": True}}
    new, old = (f"functionConfig: {as_json(random.Random(0), each)}\n".encode() for each in (removal, config))
    removed = process(once.replace(old, new))
    assert removed.exit_code == 0
    assert without_results(removed.stdout).replace(new, old) == came


def check(case: Case, value: Any, *, in_json: bool) -> None:
    path, place = case
    found = case_of(path)
    assert found
    ends(with_value(found[0], place, value), found[1], in_json=in_json)


def sample() -> list[Any]:
    chosen = random.Random(8)  # the same in each run
    return [(case, chosen.choice(VALUES)) for case in chosen.sample(list(places().values()), SAMPLE)]


@pytest.mark.parametrize("part", range(10))
def test_some_fields(part: int) -> None:
    for case, value in sample()[part::10]:
        check(case, value, in_json=bool(part % 2))


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", sorted({str(field[0]) for field in places()}))
def test_each_field_of_a_kind(kind: str) -> None:
    chosen = random.Random(kind)
    for field, case in places().items():
        if field[0] == kind:
            check(case, chosen.choice(VALUES), in_json=chosen.random() < 0.8)


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_some_fields_of_the_corpus(path: Path) -> None:
    chosen = random.Random(path.name)
    documents = [each for each in documents_of(path) if each.kind and each.is_yaml and each.is_plain()]
    for document in [each for each in documents if each.name and each.kind in TEMPLATES][:1]:
        items = [each.data for each in documents]
        config = config_for(document.kind, document.name, chosen.choice(listeners_for(document.data)))
        fields = [place for place, _ in walk(items) if place]
        for place in chosen.sample(fields, min(4, len(fields))):
            ends(with_value(items, place, chosen.choice(VALUES)), config, in_json=True)
