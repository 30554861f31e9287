"""The table of all rows, and which of them an object's annotations have."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.references.annotations import ingresses, load_balancers, meshes, others, scrapers
from krm_fn.references.annotations.grammars import Mention, is_port, mentions
from krm_fn.references.annotations.row import ANY, PORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.annotations.row import On, Row

ROWS: tuple[Row, ...] = (*meshes.ROWS, *load_balancers.ROWS, *ingresses.ROWS, *scrapers.ROWS, *others.ROWS)
"""All rows. Where the keys of several match, those with the more exact one count."""


class Annotation(Record):
    """An annotation of an object that a row knows, with the ports in it."""

    key: str
    row: Row
    text: str
    """The text that holds the ports: the value, or the key."""
    mentions: tuple[Mention, ...]

    @property
    def is_in_key(self) -> bool:
        """Whether the ports stand in its key."""
        return self.row.grammar.form == "key"


def annotations_in(annotations: dict[str, Any], on: On) -> Iterator[Annotation]:
    """Yield the annotations of an object that rows know and that name ports.

    The first row counts; beside it one may say that the key names a port, too.
    """
    for key, value in annotations.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            continue
        has_value = False
        for row, place in _rows(str(key)):
            if on not in row.on or (has_value and not place) or not _has_beside(row, str(key), annotations):
                continue
            has_value = has_value or not place
            text = str(key) if place else str(value)
            found = (place,) if place else mentions(row.grammar, text)
            if found:
                yield Annotation(key=str(key), row=row, text=text, mentions=found)


def between(annotation: Annotation) -> str:
    """Return what stands between two ports of a list, with its blanks; the first separator where there is one port.

    Empty where a second port cannot stand beside another.
    """
    grammar, found = annotation.row.grammar, annotation.mentions
    if grammar.form == "pairs":
        return "," if grammar.first else ""
    if grammar.form != "list":
        return ""
    for position in range(len(found) - 1):
        gap = annotation.text[found[position].end : found[position + 1].start]
        if gap.strip() and gap.strip() in grammar.separators:
            return gap
    return grammar.separators[:1]


def is_known(key: str, annotations: dict[str, Any]) -> bool:
    """Return whether a row has a key, on whatever object; with the one beside it that the row needs."""
    return any(not row.beside or _beside(row, key) in annotations for row, _ in _rows(key))


def has_pattern(row: Row, key: str) -> bool:
    """Return whether a row has a key, with whatever port in it."""
    return _match(row.key, key) is not None


def _rows(key: str) -> Iterator[tuple[Row, Mention | None]]:
    """Yield the rows that have a key, exact ones first, each with the port in the key where it names that."""
    for row in _EXACT.get(key, ()):
        yield row, None
    for row in _PATTERNS:
        place = _match(row.key, key)
        if place is not None:
            yield row, place if row.grammar.form == "key" else None


def _has_beside(row: Row, key: str, annotations: dict[str, Any]) -> bool:
    return not row.beside or str(annotations.get(_beside(row, key))).lower() not in ("none", "false", "")


def _beside(row: Row, key: str) -> str:
    """Return the key of the annotation that must be beside one, for the row to be about it."""
    before, _, after = row.key.partition(ANY)
    return row.beside.replace(ANY, key[len(before) : len(key) - len(after)])


def _match(pattern: str, key: str) -> Mention | None:
    """Return the port in a key that has a pattern, an empty one where the pattern has none; None where it does not."""
    before, port, after = pattern.partition(PORT)
    if not port:
        return _NO_PORT if _is_like(pattern, key) else None
    for start in range(len(key)) if ANY in before else [len(before)]:
        if not _is_like(before, key[:start]):
            continue
        end = start
        while end < len(key) and key[end].isalnum():
            end += 1
        if is_port(key[start:end]) and _is_like(after, key[end:]):
            return Mention(start=start, end=end, port=key[start:end])
    return None


def _is_like(pattern: str, text: str) -> bool:
    """Return whether a text has a pattern with at most one `*`."""
    before, any_text, after = pattern.partition(ANY)
    if not any_text:
        return pattern == text
    return len(text) > len(before) + len(after) and text.startswith(before) and text.endswith(after)


_NO_PORT = Mention(start=0, end=0, port="")
_EXACT: dict[str, list[Row]] = {}
_PATTERNS = sorted((row for row in ROWS if ANY in row.key or PORT in row.key), key=lambda row: PORT not in row.key)
"""Those with a port in the key come first: a new key is written before the value below it."""
for _row in ROWS:
    if ANY not in _row.key and PORT not in _row.key:
        _EXACT.setdefault(_row.key, []).append(_row)
