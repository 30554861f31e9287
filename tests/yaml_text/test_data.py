from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from krm_fn.yaml_text.data import MAX_ALIASED, data_and_duplicate, duplicate_key, first_difference, to_data
from krm_fn.yaml_text.read import MAX_DEPTH, YamlError, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from krm_fn.yaml_text.node import Node


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 1", {"a": 1}),
        ("a: '1'", {"a": "1"}),
        ("a: !!str 1", {"a": "1"}),
        ("a: !!int '1'", {"a": 1}),
        ('a: !!bool "true"', {"a": True}),
        ("a: !!null ''", {"a": None}),
        ("a: !x '1'", {"a": "1"}),
        ("a: ! 1", {"a": 1}),
        ("a: !Ref 1", {"a": 1}),
        ("1: x\nyes: x\nnull: x\n", {"1": "x", "yes": "x", "null": "x"}),
        ("[a, [b], {c: }]", ["a", ["b"], {"c": None}]),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("&k a: 1\nb: {*k : 2}\n", {"a": 1, "b": {"a": 2}}),
        ("a: 1\na: 2\n", {"a": 2}),
        ("x: &x {a: 1, b: 1}\ny: {<<: *x, b: 2}\n", {"x": {"a": 1, "b": 1}, "y": {"a": 1, "b": 2}}),
        ("x: &x {a: 1}\ny: {<<: [*x, {a: 3, b: 3}]}\n", {"x": {"a": 1}, "y": {"a": 1, "b": 3}}),
        ("a: {'<<': {b: 1}}", {"a": {"<<": {"b": 1}}}),
        ("a: {<<: [x, {b: 1}], <<: {c: 1}}", {"a": {"b": 1, "c": 1}}),
        ("{? [a] : 1, ? [b] : 2}", {"? ['a']": 1, "? ['b']": 2}),
    ],
)
def test_data(text: str, data: Any) -> None:
    assert to_data(read(text)) == data


def test_data_of_an_alias_is_not_shared() -> None:
    data = to_data(read("a: &x {b: 1}\nc: *x\n"))
    data["a"]["b"] = 2
    assert data["c"] == {"b": 1}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: *x\nb: &x 1\n", r"must have an anchor &x before the alias \*x"),
        (BOMB, "must be at most 100000 nodes, aliases expanded"),
        (f"a: &a [{', '.join('0' * 1000)}]\nb: [{', '.join(['*a'] * 100)}]\n", "must be at most 100000 nodes"),
        (f"z: &z 1\na: &a [*z{', 0' * 1000}]\nb: [{', '.join(['*a'] * 100)}]\n", "must be at most 100000 nodes"),
        (BOMB + "k: {<<: [*j, *j]}\n", "must be at most 100000 nodes, aliases expanded"),
        ("&a [*a, *a]", f"must be nested at most {MAX_DEPTH} deep, aliases expanded"),
        ("&a {b: *a}", f"must be nested at most {MAX_DEPTH} deep, aliases expanded"),
    ],
)
def test_no_data(text: str, problem: str) -> None:
    start = time.process_time()
    with pytest.raises(YamlError, match=problem):
        to_data(read(text))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text",
    ["a: 1\nb: 2\n", "a: {<<: {x: 1}, <<: {x: 2}}", "a: {b: 1}\nb: 1\n", "- a: 1\n- a: 1\n"],
)
def test_no_duplicate_key(text: str) -> None:
    assert duplicate_key(read(text)) is None


@pytest.mark.parametrize(
    ("text", "path", "start"),
    [
        ("a: 1\na: 2\n", ("a",), 5),
        ("a: 1\n'a': 2\n", ("a",), 5),
        ("- {}\n- a: {b: 1, b: 1}\n", (1, "a", "b"), 17),
        ("&k a: 1\n*k : 2\n", ("a",), 8),
    ],
)
def test_duplicate_key(text: str, path: tuple[str | int, ...], start: int) -> None:
    found = duplicate_key(read(text))
    assert found
    assert (found[0], found[1].start) == (path, start)


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ({"a": [1]}, {"a": [1]}, None),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "a[1].b"),
        ({"a": 1}, {}, "a"),
        ({"a": None}, {}, "a"),
        ({"x": {"a": None}}, {"x": {}}, "x.a"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        (1, "1", "the document"),
    ],
)
def test_first_difference(one: Any, other: Any, place: str | None) -> None:
    assert first_difference(one, other) == place


def test_only_what_comes_by_an_alias_counts_against_the_limit() -> None:
    many = "[" + "0, " * MAX_ALIASED + "0]"
    assert len(to_data(read(f"a: &x 1\nb: *x\nc: {many}\n"))["c"]) == MAX_ALIASED + 1


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ({"a": 1}, [1], "the document"),
        ([1], {"a": 1}, "the document"),
        ([1], [1, 2], "the document"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({"a": [1]}, {"a": 1}, "a"),
        ({"Xa": 1}, {"Xa": 2}, "Xa"),
        ({"a.": 1}, {"a.": 2}, "a."),
        ({"a": {"b": None}}, {"a": {}}, "a.b"),
        ([1, {"a": 1}], [1, {"a": 2}], "[1].a"),
    ],
)
def test_first_difference_of_unlike_values(one: Any, other: Any, place: str) -> None:
    assert first_difference(one, other) == place


@pytest.mark.parametrize("load", [to_data, lambda node: data_and_duplicate(node)[0]], ids=["data", "and duplicate"])
def test_depth_counts_what_aliases_stand_for(load: Callable[[Node], Any]) -> None:
    deep = f"a: &a {'[' * 100}1{']' * 100}\nb: "
    above = MAX_DEPTH - 101
    assert load(read(f"{deep}{'[' * above}*a{']' * above}\n"))["b"]
    with pytest.raises(YamlError, match=f"must be nested at most {MAX_DEPTH} deep, aliases expanded"):
        load(read(f"{deep}{'[' * (above + 1)}*a{']' * (above + 1)}\n"))


@pytest.mark.parametrize(
    ("text", "data", "path"),
    [
        ("a: 1\nb: 2\n", {"a": 1, "b": 2}, None),
        ("a: 1\nb: {c: 1, c: 2, d: 3}\n", {"a": 1, "b": {"c": 2, "d": 3}}, ("b", "c")),
    ],
)
def test_data_with_its_duplicate(text: str, data: Any, path: tuple[str, ...] | None) -> None:
    loaded, duplicate = data_and_duplicate(read(text))
    assert loaded == data
    assert (duplicate and duplicate[0]) == path
