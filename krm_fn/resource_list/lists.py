"""Open a `kind: List` among items: its entries are items like any others, edited in place in the text of the list."""

from __future__ import annotations

from itertools import pairwise

from krm_fn.record import Record
from krm_fn.resource_list.full_layout import ByteOffsets, item_span
from krm_fn.resource_list.identity import annotations_of
from krm_fn.resource_list.plain_kind import plain_kind
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node, Path

    Splice: TypeAlias = tuple[Span, bytes]
    """A span of a text, and what comes in its place."""

WORD = "List"
"""What the kinds of lists end with: List itself, and such as ConfigMapList."""


class Entry(Record):
    """An entry of a list among the items, or of a list in one."""

    span: Span
    whole: Span
    """The span of the item that holds it."""
    path: Path
    """The way to it in that item."""
    kind: str
    file_annotations: dict[str, Any]
    """The annotations of the item that holds it, by which hosts tell the file."""


def entries_in(data: bytes, spans: dict[int, Span]) -> dict[int, list[Entry]]:
    """Return the entries of the lists among items that hold the word, by the position of each list.

    A list stays one item where it is empty, an entry names no apiVersion and kind, or entries share a line.
    """
    found = {}
    for position, span in spans.items():
        kind = plain_kind(data, *span)
        entries = list(_entries(data, span)) if not kind or kind.endswith(WORD) else []
        if entries:
            found[position] = entries
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


def _entries(data: bytes, span: Span, holder: Entry | None = None) -> Iterator[Entry]:
    """Yield the entries of a list at a span, none where it is no list that can be opened.

    One in a list is the holder of its entries.
    """
    start, end = span
    try:
        text = data[start:end].decode()
        root = read(text)
        if isinstance(root, Sequence) and len(root.items) == 1:
            root = root.items[0]
        sequence = _value(root, "items")
        is_list = _text(_value(root, "kind")).endswith(WORD)
        if not is_list or not isinstance(sequence, Sequence) or not all(map(_is_object, sequence.items)):
            return
        spans = [item_span(text, sequence, item) for item in sequence.items]
    except (UnicodeDecodeError, YamlError):
        return
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        return
    offset = ByteOffsets(text, start)
    path = holder.path if holder else ()
    annotations = holder.file_annotations if holder else _annotations(_value(root, "metadata"))
    for index, (first, last) in enumerate(spans):
        entry = Entry(
            span=(offset(first), offset(last)),
            whole=holder.whole if holder else span,
            path=(*path, "items", index),
            kind=_text(_value(sequence.items[index], "kind")),
            file_annotations=annotations,
        )
        inner = list(_entries(data, entry.span, entry)) if entry.kind.endswith(WORD) else []
        yield from inner or [entry]


def _annotations(metadata: Node | None) -> dict[str, Any]:
    """Return the annotations of a list, none where they stand for something outside of it."""
    try:
        return annotations_of({"metadata": to_data(metadata)}) if metadata else {}
    except YamlError:
        return {}


def _is_object(node: Node) -> bool:
    return all(isinstance(_value(node, key), Scalar) for key in ("apiVersion", "kind"))


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) else ""


def _value(node: Node, key: str) -> Node | None:
    position = node.index(key) if isinstance(node, Mapping) else -1
    return node.entries[position][1] if isinstance(node, Mapping) and position >= 0 else None
