"""What stands on one line, for the quick reader: keys, scalars, flow collections."""

from __future__ import annotations

from krm_fn.yaml_text.node import Mapping, Scalar, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node

_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", "0": "\x00"}
_LONGEST_KEY = 1000
"""YAML's own limit for a key on one line is 1024 characters."""
_DEEPEST = 60
_IN_FLOW = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+:@$%^()=~ ")
_FLOW_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+$^(")


class Unsure(Exception):  # noqa: N818 # not an error: PyYAML takes over
    """The text is not of the plain form that is read here."""


def key_at(text: str, start: int, end: int) -> tuple[Scalar, int] | None:
    """Return the key that starts here and the offset of its colon, None where the line has none."""
    if text[start] in "\"'":
        key = quoted_at(text, start, end)
        colon = key.end
    else:
        colon = text.find(":", start, end)
        name = text[start:colon] if colon >= 0 else ""
        if not name or not _KEY.issuperset(name):
            return None
        key = Scalar(start, colon, name, plain=True)
    if text[colon : colon + 1] != ":" or (colon + 1 < end and text[colon + 1] != " "):
        return None
    if colon - start > _LONGEST_KEY or text[start] == "-":
        raise Unsure
    return key, colon


def plain_at(text: str, start: int, end: int) -> Scalar:
    """Return the plain scalar in block style that starts here and ends on this line."""
    comment = text.find(" #", start, end)
    value = text[start : end if comment < 0 else comment].rstrip(" ")
    if ": " in value or value[-1] == ":" or (value[0] == "-" and value[:2] in ("-", "- ")):
        raise Unsure
    return Scalar(start, start + len(value), value, plain=True)


def quoted_at(text: str, start: int, end: int) -> Scalar:
    """Return the quoted scalar that starts here and ends on this line."""
    quote = text[start]
    value = ""
    at = start + 1
    while True:
        close = text.find(quote, at, end)
        escape = text.find("\\", at, end) if quote == '"' else -1
        if close < 0:
            raise Unsure
        if 0 <= escape < close:
            char = _ESCAPES.get(text[escape + 1])
            if char is None:
                raise Unsure
            value += text[at:escape] + char
            at = escape + 2
        elif quote == "'" and text.startswith("''", close):
            value += text[at : close + 1]
            at = close + 2
        else:
            return Scalar(start, close + 1, value + text[at:close], plain=False)


def flow_value(text: str, start: int, end: int, depth: int = 0) -> Node:
    """Return the value that starts here and ends on the line that ends there. Unsure where the form is not plain."""
    first = text[start : start + 1]
    if depth > _DEEPEST or start >= end:
        raise Unsure
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
                raise Unsure
        elif text[at : at + 1] != close:
            raise Unsure
    node.end = at + 1
    return node


def _pair(text: str, key: Node, end: int, depth: int) -> tuple[Node, Node]:
    colon = key.end
    if not isinstance(key, Scalar) or text[colon : colon + 1] != ":":
        raise Unsure
    behind = _behind_spaces(text, colon + 1)
    if behind == colon + 1 and key.plain:
        raise Unsure
    return key, flow_value(text, behind, end, depth + 1)


def _plain_in_flow(text: str, start: int, end: int) -> Scalar:
    """Return the plain scalar that starts here: to a comma, a bracket, or a colon with a space behind it."""
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
        raise Unsure
    return Scalar(start, start + len(value), value, plain=True)


def _behind_spaces(text: str, at: int) -> int:
    while text[at : at + 1] == " ":
        at += 1
    return at
