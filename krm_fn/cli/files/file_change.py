"""FileChange: the old and the new text of a file, their diff, and what a kustomization beside it does not list."""

from __future__ import annotations

import difflib
import os

from krm_fn import codes
from krm_fn.cli.files.reading import read_if_there
from krm_fn.record import Record
from krm_fn.resource_list.glance import escaped_words
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class FileChange(Record):
    """A change to a file that is planned, not made."""

    name: str
    """As messages have it."""
    path: str
    """The real one, behind all links."""
    old: bytes | None
    """What it held when it was read; None where there was none."""
    new: bytes | None
    """What it is to hold; None to delete it."""


_NO_FILE = b"/dev/null"
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified_diff(changes: Iterable[FileChange]) -> bytes:
    """Return the diff of all changes, in bytes: line breaks and encodings are the files' own."""
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


_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def unlisted(changes: Iterable[FileChange]) -> Iterator[Result]:
    """Yield a warning for each new file that a kustomization beside it does not list, and each deleted one it lists."""
    for change in changes:
        folder, name = os.path.split(change.path)
        for kustomization in _NAMES:
            if None not in (change.old, change.new):
                continue
            named = os.path.join(os.path.dirname(change.name), kustomization)
            listed = _mentions(os.path.join(folder, kustomization), named, name)
            if change.old is None and listed is False:
                message = f"is new, and not in {named}: add it to the resources there."
                yield Result(code=codes.NEW_FILE_NOT_LISTED, file=change.name, message=message)
            elif change.new is None and listed:
                message = f"is deleted, and still in {named}: remove it from the resources there."
                yield Result(code=codes.DELETED_FILE_LISTED, file=change.name, message=message)


def _mentions(path: str, shown: str, name: str) -> bool | None:
    """Return whether a file has a name in it, None where there is no such file. A FunctionError if it is unreadable."""
    data = read_if_there(path, shown)
    if not data:
        return None
    return os.fsencode(name) in data or name in escaped_words(data.decode(errors="replace"))
