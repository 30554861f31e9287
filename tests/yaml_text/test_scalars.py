from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from krm_fn.yaml_text.scalars import is_literal_safe, is_plain_safe, meaning, scalar_text
from tests.manifests import load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("", None),
        ("~", None),
        ("Null", None),
        ("True", True),
        ("false", False),
        ("yes", "yes"),
        ("80", 80),
        ("-80", -80),
        ("+80", 80),
        ("-", "-"),
        ("0", 0),
        ("0644", 420),
        ("0o644", 420),
        ("0x1F", 31),
        ("-0x1F", -31),
        ("0b101", 5),
        ("1_000", 1000),
        ("08", "08"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("12:30", "12:30"),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", "18446744073709551616"),
        ("TRUE", True),
        ("true", True),
        ("False", False),
        ("FALSE", False),
        ("_1", "_1"),
        ("X1", "X1"),
        ("1__0", 10),
        ("1_", 1),
        ("0xabcdef", 0xABCDEF),
        ("0XABCDEF", 0xABCDEF),
        ("0O17", 15),
        ("0B11", 3),
        ("-9223372036854775808", -9223372036854775808),
        ("-9223372036854775809", "-9223372036854775809"),
        ("0x" + "f" * 9999, "0x" + "f" * 9999),
        ("9" * 9999, "9" * 9999),
        ("1\u0663", "1\u0663"),
        ("1\u00a0", "1\u00a0"),
    ],
)
def test_meaning(text: str, value: Any) -> None:
    assert meaning(text) == value
    assert type(meaning(text)) is type(value)


WORDS = [
    "yes",
    "Yes",
    "y",
    "Y",
    "on",
    "off",
    "no",
    "n",
    "true",
    "True",
    "TRUE",
    "~",
    "null",
    "Null",
    "",
    "0644",
    "0o644",
    "08",
]
WORDS += [
    "0x1F",
    "0b101",
    "1_000",
    "1e3",
    "1E+2",
    "1.10",
    "1.0",
    ".5",
    ".inf",
    ".nan",
    "-.inf",
    "+1",
    "-0",
    "12:30",
    "1:30:00",
]
WORDS += [
    "190:20:30",
    "22:22",
    "2001-12-14",
    "2001-12-14T21:59:43Z",
    "12345678901234567890123",
    "123456789012",
    "=",
    "<<",
    "1.2.3",
]
WORDS += [
    "0.10.0",
    "@x",
    " a: b",
    "1234567e8",
    "-",
    "- a",
    "? a",
    ": a",
    "a:",
    "a: b",
    "a #b",
    "#a",
    "a\tb",
    "a ",
    "---",
    "...",
    "%a",
]
WORDS += [
    "!a",
    "&a",
    "*a",
    "|",
    ">",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ",",
    "`",
    "\\",
    "é",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\x85",
    "\x00",
    "\x7f",
]
WORDS += [
    "🚀",
    "a\nb",
    "\n",
    "a\r\nb",
    "nan",
    "inf",
    "-inf",
    "1Mi",
    "500m",
    "1.5Gi",
    "1k",
    "-c",
    "-1c",
    "-y",
    "/",
    "_",
    "_1",
    "a,b",
    "a]b",
    "\ud7ff",
]


def readers() -> list[Any]:
    return [lambda text: yaml.safe_load(text), YAML(typ="safe", pure=True).load, load]  # noqa: PLW0108 # as it reads


@pytest.mark.parametrize("reader", readers(), ids=["YAML 1.1", "YAML 1.2", "Kubernetes"])
def test_every_reader_takes_a_written_string_for_the_same(reader: Any) -> None:
    for word in WORDS:
        written = scalar_text(word)
        assert reader(f"{written}: [{written}, {{k: {written}}}]\n") == {word: [word, {"k": word}]}
        assert reader(f"- {written} # c\n- a: {written}\n") == [word, {"a": word}]


@pytest.mark.parametrize("word", WORDS)
def test_a_quoted_string_of_printable_text_is_json(word: str) -> None:
    if word.isprintable():
        assert json.loads(scalar_text(word, json=True)) == word


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), (False, "false"), (5, "5"), (1.5, "1.5"), ("a", "a"), ("5", '"5"'), ("", '""')],
)
def test_scalar_text(value: Any, text: str) -> None:
    assert scalar_text(value) == text


def test_what_is_written_plain_is_a_string_to_every_reader() -> None:
    random = Random(7)
    alphabets = [
        "0123456789.-+_eE",
        "0123456789abcdefxXoOb_",
        "yYnNoOfFeEsStTrRuUlLaA~",
        "aZ09-_./@+=:%* ,#",
        "0123456789:-TZ. ",
        "1kMGi.e0_",
    ]
    candidates = {"".join(random.choices(random.choice(alphabets), k=random.randint(1, 8))) for _ in range(100_000)}
    safe = sorted(filter(is_plain_safe, candidates))
    assert len(safe) > 10_000
    for start in range(0, len(safe), 1000):
        words = safe[start : start + 1000]
        block, flow = "".join(f"- {word}\n" for word in words), f"[{', '.join(words)}]"
        keys = "".join(f"{word}: {word}\n" for word in words)
        for text in (block, flow):
            assert yaml.load(text, Loader=yaml.CSafeLoader) == words
            assert load(text) == words
        assert yaml.load(keys, Loader=yaml.CSafeLoader) == dict(zip(words, words, strict=True))
    words = random.sample(safe, 4000)
    assert YAML(typ="safe", pure=True).load("".join(f"- {word}\n" for word in words)) == words
    assert YAML(typ="safe", pure=True).load(f"[{', '.join(words)}]") == words


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a", False),
        ("\n", False),
        ("a\n", True),
        ("a\nb", True),
        ("\na\n", True),
        (" a\n", False),
        ("\ta\n", False),
        ("\n a\n", False),
        ("a\n b\n\tc \n", True),
        ("a\r\n", False),
        ("a\n\x07", False),
        ("a\n\u2028", False),
        ("a\n\u2029", False),
        ("a\n\x9f", False),
        ("a\n\xa0", True),
        ("a\n\ufeff", False),
        ("a\n\ufffe", False),
        ("é\n🚀\n", True),
    ],
)
def test_is_literal_safe(text: str, safe: bool) -> None:
    assert is_literal_safe(text) is safe


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("-c", "-c"),
        ("--", '"--"'),
        ('a"b', '"a\\"b"'),
        ("a\\b", '"a\\\\b"'),
        ('é"', '"é\\""'),
        ("é\\", '"é\\\\"'),
        ("\x00", '"\\0"'),
        ("a\n\t\r", '"a\\n\\t\\r"'),
        ("\x85\ud800", '"\\u0085\\ud800"'),
        ("\U0010ffff", '"\\U0010ffff"'),
    ],
)
def test_scalar_text_to_the_letter(value: str, text: str) -> None:
    assert scalar_text(value) == text


AMBIGUOUS = ("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf")
QUOTED = [spelling for word in AMBIGUOUS for spelling in (word, word.upper(), word.capitalize())]
QUOTED += ["", "~", "-", "--", "a:", "a: b", "a ", " a", "1e3", "0x1", "0o7", "1_000", ".5", "-1", "+1", "16:20", "_1"]
QUOTED += ["=", "<<", "#a", "a #b", "a,b", "[a", "{a", "&a", "*a", "!a", "|", "> a", "%a", "@a", "`a", "'a", "?a"]
QUOTED += ["16M i", "16Mi:", "16Mi,", "1.5", "12e4", "0xab", "1d", "é", "\ud800", "\udfff", "\ufffe", "\uffff"]
PLAIN = [
    "a",
    "a-b",
    "a_b",
    "a.b/c:d",
    "-c",
    "-ab",
    "16Mi",
    "1.5Gi",
    "100m",
    "a=b",
    "a*b",
    "a%b",
    "a b",
    "a@b",
    "aX",
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "Z0123456789-_./@+=:%* 9",
    "/",
]

PLAIN += [f"1{letter}" for letter in "GHKLMPQRSUVWghjklmpqrsuvw"]


@pytest.mark.parametrize("word", QUOTED)
def test_what_may_be_taken_for_anything_else_is_quoted(word: str) -> None:
    assert scalar_text(word).startswith('"')


@pytest.mark.parametrize("word", PLAIN)
def test_what_nobody_takes_for_anything_else_is_plain(word: str) -> None:
    assert scalar_text(word) == word


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_to_kubernetes(text: str) -> None:
    assert meaning(text) is None


@pytest.mark.parametrize(
    ("char", "text"),
    [
        ("\ufffe", "\\ufffe"),
        ("\uffff", "\\uffff"),
        ("\udfff", "\\udfff"),
        ("\x7f", "\\u007f"),
        ("\ue000", "\ue000"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
        ("\ufeff", "\\ufeff"),
    ],
)
def test_escapes_of_what_is_no_character(char: str, text: str) -> None:
    assert scalar_text(char) == f'"{text}"'
