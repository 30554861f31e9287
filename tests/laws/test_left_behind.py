"""References to the proxy's ports that were written by hand are reported when these go: on generated clusters."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.codes import ADDRESS_IN_FIELDS, PORT_LEFT_BEHIND
from krm_fn.function import process
from tests.laws.clusters import Object
from tests.laws.test_clusters import SEEDS, run
from tests.laws.test_laws import examples
from tests.resolver.follows import references
from tests.resolver.services import Target

CODES = (PORT_LEFT_BEHIND.number, ADDRESS_IN_FIELDS.number)
COPIED = "copied-"
Ends = dict[tuple[Any, ...], frozenset[Target]]


def with_copies(after: list[Object]) -> list[Object]:
    """Return the objects, and a copy of each that refers to others, as if written by hand: it has no record."""
    copies = [copy.deepcopy(each) for each in after if each["metadata"]["name"].startswith("r")]
    for each in copies:
        each["metadata"] = {**each["metadata"], "name": COPIED + each["metadata"]["name"], "annotations": {}}
    return [*after, *copies]


def removed(objects: list[Object]) -> tuple[list[Object], set[tuple[str, str, str]]]:
    """Return the objects without the proxy, and which of them a warning says to have been left behind."""
    config = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": "law-proxy"},
        "spec": {"remove": True},
    }
    whole = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": objects,
        "functionConfig": config,
    }
    written = json.loads(process(json.dumps(whole).encode()).stdout)
    refs = [each["resourceRef"] for each in written["results"] if each["tags"]["code"] in CODES]
    return written["items"], {(ref["kind"], ref.get("namespace", ""), ref["name"]) for ref in refs}


def cut(seed: int) -> tuple[Ends, Ends, set[tuple[str, str, str]]] | None:
    """Return where the copies' references led before the removal and after it, and what was reported."""
    ran = run(seed)
    if ran is None:
        return None
    objects = with_copies(ran[2])
    left, reported = removed(objects)
    return _of_copies(references(objects)), _of_copies(references(left)), reported


def _of_copies(ends: Ends) -> Ends:
    return {place: found for place, found in ends.items() if str(place[3]).startswith(COPIED)}


def identity(place: tuple[Any, ...]) -> tuple[str, str, str]:
    return place[0], place[2], place[3]


def only_what_leads_nowhere_is_reported(seed: int) -> None:
    """Each copy that led somewhere and leads nowhere any more is reported, and none that leads where it led."""
    found = cut(seed)
    if found:
        led, leads, reported = found
        gone = {identity(place) for place, ends in led.items() if ends and not leads.get(place)}
        less = {identity(place) for place, ends in led.items() if ends - leads.get(place, frozenset())}
        assert gone <= reported, gone - reported
        assert reported <= less, reported - less


@examples(30)
@given(seed=st.integers(0, SEEDS - 1))
def test_only_what_leads_nowhere_is_reported(seed: int) -> None:
    only_what_leads_nowhere_is_reported(seed)


@pytest.mark.corpus
@examples(200)
@given(seed=st.integers(0, SEEDS - 1))
def test_only_what_leads_nowhere_is_reported_many_times(seed: int) -> None:
    only_what_leads_nowhere_is_reported(seed)


def test_many_copies_lead_nowhere_any_more() -> None:
    tally: Counter[str] = Counter()
    for found in filter(None, map(cut, range(20))):
        tally.update(kind for kind, _, _ in found[2])
    assert tally.total() > 20, tally
    assert len(tally) > 5, tally
