from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from krm_fn.yaml_text.write import Style, block_lines, flow_text
from tests.manifests import load
from tests.yaml_text.styles import values

STYLES = {
    "as kpt writes": Style(),
    "indented lists": Style(offset=2),
    "wide": Style(step=4, offset=4, dash=4),
    "without literal blocks": Style(literal=False),
}


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"a": 1}, ["a: 1"]),
        ({"a": {"b": {"c": None}}}, ["a:", "  b:", "    c: null"]),
        ({"a": [1, [2, 3]]}, ["a:", "- 1", "- - 2", "  - 3"]),
        ({"a": [{"b": 1, "c": 2}]}, ["a:", "- b: 1", "  c: 2"]),
        ({"a": {}, "b": []}, ["a: {}", "b: []"]),
        ({"a b:": "1"}, ['"a b:": "1"']),
        ({"a": "b\nc"}, ["a: |-", "  b", "  c"]),
        ({"a": "b\nc\n"}, ["a: |", "  b", "  c"]),
        ({"a": "b\n\nc\n\n"}, ["a: |+", "  b", "", "  c", ""]),
        ({"a": "\nb\n"}, ["a: |", "", "  b"]),
        ({"a": " b\nc"}, ['a: " b\\nc"']),
        ({"a": "\tb\nc"}, ['a: "\\tb\\nc"']),
        ({"a": "b \nc"}, ["a: |-", "  b ", "  c"]),
        ([{"a": "b\nc\n"}, "d\n"], ["- a: |", "    b", "    c", "- |", "  d"]),
    ],
)
def test_block_lines(value: Any, lines: list[str]) -> None:
    assert block_lines(value, 0, Style()) == lines


def test_block_lines_in_other_styles() -> None:
    value = {"a": [{"b": "c\n"}, [1]], "d": {"e": 1}}
    wide = block_lines(value, 2, STYLES["wide"])
    assert wide == [
        "  a:",
        "      -   b: |",
        "              c",
        "      -   - 1".replace("- 1", "-   1"),
        "  d:",
        "      e: 1",
    ]
    assert block_lines({"a": "b\n"}, 0, STYLES["without literal blocks"]) == ['a: "b\\n"']


def test_flow_text() -> None:
    value = {"a": [1, None, "x, y"], "b c": {"d": True, "e": {}}}
    assert flow_text(value) == '{a: [1, null, "x, y"], b c: {d: true, e: {}}}'
    assert flow_text(value, json=True) == '{"a": [1, null, "x, y"], "b c": {"d": true, "e": {}}}'


@given(values, st.sampled_from(list(STYLES.values())), st.integers(0, 3))
def test_every_reader_takes_what_is_written_for_the_same(value: Any, style: Style, column: int) -> None:
    lines = block_lines({"key": [value], "last": value}, column, style)
    text = "".join(f"{line}\n" for line in lines)
    wanted = {"key": [value], "last": value}
    assert load(text) == wanted
    assert yaml.load(text, Loader=yaml.CSafeLoader) == wanted
    assert YAML(typ="safe", pure=True).load(text) == wanted
    assert load(flow_text(value)) == value
