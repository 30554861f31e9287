from __future__ import annotations

import pytest

from krm_fn.yaml_text.node import Mapping, Scalar, Sequence
from krm_fn.yaml_text.places import FirstIndents, dash_of, entry_span, insertion_point, line_end, newline_at, style_of
from krm_fn.yaml_text.read import YamlError, pyyaml_read
from krm_fn.yaml_text.write import Style


def collection(text: str) -> Mapping | Sequence:
    root = pyyaml_read(text)
    assert isinstance(root, Mapping | Sequence)
    return root


@pytest.mark.parametrize(
    ("text", "offset", "newline"),
    [
        ("a", 0, "\n"),
        ("a\n", 0, "\n"),
        ("a\r\n", 0, "\r\n"),
        ("a\r\nb\n", 3, "\n"),
        ("a\r\nb", 3, "\r\n"),
        ("\na\r\n", 0, "\n"),
    ],
)
def test_newline_at(text: str, offset: int, newline: str) -> None:
    assert newline_at(text, offset) == newline


@pytest.mark.parametrize(
    ("text", "offset", "end"), [("ab", 0, 2), ("ab\nc", 1, 2), ("ab\r\nc", 0, 2), ("\n", 0, 0), ("\r\n", 1, 1)]
)
def test_line_end(text: str, offset: int, end: int) -> None:
    assert line_end(text, offset) == end


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("a: 1\n", "a: 1"),
        ("a: 1 # c\n", "a: 1 # c"),
        ("a: 1\n # c\n\n\n  # d\n\n# e\n", "a: 1\n # c\n\n\n  # d"),
        ("- 1\r\n  # c\r\n", "- 1\r\n  # c"),
        ("a: 1", "a: 1"),
        ("a: 1\n # c", "a: 1\n # c"),
        ("a: 1\n   \n", "a: 1"),
        (" # c\na: 1", " # c\na: 1"),
    ],
)
def test_insertion_point(text: str, before: str) -> None:
    assert text[: insertion_point(text, collection(text))] == before


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("a: 1\n", Style()),
        ("a:\n    b: 1\n", Style(step=4)),
        ("a:\n  - 1\n", Style(offset=2)),
        ("a:\n-   b: 1\n", Style(dash=4)),
        ("a:\n-\n    b: 1\n", Style()),
        ("a: {b: [1]}\nc:\n   d:\n    -  1\n", Style(step=3, offset=1, dash=3)),
        ("- - 1\n", Style()),
        ("-\n", Style()),
        ("-   1\n-\n", Style(dash=4)),
        ("- a:\n   - b\n", Style(offset=1)),
        ("- a:\n    b:\n      - 1\n", Style(offset=2)),
        ("a:\n  - b:\n       c: 1\n", Style(step=3, offset=2)),
        ("a:\n   b:\n     -   c\n", Style(step=3, offset=2, dash=4)),
        ("x:\n- a:\n      b: 1\n", Style(step=4)),
    ],
)
def test_style_of(text: str, style: Style) -> None:
    root = collection(text)
    assert style_of(text, FirstIndents(text, root), root, 0) == style


def test_the_list_itself_decides_on_its_dashes() -> None:
    text = "a:\n-   1\nb:\n- 1\nc:\n-\n  - 1\n"
    root = collection(text)
    assert isinstance(root, Mapping)
    widths = []
    for _, value in root.entries:
        assert isinstance(value, Sequence)
        widths.append(style_of(text, FirstIndents(text, root), value, 0).dash)
    assert widths == [4, 2, 4]


def test_the_last_item_decides_on_the_dash_of_the_next() -> None:
    text = "- 1\n-   2\n"
    root = collection(text)
    assert style_of(text, FirstIndents(text, root), root, 0).dash == 4


def test_a_dash_that_is_not_there() -> None:
    with pytest.raises(YamlError, match="must have each dash on the line of its item, or above it"):
        dash_of("a: 1\n", Sequence(0, 4, flow=False, column=0), Scalar(3, 4, "1", plain=True))


def test_no_literal_block_where_the_text_ends() -> None:
    root = collection("a: 1")
    assert not style_of("a: 1", FirstIndents("a: 1", root), root, 4).literal


@pytest.mark.parametrize(
    ("text", "position", "span"),
    [
        ("a: 1\nb: 2\n", 0, "a: 1\n"),
        ("a: 1\nb: 2\n", 1, "b: 2\n"),
        ("a: 1\nb: 2", 1, "\nb: 2"),
        ("a: 1\r\nb: 2", 1, "\r\nb: 2"),
        ("a: 1", 0, "a: 1"),
        ("\na: 1\n", 0, "a: 1\n"),
        ("\r\na: 1", 0, "\r\na: 1"),
        ("- 1\n- 2\n", 1, "- 2\n"),
        ("-\n\n  # c\n  a: 1\n- 2\n", 0, "-\n\n  # c\n  a: 1\n"),
        ("[1, 2, 3]", 0, "1, "),
        ("[1, 2, 3]", 1, ", 2"),
        ("[1]", 0, "1"),
        ("{a: 1, b: 2}", 0, "a: 1, "),
        ("{a: 1, b: 2}", 1, ", b: 2"),
    ],
)
def test_entry_span(text: str, position: int, span: str) -> None:
    start, end = entry_span(text, collection(text), position)
    assert text[start:end] == span


@pytest.mark.parametrize(
    ("text", "dashes"),
    [
        ("- 1\n- 2\n", [0, 4]),
        ("# c\n- 1\n-\n  # c\n\n  2\n", [4, 8]),
        ("\n-  - 1\n   - 2\n", [1]),
        ('- a: "-"\n  b: 1\n-\n  - 3\n', [0, 16]),
    ],
)
def test_dash_of(text: str, dashes: list[int]) -> None:
    sequence = collection(text)
    assert isinstance(sequence, Sequence)
    assert [dash_of(text, sequence, item) for item in sequence.items] == dashes
