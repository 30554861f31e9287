"""Cut the bytes of a file into its YAML documents.

A line that starts with `---` or `...` at column 0 ends what comes before it, whatever that is, an open quote included.
So a file is cut without being read as YAML, and one that is none, such as a Helm template, as well.
"""

from __future__ import annotations

import re

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BREAKS = (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What ends a line in YAML 1.1 and go-yaml; before LF, CR is a part of it."""
_MARKER = re.compile(rb"(---|\.\.\.)(?=[ \t]|%b|\Z)" % b"|".join(_BREAKS))
_LINE = re.compile(rb"(.*?)(?:\r\n|%b|\Z)" % b"|".join(_BREAKS), re.DOTALL)


class FileDocument(Record):
    """A part of a file: a document, or what comes before the first `---` or after a `...` without being one.

    The parts follow each other without a gap, from behind a byte order mark to the end of the file.
    """

    start: int
    """Where its directives or its `---` begin; without these, its text."""
    text: tuple[int, int]
    """The span of the text that says what it means: behind a `---` that stands alone or with a comment on its line,
    else with it and the directives that the text needs; before a `...`."""
    end: int
    """Where the next part begins."""
    is_marked: bool
    """Whether it begins with `---`."""


def documents_of(data: bytes) -> list[FileDocument]:
    """Return the parts of a file, none if it is empty. Bytes that are no UTF-8 are no obstacle."""
    documents = []
    start = body = text_start(data)
    is_marked = False
    for marker in _MARKER.finditer(data, start):
        at = marker.start()
        if at != start and not data.endswith(_BREAKS, start, at):
            continue
        after = _line_end(data, at)
        if marker[1] == b"...":
            documents.append(FileDocument(start=start, text=(body, at), end=after, is_marked=is_marked))
            start, body, is_marked = after, after, False
            continue
        end = _directives_start(data, body, at)
        if end > start:
            documents.append(FileDocument(start=start, text=(body, end), end=end, is_marked=is_marked))
        start, is_marked = end, True
        stands_alone = not has_content(data[marker.end() : after]) and b"%TAG" not in data[end:at]
        body = after if stands_alone else end
    if len(data) > start:
        documents.append(FileDocument(start=start, text=(body, len(data)), end=len(data), is_marked=is_marked))
    return documents


def span_to_cut(data: bytes, documents: list[FileDocument], position: int) -> tuple[int, int]:
    """Return the span that is removed with a document: also its marker, so that the others stay what they are.

    Where the first one has no marker, the comments at the head of the file stay, and the marker of the next is removed.
    """
    document = documents[position]
    if document.is_marked:
        return document.start, document.end
    start, end = document.text[0], document.end
    if position == 0:
        lines = _lines(data, start, end)
        start = next((at for at, line in lines if has_content(line)), end)
    if position + 1 < len(documents) and data[end : documents[position + 1].text[0]].strip() == b"---":
        end = documents[position + 1].text[0]
    return start, end


def text_start(data: bytes) -> int:
    """Return where a file's text begins: behind the byte order mark if it has one."""
    return len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0


def has_content(text: bytes) -> bool:
    """Return whether there is more in a text than blank lines and comments."""
    return any(
        line.strip(b" \t") and not line.lstrip(b" \t").startswith(b"#") for _, line in _lines(text, 0, len(text))
    )


def _line_end(data: bytes, start: int) -> int:
    """Return where the line after that of an offset begins."""
    line = _LINE.match(data, start)
    return line.end() if line else len(data)


def _directives_start(data: bytes, start: int, end: int) -> int:
    """Return where the directives begin that come before a `---`, with only comments between; the `---` without any.

    A document that is nothing but plain text over lines might have a last one that looks like them. That is no object.
    """
    first = end
    if data.find(b"%", start, end) >= 0:
        for at, line in reversed(list(_lines(data, start, end))):
            if line.startswith(b"%"):
                first = at
            elif has_content(line):
                break
    return first


def _lines(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a part of a text, without their breaks, and where each begins."""
    while start < end:
        line = _LINE.match(data, start, end)
        assert line  # noqa: S101 # it matches everything
        yield start, line[1]
        start = line.end()
