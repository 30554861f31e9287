"""Edits that are recorded and reported, and undoing them in objects that others have edited since."""

from __future__ import annotations

import pytest

from krm_fn import codes
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.drafts import Drafts
from krm_fn.ledger.owned_edit import OwnedEdit
from krm_fn.resource_list.item import Item
from krm_fn.result import FunctionError, ResourceRef
from tests.items import item_of, items_of
from tests.ledger.records import undone

TEXT = """\
- apiVersion: v1
  kind: Service
  metadata:
    name: web
  spec:
    ports:
    - name: http
      port: 80
    - port: 81
      name: admin
"""


SAID = codes.SERVICE_PORT_CHANGED, "is changed."


def drafts_of(owner: str) -> Drafts:
    return Drafts(ResourceRef(api_version="krm-fn.dev/v1alpha1", kind="ProxySidecar", name=owner))


def edit_of(item: Item, owner: str = "proxy") -> tuple[OwnedEdit, Drafts]:
    drafts = drafts_of(owner)
    return drafts.edit(item), drafts


def written(drafts: Drafts) -> None:
    drafts.finish()
    drafts.apply()


def owned(text: str, owner: str = "proxy") -> str:
    """Return the text with changes of each sort."""
    edited = item_of(text)
    edit, drafts = edit_of(edited, owner)
    edit.set(("spec", "ports", 0, "port"), 8080, *SAID)
    edit.set(("spec", "ports", 0, "targetPort"), "proxy-http", *SAID)
    edit.set(("spec", "ports", 1, "port"), 81, *SAID)
    edit.add(("spec", "ports", -1), {"name": "new", "port": 9090}, *SAID)
    edit.add(("spec", "selector", "app"), "web", *SAID)
    written(drafts)
    return edited.text


OWNED = owned(TEXT)


def test_the_record_tells_what_was_done() -> None:
    record = item_of(OWNED).data["metadata"]["annotations"][f"{RECORD_PREFIX}proxy"]
    assert sorted(record.splitlines()) == [
        "added spec.ports[name=http].targetPort as pcmrpfhl",
        "added spec.ports[name=new] as ghflmjkd",
        "added spec.selector.app as tttjdmnm",
        "changed spec.ports[name=http].port from 80 to 8080",
        "created metadata.annotations",
        "created spec.selector",
    ]


def test_no_change_leaves_no_record() -> None:
    untouched = item_of(TEXT)
    edit, drafts = edit_of(untouched)
    edit.set(("spec", "ports", 0, "port"), 80, *SAID)
    written(drafts)
    assert untouched.text == TEXT


def test_a_second_edit_adds_to_the_record() -> None:
    items = items_of(OWNED)
    (edited,) = items
    edit, drafts = edit_of(edited)
    edit.add(("spec", "type"), "ClusterIP", *SAID)
    written(drafts)
    assert "added spec.type" in edited.data["metadata"]["annotations"][f"{RECORD_PREFIX}proxy"]
    assert undone(items, "proxy") == []
    assert edited.text == TEXT


EDITS = {
    "nothing": ("", "", TEXT),
    "another entry first": (
        "    ports:\n",
        "    ports:\n    - port: 1\n",
        TEXT.replace("ports:\n", "ports:\n    - port: 1\n"),
    ),
    "an entry beside ours": ("      app: web\n", "      app: web\n      a: b\n", TEXT + "    selector:\n      a: b\n"),
    "ours taken out": ("    - name: new\n      port: 9090\n", "", TEXT),
    "the holder taken out": ("    selector:\n      app: web\n", "", TEXT),
    "the holder made text": ("    selector:\n      app: web\n", "    selector: x\n", TEXT + "    selector: x\n"),
    "the holder made a list": ("    selector:\n      app: web\n", "    selector: [x]\n", TEXT + "    selector: [x]\n"),
    "a port renamed": ("- name: http", "- name: web", None),
}


@pytest.mark.parametrize(("old", "new", "wanted"), EDITS.values(), ids=EDITS)
def test_what_others_edited_stays(old: str, new: str, wanted: str | None) -> None:
    items = items_of(OWNED.replace(old, new, 1) if old else OWNED)
    (edited,) = items
    undone(items, "proxy")
    if wanted is not None:
        assert edited.text == wanted
    assert RECORD_PREFIX not in edited.text


def test_a_changed_value_of_others_is_undone() -> None:
    items = items_of(OWNED.replace("port: 8080", "port: 8081"))
    (edited,) = items
    (result,) = undone(items, "proxy")
    assert (result.severity, result.path, result.current_value) == ("warning", "spec.ports[0].port", "8081")
    assert edited.text == TEXT.replace("port: 80\n", "port: 8081\n")


@pytest.mark.parametrize(
    "record", ["x", "added a[", 'added a["\\Uffffffff"]', "changed spec from 1", "added metadata.name x"]
)
def test_a_record_that_is_none_is_refused(record: str) -> None:
    text = TEXT.replace("name: web\n", f"name: web\n    annotations:\n      {RECORD_PREFIX}proxy: '{record}'\n", 1)
    with pytest.raises(FunctionError, match="must be as this function wrote it"):
        undone(items_of(text), "proxy")


def test_a_record_that_is_no_text_is_refused() -> None:
    text = TEXT.replace("    name: web\n", f"    name: web\n    annotations:\n      {RECORD_PREFIX}proxy: 5\n")
    with pytest.raises(FunctionError, match='got "5"'):
        undone(items_of(text), "proxy")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("    name: web\n", f"    name: web\n    annotations:\n      {RECORD_PREFIX}other: x\n"),
        TEXT.replace("    name: web\n", f"    name: {RECORD_PREFIX}proxy\n"),
    ],
    ids=["none", "of another", "elsewhere"],
)
def test_without_a_record_nothing_is_taken_out(text: str) -> None:
    items = items_of(text)
    (untouched,) = items
    assert undone(items, "proxy") == []
    assert untouched.text == text


@pytest.mark.parametrize(
    ("text", "path", "problem"),
    [
        ("a: &x {c: 1}\nd: *x\n", ("a", "e"), "cannot be edited safely"),
        ("a: 1\nmetadata: x\n", ("b",), "must be a mapping to hold 'annotations'"),
        ("a: 1\nmetadata: {annotations: x}\n", ("b",), "must be a mapping to hold"),
        ("a: 1\n", ("a",), "already holds 'a'"),
    ],
)
def test_what_cannot_be_edited_is_a_result(text: str, path: tuple[str, ...], problem: str) -> None:
    edited = item_of(text)
    edit, drafts = edit_of(edited)
    edit.add(path, 1, *SAID)
    with pytest.raises(FunctionError, match=problem):
        written(drafts)
    assert edited.output == edited.original


def test_an_alias_that_was_written_out_comes_back() -> None:
    items = items_of("a: {b: &x {c: 1}, d: *x}\n")
    (edited,) = items
    edit, drafts = edit_of(edited)
    edit.add(("a", "d", "e"), 1, *SAID)
    written(drafts)
    assert edited.text.startswith("a: {b: &x {c: 1}, d: {c: 1, e: 1}}\n")
    assert undone(items, "proxy") == []
    assert edited.text == "a: {b: &x {c: 1}, d: *x}\n"


def test_a_change_that_cannot_be_made_is_a_result() -> None:
    edit, drafts = edit_of(item_of("x: &x {a: !Ref b}\nb: *x\n"))
    edit.change(("b", "a"), 2, *SAID)
    with pytest.raises(FunctionError, match="must have no tag '!Ref' below an alias"):
        drafts.finish()


def test_each_change_is_reported_with_its_place_and_values() -> None:
    edit, drafts = edit_of(item_of(TEXT))
    edit.set(("spec", "ports", 0, "port"), 8080, *SAID)
    edit.set(("spec", "ports", 0, "name"), "http", *SAID)
    edit.set(("spec", "type"), "ClusterIP", *SAID)
    edit.rename(("spec", "ports", 1, "port"), "targetPort", 82, *SAID)
    assert [(each.path, each.current_value, each.proposed_value) for each in drafts.results] == [
        ("spec.ports[0].port", 80, 8080),
        ("spec.type", None, "ClusterIP"),
        ("spec.ports[1].targetPort", 81, 82),
    ]


def test_every_refused_edit_is_a_problem_and_no_item_changes() -> None:
    drafts, refused, fine = drafts_of("proxy"), [item_of("a: 1\n"), item_of("b: 1\n")], item_of(TEXT)
    for item in (*refused, fine):
        drafts.edit(item).add(tuple(item.data)[:1], 2, *SAID)
    with pytest.raises(FunctionError) as caught:
        written(drafts)
    assert [result.path for result in caught.value.results] == ["a", "b", "apiVersion"]
    assert fine.output == fine.original


def test_what_another_still_needs_is_handed_over() -> None:
    items = items_of(OWNED)
    (edited,) = items
    edit, drafts = edit_of(edited, "other")
    edit.add(("spec", "selector", "b"), "c", *SAID)
    written(drafts)
    assert undone(items, "proxy") == []
    assert "created spec.selector" in edited.data["metadata"]["annotations"][f"{RECORD_PREFIX}other"]
    assert undone(items, "other") == []
    assert edited.text == TEXT


def test_a_changed_entry_that_is_gone_is_undone() -> None:
    text = OWNED.replace("    - name: http\n      port: 8080\n", "    - name: http\n")
    (result,) = undone(items_of(text), "proxy")
    assert result.severity == "warning"


def test_equal_entries_between_others_in_one_list_are_undone() -> None:
    items = items_of(TEXT)
    (edited,) = items
    edit, drafts = edit_of(edited)
    for number in (1, 2, 1, 2):
        edit.add(("spec", "ports", -1), {"port": number}, *SAID)
    edit.add(("spec", "a", "b", "c"), 1, *SAID)
    edit.add(("spec", "a", "b", "d", "e"), 1, *SAID)
    written(drafts)
    assert "added spec.ports[2,4] as " in edited.data["metadata"]["annotations"][f"{RECORD_PREFIX}proxy"]
    assert undone(items, "proxy") == []
    assert edited.text == TEXT
