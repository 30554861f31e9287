"""Open a `kind: List` among items: its entries are items like any others, edited in place in the text of the list."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from krm_fn.record import Record
from krm_fn.resource_list.full_layout import ByteOffsets, item_span
from krm_fn.resource_list.plain_kind import plain_kind
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node, Path

    Splice: TypeAlias = tuple[Span, bytes]
    """A span of a text, and what comes in its place."""

WORD = b"List"
"""What the kinds of lists end with: List itself, and such as ConfigMapList."""


class Entry(Record):
    """An entry of a list among the items, or of a list in one."""

    span: Span
    whole: Span
    """The span of the item that holds it."""
    path: Path
    """The way to it in that item."""
    kind: str


def entries_in(data: bytes, starts: list[int], ends: list[int]) -> dict[int, list[Entry]]:
    """Return the entries of the lists among items, by the position of each list.

    A list stays one item where it is empty, an entry names no apiVersion and kind, or entries share a line.
    """
    found = {}
    at = data.find(WORD, starts[0], ends[-1]) if starts else -1
    while at >= 0:
        position = bisect_right(starts, at) - 1
        start, end = starts[position], ends[position]
        if at < end:
            kind = plain_kind(data, start, end)
            if not kind or kind.endswith(WORD.decode()):
                entries = list(_entries(data, (start, end)))
                if entries:
                    found[position] = entries
        at = data.find(WORD, max(end, at + 1), ends[-1])
    return found


def taken_out(data: bytes, changes: list[Splice], leaving: list[Item]) -> list[Splice]:
    """Return changes of a text, given those without the items that leave their lists: each such list is one change.

    A YamlError where an entry cannot be taken out.
    """
    paths: dict[Span, list[Path]] = {}
    for item in leaving:
        if item.entry:
            paths.setdefault(item.entry.whole, []).append(item.entry.path)
    for whole, removed in paths.items():
        inside = [change for change in changes if whole[0] <= change[0][0] < whole[1]]
        outside = [change for change in changes if change not in inside]
        changes = [*outside, (whole, _without(spliced(data, whole, inside), removed))]
    return changes


def spliced(data: bytes, whole: Span, changes: list[Splice]) -> bytes:
    """Return a part of a text with some spans in it changed."""
    parts, at = [], whole[0]
    for (start, end), new in sorted(changes):
        parts += [data[at : max(at, start)], new]
        at = max(at, end)
    return b"".join([*parts, data[at : whole[1]]])


def _without(text: bytes, paths: list[Path]) -> bytes:
    """Return the text of a list without some of its entries."""
    editor = Editor(text.decode())
    for path in sorted(paths, reverse=True):
        editor.remove(path)
        holder = editor.data
        for step in path[:-1]:
            holder = holder[step]
        if not holder:
            editor.refill(path[:-1], " []")
    return editor.finish().encode()


def _entries(data: bytes, span: Span, path: Path = (), whole: Span | None = None) -> Iterator[Entry]:
    """Yield the entries of a list at a span, none where it is no list that can be opened."""
    start, end = span
    try:
        text = data[start:end].decode()
        root = read(text)
        if isinstance(root, Sequence) and len(root.items) == 1:
            root = root.items[0]
        sequence = _value(root, "items")
        is_list = _text(_value(root, "kind")).encode().endswith(WORD)
        if not is_list or not isinstance(sequence, Sequence) or not all(map(_is_object, sequence.items)):
            return
        spans = [item_span(text, sequence, item) for item in sequence.items]
    except (UnicodeDecodeError, YamlError):
        return
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        return
    offset = ByteOffsets(text, start)
    for index, (first, last) in enumerate(spans):
        place, way = (offset(first), offset(last)), (*path, "items", index)
        entry = Entry(span=place, whole=whole or span, path=way, kind=_text(_value(sequence.items[index], "kind")))
        yield from list(_entries(data, entry.span, entry.path, entry.whole)) or [entry]


def _is_object(node: Node) -> bool:
    return all(isinstance(_value(node, key), Scalar) for key in ("apiVersion", "kind"))


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) else ""


def _value(node: Node, key: str) -> Node | None:
    position = node.index(key) if isinstance(node, Mapping) else -1
    return node.entries[position][1] if isinstance(node, Mapping) and position >= 0 else None
