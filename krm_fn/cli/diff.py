"""Show changes of files as a unified diff, which `patch -p1` and `git apply` take."""

from __future__ import annotations

import difflib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.cli.write import FileChange

_NO_FILE = b"/dev/null"
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified_diff(changes: Iterable[FileChange]) -> bytes:
    """Return the diff of all changes, in bytes: the files' line breaks and encodings are theirs."""
    return b"".join(line for change in changes for line in _lines(change))


def _lines(change: FileChange) -> Iterator[bytes]:
    name = os.fsencode(change.name.lstrip("/"))
    old = _NO_FILE if change.old is None else b"a/" + name
    new = _NO_FILE if change.new is None else b"b/" + name
    before, after = _split(change.old or b""), _split(change.new or b"")
    for line in difflib.diff_bytes(difflib.unified_diff, before, after, old, new, lineterm=b"\n"):
        yield line if line.endswith(b"\n") else line + _NO_NEWLINE


def _split(text: bytes) -> list[bytes]:
    """Return the lines with their line feeds. A carriage return is no line's end."""
    *lines, last = text.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])
