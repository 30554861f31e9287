"""Whatever a record lists, nothing may be undone that no run of the function can have done."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from krm_fn.function_config.load import load
from krm_fn.ledger.record_format import is_record
from krm_fn.resource_list.identity import annotations_of
from krm_fn.resource_list.item import Item
from krm_fn.resource_list.items import Items
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.undoable.undoable import Undoable
from krm_fn.yaml_text.edit import Change
from tests.ledger.records import changes_of
from tests.undoable.forgeries import attacks, changes_in, examples, obeyed, rendered, violation

QUICK, ALL = range(300), range(300, 2_300)
SOME = 8
"""Each example of so many."""


def refused(items: Items, item: Item, owner: str, changes: Sequence[Change]) -> list[str]:
    return Undoable(items).refusals(item, owner, changes)


def obeyed_blindly(_items: Items, _item: Item, _owner: str, changes: Sequence[Change]) -> list[str]:
    return [""] * len(changes)


def test_forged_records_do_no_harm() -> None:
    assert not [found for case in attacks(QUICK, SOME) if (found := violation(case, refused))]


@pytest.mark.fuzz
def test_many_forged_records_do_no_harm() -> None:
    assert not [found for case in attacks(ALL) if (found := violation(case, refused))]


def test_they_would_do_harm_if_they_were_obeyed() -> None:
    harm = [bool(violation(case, obeyed_blindly)) for case in attacks(range(200), SOME)]
    assert sum(harm) > len(harm) / 3


@pytest.mark.parametrize(("old", "left"), [("*image", None), (" *image", None), (" []", []), (" [evil]", ["evil"])])
def test_an_alias_that_is_put_back_is_empty(old: str, left: object) -> None:
    assert obeyed({"volumes": []}, [Change(verb="filled", path=("volumes",), old=old)]) == {"volumes": left}


def test_a_part_of_what_they_list_is_undone() -> None:
    permitted = 0
    for case in attacks(range(100), SOME):
        resource_list = ResourceList(case.stdin)
        item = list(resource_list.items)[case.index]
        permitted += refused(resource_list.items, item, case.owner, changes_in(case, item.data)).count("")
    assert permitted > 50


@pytest.mark.parametrize("knows_spec", [True, False])
def test_all_that_runs_write_may_be_undone(knows_spec: bool) -> None:
    for name in examples():
        resource_list = ResourceList(rendered(name))
        spec = load(resource_list.function_config()).spec if knows_spec else None
        undoable = Undoable(resource_list.items, spec)
        for item in resource_list.items:
            for key, record in annotations_of(item.readable_data).items():
                if is_record(key):
                    changes = changes_of(str(record), item.data)
                    reasons = undoable.refusals(item, key.partition("/")[2], changes)
                    assert reasons == [""] * len(changes), (name, item.kind, record)
