"""Read a flow collection that stands on one line, for the quick reader."""

from __future__ import annotations

from krm_fn.yaml_text.node import Mapping, Scalar, Sequence
from krm_fn.yaml_text.tokens import Unsure, quoted_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node

_DEEPEST = 60
_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+:@$%^()=~ ")
_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+$^(")


def flow_value(text: str, start: int, end: int, depth: int = 0) -> Node:
    """Return the value that starts here and ends on the line that ends there. Unsure where the form is not plain."""
    first = text[start : start + 1]
    if depth > _DEEPEST or start >= end:
        raise Unsure
    if first in ("'", '"'):
        return quoted_at(text, start, end)
    if first not in ("[", "{"):
        return _plain(text, start, end)
    column = start - (text.rfind("\n", 0, start) + 1)
    node: Mapping | Sequence = (Mapping if first == "{" else Sequence)(start, start, flow=True, column=column)
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


def _plain(text: str, start: int, end: int) -> Scalar:
    """Return the plain scalar that starts here: to a comma, a bracket, or a colon with a space behind it."""
    stop = start
    while stop < end and text[stop] in _CHARACTERS and text[stop : stop + 2] != ": ":
        stop += 1
    value = text[start:stop].rstrip(" ")
    if not value or value[0] not in _STARTS or value[-1] == ":" or text[stop : stop + 1] not in (",", "]", "}", ":"):
        raise Unsure
    return Scalar(start, start + len(value), value, plain=True)


def _behind_spaces(text: str, at: int) -> int:
    while text[at : at + 1] == " ":
        at += 1
    return at
