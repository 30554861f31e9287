"""Locate: the places of a record's changes in a document as it now is, whatever others did to its lists meanwhile.

A place in a list is found, in this order, and once for all changes of a record:

1. where it was, if its names and its sign are there and the place still has what was written;
2. anywhere, by its names and its sign, where the place has what was written;
3. where it was, or in the one entry that refers to the same (as the line says behind "of", or by the name that a
   tool gave it since), where the place has what was written, though the entry was edited;
4. by its names and its sign, or by its name alone, with another value: which was edited.

A record of format 1 has positions alone: there a place is where it was, an added entry anywhere in that list.
"""

from __future__ import annotations

from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.digest import digest, entry_digest
from krm_fn.ledger.record_format import count, is_position, is_record, places, unnamed
from krm_fn.ledger.record_parser import parse_record
from krm_fn.ledger.signs import is_renamed, sign_of, target_of
from krm_fn.record import Record
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import EACH, Among, Named, Names, find, get, list_at, parse_quoted, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Any, TypeAlias

    from krm_fn.ledger.record_parser import Line
    from krm_fn.ledger.signs import FullName, Known
    from krm_fn.yaml_text.node import Path
    from krm_fn.yaml_text.paths import Pattern

    Token: TypeAlias = str | None
    """What was written at a place, by which it is known; None where all that is there counts."""
    Key: TypeAlias = tuple[tuple[str, ...], str]
    """The names on the way to a place, and its sign."""


_FEW = 10_000
"""Places that cost little, in any document."""
_VERBS = ("added", "created", "filled", "expanded", "changed", "renamed")


class Located(Record):
    """The changes of a record in a document."""

    changes: list[Change]
    """With their present places. `new` of what was added is its digest."""
    gone: list[Pattern]
    """What the record lists and the document does not have any more."""
    apart: list[Path]
    """Lists that may hold an added entry, which cannot be identified any more."""


def added_by_others(data: Any) -> Iterator[tuple[str, Change]]:
    """Yield what was added according to the records on an object, each with the ProxySidecar's name."""
    return ((owner, change) for owner, changes in recorded(data) for change in changes if change.verb == "added")


def changed_by_others(data: Any, owner: str) -> list[Path]:
    """Return where scalars were changed according to the records that others than a ProxySidecar have on an object."""
    others = (changes for other, changes in recorded(data) if other != owner)
    return [change.path for changes in others for change in changes if change.verb == "changed"]


def recorded(data: Any) -> Iterator[tuple[str, list[Change]]]:
    """Yield what the records on an object list, each with the ProxySidecar's name."""
    for key, record in annotations_of(data).items():
        if is_record(key):
            try:
                yield key.removeprefix(RECORD_PREFIX), located(str(record), data).changes
            except ValueError:  # that ProxySidecar's own run reports it
                continue


def located(record: str, data: Any, objects: Collection[FullName] = ()) -> Located:
    """Return the changes of a record, with their places in a document. A ValueError where it is no record.

    The `objects` that the same ProxySidecar changed show whether a tool renamed what the document refers to.
    """
    search = _Search(data, objects)
    for line in parse_record(record):
        search.add(line)
    return search.found()


class _Place:
    """One place of a line, and where it is now."""

    def __init__(self, line: Line, steps: Pattern, sign: str) -> None:
        self.line = line
        self.steps = steps
        self.path: Path | None = None
        self.key: Key = tuple(step for step in steps if isinstance(step, Named)), sign
        self.token: Token = None
        if line.verb == "changed":
            self.token = _plain(line.new)
        elif line.verb == "added" and line.new:
            self.token = line.new


class _Leaves:
    """All places of one shape in a document, by what they are known by, each until it is taken."""

    def __init__(self, verb: str, steps: Pattern, data: Any, known: Known, taken: set[Path]) -> None:
        """Take a shape, and the places that are taken in all shapes: the same one may be there in two."""
        self._taken = taken
        self._keys: dict[Path, Key] = {}
        self._tokens: dict[Path, tuple[Token, ...]] = {}
        self._by_label: dict[Pattern, list[Path]] = {}
        self._by_list: dict[Pattern, list[Path]] = {}
        self._by_key: dict[tuple[Key, Token], list[Path]] = {}
        self._by_token: dict[Token, list[Path]] = {}
        named = [depth for depth, step in enumerate(steps) if isinstance(step, Named)]
        depths = unnamed(steps)
        shape = tuple(step if type(step) is str else EACH for step in steps)
        for path, value in reversed(list(find(data, shape))):  # so that the first is at the end of each list
            names = {depth: str(get(data, (*path[: depth + 1], "name"))) for depth in named}
            self._keys[path] = key = tuple(names.values()), sign_of(path, data, known) if depths else ""
            self._tokens[path] = tokens = (*_tokens(verb, path, value), None)
            label = tuple(Named(names[depth]) if depth in names else step for depth, step in enumerate(path))
            self._by_label.setdefault(label, []).append(path)
            self._by_list.setdefault(label[:-1], []).append(path)
            for token in tokens:
                self._by_key.setdefault((key, token), []).append(path)
                self._by_token.setdefault(token, []).append(path)

    def take(self, path: Path) -> None:
        """Leave out a place from now on."""
        self._taken.add(path)

    def where_it_was(self, place: _Place, *, with_key: bool) -> Path | None:
        """Return the place at the recorded names and positions that is as written, and has the key if it must."""
        paths = self._by_label.get(place.steps, ())
        for path in reversed(paths) if place.token is not None or len(paths) == 1 else ():
            is_right = not with_key or self._keys[path] == place.key
            if is_right and path not in self._taken and place.token in self._tokens[path]:
                return path
        return None

    def in_its_list(self, place: _Place) -> Path | None:
        """Return where an added entry is now in the list at the recorded names and positions."""
        for path in reversed(self._by_list.get(place.steps[:-1], ())):
            if path not in self._taken and place.token in self._tokens[path]:
                return path
        return None

    def by_key(self, place: _Place) -> Path | None:
        """Return the first place with the names, the sign, and what was written."""
        paths = self._by_key.get((place.key, place.token), [])
        while paths and paths[-1] in self._taken:
            paths.pop()
        return paths[-1] if paths and (place.token is not None or len(paths) == 1) else None

    def by_key_alone(self, place: _Place) -> Path | None:
        """Return the place with the names and the sign, whatever is there, if it is the only one or where it was."""
        paths = [path for path in self._by_key.get((place.key, None), ()) if path not in self._taken]
        there = self._by_label.get(place.steps, ())
        sure = paths if len(paths) == 1 else [path for path in paths if path in there]
        return sure[0] if len(sure) == 1 else None

    def as_written(self, token: Token) -> list[Path]:
        """Return all places that have what was written, in order."""
        return [path for path in reversed(self._by_token.get(token, ())) if path not in self._taken]


class _Search:
    """Finds the places of all lines, each once."""

    def __init__(self, data: Any, objects: Collection[FullName]) -> None:
        self._data = data
        self._objects = objects
        self._names = Names()
        self._known: Known = {}
        self._leaves: dict[tuple[str, tuple[str | int, ...]], _Leaves] = {}
        self._taken: dict[str, set[Path]] = {}
        """By verb."""
        self._places: list[_Place] = []
        self._gone: list[Pattern] = []
        self._apart: dict[Path, None] = {}
        self._cost = 0
        self._most = _FEW

    def add(self, line: Line) -> None:
        """Take the places of a line; those without a sign are where they were."""
        if line.signs:
            self._places += [_Place(line, *each) for each in zip(places(line.pattern), line.signs, strict=True)]
            return
        if line.verb == "added" and line.new and is_position(line.pattern[-1]):
            self._add_entries(line)
            return
        paths, missing = _where_it_was(line.pattern, self._data, self._names)
        self._charge(len(paths))
        for path in paths:
            self._add_found(line, path)
        for pattern in missing:
            if unnamed(pattern):
                self._gone.append(pattern)
            else:
                self._places += [_Place(line, steps, "") for steps in places(pattern)]

    def _add_entries(self, line: Line) -> None:
        """Take added entries without names that have no sign: each is anywhere in its list, with its digest."""
        lists, missing = _where_it_was(line.pattern[:-1], self._data, self._names)
        self._gone += [(*pattern, line.pattern[-1]) for pattern in missing]
        wanted = count(line.pattern[-1:])
        taken = self._taken.setdefault(line.verb, set())
        for path in lists:
            entries = list_at(self._data, path)
            self._charge(len(entries) + 1)
            there = set(_asked(line.pattern[-1], len(entries)))
            order = sorted(range(len(entries)), key=lambda at: (at not in there, at if at in there else -at))
            alike = [at for at in order if line.new in _tokens("added", (*path, at), entries[at])]
            found = [(*path, at) for at in alike if (*path, at) not in taken][:wanted]
            for each in found:
                self._add_found(line, each)
            if len(found) < wanted:
                self._apart[path] = None

    def _add_found(self, line: Line, path: Path) -> None:
        """Take a place of a line without signs, which is known already."""
        place = _Place(line, path, "")
        place.path = path
        self._taken.setdefault(line.verb, set()).add(path)
        self._places.append(place)

    def found(self) -> Located:
        """Return what was found of all places."""
        self._try(lambda leaves, place: leaves.where_it_was(place, with_key=True))
        self._try(_Leaves.by_key)
        self._try_targets()
        self._try(lambda leaves, place: None if place.line.of else leaves.where_it_was(place, with_key=False))
        self._try(lambda leaves, place: leaves.in_its_list(place) if _is_entry(place) and place.token else None)
        self._try(_by_value)
        self._try(lambda leaves, place: None if _is_entry(place) else leaves.by_key_alone(place))
        changes = []
        for place in self._places:
            if place.path is not None:
                line = place.line
                changes.append(Change(verb=line.verb, path=place.path, old=line.old, new=line.new, of=line.of))
            elif _is_entry(place) and (entries := self._of(place).by_key_alone(place)):
                self._apart[entries[:-1]] = None
            else:
                self._gone.append(place.steps)
        return Located(changes=changes, gone=self._gone, apart=list(self._apart))

    def _try(self, find_one: Callable[[_Leaves, _Place], Path | None]) -> None:
        """Find the places that are not found yet, in one way."""
        for place in self._places:
            if place.path is None:
                self._take(place, find_one(self._of(place), place))

    def _try_targets(self) -> None:
        """Find values in entries that were edited, by what they refer to.

        Where more entries refer to it than there are places, only those count that are where they were.
        """
        groups: dict[tuple[_Leaves, Token, str, str], list[_Place]] = {}
        for place in self._places:
            if place.path is None and place.line.of:
                groups.setdefault((self._of(place), place.token, place.line.of, place.line.old), []).append(place)
        for (leaves, token, of, _), wanted in groups.items():
            paths = [path for path in leaves.as_written(token) if self._refers_to(path, of)]
            if len(paths) <= len(wanted):
                for place, path in zip(wanted, paths, strict=False):
                    self._take(place, path)
                continue
            for place in wanted:
                there = leaves.where_it_was(place, with_key=False)
                self._take(place, there if there in paths else None)

    def _refers_to(self, path: Path, former: str) -> bool:
        """Return whether the entry that holds a place refers to what it did, which may be called otherwise by now."""
        target = target_of(path, self._data)
        return target == former or is_renamed(former, target, self._data, self._objects)

    def _charge(self, cost: int) -> None:
        """Count places, of which no record of a run has many times those that the document has. A ValueError then."""
        self._cost += cost
        if self._cost > self._most == _FEW:
            self._most += len(_VERBS) * sum(1 for _ in walk(self._data))
        if self._cost > self._most:
            msg = "lists more places than the object has"
            raise ValueError(msg)

    def _of(self, place: _Place) -> _Leaves:
        """Return all places of the same shape."""
        kinds = tuple(step if type(step) is str else int(isinstance(step, Named)) for step in place.steps)
        key = place.line.verb, kinds
        if key not in self._leaves:
            taken = self._taken.setdefault(place.line.verb, set())
            self._leaves[key] = _Leaves(place.line.verb, place.steps, self._data, self._known, taken)
        return self._leaves[key]

    def _take(self, place: _Place, path: Path | None) -> None:
        if path is not None:
            place.path = path
            self._of(place).take(path)


def _by_value(leaves: _Leaves, place: _Place) -> Path | None:
    """Return the one place with a value that was written, where its entry was renamed; none for a number.

    Others write the same number.
    """
    if place.line.verb != "changed" or not place.key[0] or str(place.token).isdecimal():
        return None
    paths = leaves.as_written(place.token)
    return paths[0] if len(paths) == 1 else None


def _is_entry(place: _Place) -> bool:
    """Return whether a place is an added entry of a list, which only its digest identifies."""
    return place.line.verb == "added" and type(place.steps[-1]) is int


def _asked(step: Any, length: int) -> Iterator[int]:
    """Yield the positions that a step means, as far as a list of some length has them."""
    for each in step if isinstance(step, Among) else (range(step, step + 1),):
        if isinstance(each, range):
            yield from range(each.start, min(each.stop, length))


def _tokens(verb: str, path: Path, value: Any) -> tuple[Token, ...]:
    """Return all that may have been recorded as written where a value is."""
    if verb == "changed":
        return () if isinstance(value, dict | list) else (str(value),)
    return tuple({entry_digest(value, str(path[-1])), digest(value)}) if verb == "added" else ()


def _plain(text: str) -> str:
    """Return what a scalar's text means."""
    if text.startswith('"'):
        try:
            return parse_quoted(text)[0]
        except (ValueError, IndexError):
            return text
    return text


def _where_it_was(pattern: Pattern, data: Any, names: Names) -> tuple[list[Path], list[Pattern]]:
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


def _positions(step: int | range | Named, entries: Any, names: Names) -> tuple[range, Named | Among | None]:
    """Return the positions that a step means in a list, and what of it the list does not have, None for nothing."""
    if isinstance(step, Named):
        position = names.position(step, entries)
        return (range(0), step) if position is None else (range(position, position + 1), None)
    asked = step if isinstance(step, range) else range(step, step + 1)
    length = len(entries) if isinstance(entries, list) else 0
    there = range(asked.start, min(asked.stop, max(length, asked.start)))
    return there, Among([range(there.stop, asked.stop)]) if there.stop < asked.stop else None
