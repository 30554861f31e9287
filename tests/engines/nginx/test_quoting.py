"""Quoting: every token stays one token, and says what the text said."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.engines.nginx.quoting import FILTERS, quoted, quoted_verbatim, regex_of, snippet, word
from krm_fn.engines.paths import request_target

CONTROLS = "".join(map(chr, [*range(32), 127]))
lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS))


@pytest.mark.parametrize(
    ("text", "token", "verbatim"),
    [
        ("", '""', '""'),
        ("/lib/", '"/lib/"', '"/lib/"'),
        ("a b; {} #", '"a b; {} #"', '"a b; {} #"'),
        ('say "x"', r'"say \"x\""', r'"say \"x\""'),
        ("\\d", r'"\\d"', r'"\\d"'),
        ('\\"', r'"\\\""', r'"\\\""'),
        ("$host", '"${dollar}host"', '"$host"'),
        ("${a}", '"${dollar}{a}"', '"${a}"'),
        ("é 😀", '"é 😀"', '"é 😀"'),
    ],
)
def test_quoted(text: str, token: str, verbatim: str) -> None:
    assert quoted(text) == token
    assert quoted_verbatim(text) == verbatim


@given(lines)
def test_what_nginx_reads_is_the_text(text: str) -> None:
    for token, dollar in ((quoted(text), "${dollar}"), (quoted_verbatim(text), "$")):
        assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', token)
        assert re.sub(r'\\(["\\])', r"\1", token[1:-1]) == text.replace("$", dollar)


@pytest.mark.parametrize("char", CONTROLS)
@pytest.mark.parametrize("quote", [quoted, quoted_verbatim])
def test_controls_are_refused(quote: type[str], char: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        quote(f"a{char}b")


@pytest.mark.parametrize("text", ["16m", "500ms", "10.0.0.0/8", "fc00::/7", "image/svg+xml", "utf-8", "off"])
def test_words(text: str) -> None:
    assert word(text) == text


@pytest.mark.parametrize("text", ["", "a b", "a;", "{", "$a", "'", '"', "#", "\\", "a\n", "é"])
def test_not_a_word(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain word"):
        word(text)


@given(lines)
def test_regex_of_matches_the_text_alone(text: str) -> None:
    assert re.fullmatch(regex_of(text), text)
    assert not re.fullmatch(regex_of(text), text + "x")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/-/ready", "/-/ready"),
        ("ready", "/ready"),
        ("", "/"),
        ("/a?b=c&d=%2F", "/a?b=c&d=%2F"),
        ("/a b#c", "/a%20b%23c"),
        ("/100%", "/100%25"),
        ("/%g0%0", "/%25g0%250"),
        ("/é", "/%C3%A9"),
    ],
)
def test_request_target(path: str, target: str) -> None:
    assert request_target(path) == target


@given(lines)
def test_request_target_stands_for_the_path(path: str) -> None:
    target = request_target(path)
    assert re.fullmatch(r"/(?:[!$&-;=?-Z_a-z~]|@|%[0-9A-Fa-f]{2})*", target)
    assert request_target(target) == target
    if "%" not in path:
        assert unquote(target) == (path if path.startswith("/") else f"/{path}")


def test_filters_are_the_template_s() -> None:
    assert {"quoted": quoted, "verbatim": quoted_verbatim, "word": word, "snippet": snippet} == FILTERS
