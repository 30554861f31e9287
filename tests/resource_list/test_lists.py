"""Lists among the items: what is opened, and what leaves a list."""

from __future__ import annotations

from itertools import pairwise

import pytest

from krm_fn.resource_list.identity import result_on
from krm_fn.resource_list.items import Source
from krm_fn.resource_list.resource_list import ResourceList

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
    results = [result_on(item, "warning", "", "m") for item in resources(HEAD + held + BEHIND).items]
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
