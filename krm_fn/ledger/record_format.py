"""The ownership record as text: one line for each change, readable in a review, exact enough to undo it.

    created spec.template.metadata.annotations
    filled spec.template.spec.volumes was " []"
    added spec.template.spec.containers[name=web-proxy] as cgqdrsjb
    changed spec.ports[name=http].targetPort from 80 to proxy-http
    changed spec.rules[0-1].http.paths[0].backend.service.port.number from 80 to 8080 of web at cgqdrs,jbnmtt
    renamed spec.endpoints[0].targetPort from port at hgqdcc

An entry of a list is named where its name is unique, so that it is found after others are added or removed. Where it
has none, its position is followed by its sign, by which it is found as well: see `signs`. Equal changes in entries of
lists are one line; with several brackets it is for all combinations, in that order, with a sign for each. Behind "of"
is what the place refers to. What was added has a digest, by which an edit by hand is noticed; except what is under a
key of our own.

A record that has signs begins with the line `format 2`, for programs that do not know them; one without is of format 1.
A record of a later format is refused.
"""

from __future__ import annotations

from krm_fn.ledger.annotations import OWN_DOMAIN, RECORD_PREFIX
from krm_fn.ledger.digest import entry_digest
from krm_fn.ledger.signs import sign_of, target_of
from krm_fn.yaml_text.paths import Among, Names, format_pattern, get, pattern_of
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.ledger.signs import Known
    from krm_fn.yaml_text.edit import Change
    from krm_fn.yaml_text.paths import Pattern

FORMAT = 2
"""The newest format that is read here, and the one of records with signs."""
FORMAT_WORD = "format"
HOLDERS = ("created", "filled", "expanded")
"""The verbs of what was made only to hold entries, and is undone after them."""


def record_text(changes: list[Change], data: Any) -> str:
    """Return the record of changes that were made to a document, as it now is."""
    names = Names()
    known: Known = {}
    signs: dict[Pattern, str] = {}
    alike: dict[tuple[str, str], list[Pattern]] = {}
    for change in changes:
        pattern = pattern_of(change.path, data, names)
        depths = unnamed(pattern)
        is_signed = needs_sign(change.verb, pattern, depths)
        if is_signed:
            signs[pattern] = sign_of(change.path, data, known)
        alike.setdefault((change.verb, _rest(change, data, is_signed=is_signed)), []).append(pattern)
    lines = [
        f"{verb} {format_pattern(pattern)}{rest}{_signs(pattern, signs)}\n"
        for (verb, rest), patterns in alike.items()
        for pattern in merged(patterns)
    ]
    return "".join([f"{FORMAT_WORD} {FORMAT}\n"] * bool(signs) + lines)


def unnamed(pattern: Pattern) -> tuple[int, ...]:
    """Return the depths at which a pattern has positions of entries."""
    return tuple(depth for depth, step in enumerate(pattern) if is_position(step))


def needs_sign(verb: str, pattern: Pattern, depths: tuple[int, ...]) -> bool:
    """Return whether a place has a sign: not where the digest of an added entry is enough to find it in its list."""
    return bool(depths) and (depths[0] < len(pattern) - 1 or verb == "changed")


def places(pattern: Pattern) -> list[Pattern]:
    """Return the places that a pattern stands for: each with a position or name in place of several, in order."""
    found: list[Pattern] = [()]
    for step in pattern:
        steps = (
            [each for part in step for each in (part if isinstance(part, range) else (part,))]
            if isinstance(step, Among)
            else [step]
        )
        found = [(*place, each) for place in found for each in steps]
    return found


def count(pattern: Pattern) -> int:
    """Return how many places a pattern stands for."""
    number = 1
    for step in pattern:
        if isinstance(step, Among):
            number *= sum(len(part) if isinstance(part, range) else 1 for part in step)
    return number


def merged(patterns: Iterable[Pattern]) -> Iterator[Pattern]:
    """Yield few patterns that stand for the same places as many, and for no other.

    Those become one that differ in one list alone, from the innermost list to the outermost.
    """
    shapes: dict[tuple[str | bool, ...], dict[Pattern, None]] = {}
    for pattern in patterns:
        keys = tuple(step if type(step) is str else is_position(step) for step in pattern)
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
    lines = record.splitlines(keepends=True)
    formats = [line for line in lines if line.startswith(f"{FORMAT_WORD} ")]
    rest = [line for line in lines if line not in formats]
    return "".join([*formats[:1], *sorted(rest, key=lambda line: line.partition(" ")[0] not in HOLDERS)])


def _signs(pattern: Pattern, signs: dict[Pattern, str]) -> str:
    """Return the signs of a pattern's places, as they are at a line's end; empty where they have none."""
    if not signs or not unnamed(pattern):
        return ""
    found = [signs[place] for place in places(pattern) if place in signs]
    return f" at {','.join(found)}" if found else ""


def _rest(change: Change, data: Any, *, is_signed: bool) -> str:
    """Return what comes behind the path in a line, before the signs."""
    if change.verb == "added" and OWN_DOMAIN not in str(change.path[-1]):
        return f" as {entry_digest(get(data, change.path), str(change.path[-1]))}"
    if change.verb == "changed":
        target = target_of(change.path, data, change.of) if change.of and is_signed else ""
        of = f" of {_word(target)}" if target else ""
        return f" from {_word(change.old)} to {_word(change.new)}{of}"
    if change.verb == "renamed":
        return f" from {_word(change.old)}"
    return f" was {_word(change.old)}" if change.verb in ("filled", "expanded") else ""


def is_position(step: Any) -> bool:
    """Return whether a step means entries of a list by their positions, and not by their names."""
    return isinstance(step, int) or (isinstance(step, Among) and isinstance(step[0], range))


def _among(steps: list[Any]) -> Any:
    """Return one step that means what several positions and ranges do, or several names."""
    if len(steps) == 1:
        return steps[0]
    each: list[Any] = [one for step in steps for one in (step if isinstance(step, Among) else (step,))]
    if not is_position(steps[0]):
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
