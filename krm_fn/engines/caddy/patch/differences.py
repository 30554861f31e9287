"""What a finished configuration has, or lacks, that a patch may not bring about: by comparison with ours."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.caddy.patch.kinds import Fields, Named, OneOf, Parts, Servers, Several, Value
from krm_fn.engines.caddy.patch.table import CONFIGURATION, INSTEAD
from krm_fn.quoting import shown
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.engines.caddy.patch.kinds import Kind

_DEEPEST = 60
"""Deeper than the configuration is, and less than what Python can go down."""
_LOST = 10**4
"""What an entry that is gone counts in a list, among problems that count one."""
_NEVER = 10**9


class Difference(Record):
    """One thing that a patch may not bring about."""

    code: Code
    what: str
    """What is refused: starts with `must`. Of something that is gone, its name."""
    at: str
    """JSON Pointer of the place."""
    remedy: str = ""


def differences(ours: dict[str, Any], finished: Any) -> list[Difference]:
    """Return them; `ours` is the configuration without the patch."""
    return list(_changes(ours, finished, CONFIGURATION, ""))


# What is ours, and may have been changed. Without a kind, nothing of it may be.


def _changes(ours: Any, finished: Any, kind: Kind | None, at: str) -> Iterator[Difference]:
    if is_same(ours, finished):
        return
    if isinstance(kind, Value):
        yield from _additions(finished, kind, at)
    elif isinstance(ours, dict) and isinstance(finished, dict):
        yield from _fields(ours, finished, kind, at)
    elif isinstance(ours, list) and isinstance(finished, list):
        yield from _parts(ours, finished, kind if isinstance(kind, Parts) else Parts(ours=None), at)
    else:
        yield from _gone(ours, at)


def _fields(ours: dict[str, Any], finished: dict[str, Any], kind: Kind | None, at: str) -> Iterator[Difference]:
    below = _kinds(ours, kind)
    for name, value in ours.items():
        if name not in finished:
            yield from _gone(value, _pointer(at, name))
    for name, value in finished.items():
        if name in ours:
            yield from _changes(ours[name], value, below.get(name), _pointer(at, name))
            continue
        added = kind.kind_of(name) if isinstance(kind, Named) else below.get(name)
        parts = _parts_of(name, ours, kind) if isinstance(kind, Named) else []
        if parts:
            yield _odd(f"must not have {shown(name)}: it holds {', '.join(parts)}, which the proxy sets", at)
        elif added is None or not added.may_be_added:
            choices = [each for each in below if each not in ours and below[each].may_be_added]
            yield _refused(name, kind.must if isinstance(kind, Named) else ", ".join(choices), at)
        else:
            yield from _additions(value, added, _pointer(at, name))


def _parts_of(name: Any, ours: dict[str, Any], kind: Named) -> list[str]:
    """Return the names of ours that are parts of what a name stands for."""
    return [each for each in ours if kind.within and each.startswith(f"{name}{kind.within}")]


def _kinds(ours: dict[str, Any], kind: Kind | None) -> dict[str, Kind]:
    """Return what may be changed in a mapping of ours, or added to it, by field."""
    match kind:
        case Fields():
            return kind.fields
        case OneOf():
            chosen = kind.choices.get(ours.get(kind.key, ""))
            return chosen.fields if chosen else {}
        case Servers():
            return {name: kind.kind for name in ours if name not in kind.fixed}
    return {}


def _parts(ours: list[Any], finished: list[Any], kind: Parts, at: str) -> Iterator[Difference]:
    lists = _Lists(ours, finished, kind, at)
    pairs = _same_in_order(ours, finished) or lists.cheapest()
    kept = set(pairs.values())
    lost = [each for index, each in enumerate(ours) if index not in kept]
    for each in lost:
        yield from _gone(each, at)
    for index, each in enumerate(finished):
        if index in pairs:
            yield from lists.changes(pairs[index], index) or ()
        elif not any(is_same(one, each) for one in lost):  # else it was moved
            yield from lists.additions(index)


def _same_in_order(ours: list[Any], finished: list[Any]) -> dict[int, int]:
    """Return for each entry which of ours it is, where all of ours are there; nothing where one is not."""
    pairs: dict[int, int] = {}
    for index, each in enumerate(finished):
        if len(pairs) < len(ours) and is_same(ours[len(pairs)], each):
            pairs[index] = len(pairs)
    return pairs if len(pairs) == len(ours) else {}


class _Lists:
    """A list of ours and the finished one: which entry stands for which, and what is wrong with each, found once."""

    def __init__(self, ours: list[Any], finished: list[Any], kind: Parts, at: str) -> None:
        self._ours, self._finished, self._kind, self._at = ours, finished, kind, at
        self._changes: dict[tuple[int, int], list[Difference] | None] = {}
        self._additions: dict[int, list[Difference]] = {}

    def changes(self, mine: int, theirs: int) -> list[Difference] | None:
        """Return what is wrong where one entry stands for the other; None where it cannot."""
        if (mine, theirs) not in self._changes:
            one, other = self._ours[mine], self._finished[theirs]
            found = _changes(one, other, self._kind.ours, f"{self._at}/{theirs}")
            self._changes[mine, theirs] = list(found) if self._may_be_pair(one, other) else None
        return self._changes[mine, theirs]

    def _may_be_pair(self, one: Any, other: Any) -> bool:
        if self._kind.ours is None or not isinstance(one, dict) or not isinstance(other, dict):
            return is_same(one, other)
        return all(is_same(one.get(name), other.get(name)) for name in self._kind.same)

    def additions(self, theirs: int) -> list[Difference]:
        """Return what is wrong with an entry that stands for none of ours."""
        if theirs not in self._additions:
            entry, at = self._finished[theirs], f"{self._at}/{theirs}"
            none = _odd(f"must add nothing here, got {shown(entry)}", at)
            self._additions[theirs] = list(_additions(entry, self._kind.added, at)) if self._kind.added else [none]
        return self._additions[theirs]

    def cheapest(self) -> dict[int, int]:
        """Return for each entry that stands for one of ours which it is, in order, with as few problems as can be."""
        rows, columns = len(self._ours), len(self._finished)
        start = 0
        while start < min(rows, columns) and is_same(self._ours[start], self._finished[start]):
            start += 1
        while min(rows, columns) > start and is_same(self._ours[rows - 1], self._finished[columns - 1]):
            rows, columns = rows - 1, columns - 1
        same_at_end = range(len(self._ours) - rows)
        best = {(rows, columns): 0}
        for row in range(rows, start - 1, -1):
            for column in range(columns, start - 1, -1):
                best.setdefault((row, column), min(self._ways(row, column, best)))
        pairs = {index: index for index in range(start)} | {columns + each: rows + each for each in same_at_end}
        row = start
        for column in range(start, columns):
            lost, added, paired = self._ways(row, column, best)
            while lost < min(added, paired):
                row += 1
                lost, added, paired = self._ways(row, column, best)
            if paired <= added:
                pairs[column] = row
                row += 1
        return pairs

    def _ways(self, row: int, column: int, best: dict[tuple[int, int], int]) -> tuple[int, int, int]:
        """Return the costs if the next of ours is lost, if the next entry is added, and if they are a pair."""
        has_row, has_column = (row + 1, column) in best, (row, column + 1) in best
        found = self.changes(row, column) if has_row and has_column else None
        return (
            _LOST + best[row + 1, column] if has_row else _NEVER,
            len(self.additions(column)) + best[row, column + 1] if has_column else _NEVER,
            _NEVER if found is None else len(found) + best[row + 1, column + 1],
        )


# What is the user's own.


def _additions(value: Any, kind: Kind, at: str) -> Iterator[Difference]:
    match kind:
        case Value():
            if not kind.accepts(value):
                yield _odd(f"must be {kind.must}, got {shown(value)}", at)
        case Several() if isinstance(value, list):
            for index, each in enumerate(value):
                yield from _additions(each, kind.kind, f"{at}/{index}")
                if kind.distinct and each in value[:index]:
                    yield _odd(f"must not be here twice, got {shown(each)}", f"{at}/{index}")
        case Fields() | Named() | OneOf() if isinstance(value, dict) and at.count("/") < _DEEPEST:
            yield from _own_fields(value, kind, at)
        case _:
            must = "a list" if isinstance(kind, Several) else f"a mapping, at most {_DEEPEST} deep"
            yield _odd(f"must be {must}, got {shown(value)}", at)


def _own_fields(value: dict[Any, Any], kind: Fields | Named | OneOf, at: str) -> Iterator[Difference]:
    if isinstance(kind, OneOf):
        name = value.get(kind.key)
        if not isinstance(name, str) or name not in kind.choices:
            yield _odd(f"must be one of {', '.join(kind.choices)}, got {shown(name)}", _pointer(at, kind.key), name)
            return
    if isinstance(kind, Fields) and kind.one_of and not value.keys() & set(kind.one_of):
        yield _odd(f"must have one of {', '.join(kind.one_of)}, got {shown(value)}", at)
    below = _kinds(value, kind)
    for name, each in value.items():
        own = kind.kind_of(name) if isinstance(kind, Named) else below.get(name)
        if own is not None:
            yield from _additions(each, own, _pointer(at, name))
        elif not (isinstance(kind, OneOf) and name == kind.key):
            yield _refused(name, kind.must if isinstance(kind, Named) else ", ".join(below), at)


# What is said of it.


def _odd(what: str, at: str, name: Any = None) -> Difference:
    return Difference(code=codes.PATCH_ADDS, what=what, at=at, remedy=_instead(name))


def _refused(name: Any, choices: str, at: str) -> Difference:
    only = f"only {choices} can be here" if choices else "nothing can be added here"
    return _odd(f"must not have {shown(name)}: {only}", at, name)


def _instead(name: Any) -> str:
    """Return what to do in place of what is refused."""
    known = INSTEAD.get(name) if isinstance(name, str) else None
    return f"{known[0].upper()}{known[1:]}." if known else "Leave it out, or set what can be."


def _gone(ours: Any, at: str) -> Iterator[Difference]:
    """Yield what was in something of ours that is gone or is another."""
    for name in dict.fromkeys(_handlers(ours)) or [f"{at.rpartition('/')[2]} {shown(ours)}"]:
        yield Difference(code=codes.PATCH_TAKES_AWAY, what=name, at=at)


def _handlers(ours: Any) -> Iterator[str]:
    """Yield the names of the handlers in something of ours."""
    if isinstance(ours, list):
        for each in ours:
            yield from _handlers(each)
    elif isinstance(ours, dict):
        name = ours.get("handler")
        if isinstance(name, str) and name != "subroute":
            yield _handler_name(name, ours)
        for each in ours.values():
            yield from _handlers(each)


def _handler_name(name: str, handler: dict[str, Any]) -> str:
    match name:
        case "error" | "static_response":
            return f"the answer {handler.get('status_code')}"
        case "headers":
            changes = [f"{each} headers" for each in ("request", "response") if each in handler]
            return f"what is done to {' and '.join(changes)}"
        case "reverse_proxy":
            return f"the proxying to {', '.join(each['dial'] for each in handler['upstreams'])}"
    return {"request_body": "the limit of bodies", "file_server": "the files", "encode": "compression"}.get(name, name)


def _pointer(at: str, name: Any) -> str:
    return f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same in JSON: 1, 1.0 and true are not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(is_same(each, other[name]) for name, each in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)
