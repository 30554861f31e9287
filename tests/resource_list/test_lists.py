"""Lists among the items: what is opened, and what leaves a list."""

from __future__ import annotations

from itertools import pairwise

import pytest

from krm_fn import codes
from krm_fn.function import is_generator_call
from krm_fn.resource_list.items import Source
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import ResourceRef

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
ONE = "  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: one}\n"
TWO = "  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: two}\n"
LIST = f"- apiVersion: v1\n  kind: List\n  items: # these\n{ONE}  # between\n{TWO}"
FLOW = (
    '- {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": '
    '{"name": "one"}}, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "two"}}]}\n'
)
BEHIND = "- apiVersion: v1\n  kind: Secret\n  metadata: {name: behind}\n"
WHOLE = '{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [' + FLOW[2:].strip() + "]}"


def resources(text: str) -> ResourceList:
    return ResourceList(text.encode())


def written(resource_list: ResourceList) -> str:
    return b"".join(resource_list.written([])).decode()


@pytest.mark.parametrize("text", [HEAD + LIST + BEHIND, HEAD + FLOW + BEHIND, WHOLE])
def test_entries_are_items_and_leave_as_they_came(text: str) -> None:
    resource_list = resources(text)
    assert [item.data["metadata"]["name"] for item in resource_list.items][:2] == ["one", "two"]
    assert [item.kind for item in resource_list.items.of_kind("ConfigMap")] == ["ConfigMap", "ConfigMap"]
    assert resource_list.items.of_kind("List") == []
    assert written(resource_list) == text


@pytest.mark.parametrize("text", [HEAD + LIST + BEHIND, HEAD + FLOW + BEHIND, WHOLE])
def test_an_entry_leaves_its_list(text: str) -> None:
    resource_list = resources(text)
    one, two = list(resource_list.items)[:2]
    one.removed = True
    left = resources(written(resource_list))
    assert [item.data["metadata"]["name"] for item in left.items][:1] == ["two"]
    assert two.original in b"".join(resource_list.written([]))


@pytest.mark.parametrize("text", [HEAD + LIST + BEHIND, HEAD + FLOW + BEHIND, WHOLE])
def test_the_last_entry_leaves_an_empty_list(text: str) -> None:
    resource_list = resources(text)
    for item in list(resource_list.items)[:2]:
        item.removed = True
    left = resources(written(resource_list))
    assert next(iter(left.items)).data["items"] == []


def test_another_entry_is_edited_where_one_leaves() -> None:
    resource_list = resources(HEAD + LIST + BEHIND)
    one, two = list(resource_list.items)[:2]
    one.removed = True
    two.text = two.text.replace("two", "other")
    assert written(resource_list) == HEAD + LIST.replace(ONE, "").replace("two", "other") + BEHIND


@pytest.mark.parametrize(
    "text",
    [
        "- apiVersion: v1\n  kind: List\n  items: []\n",
        "- apiVersion: v1\n  kind: List\n  items:\n",
        "- apiVersion: v1\n  kind: List\n",
        "- apiVersion: v1\n  kind: List\n  items: {a: b}\n",
        "- apiVersion: v1\n  kind: List\n  items: [1]\n",
        "- apiVersion: v1\n  kind: RoleList\n  items:\n  - metadata: {name: a}\n",
        "- apiVersion: v1\n  kind: Listing\n  items:\n  - {apiVersion: v1, kind: A}\n",
        "- apiVersion: v1\n  kind: A\n  spec: {listKind: FooList}\n",
    ],
)
def test_what_is_no_list_or_has_no_objects_stays_one_item(text: str) -> None:
    resource_list = resources(HEAD + text + BEHIND)
    assert len(resource_list.items) == 2
    assert written(resource_list) == HEAD + text + BEHIND


def test_entries_have_the_places_of_the_whole_text() -> None:
    two = list(resources(HEAD + LIST + BEHIND).items)[1]
    assert two.first_line == HEAD.count("\n") + 1 + 3 + 4


def test_results_on_entries_name_the_file_of_the_list() -> None:
    annotations = "annotations: {config.kubernetes.io/path: all.yaml, config.kubernetes.io/index: '2'}"
    held = LIST.replace("  items:", f"  metadata: {{{annotations}}}\n  items:")
    results = [item.result(codes.LIST_NOT_OPENED, "", "m") for item in resources(HEAD + held + BEHIND).items]
    assert [(result.file, result.index) for result in results] == [("all.yaml", 2), ("all.yaml", 2), ("", 0)]


@pytest.mark.parametrize(
    ("kinds", "opened"),
    [
        (["Secret", "ConfigMap", "Secret"], 0),
        (["Secret", "List", "Secret"], 2),
        (["Secret", "", ""], 2),
        (None, 2),
    ],
)
def test_only_what_may_be_a_list_by_a_known_kind_is_looked_at(kinds: list[str] | None, opened: int) -> None:
    text = (BEHIND + LIST + BEHIND).encode()
    places = [0, len(BEHIND), len(BEHIND + LIST), len(text)]
    source = Source(text, pairwise(places), kinds=kinds)
    assert len(source.entries) == opened
    assert len(source.starts) == len(source.kinds) == 3 + opened - (opened > 0)


PLAIN = f"- apiVersion: v1\n  kind: List\n  items:\n{ONE}{TWO}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (PLAIN + "  kind: Other\n", 'must have each key once, got "kind" twice'),
        (PLAIN + "  items:\n" + ONE, 'must have each key once, got "items" twice'),
        (PLAIN + "  - {kind: A}\n", "must have an apiVersion and kind in each of its items, got none in items[2]"),
        (PLAIN + "  - {apiVersion: v1, kind: ~}\n", "got none in items[2]"),
        (PLAIN.replace("items:", "items: &all"), "must have no anchor on the list itself, got &all"),
        (PLAIN.replace("- api", "- &list\n  api", 1), "must have no anchor on the list itself, got &list"),
        (PLAIN.replace("  - api", "  - &one\n    api", 1) + "  - *one\n", "written out, got *one"),
        (
            PLAIN.replace("{name: two}", "&m {name: two}") + "  metadata: *m\n",
            "must have no alias beside its items of a value elsewhere, got *m",
        ),
        (
            PLAIN.replace("items:", "metadata: *before\n  items:"),
            "must have no alias beside its items of a value elsewhere, got *before",
        ),
        (PLAIN.replace("\n  - ", "\u2028  - ").replace("items:\u2028", "items:\n"), "must have each item on lines"),
        (PLAIN.removesuffix("\n") + "\u2028  metadata: {name: all}\n", "must have each item on lines"),
    ],
)
def test_a_list_of_objects_that_cannot_be_opened_is_told_of(text: str, problem: str) -> None:
    before = "- apiVersion: v1\n  kind: Secret\n  metadata: &before {name: before}\n"
    resource_list = resources(HEAD + before + text + BEHIND)
    assert len(resource_list.items) == 3
    assert written(resource_list) == HEAD + before + text + BEHIND
    (result,) = resource_list.closed_lists()
    assert problem in result.message
    assert 'all in it, from ConfigMap "one" on, stays' in result.message
    assert result.ref is None or result.ref.kind == "List"


def test_a_closed_list_in_an_open_one_is_an_entry() -> None:
    inner = "  - {apiVersion: v1, kind: List, items: &all [{apiVersion: v1, kind: A}]}\n"
    resource_list = resources(HEAD + BEHIND + PLAIN + inner + ONE)
    assert [item.kind for item in resource_list.items] == ["Secret", "ConfigMap", "ConfigMap", "List", "ConfigMap"]
    (result,) = resource_list.closed_lists()
    assert "from A without a name on" in result.message


def test_anchors_that_stay_in_their_place_are_no_obstacle() -> None:
    head = "metadata: {labels: &labels {a: b}, annotations: *labels}\n  items:"
    text = PLAIN.replace("items:", head).replace("{name: two}", "{name: two, labels: *labels}")
    text = text.replace("{name: one}", "{name: one, labels: &own {c: d}, annotations: *own}")
    resource_list = resources(HEAD + text + BEHIND)
    one, two, _ = resource_list.items
    assert one.data["metadata"] == {"name": "one", "labels": {"c": "d"}, "annotations": {"c": "d"}}
    assert two.data["metadata"] == {"name": "two", "labels": {"a": "b"}}
    assert not resource_list.closed_lists()


def test_an_entry_leaves_beside_one_with_an_alias_to_before_the_list() -> None:
    before = "- apiVersion: v1\n  kind: Secret\n  metadata: &before {name: before}\n"
    text = HEAD + before + PLAIN.replace("{name: two}", "*before") + BEHIND
    resource_list = resources(text)
    next(item for item in resource_list.items if item.data["metadata"]["name"] == "one").removed = True
    assert written(resource_list) == text.replace(ONE, "")


def test_the_last_entry_of_a_list_in_a_list_leaves_an_empty_one() -> None:
    inner = "  - apiVersion: v1\n    kind: List\n    items:\n    - {apiVersion: v1, kind: A, metadata: {name: in}}\n"
    resource_list = resources(HEAD + PLAIN + inner + BEHIND)
    list(resource_list.items)[2].removed = True
    left = inner[: inner.index("\n    - ")] + " []\n"
    assert written(resource_list) == HEAD + PLAIN + left + BEHIND


def test_an_entry_may_name_its_file_itself_where_its_list_does_not() -> None:
    own = "{name: one, annotations: {config.kubernetes.io/path: one.yaml}}"
    assert [
        item.result(codes.REMOVED, "", "m").file
        for item in resources(HEAD + PLAIN.replace("{name: one}", own) + BEHIND).items
    ] == ["one.yaml", "", ""]


def test_a_list_of_nothing_but_the_function_config_is_no_generator_call() -> None:
    ref = ResourceRef(api_version="krm-fn.dev/v1alpha1", kind="ProxySidecar", name="proxy")
    config = "{apiVersion: krm-fn.dev/v1alpha1, kind: ProxySidecar, metadata: {name: proxy}}"
    assert is_generator_call(resources(f"{HEAD}- {config}\n"), ref)
    assert not is_generator_call(resources(f"{HEAD}- {{apiVersion: v1, kind: List, items: [{config}]}}\n"), ref)
