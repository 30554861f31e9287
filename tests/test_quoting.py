from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.quoting import listed, printable, shown
from krm_fn.yaml_text.paths import shown_path

DEEP: list[Any] = []
DEEP.append(DEEP)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (80, "80"),
        (1.5, "1.5"),
        ("80", '"80"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("a\nb", '"a\\nb"'),
        ([], "[]"),
        ({}, "{}"),
        ((1, "a"), '[1, "a"]'),
        ({"a": [1], 2: None}, '{"a": [1], 2: null}'),
        (datetime.date(2020, 1, 2), "2020-01-02"),
        (list(range(9)), "[0, 1, 2, 3, 4, …]"),
        (dict.fromkeys("abcdef", 1), '{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, …}'),
        ("a" * 60, '"' + "a" * 60 + '"'),
        ("a" * 61, '"' + "a" * 59 + '…"'),
        (["a" * 30, "b" * 30], '["' + "a" * 30 + '", "' + "b" * 23 + "…"),
        (DEEP, "[[[[…]]]]"),
    ],
)
def test_values_are_shown_as_json_and_short(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_number_too_long_for_decimals_is_shown_too() -> None:
    assert shown(10**5000) == hex(10**5000)[:59] + "…"


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ((), ""),
        (("spec",), "spec"),
        (("spec", "listeners", 0, "routes", 2, "cache", "ttl"), "spec.listeners[0].routes[2].cache.ttl"),
        (("data", "a-b"), "data.a-b"),
        (("data", "script.js"), 'data["script.js"]'),
        (("data", ""), 'data[""]'),
        (("data", "é\n"), 'data["é\\n"]'),
        (("a b",), '["a b"]'),
        (("data", True, 2.5), "data[true][2.5]"),
    ],
)
def test_paths_are_as_the_user_would_write_them(steps: tuple[Any, ...], path: str) -> None:
    assert shown_path(steps) == path


@given(st.text())
def test_printable_text_is_left_alone_and_all_other_is_escaped(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(printable(text)) == printable(text)
    assert (printable(text) == text) == text.isprintable()


def test_many_names_are_counted() -> None:
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert listed(list("abcd"), 2) == "a, b and 2 more"
