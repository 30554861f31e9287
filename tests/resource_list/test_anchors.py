from __future__ import annotations

from itertools import pairwise

import pytest

from krm_fn.resource_list.anchors import anchors_before, loose_aliases
from krm_fn.resource_list.items import Items, Source
from krm_fn.resource_list.splices import shared_changes
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.read import read


def items(*texts: str) -> Items:
    whole = "".join(texts).encode()
    starts = [len("".join(texts[:index]).encode()) for index in range(len(texts) + 1)]
    return Items([Source(whole, pairwise(starts))])


@pytest.mark.parametrize(
    ("text", "offset", "anchors"),
    [
        ("- &x 1\n- &y 2\n", 7, {"x": 1}),
        ("- &x 1\n- &x 2\n- *x\n", 14, {"x": 2}),
        ("- é: &x {y: &y 2}\n- 1\n", 19, {"x": {"y": 2}, "y": 2}),
        ("\ufeff- &x 1\n- 1\n", 10, {"x": 1}),
        ("- &x 1\n- 'open\n", 7, {}),
    ],
)
def test_anchors_before(text: str, offset: int, anchors: dict[str, object]) -> None:
    assert {name: to_data(node) for name, node in anchors_before(text.encode(), offset).items()} == anchors


def test_loose_aliases() -> None:
    assert loose_aliases(read("a: &x {*y : [*x, {b: *z}]}\n")) == {"y", "z"}


@pytest.mark.parametrize(
    ("first", "changed", "second", "anchor"),
    [
        ("- a: &x 1\n", "- a: &x 2\n", "- b: *x\n", "x"),
        ("- a: &x 1\n", "- a: 1\n", "- b: *x\n", "x"),
        ("- a: &x 1\n", "- a: &x 1\n  c: 2\n", "- b: *x\n", None),
        ("- a: &x 1\n", "- a: &x 2\n", "- b: '*x'\n", None),
        ("- a: &x 1\n", "- a: &x 2\n", "- b: &x 3\n  c: *x\n", None),
        ("- a: &x 1\n", "- a: &x 2\n", "- b: *xy\n", None),
        ("- a: &x 1\n", "- a: &x 2\n", "- b: *x\n  'open\n", None),
        ("- a: &x 1\n", "- a: &x 1\n", "- b: *x\n", None),
        ("- a: &x {b: *y}\n", "- a: &x {b: *y, c: 1}\n", "- b: *x\n", "x"),
        ("- a: &x {b: *y}\n", "- a: &x {b: *y}\n  c: 1\n", "- b: *x\n", None),
    ],
)
def test_shared_changes(first: str, changed: str, second: str, anchor: str | None) -> None:
    both = items(first, second)
    one, other = both
    one.text = changed
    assert list(shared_changes(both)) == ([(one, anchor, other)] if anchor else [])


def test_an_item_taken_out_takes_its_anchors() -> None:
    both = items("- a: &x 1\n", "- b: *x\n")
    one, other = both
    one.removed = True
    assert list(shared_changes(both)) == [(one, "x", other)]
