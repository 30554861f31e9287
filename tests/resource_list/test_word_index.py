"""An index finds the items that have a word, however that is written, as a search of their texts does."""

from __future__ import annotations

import pytest

from krm_fn.resource_list import items as module
from krm_fn.resource_list.word_index import WordIndex
from tests.items import items_of

NAMING = [
    "{kind: A, name: web-1}",
    'kind: A\nname: "web-1"\n',
    'kind: A\nname: "\\x77eb-1"\n',
    'kind: A\nname: "we\\\n  b-1"\n',
    "kind: A\nlabels: &a {app: web-1}\nother: *a\n",
    "kind: A\nurl: http://web-1.shop.svc:80/x\n",
    'kind: A\nurl: "x\\nweb-1:80"\n',
    "kind: A\ntext: |\n  use web-1, not web\n",
    '{"kind": "A", "name":"web-1"}',
]
OTHER = ["{kind: A, name: web-11}", "{kind: A, name: my-web-1}", "{kind: A, name: web}", "{kind: A}"]


@pytest.mark.parametrize("text", NAMING)
def test_item_with_a_word_is_found(text: str) -> None:
    index = WordIndex(items_of(*OTHER, text))
    assert [item.text for item in index.with_any([b"web-1"])] == [text]
    assert [item.text for item in index.with_all([b"web-1", b"kind"])] == [text]


def test_what_cannot_be_read_may_have_any_word() -> None:
    text = "kind: A\nname: *nowhere\n"
    index = WordIndex(items_of(*OTHER, text))
    assert [item.text for item in index.with_any([b"web-1"])] == [text]


@pytest.mark.parametrize(
    ("word", "found"), [("3005", False), ("3010", True), ("0x", True), ("0o", False), ("a.b", True)]
)
def test_numbers_and_dots(word: str, *, found: bool) -> None:
    index = WordIndex(items_of("{kind: A, ports: [3000-3010, 0xbb8], host: a.b}"))
    assert bool(index.with_any([word.encode()])) is found


@pytest.mark.parametrize("many", [0, 1000])
def test_items_are_found_in_either_way(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MANY", many)
    items = items_of(*NAMING, "{kind: B, name: web-1}", *OTHER)
    found = [item for item in items.of_kind("A", words=["web-1", "none"]) if item.data.get("name") == "web-1"]
    assert [item.text for item in found] == [text for text in NAMING if items_of(text).of_kind("A")[0].data.get("name")]
    assert NAMING[0] not in [item.text for item in items.of_kind("A", all_words=["web-1", "nothing-1"])]
    (other,) = items.mentioning("my-web-1")
    assert items.mentioning_any(["my-web-1", "web-11"]) == [items.mentioning("web-11")[0], other]


@pytest.mark.parametrize("many", [0, 1000])
def test_an_edit_is_seen(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MANY", many)
    items = items_of("{kind: A, name: web}", "{kind: A, name: other}")
    assert items.mentioning("new") == items.of_kind("A", words=["new"]) == []
    first = items.of_kind("A", words=["web"])[0]
    first.text = "{kind: A, name: new}"
    assert items.mentioning("new") == [first]
    assert first in items.of_kind("A", words=["new"])
    first.restore()
    assert items.mentioning("new") == []
    assert items.mentioning("web") == [first]
    first.removed = True
    assert items.mentioning("web") == []
