"""Where a file is cut into documents: exactly where PyYAML's parser sees their boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.cli.files.documents import documents_of, has_content, text_start
from tests.corpus.files import corpus_files

if TYPE_CHECKING:
    from pathlib import Path

BOM = "\ufeff"
WHOLE = {
    "a mapping": "a: 1\n",
    "no newline at the end": "a: 1",
    "only a comment": "# nothing\n",
    "only blank lines": "\n\n",
    "dashes that are none": " ---\n-----\n---#a\n- ---\na: ---\n",
    "dots that are none": ".. .\n....\n...a\n",
    "an indented block": "a: |\n ---\n ...\n",
}
CUT = {
    "two documents": ("a: 1\n---\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "a leading marker": ("---\na: 1\n", ["a: 1\n"]),
    "a leading comment": ("# c\n---\na: 1\n", ["# c\n", "a: 1\n"]),
    "a comment on the marker's line": ("--- # c\na: 1\n---\t# d\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "blanks behind the marker": ("--- \na: 1\n---\t\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "content behind the marker": ("--- {a: b}\n--- !!map\na: 1\n", ["--- {a: b}\n", "--- !!map\na: 1\n"]),
    "a block scalar behind the marker": ("--- |\n a\n---\nb\n", ["--- |\n a\n", "b\n"]),
    "empty documents": ("---\n---\na: 1\n---\n", ["", "a: 1\n", ""]),
    "a marker without a line break": ("a: 1\n---", ["a: 1\n", ""]),
    "CRLF": ("a: 1\r\n---\r\nb: 2\r\n", ["a: 1\r\n", "b: 2\r\n"]),
    "CR": ("a: 1\r---\rb: 2\r", ["a: 1\r", "b: 2\r"]),
    "line breaks of YAML 1.1": ("a: 1\x85---\u2028b: 2\u2029---\x85c", ["a: 1\x85", "b: 2\u2029", "c"]),
    "an end": ("a: 1\n...\n", ["a: 1\n"]),
    "an end with a comment": ("a: 1\n... # c\n---\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "comments behind an end": ("a: 1\n...\n# c\n---\nb: 2\n", ["a: 1\n", "# c\n", "b: 2\n"]),
    "several ends": ("a: 1\n...\n...\n---\nb: 2\n", ["a: 1\n", "", "b: 2\n"]),
    "a bare document behind an end": ("a: 1\n...\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "a directive": ("%YAML 1.1\n---\na: 1\n", ["a: 1\n"]),
    "directives that the text needs": ("%TAG ! tag:a,1:\n---\na: !b 1\n", ["%TAG ! tag:a,1:\n---\na: !b 1\n"]),
    "directives further down": ("a: 1\n...\n%YAML 1.1\n# c\n\n---\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "a directive without an end before": ("a: 1\n# c\n%YAML 1.1\n---\nb: 2\n", ["a: 1\n# c\n", "b: 2\n"]),
    "a byte order mark": (f"{BOM}a: 1\n---\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    "a byte order mark before a marker": (f"{BOM}---\na: 1\n", ["a: 1\n"]),
    "an open quote": ("a: 'b\n---\nc: d'\n", ["a: 'b\n", "c: d'\n"]),
    "a Helm template": (
        "{{- if .a }}\na: {{ .b }}\n---\n{{- end }}\n",
        ["{{- if .a }}\na: {{ .b }}\n", "{{- end }}\n"],
    ),
}


def texts(data: bytes) -> list[str]:
    return [data[slice(*document.text)].decode() for document in documents_of(data)]


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_one_document_is_the_whole_file(text: str) -> None:
    assert texts(text.encode()) == [text]


def test_an_empty_file_has_no_document() -> None:
    assert texts(b"") == []
    assert texts(BOM.encode()) == []


@pytest.mark.parametrize(("text", "parts"), CUT.values(), ids=CUT)
def test_file_is_cut(text: str, parts: list[str]) -> None:
    assert texts(text.encode()) == parts
    check(text.encode())


def test_bytes_that_are_no_utf_8_are_cut_as_well() -> None:
    (one, other) = documents_of(b"a: \xe9\n---\nb: \xff\n")
    assert (one.end, other.text) == (5, (9, 14))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("\n \n\t\n", False),
        ("# a\n  # b\r\n", False),
        ("# a\n b\n", True),
        ("# a\rb", True),
        (" \x85#", False),
    ],
)
def test_has_content(text: str, expected: bool) -> None:
    assert has_content(text.encode()) == expected


def check(data: bytes) -> None:
    """Assert the laws: the parts join to the file, and are the documents that PyYAML reads from the whole."""
    documents = documents_of(data)
    ends = [text_start(data), *(document.end for document in documents)]
    assert [document.start for document in documents] == ends[:-1]
    assert ends[-1] == len(data)
    for document in documents:
        start, end = document.text
        assert document.start <= start <= end <= document.end
        assert not document.is_marked or b"---" in data[document.start : document.end]
    try:
        whole = _meanings(data)
    except (yaml.YAMLError, UnicodeDecodeError):
        return
    cut = [_meanings(data[slice(*document.text)]) for document in documents]
    assert [meaning for meanings in cut for meaning in meanings] == whole
    assert all(len(meanings) <= 1 for meanings in cut)
    markers = [document.start for document in documents if document.is_marked]
    assert len(markers) == _explicit_starts(data)


def _meanings(data: bytes) -> list[str]:
    """Return what each document of a text says, as libyaml reads it; those that say nothing left out."""
    nodes = list(yaml.compose_all(data.decode(), Loader=yaml.CBaseLoader))
    empty = yaml.serialize(yaml.ScalarNode("tag:yaml.org,2002:str", ""))
    return [text for text in (yaml.serialize(node) for node in nodes) if text != empty]


def _explicit_starts(data: bytes) -> int:
    events: list[Any] = list(yaml.parse(data.decode(), Loader=yaml.CBaseLoader))
    return sum(isinstance(event, yaml.DocumentStartEvent) and bool(event.explicit) for event in events)


LINES: tuple[str, ...] = (
    "---",
    "...",
    "--- ",
    "---\t# c",
    "--- {a: b}",
    "--- |",
    "--- !!map",
    "... # e",
    "...\n%YAML 1.1",
)
LINES += (
    "...\n%TAG ! tag:a,1:",
    "...\n# c\n%",
    "",
    " ",
    "# c",
    " # d",
    "a: 1",
    "b: |",
    "  text",
    " ---",
    "c: 'd",
    "e'",
)
LINES += ("- f", "x", "{{ y }}", "g: &h !i j", "k: *h")
BREAKS = ("\n", "\r\n", "\r", "\x85", "\u2028", "")


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from((*["\n"] * 5, *BREAKS))), max_size=12),
    st.sampled_from(("", BOM)),
)
def test_lines_of_any_kind(lines: list[tuple[str, str]], mark: str) -> None:
    check((mark + "".join(line + line_break for line, line_break in lines)).encode())


@given(st.text(alphabet="-.%# \ta:'\n\r\x85\u2028{"))
def test_any_text(text: str) -> None:
    check(text.encode())


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    check(data)


@pytest.mark.corpus
@pytest.mark.parametrize("path", corpus_files())
def test_corpus(path: Path) -> None:
    data = path.read_bytes()
    check(data)
    check(data.replace(b"\n", b"\r\n"))
    check(data + b"---\n" + data)
