"""The law: twice the input is at most some more than twice the work, in each dimension.

It counts calls, of each function and built-in by itself, so that a small part that grows with the square is not hidden
by a large one that does not. It cannot see what one call costs: a search through a text that grows, for each of many
words, is one call for each. For the dimensions of characters, which are the work of such calls, CPU time is measured.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
from time import process_time
from typing import TYPE_CHECKING

import pytest

from benchmarks.scaling.dimensions import DIMENSIONS, Dimension
from krm_fn.referrers import candidates
from krm_fn.referrers.sweep import addresses, sweep, variables
from krm_fn.resource_list import items
from krm_fn.traffic import clients

if TYPE_CHECKING:
    from pathlib import Path

MOST = 2.3
FEWEST = 800
"""Calls that are enough to tell how they grow."""
MANY = 4
"""What is many in these runs, so that small inputs are worked on as large ones are."""
CHARACTERS = 10_000
"""A size from which a dimension is one of characters."""


def calls(dimension: Dimension, size: int, folder: Path) -> dict[str, int]:
    """Return how often each function is called in a run on an input of a size."""
    folder.mkdir()
    work = dimension.prepare(size, folder)
    profile = cProfile.Profile()
    profile.enable()
    outcome = work()
    profile.disable()
    assert outcome.exit_code == dimension.exit_code, outcome.lines[:3]
    counts: dict[str, int] = {}
    for (file, line, name), (_, count, *_rest) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        counts[f"{file}:{line} {name}"] = count
    counts["characters of stderr"] = sum(map(len, outcome.lines))
    return counts


@pytest.mark.parametrize(
    "dimension", [each for each in DIMENSIONS if each.size < CHARACTERS], ids=lambda dimension: dimension.name
)
def test_twice_the_input_is_twice_the_calls(
    dimension: Dimension, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (
        (items, "_MANY"),
        (candidates, "_MANY"),
        (clients, "_MANY"),
        (sweep, "_FEW"),
        (addresses, "_FEW"),
        (variables, "_FEW"),
    ):
        monkeypatch.setattr(module, name, MANY)
    size = dimension.few
    calls(dimension, 2, tmp_path / "first")  # imports what is imported late
    one, two = (calls(dimension, size * times, tmp_path / str(times)) for times in (1, 2))
    assert sum(two.values()) <= MOST * sum(one.values())
    if dimension.in_a_pod:
        return
    grown = {name: (one.get(name, 0), count) for name, count in two.items() if count > FEWEST}
    assert {name: each for name, each in grown.items() if each[1] > MOST * each[0]} == {}


@pytest.mark.parametrize(
    "dimension", [each for each in DIMENSIONS if each.size >= CHARACTERS], ids=lambda dimension: dimension.name
)
def test_four_times_the_characters_are_no_sixteen_times_the_time(dimension: Dimension, tmp_path: Path) -> None:
    def seconds(size: int) -> float:
        found = []
        for _ in range(3):
            work = dimension.prepare(size, tmp_path)
            gc.collect()
            start = process_time()
            work()
            found.append(process_time() - start)
        return min(found)

    assert seconds(dimension.size * 4) < 9 * max(seconds(dimension.size), 0.01)
