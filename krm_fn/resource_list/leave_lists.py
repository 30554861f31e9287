"""Take items out of the lists that hold them."""

from __future__ import annotations

from krm_fn.resource_list.anchors import anchors_before
from krm_fn.yaml_text.edit import Editor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node, Path

    Splice: TypeAlias = tuple[Span, bytes]
    """A span of a text, and what comes in its place."""


def taken_out(data: bytes, changes: list[Splice], leaving: list[Item]) -> list[Splice]:
    """Return changes of a text, given those without the items that leave their lists: each such list is one change.

    A YamlError where an entry cannot be taken out.
    """
    paths: dict[Span, list[Path]] = {}
    for item in leaving:
        if item.entry:
            paths.setdefault(item.entry.whole, []).append(item.entry.path)
    for whole, removed in paths.items():
        inside: list[Splice] = []
        outside: list[Splice] = []
        for change in changes:
            (inside if whole[0] <= change[0][0] < whole[1] else outside).append(change)
        anchors = anchors_before(data, whole[0]) if data.find(b"*", *whole) >= 0 else {}
        text = _without(spliced(data, whole, inside).decode(), removed, anchors)
        changes = [*outside, (whole, text.encode())]
    return changes


def spliced(data: bytes, whole: Span, changes: list[Splice]) -> bytes:
    """Return a part of a text with some spans in it changed."""
    parts, at = [], whole[0]
    for (start, end), new in sorted(changes):
        parts += [data[at : max(at, start)], new]
        at = max(at, end)
    return b"".join([*parts, data[at : whole[1]]])


def _without(text: str, paths: list[Path], anchors: dict[str, Node]) -> str:
    """Return the text of a list without some of its entries."""
    editor = Editor(text, anchors)
    for path in sorted(paths, reverse=True):
        editor.remove(path)
        holder = editor.data
        for step in path[:-1]:
            holder = holder[step]
        if not holder:
            editor.refill(path[:-1], " []")
    return editor.finish()
