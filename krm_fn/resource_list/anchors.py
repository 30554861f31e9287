"""Anchors and aliases from one item to another: what an alias stands for, and what an edit must leave as it is."""

from __future__ import annotations

from krm_fn.resource_list.identity import ref_of, result_on
from krm_fn.resource_list.layout import decoded
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.node import Alias, Mapping, Sequence
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.yaml_text.node import Node


def anchors_before(data: bytes, offset: int) -> dict[str, Node]:
    """Return the anchors that a text defines before an offset, read in full. None of them if it is not YAML."""
    text, skipped = decoded(data)
    try:
        root = read(text)
    except YamlError:
        return {}
    before = len(data[skipped:offset].decode(errors="replace"))
    return {node.anchor: node for node in nodes(root) if node.anchor and node.start < before}


def loose_aliases(root: Node) -> set[str]:
    """Return the names of the aliases that stand for something outside of the text."""
    return {node.name for node in nodes(root) if isinstance(node, Alias) and node.target is None}


def shared_change(items: Items) -> tuple[Item, str, Item] | None:
    """Return an item whose change alters another, the anchor by which it does, and that other; None without one."""
    for item in items.touched():
        if b"&" not in item.original or (item.output == item.original and not item.removed):
            continue
        new = {} if item.removed else _anchored_data(item.output)
        for name, data in _anchored_data(item.original).items():
            if name not in new or new[name] != data:
                for other in items.mentioning(f"*{name}"):
                    if other.span > item.span and _share_anchors(item, other) and _uses(other, name):
                        return item, name, other
    return None


def shared_problem(items: Items) -> Result | None:
    """Return an error where the change of an item alters another by an anchor, None where none does."""
    found = shared_change(items)
    if not found:
        return None
    item, name, other = found
    user = ref_of(other.readable_data)
    message = f"must have no anchor &{name}: {user} has the alias *{name}, and would change too. Write it out."
    return result_on(item, "error", "", message)


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order written."""
    yield node
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield from nodes(key)
            yield from nodes(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from nodes(item)


def _anchored_data(text: bytes) -> dict[str, Any]:
    """Return what each anchor of an item stands for at its end."""
    source = text.decode()
    anchored = {node.anchor: node for node in nodes(read(source)) if node.anchor}
    return {name: _data_or_text(node, source) for name, node in anchored.items()}


def _data_or_text(node: Node, source: str) -> Any:
    """Return the data of a node, or its text where an alias in it stands for something outside."""
    try:
        return to_data(node)
    except YamlError:
        return source[node.start : node.end]


def _share_anchors(item: Item, other: Item) -> bool:
    return (item.file, item.anchor_scope) == (other.file, other.anchor_scope)


def _uses(item: Item, name: str) -> bool:
    """Tell whether an item's text has an alias of a name that it does not define itself."""
    try:
        return name in loose_aliases(read(item.text))
    except YamlError:
        return False
