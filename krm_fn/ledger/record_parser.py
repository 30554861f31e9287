"""Read the ownership record: the changes it lists, with their places in a document as it now is."""

from __future__ import annotations

from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.record_format import is_record
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import EACH, located, parse_quoted, parse_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path


def added_by_others(data: Any) -> Iterator[tuple[str, Path]]:
    """Yield what was added according to the records on an object: the ProxySidecar's name, and the path."""
    return ((owner, change.path) for owner, change in _recorded(data) if change.verb == "added")


def changed_by_others(data: Any) -> list[Path]:
    """Return where scalars were changed according to the records on an object."""
    return [change.path for _, change in _recorded(data) if change.verb == "changed"]


def _recorded(data: Any) -> Iterator[tuple[str, Change]]:
    """Yield what the records on an object list, each with the ProxySidecar's name."""
    for key, record in annotations_of(data).items():
        if is_record(key):
            try:
                changes = changes_of(str(record), data)
            except ValueError:  # that ProxySidecar's own run reports it
                continue
            yield from ((key.removeprefix(RECORD_PREFIX), change) for change in changes)


def changes_of(record: str, data: Any) -> list[Change]:
    """Return the changes of a record, with their places in a document as it now is.

    Without those whose place is gone. A line that is no record's is a ValueError.
    """
    changes = (change_of(line, data) for line in record.splitlines() if line)
    return [change for change in changes if change is not None]


def change_of(line: str, data: Any) -> Change | None:
    """Return the change that a line states, None where its place is gone. `new` of what was added is its digest."""
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
        msg = f"must state one change, got {shown(line)}"
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
            word, self.rest = parse_quoted(self.rest)
            return word
        word, _, self.rest = self.rest.partition(" ")
        if not word:
            msg = "must not end there"
            raise ValueError(msg)
        return word

    def expect(self, word: str) -> None:
        """Skip a word that must come next."""
        if self.word() != word:
            msg = f"must have the word {word!r} before {self.rest!r}"
            raise ValueError(msg)

    def path(self, data: Any) -> Path | None:
        """Return the path that comes next, None where the document has no such entry."""
        pattern, self.rest = parse_start(self.rest)
        if EACH in pattern:
            msg = 'must have a number or a name in brackets, got ""'
            raise ValueError(msg)
        return located(data, pattern)
