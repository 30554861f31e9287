"""Read the ownership record: the changes it tells, with their places in a document as it now is."""

from __future__ import annotations

from krm_fn.injection.marks import RECORD_PREFIX
from krm_fn.injection.record_text import below, is_record, names_in
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.change import Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00"}


def added_by_others(data: Any) -> Iterator[tuple[str, Path]]:
    """Yield what the records that an object bears tell to be added: the ProxySidecar's name, and the path."""
    for key, record in annotations_of(data).items():
        if is_record(key):
            try:
                changes = changes_of(str(record), data)
            except ValueError:  # that ProxySidecar's own run tells of it
                continue
            yield from ((key.removeprefix(RECORD_PREFIX), change.path) for change in changes if change.verb == "added")


def changes_of(record: str, data: Any) -> list[Change]:
    """Return the changes of a record, with their places in a document as it now is.

    Without those whose place is gone. A line that is no record's is a ValueError.
    """
    changes = (change_of(line, data) for line in record.splitlines() if line)
    return [change for change in changes if change is not None]


def change_of(line: str, data: Any) -> Change | None:
    """Return the change that a line tells, None where its place is gone. `new` of what was added is its digest."""
    reader = _Reader(line)
    verb = reader.word()
    path = reader.path(data)
    old = new = ""
    if verb == "changed":
        reader.expect("from")
        old = reader.word()
        reader.expect("to")
        new = reader.word()
    elif verb == "renamed":
        reader.expect("from")
        old = reader.word()
    elif verb in ("filled", "expanded"):
        reader.expect("was")
        old = reader.word()
    elif verb == "added" and reader.rest:
        reader.expect("as")
        new = reader.word()
    elif verb not in ("added", "created"):
        msg = f"a line must start with added, created, filled, expanded, changed or renamed, got {shown(line)}"
        raise ValueError(msg)
    if path == () or reader.rest:
        msg = f"must tell one change, got {shown(line)}"
        raise ValueError(msg)
    return None if path is None else Change(verb=verb, path=path, old=old, new=new)


class _Reader:
    """Reads a line of the record from left to right."""

    def __init__(self, line: str) -> None:
        self.rest = line

    def word(self) -> str:
        """Return the next word, or the text of a quoted one."""
        self.rest = self.rest.lstrip(" ")
        if self.rest.startswith('"'):
            return self._quoted()
        word, _, self.rest = self.rest.partition(" ")
        if not word:
            msg = "must not end there"
            raise ValueError(msg)
        return word

    def expect(self, word: str) -> None:
        """Go past a word that must come."""
        if self.word() != word:
            msg = f"must have the word {word!r} before {self.rest!r}"
            raise ValueError(msg)

    def path(self, data: Any) -> Path | None:
        """Return the path that comes next, None where the document has no such entry."""
        path: list[str | int] | None = []
        while self.rest and not self.rest.startswith(" "):
            step = self._step(data)
            data = below(data, step) if step is not None else None
            path = None if path is None or step is None else [*path, step]
        return None if path is None else tuple(path)

    def _step(self, data: Any) -> str | int | None:
        if not self.rest.startswith("["):
            self.rest = self.rest.removeprefix(".")
            end = min((at for at in map(self.rest.find, ".[ ") if at >= 0), default=len(self.rest))
            step, self.rest = self.rest[:end], self.rest[end:]
            return step
        self.rest = self.rest[1:]
        if self.rest.startswith('"'):
            key = self._quoted()
            self._close()
            return key
        end = self.rest.find("]")
        selector, self.rest = self.rest[:end], self.rest[end:]
        self._close()
        entries = data if isinstance(data, list) else []
        if selector.isdecimal():
            return int(selector) if int(selector) < len(entries) else None
        if not selector.startswith("name="):
            msg = f"must have a number or a name in brackets, got {shown(selector)}"
            raise ValueError(msg)
        names = names_in(entries)
        name = selector.removeprefix("name=")
        return names.index(name) if names.count(name) == 1 else None

    def _close(self) -> None:
        if not self.rest.startswith("]"):
            msg = "must close its brackets"
            raise ValueError(msg)
        self.rest = self.rest[1:]

    def _quoted(self) -> str:
        text = ""
        at = 1
        end = len(self.rest) - 1  # of the closing quote, at most
        while at < end and self.rest[at] != '"':
            char = self.rest[at]
            if char == "\\":
                kind = self.rest[at + 1]
                width = {"u": 4, "U": 8}.get(kind, 0)
                digits = self.rest[at + 2 : at + 2 + width]
                char = _character(digits) if width else _ESCAPES.get(kind, kind)
                at += 1 + width
            text += char
            at += 1
        if self.rest[at : at + 1] != '"':
            msg = "must close its quotes"
            raise ValueError(msg)
        self.rest = self.rest[at + 1 :]
        return text


def _character(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except OverflowError as error:
        msg = f"must have no character {shown(digits)}"
        raise ValueError(msg) from error
