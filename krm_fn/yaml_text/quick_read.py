"""Read the plain block style that hosts and people mostly write, without PyYAML, whose import costs more than the work.

It returns the same tree that PyYAML's events would give, or None where it is not sure: anchors, tags, folded
blocks, text over several lines, tabs, anything that could be an error. Then PyYAML decides.
"""

from __future__ import annotations

from functools import lru_cache

from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, copied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node

_DEEPEST = 60
_DASHES = frozenset(("-", "- "))
"""What the content of a line begins with where a dash makes an entry."""
_LITERALS = frozenset(("|", "|-", "|+"))
_NOT_PLAIN = frozenset("&*!|>%@`\"'[]{}#,?:=<")
"""What a plain scalar read here does not start with; '=' and '<' have readings of their own."""

_LONG, _LONGEST_KEPT = 500, 20_000
"""Characters of a block that is kept, once it was read twice: many targets get the same container."""
_MOST_KEPT = 32
_read_once: set[tuple[str, int, int]] = set()
_kept_blocks: dict[tuple[str, int, int], Mapping | Sequence] = {}


def quick_read(text: str) -> Node | None:
    """Return the root of a document, None where this reader is not sure."""
    try:
        return _Lines(text).document() if _has_plain_characters(text) else None
    except NotPlain:
        return None


def quick_block(text: str, start: int, end: int) -> Mapping | Sequence | None:
    """Return the block collection in the lines of a span, as the whole text would give it; None where not sure."""
    if not _LONG <= len(text) <= _LONGEST_KEPT:
        return _quick_block(text, start, end)
    key = text, start, end
    if key in _kept_blocks:
        kept: Mapping | Sequence = copied(_kept_blocks[key])
        return kept
    block = _quick_block(text, start, end)
    if block is None or key not in _read_once:
        if len(_read_once) >= _MOST_KEPT:
            _read_once.clear()
            _kept_blocks.clear()
        _read_once.add(key)
        return block
    _kept_blocks[key] = copied(block)
    return block


def _quick_block(text: str, start: int, end: int) -> Mapping | Sequence | None:
    try:
        lines = _Lines(text, start) if _has_plain_characters(text[start:end]) else None
        block = lines.block() if lines and lines.column >= 0 else None
    except NotPlain:
        return None
    return block if lines and block and block.end <= end <= lines.offset else None


def _has_plain_characters(text: str) -> bool:
    return "\t" not in text and "\r" not in text and text.replace("\n", "").isprintable()


class _Lines:
    """The lines of a text, from a line on; blank ones and comments are left out, except in literal blocks."""

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self.offset = self.end = 0
        """Where the content of the line that is read next begins, and where that line ends."""
        self.column = -1
        """The column of that content, -1 at the end of the text."""
        self.at_dash = False
        """Whether it is an entry of a sequence."""
        self.depth = 0
        self._to_content(start)

    def document(self) -> Node:
        if self.column < 0:
            raise NotPlain
        node = self.block()
        if self.column >= 0:
            raise NotPlain
        return node

    def _to_content(self, line_start: int) -> None:
        """Go to the first line from here on that has content."""
        text = self.text
        while line_start < len(text):
            end = text.find("\n", line_start)
            end = len(text) if end < 0 else end
            content = text[line_start:end].lstrip(" ")
            if content and content[0] != "#":
                self.end = end
                self.offset = end - len(content)
                self.column = self.offset - line_start
                self.at_dash = content[:2] in _DASHES
                if self.column == 0 and content.startswith(("---", "...", "%")):
                    raise NotPlain
                return
            line_start = end + 1
        self.offset = self.end = len(text)
        self.column, self.at_dash = -1, False

    def block(self) -> Mapping | Sequence:
        """Read the collection whose first entry is here."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotPlain
        node: Mapping | Sequence = self._sequence() if self.at_dash else self._mapping()
        self.depth -= 1
        return node

    def _sequence(self) -> Sequence:
        column = self.column
        node = Sequence(self.offset, self.offset, flow=False, column=column)
        while self.column == column and self.at_dash:
            dash, end = self.offset, self.end
            rest = self.text[dash + 1 : end].lstrip(" ")
            if not rest or rest[0] == "#":
                self._to_content(end + 1)
                node.items.append(self.block() if self.column > column else _null(dash + 1))
                continue
            self.offset = end - len(rest)
            self.column += self.offset - dash
            self.at_dash = rest[:2] in _DASHES
            if self.at_dash or key_at(self.text, self.offset, end):
                node.items.append(self.block())
            else:
                node.items.append(self._value(self.offset, end, column))
        if self.column > column:
            raise NotPlain
        node.end = node.items[-1].end
        return node

    def _mapping(self) -> Mapping:
        text, column = self.text, self.column
        node = Mapping(self.offset, self.offset, flow=False, column=column)
        while self.column == column and not self.at_dash:
            end = self.end
            found = key_at(text, self.offset, end)
            if found is None:
                raise NotPlain
            key, colon = found
            rest = text[colon + 1 : end].lstrip(" ")
            if rest and rest[0] != "#":
                node.entries.append((key, self._value(end - len(rest), end, column)))
                continue
            self._to_content(end + 1)
            below = self.column > column or (self.column == column and self.at_dash)
            node.entries.append((key, self.block() if below else _null(colon + 1)))
        if self.column > column or not node.entries:
            raise NotPlain
        node.end = node.entries[-1][1].end
        return node

    def _value(self, start: int, end: int, column: int) -> Node:
        """Read the value on the line of its key or dash, and go to the next line with content."""
        text = self.text
        first = text[start]
        if first not in _NOT_PLAIN:
            node: Node = plain_at(text, start, end)
        elif first == "|":
            return self._literal(start, end, column)
        else:
            node = _enclosed(text, start, end)
        self._to_content(end + 1)
        if self.column > column:  # it continues on the next line
            raise NotPlain
        return node

    def _literal(self, start: int, end: int, column: int) -> Node:
        """Read a literal block: all lines deeper than the key or dash it belongs to."""
        header = self.text[start:end].partition(" #")[0].rstrip(" ")
        if header not in _LITERALS:
            raise NotPlain
        lines: list[str] = []
        at = end + 1
        indent = 0
        while at < len(self.text):
            line_end = self.text.find("\n", at)
            line_end = len(self.text) if line_end < 0 else line_end
            line = self.text[at:line_end]
            content = line.lstrip(" ")
            if content and not indent:
                indent = len(line) - len(content)
                if indent <= column or any(len(blank) > indent for blank in lines):
                    raise NotPlain
                lines = [""] * len(lines)  # blanks before the text hold nothing but indentation
            if content and len(line) - len(content) < indent:
                break
            lines.append(line[indent:])
            at = line_end + 1
        if not indent or (not self.text.endswith("\n") and at >= len(self.text)):
            raise NotPlain
        return self._literal_node(start, header, lines, at)

    def _literal_node(self, start: int, header: str, lines: list[str], behind: int) -> Node:
        content = len(lines)
        while not lines[content - 1]:
            content -= 1
        value = "\n".join(lines[:content])
        end = behind - 1
        if header == "|+":
            value += "\n" * (len(lines) - content + 1)
        else:
            value += "\n" if header == "|" else ""
            for _ in range(len(lines) - content):
                end = self.text.rfind("\n", 0, end)
        self._to_content(behind)
        return Scalar(start, end, value, plain=False)


def _enclosed(text: str, start: int, end: int) -> Node:
    """Read a value in quotes or brackets, which must end on its line, with nothing but a comment after it."""
    if text[start] in "\"'":
        node: Node = quoted_at(text, start, end)
    elif text[start] in "[{":
        node = flow_value(text, start, end)
    else:
        raise NotPlain
    behind = text[node.end : end].lstrip(" ")
    if behind and (behind[0] != "#" or text[node.end] != " "):
        raise NotPlain
    return node


def _null(offset: int) -> Scalar:
    return Scalar(offset, offset, "", plain=True)


_is_key = lru_cache(maxsize=2048)(
    frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-").issuperset
)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", "0": "\x00"}
_LONGEST_KEY = 1000
"""YAML's own limit for a key on one line is 1024 characters."""
_DEEPEST_FLOW = 60
_IN_FLOW = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+:@$%^()=~ ")
_FLOW_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+$^(")


class NotPlain(Exception):  # noqa: N818 # not an error: PyYAML takes over
    """The text is not of the plain form that is read here."""


def key_at(text: str, start: int, end: int) -> tuple[Scalar, int] | None:
    """Return the key that starts here and the offset of its colon, None where the line has none."""
    if text[start] in "\"'":
        key = quoted_at(text, start, end)
        colon = key.end
    else:
        colon = text.find(":", start, end)
        name = text[start:colon] if colon >= 0 else ""
        if not name or not _is_key(name):
            return None
        key = Scalar(start, colon, name, plain=True)
    if text[colon : colon + 1] != ":" or (colon + 1 < end and text[colon + 1] != " "):
        return None
    if colon - start > _LONGEST_KEY or text[start] == "-":
        raise NotPlain
    return key, colon


def plain_at(text: str, start: int, end: int) -> Scalar:
    """Return the plain scalar in block style that starts here and ends on this line."""
    comment = text.find(" #", start, end)
    value = text[start : end if comment < 0 else comment].rstrip(" ")
    if ": " in value or value[-1] == ":" or (value[0] == "-" and value[:2] in ("-", "- ")):
        raise NotPlain
    return Scalar(start, start + len(value), value, plain=True)


def quoted_at(text: str, start: int, end: int) -> Scalar:
    """Return the quoted scalar that starts here and ends on this line."""
    quote, at = text[start], start + 1
    close = text.find(quote, at, end)
    escape = text.find("\\", at, close) if quote == '"' else -1
    if escape < 0 and not (quote == "'" and text.startswith("''", close)) and close >= 0:
        return Scalar(start, close + 1, text[at:close], plain=False)
    parts: list[str] = []
    while close >= 0:
        if escape >= 0:
            char = _ESCAPES.get(text[escape + 1])
            if char is None:
                raise NotPlain
            parts += (text[at:escape], char)
            at = escape + 2
        elif quote == "'" and text.startswith("''", close):
            parts.append(text[at : close + 1])
            at = close + 2
        else:
            return Scalar(start, close + 1, "".join((*parts, text[at:close])), plain=False)
        close = close if close >= at else text.find(quote, at, end)
        escape = text.find("\\", at, close) if quote == '"' else -1
    raise NotPlain


def flow_value(text: str, start: int, end: int, depth: int = 0) -> Node:
    """Return the value that starts here and ends on this line. A NotPlain where the form is not plain."""
    first = text[start : start + 1]
    if depth > _DEEPEST_FLOW or start >= end:
        raise NotPlain
    if first in ("'", '"'):
        return quoted_at(text, start, end)
    if first not in ("[", "{"):
        return _plain_in_flow(text, start, end)
    node: Mapping | Sequence = (Mapping if first == "{" else Sequence)(start, start, flow=True, column=-1)
    close = "}" if first == "{" else "]"
    at = _behind_spaces(text, start + 1)
    while text[at : at + 1] != close:
        value = flow_value(text, at, end, depth + 1)
        if isinstance(node, Mapping):
            node.entries.append(_pair(text, value, end, depth))
            value = node.entries[-1][1]
        else:
            node.items.append(value)
        at = _behind_spaces(text, value.end)
        if text[at : at + 1] == ",":
            at = _behind_spaces(text, at + 1)
            if text[at : at + 1] == close:
                raise NotPlain
        elif text[at : at + 1] != close:
            raise NotPlain
    node.end = at + 1
    return node


def _pair(text: str, key: Node, end: int, depth: int) -> tuple[Node, Node]:
    colon = key.end
    if not isinstance(key, Scalar) or text[colon : colon + 1] != ":":
        raise NotPlain
    behind = _behind_spaces(text, colon + 1)
    if behind == colon + 1 and key.plain:
        raise NotPlain
    return key, flow_value(text, behind, end, depth + 1)


def _plain_in_flow(text: str, start: int, end: int) -> Scalar:
    """Return the plain scalar that starts here: to a comma, a bracket, or a colon with a space after it."""
    stop = start
    while stop < end and text[stop] in _IN_FLOW and text[stop : stop + 2] != ": ":
        stop += 1
    value = text[start:stop].rstrip(" ")
    if (
        not value
        or value[0] not in _FLOW_START
        or value[-1] == ":"
        or text[stop : stop + 1] not in (",", "]", "}", ":")
    ):
        raise NotPlain
    return Scalar(start, start + len(value), value, plain=True)


def _behind_spaces(text: str, at: int) -> int:
    while text[at : at + 1] == " ":
        at += 1
    return at
