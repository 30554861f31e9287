from __future__ import annotations

import json
from random import Random

import pytest

from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.node import Alias, Mapping, Node, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError, pyyaml_read, read


def entry(text: str, key: str) -> Node:
    root = pyyaml_read(text)
    assert isinstance(root, Mapping)
    return root.entries[root.index(key)][1]


def source(text: str, key: str) -> str:
    node = entry(text, key)
    return text[node.start : node.end]


BLOCKS = {
    "clip": ("|\n  x\n  y", "\n"),
    "clip, with blank lines": ("|\n  x\n\n  y", "\n\n\n"),
    "strip": ("|-\n  x", "\n\n"),
    "keep": ("|+\n  x\n\n", "\n"),
    "keep, at the dedent": ("|+\n  x", "\n"),
    "folded": (">\n  x\n  y", "\n\n"),
    "with spaces at the end": ("|\n  x\n     ", "\n \n"),
    "with an indentation indicator": ("|2\n    x\n  y", "\n"),
    "a comment on the header": ("| # c - d\n  x", "\n"),
    "anchored and tagged": ("&x !!str |-\n  x", "\n"),
    "empty": ("|", "\n\n"),
    "empty keep": ("|+\n", "\n"),
    "with blanks behind as wide as its text": ("|\n  x", "\n  \n"),
    "with an indentation indicator, and blanks behind": ("|2\n    x\n  y\n   ", "\n"),
    "with a capital": ("|\n  Xx\n   ", "\n"),
    "with a tab before its text": ("|2\n  \tx\n   ", "\n"),
    "comments behind": ("|\n    x", "\n  # c\n# d\n"),
}


@pytest.mark.parametrize(("block", "behind"), BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_end_of_a_block_scalar_before_another_key(block: str, behind: str, newline: str) -> None:
    text = f"a: {block}{behind}b: 1\n".replace("\n", newline)
    assert source(text, "a") == block.replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("a: |\n  x", "|\n  x"),
        ("a: |\n  x\n", "|\n  x"),
        ("a: |\n  x\n\n", "|\n  x"),
        ("a: |-\n  x\n\n  ", "|-\n  x"),
        ("a: |+\n  x", "|+\n  x"),
        ("a: |+\n  x\n", "|+\n  x"),
        ("a: |+\n  x\n\n", "|+\n  x\n"),
        ("a: |+\r\n  x\r\n\r\n", "|+\r\n  x\r\n"),
        ("a: |", "|"),
        ("a: |\n", "|"),
        ("a: |\n\n\n", "|"),
    ],
)
def test_end_of_a_block_scalar_at_the_end(text: str, block: str) -> None:
    assert source(text, "a") == block


@pytest.mark.parametrize(
    ("text", "key", "place"),
    [
        ("a:\nb: 1\n", "a", 2),
        ("a: # c\nb: 1\n", "a", 2),
        ("a :\nb: 1\n", "a", 3),
        ("? a\nb: 1\n", "a", 3),
        ("? a # c: d\nb: 1\n", "a", 3),
        ("? a\n:\nb: 1\n", "a", 5),
        ("{a: , b: 1}\n", "a", 3),
        ("{a : , b: 1}\n", "a", 4),
        ("{a , b: 1}\n", "a", 2),
        ("{a, b: 1}\n", "a", 2),
    ],
)
def test_place_of_a_null(text: str, key: str, place: int) -> None:
    node = entry(text, key)
    assert (node.start, node.end) == (place, place)
    assert to_data(node) is None


def test_nodes_know_their_place() -> None:
    text = "a: &x\n  - 'b'\nc: {d: *x}\n? e\n: !t\n  f: 1\n"
    root = pyyaml_read(text)
    assert isinstance(root, Mapping)
    assert (root.column, root.flow, text[root.start : root.end]) == (0, False, text.rstrip())
    anchored, flow, tagged = (value for _, value in root.entries)
    assert isinstance(anchored, Sequence)
    assert (anchored.anchor, anchored.column, text[anchored.start : anchored.end]) == ("x", 2, "&x\n  - 'b'")
    assert isinstance(flow, Mapping)
    assert (flow.flow, text[flow.start : flow.end]) == (True, "{d: *x}")
    alias = flow.entries[0][1]
    assert isinstance(alias, Alias)
    assert resolved(alias) is anchored
    assert isinstance(tagged, Mapping)
    assert (tagged.tag, tagged.column) == ("!t", 2)
    quoted = anchored.items[0]
    assert isinstance(quoted, Scalar)
    assert (quoted.value, quoted.plain) == ("b", False)


def test_anchors_of_an_enclosing_text() -> None:
    known = {"x": read("1\n"), "y": read("2\n")}
    root = read("a: *x\nb: &y 3\nc: *y\nd: *z\n", known)
    assert isinstance(root, Mapping)
    assert [type(resolved(value)).__name__ for _, value in root.entries] == ["Scalar", "Scalar", "Scalar", "Alias"]
    assert to_data(root.entries[0][1]) == 1
    assert to_data(root.entries[2][1]) == 3
    assert set(known) == {"x", "y"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must hold a YAML document, got nothing"),
        ("# c\n", "must hold a YAML document, got nothing"),
        ("a\n---\nb\n", "must hold one YAML document, got several"),
        ("a: b: c\n", r"must be YAML: mapping values are not allowed in this context \(line 1\)"),
        ("a: 'b\n", r"must be YAML: while scanning a quoted scalar found unexpected end of stream \(line 2\)"),
        ("a: \x07\n", "must be YAML: unacceptable character #x0007"),
        ("[" * 201 + "]" * 201, r"must be nested at most 200 deep \(line 1\)"),
    ],
)
def test_no_yaml(text: str, problem: str) -> None:
    with pytest.raises(YamlError, match=problem):
        read(text)


def test_nesting_to_the_end_of_it() -> None:
    text = "[" * 200 + "]" * 200
    node = read(text)
    assert text[node.start : node.end] == text


def test_column_of_an_anchored_list_that_ends_with_its_dash() -> None:
    node = entry("a: &x\n -", "a")
    assert isinstance(node, Sequence)
    assert node.column == 1


PAIRS: dict[str, tuple[str, object]] = {
    "alone": (r'"\ud83d\ude00"', "😀"),
    "in capitals, twice": (r'"a\uD83D\uDE00b\udbff\udfff"', "a😀b\U0010ffff"),
    "in a key": (r'{"\ud83d\ude00": 1}', {"😀": 1}),
    "beside what only looks like them": (r'["\\ud83d\\ude00", "\ud83d\ude00"]', [r"\ud83d\ude00", "😀"]),
    "beside what is no escape": (
        "a: '\\uD83d\\ude00'\nb: \\ud83d\nc: |\n  \\uDE00\nd: \"\\ud83d\\ude00\"\n",
        {"a": r"\uD83d\ude00", "b": r"\ud83d", "c": "\\uDE00\n", "d": "😀"},
    ),
    "without any escape": ("a: '\\ud83d'\n", {"a": r"\ud83d"}),
}


@pytest.mark.parametrize(("text", "data"), PAIRS.values(), ids=PAIRS)
def test_a_pair_of_escapes_is_one_character(text: str, data: object) -> None:
    root = read(text)
    assert to_data(root) == data
    assert text[root.start : root.end].strip() == text.strip()


def test_what_json_writes_is_read_as_json_reads_it() -> None:
    random, read_at_all = Random(0), 0
    parts = ["a", "/", "\\", '"', "😀", "\ud83d", "\ude00", "é", "u", "d83d", "e83d", "\n", " ", "\U0010ffff"]
    for _ in range(2000):
        text = json.dumps({"a": "".join(random.choices(parts, k=8))})
        try:
            data = to_data(read(text))
        except YamlError:
            continue
        assert data == json.loads(text)
        read_at_all += "\\ud" in text
    assert read_at_all > 400


@pytest.mark.parametrize(
    "text",
    [
        r'"\ud83d"',
        r'"\ude00"',
        r'"\ude00\ud83d"',
        r'"\ud83d\ud83d\ude00"',
        r'"\ud83d\\ude00"',
        r'"\\ud83d\ude00"',
        '"\\ud83d\\\n\\ud83d"',
    ],
)
def test_half_of_a_pair_is_refused_where_it_matters(text: str) -> None:
    with pytest.raises(YamlError, match=r"must have both escapes of a pair .* \(line 1\)"):
        read(text)
    read(text, only_places=True)


@pytest.mark.parametrize("other", ["\ue800", r'"\uefff"', r'"\U0000E9aa"'])
def test_pairs_beside_characters_of_private_use_are_refused(other: str) -> None:
    with pytest.raises(YamlError, match="found invalid Unicode character escape code"):
        read(f'["\\ud83d\\ude00", {other}]')
