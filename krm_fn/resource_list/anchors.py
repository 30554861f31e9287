"""Anchors and aliases of a text: what an alias in one item means in another."""

from __future__ import annotations

from bisect import bisect_left

from krm_fn.resource_list.layout import decoded
from krm_fn.yaml_text.node import Alias, nodes
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.yaml_text.node import Node


class Anchors:
    """The anchors of a text, which is read in full once. None of them if it is not YAML."""

    def __init__(self, data: bytes) -> None:
        self._nodes: dict[str, list[Node]] = {}
        """By name, in the order of the text."""
        self._starts: dict[str, list[int]] = {}
        """Where each of them starts, as an offset in bytes."""
        text, skipped = decoded(data)
        try:
            root = read(text)
        except YamlError:
            return
        at, in_bytes = 0, skipped
        for node in nodes(root):
            if node.anchor:
                in_bytes += len(text[at : node.start].encode())
                at = node.start
                self._nodes.setdefault(node.anchor, []).append(node)
                self._starts.setdefault(node.anchor, []).append(in_bytes)

    def before(self, offset: int, names: Iterable[str] | None = None) -> dict[str, Node]:
        """Return those that are defined before an offset in bytes: of some names, or all."""
        found: dict[str, Node] = {}
        for name in self._nodes if names is None else names:
            count = bisect_left(self._starts.get(name, ()), offset)
            if count:
                found[name] = self._nodes[name][count - 1]
        return found


def anchors_before(data: bytes, offset: int) -> dict[str, Node]:
    """Return the anchors that a text defines before an offset."""
    return Anchors(data).before(offset)


def loose_aliases(root: Node) -> set[str]:
    """Return the names of the aliases whose anchors are outside of the text."""
    return {node.name for node in nodes(root) if isinstance(node, Alias) and node.target is None}
