"""A rule that is not imported for a document would have found nothing in it: FIELDS leave out no field that matters."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from krm_fn.engines.paths import OWN
from krm_fn.function_config.generated.rule_index import FIELDS
from krm_fn.function_config.problem import Problem
from krm_fn.function_config.rules import problems
from tests.function_config.documents import document, mutated_documents
from tests.function_config.test_acceptor import thorough
from tests.function_config.test_errors import CASES, REFUSED, data_of


def of_all_rules(document: Any) -> list[Problem]:
    rules = [import_module(f"krm_fn.function_config.rules.{name}") for name in FIELDS]
    return [problem for rule in rules for problem in rule.problems(document)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_mistakes(path: Path) -> None:
    data = data_of(path.read_text("utf-8").partition(REFUSED)[0])
    assert list(problems(data)) == of_all_rules(data)


@thorough
@given(mutated_documents())
def test_anything(data: Any) -> None:
    assert list(problems(data)) == of_all_rules(data)


@pytest.mark.parametrize(("engine", "found"), [("nginx", 2), ("caddy", 0)])
def test_the_length_of_a_path_is_the_engines_matter(engine: str, found: int) -> None:
    routes = [{"path": "/" + "a" * 255}, {"path": "é" * 600, "match": "regex"}]
    listeners = [{"routes": routes}]
    assert len(list(problems(document({"engine": engine, "listeners": listeners})))) == found


@pytest.mark.parametrize("engine", ["nginx", "caddy"])
def test_the_proxys_own_paths_have_no_routes(engine: str) -> None:
    paths = {f"{OWN}/auth": 1, f"{OWN}/": 1, OWN: 1, f"{OWN}s": 0, f"/a{OWN}/": 0}
    for path, found in paths.items():
        listeners = [{"routes": [{"path": path, "match": "prefix"}]}]
        assert len(list(problems(document({"engine": engine, "listeners": listeners})))) == found
