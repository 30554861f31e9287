"""Where the keys and the values of a JSON text stand in it."""

from __future__ import annotations

from json import JSONDecoder, loads

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    JsonPath: TypeAlias = tuple[str | int, ...]

_DECODER = JSONDecoder()
_ENDS = frozenset(",]} \t\r\n")


class Token(Record):
    """A key, a string, or a number."""

    path: JsonPath
    """The way to the mapping or list that holds it, then its key or position."""
    is_key: bool
    start: int
    end: int
    """Of its text, without the quotes."""
    value: str


def tokens(text: str) -> list[Token]:
    """Return the keys, strings and numbers of a JSON text, in their order; none where it is no JSON."""
    try:
        loads(text)
        return list(_tokens(text))
    except (ValueError, RecursionError):
        return []


def _tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text that is JSON."""
    path: list[Any] = []
    """For each mapping and list around a place, its key there, None before the key, or its position."""
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char in "{[":
            path.append(None if char == "{" else 0)
        elif char in "}]":
            path.pop()
        elif char == "," and path:
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
        elif char == '"':
            value, end = _DECODER.raw_decode(text, at - 1)
            is_key = bool(path) and path[-1] is None
            if is_key:
                path[-1] = value
            yield Token(path=tuple(path), is_key=is_key, start=at, end=end - 1, value=value)
            at = end
        elif char.isdecimal():
            end = next((end for end in range(at, len(text)) if text[end] in _ENDS), len(text))
            yield Token(path=tuple(path), is_key=False, start=at - 1, end=end, value=text[at - 1 : end])
            at = end
