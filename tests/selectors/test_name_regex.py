"""Patterns of names mean what Python's `re` says, where it has the same syntax, and take no long time."""

from __future__ import annotations

import re
import warnings
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.selectors.name_regex import NameRegex

PARTS = [
    *("a", "b", "-", "A", ".", "[a-c]", "[^a]", "[]a]", r"\d", r"\w", r"\S", r"\b", r"\B", "^", "$", r"\.", "[-a]"),
    *("(", "(?:", "(?P<x>", ")", "|", "*", "+", "?", "*?", "{2}", "{1,3}", "{0,}", r"[\d-]", "(?i:", "(?s:"),
]


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join), st.text("abAB-.1 \n", max_size=7))
def test_pattern_means_what_it_means_to_python(pattern: str, name: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = re.fullmatch(pattern, name) is not None
        found = NameRegex(pattern).matches(name)
    except (ValueError, re.error):
        return
    if "$" not in pattern or "\n" not in name:  # Python's matches before a line break at the end
        assert found is expected


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("web", "web", True),
        ("web", "web-1", False),
        ("web-(1|22)", "web-22", True),
        ("[[:alpha:]]+", "web", True),
        ("[[:^alpha:]]+", "123", True),
        (r"\Qa.b\E", "a.b", True),
        (r"\Qa.b\E", "axb", False),
        (r"\x61\x{62}", "ab", True),
        ("(?i)WEB", "web", True),
        ("(?i)W(?-i)EB", "wEB", True),
        ("a{,3}", "a{,3}", True),
        ("(a|b)*?c", "abac", True),
        ("(a*)*", "aaa", True),
        ("", "", True),
    ],
)
def test_match(pattern: str, name: str, *, matches: bool) -> None:
    assert NameRegex(pattern).matches(name) is matches


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
            r"(a)\1",
            "(?P=a)",
            "(?#a)",
            "(?x)a",
            "(?",
            "(?i",
            "(?P<a",
            r"\p{Greek}",
        ),
        *("a++", "a**", "*a", "+", "?", "(", ")", "a)", "[", "[a", "[b-a]", r"\Z", r"\8", "a{1001}", "a{2,1}", "\\"),
        *("((a{1000}){1000}){1000}", "(" * 1000 + ")" * 1000, "(a{999}|b{999}){9}"),
    ],
)
def test_what_go_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"must|is too large"):
        NameRegex(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*a*a*b", "(a?){63}a{63}b", "(.*)*(.*)*b"]
)
def test_a_long_name_takes_no_long_time(pattern: str) -> None:
    start = process_time()
    assert not NameRegex(pattern).matches("a" * 253)
    assert process_time() - start < 5
