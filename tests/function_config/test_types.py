"""The predicates without `re` say the same as the patterns that the schema shows."""

from __future__ import annotations

import re
import typing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krm_fn.function_config.formats import kubernetes_types
from krm_fn.function_config.formats import types as other_types
from krm_fn.function_config.formats.kubernetes import is_app_port, is_base64
from krm_fn.function_config.formats.text import is_line, is_name_pattern, is_name_pattern_or_empty, is_network
from krm_fn.function_config.formats.type_rules import Text

TEXTS = {
    name: part
    for name, annotated in {**vars(kubernetes_types), **vars(other_types)}.items()
    if typing.get_origin(annotated) is typing.Annotated
    for part in annotated.__metadata__
    if isinstance(part, Text)
}
PATTERNED = {name: rule for name, rule in TEXTS.items() if rule.pattern}
LIKELY = st.text(st.sampled_from("aZ09-._/:@+ \n\tkKmMgGiTsdh?é\x00\x7f"), max_size=12)


def allows(rule: Text, value: str) -> bool:
    pattern = re.compile(rule.pattern or "")
    return len(value) <= (rule.longest or len(value)) and pattern.fullmatch(value) is not None


@pytest.mark.parametrize("rule", PATTERNED.values(), ids=PATTERNED)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_predicate_and_pattern_agree(rule: Text, data: Any) -> None:
    likely = st.from_regex(rule.pattern or "", fullmatch=True)
    value = data.draw(LIKELY | likely | likely.map(lambda text: text + "\n") | likely.map(lambda text: text.swapcase()))
    assert rule.holds(value) == allows(rule, value)


@pytest.mark.parametrize("rule", PATTERNED.values(), ids=PATTERNED)
@pytest.mark.parametrize("length", [0, 1, 10, 15, 16, 50, 51, 63, 64, 107, 108, 128, 129, 253, 254, 1024, 1025])
def test_predicate_and_pattern_agree_on_length(rule: Text, length: int) -> None:
    for value in ("a" * length, "1" * length, ("/" + "a" * length)[:length], ("a.b/" + "c" * length)[:length]):
        assert rule.holds(value) == allows(rule, value), value


def test_short_names_of_types_are_of_one_meaning() -> None:
    assert len({rule.short for rule in TEXTS.values()}) == len({rule.words for rule in TEXTS.values()})


@pytest.mark.parametrize("value", ["web", "web-.*", "(a|b)", "é"])
def test_name_patterns(value: str) -> None:
    assert is_name_pattern(value)
    assert is_name_pattern_or_empty(value)


@pytest.mark.parametrize("value", ["(", "a\nb", "a{99999999999999}", "x" * 1025, "\ud800"])
def test_what_no_name_pattern_is(value: str) -> None:
    assert not is_name_pattern(value)
    assert not is_name_pattern_or_empty(value)


def test_only_some_names_may_be_empty() -> None:
    assert is_name_pattern_or_empty("")
    assert not is_name_pattern("")


@pytest.mark.parametrize("value", ["10.0.0.0/8", "1.2.3.4", "0.0.0.0/0", "::/0", "2001:DB8::/32", "1.2.3.4/32"])
def test_networks(value: str) -> None:
    assert is_network(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "10.0.0.1/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/0.255.255.255",
        "fe80::1%a",
        "10.0.0.0/08",
        "\u0661.2.3.4",
        "/8",
    ],
)
def test_what_no_network_is(value: str) -> None:
    assert not is_network(value)


@pytest.mark.parametrize(("value", "expected"), [("", True), ("YQ==\r\n", True), ("YQ=", False), ("Y\tQ==", False)])
def test_base64(value: str, expected: bool) -> None:
    assert is_base64(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(1, True), (65535, True), (0, False), (65536, False), ("1", False)])
def test_app_ports(value: int | str, expected: bool) -> None:
    assert is_app_port(value) == expected


@pytest.mark.parametrize("value", ["\ud800", "a\x1b", "\x7f", ""])
def test_what_no_line_is(value: str) -> None:
    assert not is_line(value)


DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("image", "is_one"),
    [
        ("nginx", True),
        ("nginx:1.30-alpine", True),
        ("nginx:_x", True),
        (f"nginx@{DIGEST}", True),
        (f"registry.example:5000/a/b__c/nginx:1.30@{DIGEST}", True),
        ("localhost/nginx", True),
        ("LocalHost:5000/nginx", True),
        ("Registry/nginx", True),
        ("a--b.c_d/nginx", True),
        ("", False),
        ("NGINX", False),
        ("nginx:", False),
        ("nginx@", False),
        (":1", False),
        ("a//nginx", False),
        ("/nginx", False),
        ("web/Nginx", False),
        ("a___b", False),
        ("a._b", False),
        ("nginx:-1", False),
        ("nginx:1:2", False),
        ("nginx:" + 129 * "1", False),
        ("nginx@sha256:0123", False),
        ("registry.example:port/nginx", False),
        ("https://registry.example/nginx", False),
        ("nginx stable", False),
    ],
)
def test_images(image: str, is_one: bool) -> None:
    rule = TEXTS["ImageReference"]
    assert rule.holds(image) == allows(rule, image) == is_one
