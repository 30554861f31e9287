"""What patches make of objects, and which places of these they have set."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.referrers.patched.merging import merged, operated, path_in, same_place, set_by
from krm_fn.referrers.patched.replacements import places_of
from krm_fn.referrers.patched.selecting import matches

BASE = {"a": {"b": 1, "c": [1, 2]}, "d": "x"}


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ({}, BASE),
        ({"a": {"b": 2}}, {"a": {"b": 2, "c": [1, 2]}, "d": "x"}),
        ({"a": {"c": [3]}}, {"a": {"b": 1, "c": [3]}, "d": "x"}),
        ({"a": None}, {"d": "x"}),
        ({"d": {"e": 1}, "$patch": "merge"}, {**BASE, "d": {"e": 1}}),
        ({"no": None}, BASE),
    ],
)
def test_merged(patch: dict[str, Any], result: dict[str, Any]) -> None:
    assert merged(BASE, patch) == result


@pytest.mark.parametrize(
    ("operations", "result", "places"),
    [
        ([], BASE, []),
        ([{"op": "test", "path": "/d", "value": "x"}], BASE, []),
        ([{"op": "replace", "path": "/a/c/1", "value": 3}], {"a": {"b": 1, "c": [1, 3]}, "d": "x"}, [("a", "c", 1)]),
        ([{"op": "add", "path": "/a/c/-", "value": 3}], {"a": {"b": 1, "c": [1, 2, 3]}, "d": "x"}, [("a", "c", 2)]),
        ([{"op": "remove", "path": "/a"}], {"d": "x"}, []),
        (
            [{"op": "add", "path": "/a/c/-", "value": 3}, {"op": "add", "path": "/a/c/0", "value": 0}],
            {"a": {"b": 1, "c": [0, 1, 2, 3]}, "d": "x"},
            [("a", "c", 3), ("a", "c", 0)],
        ),
        (
            [{"op": "add", "path": "/a/c/2", "value": 3}, {"op": "remove", "path": "/a/c/0"}],
            {"a": {"b": 1, "c": [2, 3]}, "d": "x"},
            [("a", "c", 1)],
        ),
        (
            [{"op": "add", "path": "/a/c/2", "value": 3}, {"op": "remove", "path": "/a/c/2"}],
            BASE,
            [],
        ),
        ([{"op": "add", "path": "/a~1b", "value": 1}], {**BASE, "a/b": 1}, [("a/b",)]),
        (
            [3, {}, {"op": "add"}, {"op": "add", "path": "/no/way", "value": 1}, {"op": "replace", "path": "/a/c/9"}],
            BASE,
            [],
        ),
        ([{"op": "remove", "path": "/a/c/9"}, {"op": "remove", "path": "/d/e"}, {"op": "add", "path": ""}], BASE, []),
        ([{"op": "replace", "path": f"/a/c/{'9' * 5000}", "value": 1}], BASE, []),
    ],
)
def test_operated(operations: list[Any], result: dict[str, Any], places: list[tuple[str | int, ...]]) -> None:
    assert operated(BASE, operations) == (result, places)
    assert BASE == {"a": {"b": 1, "c": [1, 2]}, "d": "x"}


def test_a_position_that_is_a_key() -> None:
    assert path_in({"a": {"0": 1}}, "/a/0") == ("a", "0")
    assert path_in({"a": [1]}, "/a/0") == ("a", 0)


CONTAINERS = {
    "spec": {"containers": [{"name": "a"}, {"name": "b", "ports": [{"containerPort": 1}, {"containerPort": 2}]}]}
}


def test_the_same_place_is_found_by_merge_keys() -> None:
    patch = {"spec": {"containers": [{"name": "b", "ports": [{"containerPort": 2, "name": "x"}]}, {"name": "c"}]}}
    at = ("spec", "containers", 0, "ports", 0, "name")
    assert same_place(patch, at, CONTAINERS) == ("spec", "containers", 1, "ports", 1, "name")
    assert same_place(patch, ("spec", "containers", 1, "name"), CONTAINERS) is None


def test_lists_of_other_kinds_are_set_as_a_whole() -> None:
    data = {"kind": "X", "metadata": {"name": "x"}, "spec": {"a": [{"name": "b", "c": 1}], "d": 2}}
    assert list(set_by({"apiVersion": "example.com/v1", **data})) == [
        (("spec", "a"), [{"name": "b", "c": 1}]),
        (("spec", "d"), 2),
    ]
    assert [path for path, _ in set_by({"apiVersion": "apps/v1", **data})] == [
        ("spec", "a", 0, "name"),
        ("spec", "a", 0, "c"),
        ("spec", "d"),
    ]


@pytest.mark.parametrize(
    ("field", "places"),
    [
        ("spec.ports.0.port", [("spec", "ports", 0, "port")]),
        ("spec.ports.*.port", [("spec", "ports", 0, "port"), ("spec", "ports", 1, "port")]),
        ("spec.ports.[name=b].port", [("spec", "ports", 1, "port")]),
        ("metadata.annotations.[a.b/c]", [("metadata", "annotations", "a.b/c")]),
        (r"metadata.annotations.a\.b/c", [("metadata", "annotations", "a.b/c")]),
        ("spec.ports.2.port", []),
        ("spec.ports.name.port", []),
        ("no.*", []),
        (f"spec.ports.{'9' * 5000}", []),
    ],
)
def test_field_paths(field: str, places: list[tuple[str | int, ...]]) -> None:
    data = {
        "metadata": {"annotations": {"a.b/c": "d"}},
        "spec": {"ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
    }
    assert places_of(data, field) == places


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("", "web", True),
        (None, "web", True),
        ("web", "web", True),
        ("w.*", "web", True),
        ("a|web", "web", True),
        ("eb", "web", False),
        ("(", "web", False),
        ("(a*)*b", "a" * 60, False),
    ],
)
def test_patterns(pattern: object, value: str, *, expected: bool) -> None:
    assert matches(pattern, value) is expected
