"""What a text of any form has under which key: it is read by its lines, and never fails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krm_fn.referrers.sweep.formats.outline import Leaf, outline
from krm_fn.referrers.sweep.key_words import host_stem, port_stem, words_of
from krm_fn.referrers.sweep.pairs import flags


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", {}),
        ("# a: 1\n; b=1\n// c: 1\nplain words\n", {}),
        ("a: 1\nb:\n  c: 'x y'  # z\n", {"a": "1", "b": {"c": "x y"}}),
        ("- a: 1\n  b: 2\n- a: 3\n", {0: {"a": "1", "b": "2"}, 1: {"a": "3"}}),
        ("a:\n- b: 1\nc: 2\n", {"a": {0: {"b": "1"}}, "c": "2"}),
        ('{\n  "a": {\n    "b": 1,\n    "c": "x"\n  }\n}\n', {"a": {"b": "1", "c": "x"}}),
        ('{"a": [{"b": 1}]}', {0: {"a": [{"b": "1"}]}}),
        ("a: {b: 1, c: [x]}\n", {"a": {"b": "1", "c": ["x"]}}),
        ("a: {b: 1,\n", {}),
        ("[one]\na = 1\n[[two]]\nb = 2;\n", {"one": {"a": "1"}, "two": {"b": "2"}}),
        ("a=1\nexport B='2'\n", {"a": "1", "B": "2"}),
        ("run --a=1 --b 2 -c\n", {0: {"a": "1", "b": "2"}}),
        ("<x a='1' b=\"2\"/>\n", {0: {"a": "1", "b": "2"}}),
        ("a: 1\n---\na: 2\n", {"a": "1", 1: {"a": "2"}}),
        ("a: 1\nb: 2\na: 3\n", {"a": "1", "b": "2", 2: {"a": "3"}}),
        ("at: http://web:80/x\r\n", {"at": "http://web:80/x"}),
    ],
)
def test_outline(text: str, data: dict[Any, Any]) -> None:
    assert outline(text) == data


def test_values_have_their_lines() -> None:
    leaf = outline("a:\n\n  b: 1\n")["a"]["b"]
    assert isinstance(leaf, Leaf)
    assert leaf.line == 3


@given(st.text(st.sampled_from("ab:=- \n{}[]\"'#,;<>&*|--"), max_size=60))
@example("- - - a: - b\n")
@example("a: &b\n  {\n")
@example("[" * 300)
def test_any_text_has_an_outline(text: str) -> None:
    assert isinstance(outline(text), dict)


def test_flags() -> None:
    assert flags(["run", "--a=1", "-b", 2, "--c", "--d", "x y", None]) == {
        "a": (1, "1"),
        "b": (3, "2"),
        "d": (6, "x y"),
    }


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("webHost", ("web", "host")),
        ("WEB_HOST", ("web", "host")),
        ("web-host", ("web", "host")),
        ("web.host", ("web", "host")),
        ("servicename", ("service", "name")),
        ("HTTPPort2", ("http", "port", "2")),
        (80, ()),
    ],
)
def test_words(key: object, words: tuple[str, ...]) -> None:
    assert words_of(key) == words


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("host", "port"),
        ("serviceName", "servicePort"),
        ("WEB_HOST", "WEB_PORT"),
        ("WEB_SERVICE_HOST", "WEB_PORT_NUMBER"),
        ("webServer", "webPortName"),
        ("backend", "sectionName"),
    ],
)
def test_a_host_and_its_port_have_the_same_stem(host: str, port: str) -> None:
    assert host_stem(host) == port_stem(port) is not None


@pytest.mark.parametrize(
    "key", ["name", "image", "report", "support", "transport", "nodePort", "containerPort", "ports2"]
)
def test_what_is_neither(key: str) -> None:
    assert host_stem(key) is None
    assert port_stem(key) is None
