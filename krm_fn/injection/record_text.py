"""The ownership record as text: one line for each change, readable in a review, exact enough to undo it.

    created spec.template.spec.volumes
    added spec.template.spec.containers[name=web-proxy]
    changed spec.ports[name=http].targetPort from 80 to proxy-http
    filled spec.template.spec.volumes was " []"

An entry of a list is found by its name where that is unique, so that it is found after others come and go.
"""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Path

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00"}


def record_text(changes: list[Change], data: Any) -> str:
    """Return the record of changes that were made to a document, as it now is."""
    return "".join(_line(change, data) + "\n" for change in changes)


def changes_of(record: str, data: Any) -> list[Change]:
    """Return the changes of a record, with their places in a document as it now is.

    Without those whose place is gone. A line that is no record's is a ValueError.
    """
    changes = (_change(line, data) for line in record.splitlines() if line)
    return [change for change in changes if change is not None]


def path_text(path: Path, data: Any) -> str:
    """Return a path as text: spec.template.spec.containers[name=web-proxy]."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{_selector(step, data)}]"
        elif step and all(char not in step for char in '.[]" =') and step.isprintable():
            text += f".{step}"
        else:
            text += f"[{quoted(step)}]"
        data = _below(data, step)
    return text.removeprefix(".")


def _selector(index: int, entries: list[Any]) -> str:
    name = entries[index].get("name") if isinstance(entries[index], dict) else None
    if isinstance(name, str) and is_plain_safe(name) and _names(entries).count(name) == 1:
        return f"name={name}"
    return str(index)


def _names(entries: list[Any]) -> list[Any]:
    return [entry.get("name") if isinstance(entry, dict) else None for entry in entries]


def _below(data: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return data[step] if isinstance(data, list) and 0 <= step < len(data) else None
    return data.get(step) if isinstance(data, dict) else None


def _line(change: Change, data: Any) -> str:
    line = f"{change.verb} {path_text(change.path, data)}"
    if change.verb == "changed":
        return f"{line} from {_word(change.old)} to {_word(change.new)}"
    return f"{line} was {_word(change.old)}" if change.verb in ("filled", "expanded") else line


def _word(text: str) -> str:
    plain = text and " " not in text and (is_plain_safe(text) or text.isdecimal())
    return text if plain else quoted(text)


def _change(line: str, data: Any) -> Change | None:
    reader = _Reader(line)
    verb = reader.word()
    path = reader.path(data)
    old = new = ""
    if verb == "changed":
        reader.expect("from")
        old = reader.word()
        reader.expect("to")
        new = reader.word()
    elif verb in ("filled", "expanded"):
        reader.expect("was")
        old = reader.word()
    elif verb not in ("added", "created"):
        msg = f"a line must start with added, created, filled, expanded or changed, got {shown(line)}"
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
            data = _below(data, step) if step is not None else None
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
            self.rest = self.rest.removeprefix("]")
            return key
        selector, _, self.rest = self.rest.partition("]")
        entries = data if isinstance(data, list) else []
        if selector.isdecimal():
            return int(selector) if int(selector) < len(entries) else None
        names = _names(entries)
        name = selector.removeprefix("name=")
        return names.index(name) if names.count(name) == 1 else None

    def _quoted(self) -> str:
        text = ""
        at = 1
        while at < len(self.rest) and self.rest[at] != '"':
            char = self.rest[at]
            if char == "\\":
                kind = self.rest[at + 1]
                width = {"u": 4, "U": 8}.get(kind, 0)
                digits = self.rest[at + 2 : at + 2 + width]
                char = chr(int(digits, 16)) if width else _ESCAPES.get(kind, kind)
                at += 1 + width
            text += char
            at += 1
        self.rest = self.rest[at + 1 :]
        return text
