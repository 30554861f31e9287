"""Grammars: where the ports stand in a value or a key, and the text with others in their places."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.yaml_text.parts import with_parts
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.references.annotations.row import Grammar

_BLANKS = " \t\r\n"
_MOST_DIGITS = 5
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Mention(Record):
    """A port, or a range of ports, in a text."""

    start: int
    end: int
    port: str
    """Digits or a name; of a range, its first number."""
    last: str = ""
    """The last number of a range; empty where it is none."""
    service: str = ""
    """The name of the Service that is named beside it; empty where none is."""

    def holds(self, number: int) -> bool:
        """Return whether it is a number, or a range with it."""
        return self.port.isdecimal() and number_of(self.port) <= number <= number_of(self.last or self.port)


def mentions(grammar: Grammar, text: str) -> tuple[Mention, ...]:
    """Return the ports in a value, in the order of the text. Those in a key are found by its pattern."""
    return tuple(sorted(_mentions(grammar, text), key=lambda mention: mention.start))


def skeleton(grammar: Grammar, text: str) -> str:
    """Return what of a value is no port: it stays the same where ports are replaced, or some are added to a list."""
    found = mentions(grammar, text)
    if grammar.form in ("port", "list"):
        return "" if found else text
    return with_parts(text, [(mention.start, mention.end, "\0") for mention in found])


def _mentions(grammar: Grammar, text: str) -> Iterator[Mention]:
    match grammar.form:
        case "port":
            yield from _entry(text, 0, len(text))
        case "list":
            for start, end in _divided(text, 0, len(text), grammar.separators):
                yield from _entry(text, start, end)
        case "pairs":
            for start, end in _divided(text, 0, len(text), grammar.separators):
                yield from _in_pair(grammar, text, start, end)
        case "addresses":
            yield from _addresses(text)
        case "statistics":
            yield from _in_statistics(text)
        case "JSON keys" | "JSON fields":
            yield from _in_json(grammar, text)


def _entry(text: str, start: int, end: int) -> Iterator[Mention]:
    """Yield the port or range that an entry is, without the blanks around it."""
    while start < end and text[start] in _BLANKS:
        start += 1
    while start < end and text[end - 1] in _BLANKS:
        end -= 1
    entry = text[start:end]
    first, dash, last = entry.partition("-")
    if dash and _is_number(first.strip()) and _is_number(last.strip()):
        yield Mention(start=start, end=end, port=first.strip(), last=last.strip())
    elif is_port(entry):
        yield Mention(start=start, end=end, port=entry)


def _in_pair(grammar: Grammar, text: str, start: int, end: int) -> Iterator[Mention]:
    at = text.find(grammar.between, start, end) if grammar.first else text.rfind(grammar.between, start, end)
    if at < 0:
        return
    if not grammar.first:
        yield from _entry(text, at + 1, end)
        return
    for first, last in _divided(text, start, at, ","):
        yield from _entry(text, first, last)


def _addresses(text: str) -> Iterator[Mention]:
    """Yield the numbers behind colons: behind a host, and not the value of a field."""
    at = text.find(":")
    while at >= 0:
        end = at + 1
        while end < len(text) and text[end].isdecimal():
            end += 1
        is_behind_host = at > 0 and (text[at - 1].isalnum() or text[at - 1] in "%}]*.-_")
        if end > at + 1 and is_behind_host and not (end < len(text) and text[end] in _NAME and text[end] != "."):
            yield Mention(start=at + 1, end=end, port=text[at + 1 : end])
        at = text.find(":", end)


def _in_statistics(text: str) -> Iterator[Mention]:
    """Yield the numbers in names of statistics, as Envoy writes them, and in expressions for such names."""
    at = 0
    while at < len(text):
        end = at
        while end < len(text) and text[end].isdecimal():
            end += 1
        is_whole = end > at and (end == len(text) or not (text[end].isalnum() or text[end] == "-"))
        if is_whole and text[max(at - 1, 0) : at] in _BEFORE and _is_number(text[at:end]):
            yield Mention(start=at, end=end, port=text[at:end])
        at = end + 1


_BEFORE = ("|", "_")


def _in_json(grammar: Grammar, text: str) -> Iterator[Mention]:
    from krm_fn.references.annotations.json_places import tokens  # noqa: PLC0415 # few values are JSON

    found = tokens(text)
    if grammar.form == "JSON keys":
        depth = (grammar.path,) if grammar.path else ()
        for token in found:
            if token.is_key and token.path[:-1] == depth and is_port(token.value):
                yield Mention(start=token.start, end=token.end, port=token.value)
        return
    fields = {
        (token.path[:-1], str(token.path[-1]).lower()): token for token in found if token.path and not token.is_key
    }
    for (holder, field), token in fields.items():
        service = fields.get((holder, grammar.service)) if grammar.service else None
        if field == grammar.port and is_port(token.value) and (service or not grammar.service):
            name = service.value if service else ""
            yield Mention(start=token.start, end=token.end, port=token.value, service=name)


def _divided(text: str, start: int, end: int, separators: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text between separators, by their offsets."""
    first = start
    for at in range(start, end):
        if text[at] in separators:
            yield first, at
            first = at + 1
    yield first, end


def is_port(text: str) -> bool:
    """Return whether a text may be a port: a number, or a name."""
    return _is_number(text) if text.isdecimal() else bool(text) and len(text) <= _LONGEST and _NAME.issuperset(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


_LONGEST = 63
"""The most characters that a port's name has: 15, and of a Service 63."""
