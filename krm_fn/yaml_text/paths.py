"""Paths in plain data: one grammar for records, messages, field specs and rules.

    spec.template.spec.containers[name=web-proxy]    an entry of a list by its name
    spec.ports[0].targetPort                         or by its position
    spec.rules[].http.paths[].backend                every entry of a list
    metadata.annotations["krm-fn.dev/inject"]        a key that is no plain word

A `Path` names one place: keys and positions. A `Pattern` may also hold names and EACH, and is searched for in data.
"""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.yaml_text.scalars import is_plain_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeAlias

    from krm_fn.yaml_text.node import Path

    Pattern: TypeAlias = tuple["str | int | Named", ...]

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


def get(data: Any, path: Iterable[str | int]) -> Any:
    """Return the value at a path, None where there is none."""
    for step in path:
        if isinstance(step, int):
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


def located(data: Any, pattern: Pattern) -> Path | None:
    """Return the place that a pattern without EACH stands for, None where a list has no such entry.

    A key need not be there: its place is known without it.
    """
    path: Path = ()
    for step in pattern:
        place = _index_of(step, data) if isinstance(step, Named) else step
        if place is None or (isinstance(place, int) and not (isinstance(data, list) and place < len(data))):
            return None
        path, data = (*path, place), get(data, (place,))
    return path


def walk(data: Any, skips: Callable[[Path, str], bool] | None = None) -> Iterator[tuple[Path, Any]]:
    """Yield all that plain data holds, itself first, with the path to each, in the order written.

    What is under a key for which `skips` is true, given the path of its mapping, is left out.
    """
    rest: list[tuple[Path, Any]] = [((), data)]
    while rest:
        path, value = rest.pop()
        yield path, value
        if isinstance(value, dict):
            kept = value if skips is None else [key for key in value if not skips(path, str(key))]
            rest += reversed([((*path, key), value[key]) for key in kept])
        elif isinstance(value, list):
            rest += reversed([((*path, index), below) for index, below in enumerate(value)])


def format_path(path: Path, data: Any) -> str:
    """Return a path in a document as exact text: an entry of a list by its name where that is unique."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{_selector(step, data)}]"
        elif step and _NOT_BARE.isdisjoint(step) and step.isprintable():
            text += f".{step}"
        else:
            text += f"[{quoted(step)}]"
        data = get(data, (step,))
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
    steps: list[str | int | Named] = []
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
    value = ""
    at = 1
    end = len(text) - 1  # of the closing quote, at most
    while at < end and text[at] != '"':
        char = text[at]
        if char == "\\":
            kind = text[at + 1]
            width = {"u": 4, "U": 8}.get(kind, 0)
            digits = text[at + 2 : at + 2 + width]
            char = _character(digits) if width else _ESCAPES.get(kind, kind)
            at += 1 + width
        value += char
        at += 1
    if text[at : at + 1] != '"':
        msg = "must close its quotes"
        raise ValueError(msg)
    return value, text[at + 1 :]


def names_in(entries: list[Any]) -> list[Any]:
    """Return the names of a list's entries, None for each that has none."""
    return [entry.get("name") if isinstance(entry, dict) else None for entry in entries]


def _index_of(name: str, entries: Any) -> int | None:
    """Return the position of the one entry of a list that has a name, None where there is not exactly one."""
    names = names_in(entries) if isinstance(entries, list) else []
    return names.index(name) if names.count(name) == 1 else None


def _find(data: Any, pattern: Pattern, depth: int, path: Path) -> Iterator[tuple[Path, Any]]:
    if depth == len(pattern):
        yield path, data
        return
    step = pattern[depth]
    if isinstance(step, Named):
        place = _index_of(step, data)
        if place is not None:
            yield from _find(data[place], pattern, depth + 1, (*path, place))
    elif isinstance(step, str):
        if isinstance(data, dict) and step in data:
            yield from _find(data[step], pattern, depth + 1, (*path, step))
    elif isinstance(data, list):
        for index in range(len(data)) if step == EACH else (step,) if step < len(data) else ():
            yield from _find(data[index], pattern, depth + 1, (*path, index))


def _selected(selector: str) -> str | int | Named:
    """Return the step that the text in brackets means."""
    if not selector:
        return EACH
    if selector.isdecimal():
        return int(selector)
    if not selector.startswith("name="):
        msg = f"must have a number or a name in brackets, got {shown(selector)}"
        raise ValueError(msg)
    return Named(selector.removeprefix("name="))


def _selector(index: int, entries: list[Any]) -> str:
    name = entries[index].get("name") if isinstance(entries[index], dict) else None
    if isinstance(name, str) and is_plain_safe(name) and names_in(entries).count(name) == 1:
        return f"name={name}"
    return str(index)


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
