"""Read the ownership record: the changes it lists, with their places in a document as it now is."""

from __future__ import annotations

from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.record_format import is_record
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import EACH, Among, Named, Names, find, get, parse_quoted, parse_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path
    from krm_fn.yaml_text.paths import Pattern


def added_by_others(data: Any) -> Iterator[tuple[str, Change]]:
    """Yield what was added according to the records on an object, each with the ProxySidecar's name."""
    return (each for each in _recorded(data) if each[1].verb == "added")


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
    return changes_and_gone(record, data)[0]


def changes_and_gone(record: str, data: Any) -> tuple[list[Change], list[Pattern]]:
    """Return the changes of a record, and what it lists and the document does not have any more.

    `new` of what was added is its digest. A line that is no record's is a ValueError.
    """
    names = Names()
    changes: list[Change] = []
    gone: list[Pattern] = []
    for line in filter(None, record.splitlines()):
        verb, pattern, old, new = _parts(line)
        paths, missing = _located(pattern, data, names)
        if verb == "changed" and len(missing) == 1:
            moved = _moved(missing[0], data, new, paths)
            paths, missing = (paths + moved, []) if moved else (paths, missing)
        changes += [Change(verb=verb, path=path, old=old, new=new) for path in paths]
        gone += missing
    return changes, gone


def _parts(line: str) -> tuple[str, Pattern, str, str]:
    """Return the verb, place, old and new text of a line."""
    reader = _Reader(line)
    verb = reader.word()
    pattern = reader.pattern()
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
    if not pattern or reader.rest:
        msg = f"must state one change, got {shown(line)}"
        raise ValueError(msg)
    return verb, pattern, old, new


def _located(pattern: Pattern, data: Any, names: Names) -> tuple[list[Path], list[Pattern]]:
    """Return the places that a pattern without EACH stands for, and for what else it does that no list has.

    A key need not be there: its place is known without it.
    """
    found: list[tuple[Path, Pattern, Any]] = [((), (), data)]
    """Each place so far, the same as a pattern, and the value there."""
    gone: list[Pattern] = []
    for depth, step in enumerate(pattern):
        before, found = found, []
        for path, known, value in before:
            if isinstance(step, str) and not isinstance(step, Named):
                found.append(((*path, step), (*known, step), get(value, (step,))))
                continue
            for one in step if isinstance(step, Among) else (step,):
                positions, missing = _positions(one, value, names)
                found += [((*path, at), (*known, one if isinstance(one, Named) else at), value[at]) for at in positions]
                if missing is not None:
                    gone.append((*known, missing, *pattern[depth + 1 :]))
    return [path for path, _, _ in found], gone


def _moved(pattern: Pattern, data: Any, new: str, found: list[Path]) -> list[Path]:
    """Return the one place where a value that we wrote is now, in an entry of another name; none where that is unclear.

    A number is no sign: others write the same one.
    """
    written = new.strip("\"'")
    if not any(isinstance(step, Named) for step in pattern) or written.isdecimal():
        return []
    anywhere = tuple(step if type(step) is str else EACH for step in pattern)
    places = [path for path, value in find(data, anywhere) if value == written and path not in found]
    return places if len(places) == 1 else []


def _positions(step: int | range | Named, entries: Any, names: Names) -> tuple[range, Named | Among | None]:
    """Return the positions that a step means in a list, and what of it the list does not have, None for nothing."""
    if isinstance(step, Named):
        position = names.position(step, entries)
        return (range(0), step) if position is None else (range(position, position + 1), None)
    asked = step if isinstance(step, range) else range(step, step + 1)
    length = len(entries) if isinstance(entries, list) else 0
    there = range(asked.start, min(asked.stop, max(length, asked.start)))
    return there, Among([range(there.stop, asked.stop)]) if there.stop < asked.stop else None


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

    def pattern(self) -> Pattern:
        """Return the place that comes next."""
        pattern, self.rest = parse_start(self.rest)
        if EACH in pattern:
            msg = 'must have a number or a name in brackets, got ""'
            raise ValueError(msg)
        return pattern
