from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests.golden import Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _faults_are_raised() -> Iterator[None]:
    """Let no test take a fault for a refusal: what the last resort would report is raised."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for module in ("krm_fn.function", "krm_fn.cli.command_line"):
            monkeypatch.setattr(f"{module}.fault", raised)
        yield


def raised(error: Exception) -> NoReturn:
    raise error


slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("fixed", derandomize=True, deadline=None, database=None, suppress_health_check=slow)
settings.register_profile("search", max_examples=5000, deadline=None, suppress_health_check=slow)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


UNMEASURED = [Path(__file__).parent / folder for folder in ("engines", "fuzz", "laws", "resolver", "undoable")]
"""Measured or not they test the same; measured, Python takes three times as long, and others reach the same lines."""
MEASURED = 2
"""Of so many cases of one test, coverage is measured in one: in the next test of a file in others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    cases: dict[str, int] = {}
    for item in items:
        test = item.nodeid.partition("[")[0]
        number = cases.setdefault(test, len(cases))
        if (number % MEASURED and item.nodeid != test) or not set(UNMEASURED).isdisjoint(item.path.parents):
            item.add_marker("no_cover")
        cases[test] += 1
    long = _files(items, "corpus", "fuzz") - _files(items, "server")
    items.sort(key=lambda item: item.path not in long)  # so that no process begins the longest when others are done


def _files(items: list[pytest.Item], *markers: str) -> set[Path]:
    """Return the files of the tests that have one of some markers."""
    return {item.path for item in items if any(map(item.get_closest_marker, markers))}


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Plugin())
