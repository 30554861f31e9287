"""Write edited items back into their text, remove items from the lists that hold them, and refuse what others share."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.anchors import anchors_before, loose_aliases
from krm_fn.resource_list.identity import ref_of
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.node import nodes
from krm_fn.yaml_text.paths import get
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.resource_list.layout import Span
    from krm_fn.result import ResourceRef, Result
    from krm_fn.yaml_text.node import Node, Path

    Splice: TypeAlias = tuple[Span, bytes]
    """A span of a text, and what comes in its place."""


def without_removed(data: bytes, changes: list[Splice], gone: list[Item]) -> list[Splice]:
    """Return changes of a text, given those of the items that stay, and the items that are removed from their lists.

    Each such list becomes one change. A YamlError where an entry cannot be removed.
    """
    paths: dict[Span, list[Path]] = {}
    for item in gone:
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
        if not get(editor.data, path[:-1]):
            editor.refill(path[:-1], " []")
    return editor.finish()


def shared_problems(items: Items) -> list[Result]:
    """Return an error for each item whose change alters another by an anchor."""
    return [_shared(item, name, ref_of(other.readable_data)) for item, name, other in shared_changes(items)]


def shared_changes(items: Items) -> Iterator[tuple[Item, str, Item]]:
    """Yield each item whose change alters another, the anchor by which it does, and that other."""
    for item in items.touched():
        if b"&" not in item.original or (not item.is_changed and not item.removed):
            continue
        new = {} if item.removed else _anchored_data(item.output)
        for name, data in _anchored_data(item.original).items():
            if name not in new or new[name] != data:
                for other in items.mentioning(f"*{name}", with_local=True):
                    if other.span > item.span and _share_anchors(item, other) and _uses(other, name):
                        yield item, name, other


def _shared(item: Item, name: str, user: ResourceRef) -> Result:
    message = f"must have no anchor &{name}: {user} has the alias *{name}, and would also change. Write it out."
    return item.result(codes.ANCHOR_SHARED, "", message)


def _anchored_data(text: bytes) -> dict[str, Any]:
    """Return what each anchor of an item means at the item's end."""
    source = text.decode()
    anchored = {node.anchor: node for node in nodes(read(source)) if node.anchor}
    return {name: _data_or_text(node, source) for name, node in anchored.items()}


def _data_or_text(node: Node, source: str) -> Any:
    """Return the data of a node, or its text where an alias in it has its anchor outside."""
    try:
        return to_data(node)
    except YamlError:
        return source[node.start : node.end]


def _share_anchors(item: Item, other: Item) -> bool:
    return (item.file, item.anchor_scope) == (other.file, other.anchor_scope)


def _uses(item: Item, name: str) -> bool:
    """Return whether an item's text has an alias of a name that it does not define itself."""
    try:
        return name in loose_aliases(read(item.text))
    except YamlError:
        return False
