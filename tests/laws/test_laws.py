"""The laws on generated packages: a few on each run, many under the marker `corpus`."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krm_fn.function import process
from tests.laws import laws
from tests.laws.cases import Case, case

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = 500 if settings.default and settings.default.derandomize else 1 << 32
"""Of those that a run without a search may take, each has been tried: what is drawn depends on what else is loaded."""
CASES = st.integers(0, SEEDS - 1).map(lambda seed: case(Random(seed)))


def examples(percent: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the decorator for a law that takes its time: this part of what the profile asks for."""
    profile = settings.default
    assert profile
    return settings(max_examples=profile.max_examples * percent // 100)


def is_undone(case: Case) -> None:
    laws.is_undone(case.text, case.config)


def means_what_plain_edits_make(case: Case) -> None:
    laws.means_what_plain_edits_make(case.text, case.config, case.package)


def is_injected_anew(case: Case) -> None:
    laws.is_injected_anew(case.text, case.config, case.successor)


def stand_side_by_side(case: Case) -> None:
    laws.stand_side_by_side(case.text, *case.neighbours)


def give_way(case: Case) -> None:
    laws.give_way(case.text, *case.rivals)


one_run = pytest.mark.parametrize("law", [is_undone, means_what_plain_edits_make, is_injected_anew])
two_proxies = pytest.mark.parametrize("law", [stand_side_by_side, give_way])


@one_run
@examples(40)
@given(case=CASES)
def test_one_proxysidecar(law: Callable[[Case], None], case: Case) -> None:
    law(case)


@two_proxies
@examples(10)
@given(case=CASES)
def test_two_proxysidecars(law: Callable[[Case], None], case: Case) -> None:
    law(case)


@pytest.mark.corpus
@one_run
@examples(200)
@given(case=CASES)
def test_one_proxysidecar_many_times(law: Callable[[Case], None], case: Case) -> None:
    law(case)


@pytest.mark.corpus
@two_proxies
@examples(40)
@given(case=CASES)
def test_two_proxysidecars_many_times(law: Callable[[Case], None], case: Case) -> None:
    law(case)


def test_most_cases_are_injected() -> None:
    cases = [case(Random(seed)) for seed in range(100)]
    injected = [process(each.text.stdin(each.config)).exit_code == 0 for each in cases]
    assert 50 < sum(injected) < 100


def test_every_style_is_tried() -> None:
    texts = [each.text.stdin(each.config) for each in map(case, map(Random, range(200)))]
    for part in (
        b"\xef\xbb\xbf",
        b"---\n",
        b"\r\n",
        b"&shared",
        b"<<: *shared",
        b"!Ref",
        b"\nresults:",
        b"\n    - ",
        b"|-",
    ):
        assert any(part in each for each in texts), part
    for ending in (b"}", b"\n\n", b"# end\n", b"...\n"):
        assert any(each.endswith(ending) for each in texts), ending
    assert any(each.startswith(b'{"') for each in texts)
    assert any(each.startswith(b"{a") for each in texts)
