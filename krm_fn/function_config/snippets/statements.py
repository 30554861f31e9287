"""The statements of nginx's configuration, divided into words by nginx's own rules (ngx_conf_read_token)."""

from __future__ import annotations

import re

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 4096
"""nginx's buffer: so many bytes from a word's or a comment's start it must have come to the next one, or the end."""
_BEHIND = 256
"""More than the blanks that stand behind a snippet."""
_LONG = f"have words, comments and gaps of less than {LONGEST - _BEHIND} bytes"
_BLANKS = b" \t\r\n"
_ENDS = b";{"
_QUOTES = b"\"'"
_ESCAPE = re.compile(rb"""\\(["'\\trn])""")
_ESCAPED = {b"t": b"\t", b"r": b"\r", b"n": b"\n"}


class NotWholeError(Exception):
    """What the text must be or do."""


class Statement(Record):
    """A directive without the content of its block, or the end of a block."""

    words: tuple[str, ...]
    """Without quotes and escapes; empty where a block ends."""
    end: str
    """`;`, `{` where a block begins, or `}` where one ends."""
    start: int
    """Where it stands in the text's bytes."""
    stop: int


class Directive(Record):
    """A directive with the content of its block."""

    words: tuple[str, ...]
    block: tuple[Directive, ...] | None
    start: int
    stop: int


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements, one before the next is read; a NotWholeError where nginx would not go on."""
    data, place = text.encode(), 0
    while statement := _statement(data, place):
        yield statement
        place = statement.stop


def directives(text: str) -> tuple[Directive, ...]:
    """Return the directives of a text that has whole ones, with their blocks."""
    found, end = _directives(statements(text))
    if end is not None:
        msg = "stay within its block"
        raise NotWholeError(msg)
    return found


def _directives(found: Iterator[Statement]) -> tuple[tuple[Directive, ...], Statement | None]:
    """Return the directives up to the end of the block, and that end."""
    inside: list[Directive] = []
    for each in found:
        if each.end == "}":
            return tuple(inside), each
        block, stop = None, each.stop
        if each.end == "{":
            block, end = _directives(found)
            if end is None:
                raise NotWholeError(_UNFINISHED)
            stop = end.stop
        inside.append(Directive(words=each.words, block=block, start=each.start, stop=stop))
    return tuple(inside), None


_UNFINISHED = "be whole directives, each with its ; or block"


def _statement(data: bytes, place: int) -> Statement | None:  # noqa: PLR0912 # nginx has as many
    """Return the statement that begins at a place or behind it; None where there is none."""
    words: list[str] = []
    where, quote, variable = "between", 0, False
    start = first = place
    while place < len(data):
        if place - start >= LONGEST:
            raise NotWholeError(_LONG)
        char = data[place]
        place += 1
        if where == "behind a quote":
            if char in _ENDS:
                return Statement(words=tuple(words), end=chr(char), start=first, stop=place)
            if char not in _BLANKS and char != ord(")"):
                raise _unexpected(char)
            where = "between"
        if where == "between":
            if char in _BLANKS:
                continue
            start = place - 1
            if not words:
                first = start
            if char == ord("#"):
                place = (data.find(b"\n", place) + 1) or len(data)
            elif char in b";{}":
                if bool(words) == (char == ord("}")):
                    raise _unexpected(char)
                return Statement(words=tuple(words), end=chr(char), start=first, stop=place)
            else:
                where, variable = "word", char == ord("$")
                quote = char if char in _QUOTES else 0
                start += bool(quote)
                place += char == ord("\\")
            continue
        if char == ord("{") and variable:
            continue  # ${ does not end the word, nor do further braces
        variable = char == ord("$")
        place += char == ord("\\")
        if char == quote or (not quote and char in _BLANKS + _ENDS):
            words.append(_unescaped(data[start : place - 1]))
            if char in _ENDS:
                return Statement(words=tuple(words), end=chr(char), start=first, stop=place)
            where = "behind a quote" if quote else "between"
    if words or where != "between":
        raise NotWholeError(_UNFINISHED)
    if place - start >= LONGEST - _BEHIND:
        raise NotWholeError(_LONG)
    return None


def _unexpected(char: int) -> NotWholeError:
    return NotWholeError(f'be directives of nginx: unexpected "{chr(char)}"')


def _unescaped(word: bytes) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), word).decode()
