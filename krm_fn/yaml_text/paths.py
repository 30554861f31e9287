"""Paths in plain data: one grammar for records, messages, field specs and rules.

    spec.template.spec.containers[name=web-proxy]    an entry of a list by its name
    spec.ports[0].targetPort                         or by its position
    spec.rules[0-8,11].http.paths[0]                 several by their positions
    spec.template.spec.containers[name=web,worker]   or by their names
    spec.rules[].http.paths[].backend                every entry of a list
    metadata.annotations["krm-fn.dev/inject"]        a key that is no plain word

A `Path` names one place: keys and positions. A `Pattern` may also hold names, several of either, and EACH, and is
searched for in data.
"""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeAlias

    from krm_fn.yaml_text.node import Path

    Pattern: TypeAlias = tuple["str | int | Named | Among", ...]

EACH = -1
"""The step of a pattern that means every entry of a list."""
_NOT_BARE = frozenset('.[]" =')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00"}
_LONGEST_KEY = 100
_parsed: dict[str, Pattern] = {}
"""Patterns by their texts."""


class Named(str):
    """The step of a pattern that means the one entry of a list with this name."""

    __slots__ = ()


class Among(tuple["range | Named", ...]):
    """The step of a pattern that means several entries of a list: by ranges of positions in order, or by names."""

    __slots__ = ()


class Names:
    """The names of the entries of lists that do not change meanwhile: each list is looked through only once."""

    def __init__(self) -> None:
        self._lists: dict[int, tuple[list[Any], dict[str, int]]] = {}
        """Positions by name, -1 of a name that there is twice, by the identity of the list."""

    def position(self, name: str, entries: Any) -> int | None:
        """Return the position of the one entry of a list that has a name, None where there is not exactly one."""
        if not isinstance(entries, list):
            return None
        if id(entries) not in self._lists:
            positions: dict[str, int] = {}
            for index, each in enumerate(names_in(entries)):
                if isinstance(each, str):
                    positions[each] = -1 if each in positions else index
            self._lists[id(entries)] = entries, positions
        position = self._lists[id(entries)][1].get(name, -1)
        return position if position >= 0 else None


def get(data: Any, path: Iterable[str | int]) -> Any:
    """Return the value at a path, None where there is none."""
    for step in path:
        if type(step) is int:
            data = data[step] if isinstance(data, list) and 0 <= step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def mapping_at(data: Any, path: Iterable[str | int]) -> dict[str, Any]:
    """Return the mapping at a path, empty where there is none."""
    value = get(data, path)
    return value if isinstance(value, dict) else {}


def list_at(data: Any, path: Iterable[str | int]) -> list[Any]:
    """Return the list at a path, empty where there is none."""
    value = get(data, path)
    return value if isinstance(value, list) else []


def text_in(data: Any, key: str) -> str:
    """Return the text under a key of a mapping, empty where there is none: what is no text names nothing."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def mappings_at(data: Any, path: Iterable[str | int]) -> list[dict[str, Any]]:
    """Return the mappings in the list at a path, without what is no mapping."""
    return [entry for entry in list_at(data, path) if isinstance(entry, dict)]


def find(data: Any, pattern: Pattern | str) -> Iterator[tuple[Path, Any]]:
    """Yield each place that a pattern or its text matches, with its value; an empty one matches the data itself."""
    if isinstance(pattern, str):
        if pattern not in _parsed:
            _parsed[pattern] = parse(pattern)
        pattern = _parsed[pattern]
    return _find(data, pattern, 0, ())


def walk(data: Any, skips: Callable[[Path, str], bool] | None = None) -> Iterator[tuple[Path, Any]]:
    """Yield all that plain data holds, itself first, with the path to each, in the order written.

    What is under a key for which `skips` is true, given the path of its mapping, is left out.
    """
    rest: list[tuple[Path, Any]] = [((), data)]
    while rest:
        path, value = rest.pop()
        yield path, value
        if isinstance(value, dict):
            kept = reversed(value) if skips is None else [key for key in reversed(value) if not skips(path, str(key))]
            rest += [((*path, key), value[key]) for key in kept]
        elif isinstance(value, list):
            rest += [((*path, index), value[index]) for index in range(len(value) - 1, -1, -1)]


def pattern_of(path: Path, data: Any, names: Names) -> Pattern:
    """Return a path in a document with the name, where that is unique, in place of the position of a list's entry."""
    pattern: list[str | int | Named | Among] = []
    for step in path:
        name = get(data, (step, "name")) if isinstance(step, int) else None
        is_unique = isinstance(name, str) and is_plain_safe(name) and names.position(name, data) is not None
        pattern.append(Named(name) if is_unique else step)
        data = get(data, (step,))
    return tuple(pattern)


def format_pattern(pattern: Pattern) -> str:
    """Return a pattern without EACH as exact text."""
    text = ""
    for step in pattern:
        if isinstance(step, str) and not isinstance(step, Named):
            text += f".{step}" if step and _NOT_BARE.isdisjoint(step) and step.isprintable() else f"[{quoted(step)}]"
        else:
            each = step if isinstance(step, Among) else (step,)
            text += f"[{'name=' if isinstance(each[0], Named) else ''}{','.join(map(_selector, each))}]"
    return text.removeprefix(".")


def shown_path(steps: Iterable[str | int]) -> str:
    """Return a path as messages have it: as a user would write it, a long key cut, whatever it holds."""
    text = ""
    for step in steps:
        if isinstance(step, str) and step.isascii() and step.replace("-", "_").isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{shown(step, _LONGEST_KEY)}]"
    return text


def parse(text: str) -> Pattern:
    """Return the pattern that a text means. A ValueError says what is wrong with it."""
    pattern, rest = parse_start(text)
    if rest:
        msg = f"must end before {shown(rest)}"
        raise ValueError(msg)
    return pattern


def parse_start(text: str) -> tuple[Pattern, str]:
    """Return the pattern with which a text starts, up to a space, and the rest. A ValueError says what is wrong."""
    steps: list[str | int | Named | Among] = []
    while text and not text.startswith(" "):
        if text.startswith('["'):
            key, text = parse_quoted(text[1:])
            steps.append(key)
            text = _behind_bracket(text)
        elif text.startswith("["):
            end = text.find("]")
            selector = text[1:end] if end >= 0 else text[1:]
            text = _behind_bracket(text[end:] if end >= 0 else "")
            steps.append(_selected(selector))
        else:
            text = text.removeprefix(".")
            end = min((at for at in map(text.find, ".[ ") if at >= 0), default=len(text))
            steps.append(text[:end])
            text = text[end:]
    return tuple(steps), text


def parse_quoted(text: str) -> tuple[str, str]:
    """Return the text in the double quotes with which a text starts, and the rest. A ValueError where they are open."""
    parts: list[str] = []
    at, close, escape = 1, text.find('"', 1), text.find("\\", 1)
    while 0 <= escape < close:
        kind = text[escape + 1]
        width = {"u": 4, "U": 8}.get(kind, 0)
        digits = text[escape + 2 : escape + 2 + width]
        parts += (text[at:escape], _character(digits) if width else _ESCAPES.get(kind, kind))
        at = escape + 2 + width
        close = close if close >= at else text.find('"', at)
        escape = text.find("\\", at)
    if close < 0:
        msg = "must close its quotes"
        raise ValueError(msg)
    return "".join((*parts, text[at:close])), text[close + 1 :]


def names_in(entries: list[Any]) -> list[Any]:
    """Return the names of a list's entries, None for each that has none."""
    return [entry.get("name") if isinstance(entry, dict) else None for entry in entries]


def _find(data: Any, pattern: Pattern, depth: int, path: Path) -> Iterator[tuple[Path, Any]]:
    if depth == len(pattern):
        yield path, data
        return
    step = pattern[depth]
    if isinstance(step, str) and not isinstance(step, Named):
        if isinstance(data, dict) and step in data:
            yield from _find(data[step], pattern, depth + 1, (*path, step))
    elif isinstance(data, list):
        for index in _positions(step, data):
            yield from _find(data[index], pattern, depth + 1, (*path, index))


def _positions(step: int | Named | Among, entries: list[Any]) -> Iterator[int]:
    """Yield the positions that a step means in a list, as far as it has them."""
    if step == EACH:
        yield from range(len(entries))
        return
    for one in step if isinstance(step, Among) else (step,):
        position = Names().position(one, entries) if isinstance(one, Named) else one
        if isinstance(position, range):
            yield from position[: max(len(entries) - position.start, 0)]
        elif position is not None and position < len(entries):
            yield position


def _selected(selector: str) -> int | Named | Among:
    """Return the step that the text in brackets means."""
    if not selector:
        return EACH
    if selector.isascii() and selector.isdecimal():
        return int(selector)
    if selector.startswith("name="):
        names = [Named(name) for name in selector.removeprefix("name=").split(",")]
        return names[0] if len(names) == 1 else Among(names)
    ranges = Among(_ranges(selector))
    if not ranges:
        msg = f"must have a number or a name in brackets, got {shown(selector)}"
        raise ValueError(msg)
    return ranges


def _ranges(selector: str) -> list[range]:
    """Return the ranges of positions in brackets, such as 0-8,11; none where they are not in ascending order."""
    ranges: list[range] = []
    for part in selector.split(","):
        first, dash, last = part.partition("-")
        if not part.isascii() or not first.isdecimal() or not (last.isdecimal() or not dash):
            return []
        found = range(int(first), int(last or first) + 1)
        if not found or (ranges and ranges[-1].stop > found.start):
            return []
        ranges.append(found)
    return ranges


def _selector(step: int | range | Named) -> str:
    """Return the text in brackets that means an entry of a list, or those in a range."""
    if not isinstance(step, range):
        return str(step)
    return str(step.start) if len(step) == 1 else f"{step.start}-{step.stop - 1}"


def _behind_bracket(text: str) -> str:
    if not text.startswith("]"):
        msg = "must close its brackets"
        raise ValueError(msg)
    return text[1:]


def _character(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except OverflowError as error:
        msg = f"must have no character {shown(digits)}"
        raise ValueError(msg) from error
