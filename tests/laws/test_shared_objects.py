"""Several ProxySidecars on the same objects, edited by hand in between: each undoes what is its own, and no more."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.function import process
from krm_fn.result import Result
from tests.laws.shared_objects import APPS, Edit, config_of, documents, items_in, listed
from tests.laws.test_laws import SEEDS, examples

seeds = st.integers(0, SEEDS - 1).map(Random)
FOUND_NO_MORE = ("PS703", "PS706")


def rendered(items: list[str], config: dict[str, Any], **spec: Any) -> tuple[list[str], tuple[Result, ...]]:
    outcome = process(listed(items, config, **spec))
    assert outcome.exit_code == 0, outcome.lines
    return items_in(outcome.stdout), outcome.results


def removed(items: list[str], configs: list[dict[str, Any]]) -> tuple[list[str], list[Result]]:
    results: list[Result] = []
    for config in configs:
        items, found = rendered(items, config, remove=True)
        results += found
    return items, results


def configs_of(random: Random) -> list[dict[str, Any]]:
    apps = random.sample(APPS, random.choice((2, 3)))
    return [config_of(index, app) for index, app in enumerate(apps)]


def in_any_order_any_number_of_times(random: Random) -> None:
    came, configs = documents(random), configs_of(random)
    items = came
    for config in [*random.sample(configs, len(configs)), *random.choices(configs, k=3)]:
        items, _ = rendered(items, config)
    for config in configs:
        again, _ = rendered(items, config)
        assert again == items, "another round changes nothing"
    left, results = removed(items, random.sample(configs, len(configs)))
    assert left == came
    assert [result for result in results if result.severity != "info"] == []


def entries_that_others_put_in_or_move_stay(random: Random) -> None:
    came, configs = documents(random), configs_of(random)
    items = came
    counts: dict[Any, int] = {}
    for _ in range(2):
        for config in random.sample(configs, len(configs)):
            items, _ = rendered(items, config)
        for _ in range(3):
            edit = Edit(random, of_entries=False)
            edit.counted(counts, came)
            items, came = edit.of(items, counts), edit.of(came, counts)
    left, results = removed(items, random.sample(configs, len(configs)))
    assert left == came, results


def entries_that_others_change_are_found_or_reported(random: Random) -> None:
    came, configs = documents(random), configs_of(random)
    items = came
    for config in configs:
        items, _ = rendered(items, config)
    edits = [Edit(random, of_entries=True), Edit(random, of_entries=False)]
    counts: dict[Any, int] = {}
    for edit in random.sample(edits, 2):
        edit.counted(counts, came)
        items, came = edit.of(items, counts), edit.of(came, counts)
    left, results = removed(items, configs)
    reported = {result.ref.kind for result in results if result.ref and str(result.code) in FOUND_NO_MORE}
    for one, other in zip(left, came, strict=True):
        kind = one.split("kind: ")[1].split()[0]
        assert one == other or kind in reported, results


law = pytest.mark.parametrize(
    "law",
    [
        in_any_order_any_number_of_times,
        entries_that_others_put_in_or_move_stay,
        entries_that_others_change_are_found_or_reported,
    ],
)


@law
@examples(6)
@given(random=seeds)
def test_a_law(law: Callable[[Random], None], random: Random) -> None:
    law(random)


@pytest.mark.corpus
@law
@examples(30)
@given(random=seeds)
def test_a_law_many_times(law: Callable[[Random], None], random: Random) -> None:
    law(random)


@pytest.mark.parametrize("seed", [80, 634])
def test_notes_at_the_end_of_an_item_or_a_list_stay(seed: int) -> None:
    entries_that_others_put_in_or_move_stay(Random(seed))
