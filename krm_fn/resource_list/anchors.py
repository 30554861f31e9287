"""Anchors and aliases of a text: what an alias in one item means in another."""

from __future__ import annotations

from krm_fn.resource_list.layout import decoded
from krm_fn.yaml_text.node import Alias, nodes
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    """Return the names of the aliases whose anchors are outside of the text."""
    return {node.name for node in nodes(root) if isinstance(node, Alias) and node.target is None}
