"""Add new entries to a document's collections, in the style of those that are there."""

from __future__ import annotations

from krm_fn.yaml_text.data import MAX_ALIASED, is_merge, to_data
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.places import behind_indicator, line_end, newline_at, style_of
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.scalars import is_plain_safe, quoted, scalar_text
from krm_fn.yaml_text.write import block_lines, flow_text, item_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.document import Document
    from krm_fn.yaml_text.node import Collection, Node, Path, Step


def append(document: Document, path: Path, step: Step, value: Any) -> None:
    """Add a value after the last entry of the collection at a path: under a key, or as an item."""
    node = document.at(path)
    assert isinstance(node, Mapping | Sequence)  # noqa: S101 # the caller checked that it has room
    is_item = isinstance(node, Sequence)
    if node.flow:
        wrapped: Any = [value] if is_item else {step: value}
        document.append_in_flow(path, flow_text(wrapped, json=document.is_json)[1:-1])
        return

    def lines_at(node: Collection, at: int) -> str:
        style = style_of(document.source, document.first_indents, node, at)
        lines = item_lines(value, node.column, style) if is_item else block_lines({step: value}, node.column, style)
        return _joined(lines, document.source, at)

    document.append(path, lines_at)


def append_text(document: Document, path: Path, key: str, text: str) -> None:
    """Add a text in flow style under a new key at the end of the mapping at a path."""
    node = document.at(path)
    assert isinstance(node, Mapping)  # noqa: S101 # the caller has found it
    entry = f"{scalar_text(key, json=document.is_json)}: {text}"
    if node.flow:
        document.append_in_flow(path, entry)
    else:
        document.append(path, lambda node, at: _joined([" " * node.column + entry], document.source, at))


def fill(document: Document, path: Path, value: Any) -> None:
    """Give the null or empty collection at a path its first entry."""
    text, node, parent = document.text, document.at(path), document.at(path[:-1])
    start, end = empty_span(document, path)
    old, rest = text[start:end], text[end:]
    if "#" in old:
        msg = f"cannot be edited safely: a comment comes before {old.split()[-1]!r}. Put it on another line."
        raise YamlError(msg)
    if not isinstance(parent, Mapping) or parent.flow:
        lead = old[: len(old) - len(old.lstrip())] or (" " if start > node.start or not old else "")
        document.splice(start, end, lead + flow_text(value, json=document.is_json))
        return
    style = style_of(text, document.first_indents, parent, line_end(text, node.end))
    column = parent.column + (style.offset if isinstance(value, list) else style.step)
    below = line_end(rest, 0)
    lines = _joined(block_lines(value, column, style), text, start)
    document.splice(start, len(text), rest[:below] + lines + rest[below:])


def empty_span(document: Document, path: Path) -> tuple[int, int]:
    """Return the span of the text of a null or empty collection, from its colon or dash on."""
    if not path:
        msg = "must hold an entry at least"
        raise YamlError(msg)
    behind = behind_indicator(document.text, document.root, path)
    return behind, max(document.at(path).end, behind)


def _joined(lines: list[str], text: str, offset: int) -> str:
    """Return lines to insert at the end of an offset's line: before its line break, or at the end of the text."""
    newline = newline_at(text, offset)
    if text[offset - 1 : offset] == "\r" and text.find("\n", offset) < 0:
        msg = "must end in a line feed, got a carriage return that is a part of its last text. End it in a line feed."
        raise YamlError(msg)
    return "".join(newline + line for line in lines)


_YAML_TAG = "tag:yaml.org,2002:"
_AMBIGUOUS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.:~<=")
"""A plain scalar with any other character is a string to every reader."""


def expanded_text(node: Node) -> str:
    """Return a node's text on one line, without anchors, aliases and merges. A YamlError for a tag, or no end."""
    to_data(node)  # refuses what has no end
    text = _expanded(node)
    if len(text) > MAX_ALIASED:
        msg = f"must be at most {MAX_ALIASED} characters, aliases expanded"
        raise YamlError(msg)
    return text


def _expanded(node: Node) -> str:
    target = resolved(node)
    tag = target.tag if target.tag != "!" else None
    if tag and tag != _YAML_TAG + "str":
        msg = f"must have no tag {tag.replace(_YAML_TAG, '!!')!r} below an alias. Write it out"
        raise YamlError(msg)
    if isinstance(target, Scalar):
        if not target.plain or tag:
            return quoted(target.value)
        return _plain_text(target.value)
    if isinstance(target, Sequence):
        return "[" + ", ".join(map(_expanded, target.items)) + "]"
    assert isinstance(target, Mapping)  # noqa: S101 # to_data refuses an alias of nothing
    return "{" + ", ".join(f"{key}: {value}" for key, value in _expanded_entries(target).items()) + "}"


def _expanded_entries(mapping: Mapping) -> dict[str, str]:
    own: dict[str, str] = {}
    merged: dict[str, str] = {}
    for key, value in mapping.entries:
        if is_merge(key):
            sources = resolved(value)
            for source in sources.items if isinstance(sources, Sequence) else [sources]:
                target = resolved(source)
                merged = {**(_expanded_entries(target) if isinstance(target, Mapping) else {}), **merged}
        else:
            own[_expanded(key)] = _expanded(value)
    return {**merged, **own}


def _plain_text(value: str) -> str:
    if is_plain_safe(value):
        return value
    return (value or "null") if _AMBIGUOUS.issuperset(value) else quoted(value)
