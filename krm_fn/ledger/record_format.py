"""The ownership record as text: one line for each change, readable in a review, exact enough to undo it.

    created spec.template.metadata.annotations
    filled spec.template.spec.volumes was " []"
    added spec.template.spec.containers[name=web-proxy] as cgqdrsjb
    changed spec.ports[name=http].targetPort from 80 to proxy-http
    changed spec.rules[0-899].http.paths[0].backend.service.port.number from 80 to 8080
    renamed spec.endpoints[0].targetPort from port

An entry of a list is named where its name is unique, so that it is found after others are added or removed. Equal
changes in entries of lists are one line; with several brackets it is for all combinations. What was added has a digest,
by which an edit by hand is noticed; except what is under a key of our own.
"""

from __future__ import annotations

from krm_fn.ledger.annotations import OWN_DOMAIN, RECORD_PREFIX
from krm_fn.ledger.digest import entry_digest
from krm_fn.yaml_text.paths import Among, Names, format_pattern, get, pattern_of
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.yaml_text.edit import Change
    from krm_fn.yaml_text.paths import Pattern

HOLDERS = ("created", "filled", "expanded")
"""The verbs of what was made only to hold entries, and is undone after them."""


def record_text(changes: list[Change], data: Any) -> str:
    """Return the record of changes that were made to a document, as it now is."""
    names = Names()
    alike: dict[tuple[str, str], list[Pattern]] = {}
    for change in changes:
        alike.setdefault((change.verb, _rest(change, data)), []).append(pattern_of(change.path, data, names))
    return "".join(
        f"{verb} {format_pattern(pattern)}{rest}\n"
        for (verb, rest), patterns in alike.items()
        for pattern in merged(patterns)
    )


def merged(patterns: Iterable[Pattern]) -> Iterator[Pattern]:
    """Yield few patterns that stand for the same places as many, and for no other.

    Those become one that differ in one list alone, from the innermost list to the outermost.
    """
    shapes: dict[tuple[str | bool, ...], dict[Pattern, None]] = {}
    for pattern in patterns:
        keys = tuple(step if type(step) is str else _is_position(step) for step in pattern)
        shapes.setdefault(keys, {})[pattern] = None
    for keys, found in shapes.items():
        rows = list(found)
        for depth in [depth for depth, key in enumerate(keys) if isinstance(key, bool)][::-1]:
            alike: dict[tuple[Pattern, Pattern], list[Any]] = {}
            for row in rows:
                alike.setdefault((row[:depth], row[depth + 1 :]), []).append(row[depth])
            rows = [(*before, _among(steps), *behind) for (before, behind), steps in alike.items()]
        yield from rows


def is_record(key: str) -> bool:
    """Return whether an annotation is an ownership record."""
    return key.startswith(RECORD_PREFIX)


def holders_first(record: str) -> str:
    """Return a record with what was made to hold entries before these: its one form, whatever order they came in."""
    return "".join(sorted(record.splitlines(keepends=True), key=lambda line: line.partition(" ")[0] not in HOLDERS))


def _rest(change: Change, data: Any) -> str:
    """Return what comes behind the path in a line."""
    if change.verb == "added" and OWN_DOMAIN not in str(change.path[-1]):
        return f" as {entry_digest(get(data, change.path), str(change.path[-1]))}"
    if change.verb == "changed":
        return f" from {_word(change.old)} to {_word(change.new)}"
    if change.verb == "renamed":
        return f" from {_word(change.old)}"
    return f" was {_word(change.old)}" if change.verb in ("filled", "expanded") else ""


def _is_position(step: Any) -> bool:
    """Return whether a step means entries of a list by their positions, and not by their names."""
    return isinstance(step, int) or (isinstance(step, Among) and isinstance(step[0], range))


def _among(steps: list[Any]) -> Any:
    """Return one step that means what several positions and ranges do, or several names."""
    if len(steps) == 1:
        return steps[0]
    each: list[Any] = [one for step in steps for one in (step if isinstance(step, Among) else (step,))]
    if not _is_position(steps[0]):
        return Among(each)
    ranges: list[range] = []
    for one in sorted((range(one, one + 1) if isinstance(one, int) else one for one in each), key=_start):
        if ranges and ranges[-1].stop >= one.start:
            ranges[-1] = range(ranges[-1].start, max(ranges[-1].stop, one.stop))
        else:
            ranges.append(one)
    return Among(ranges)


def _start(positions: range) -> int:
    return positions.start


def _word(text: str) -> str:
    plain = text and " " not in text and (is_plain_safe(text) or text.isdecimal())
    return text if plain else quoted(text)
