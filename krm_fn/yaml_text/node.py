"""Nodes: a YAML document as a tree that knows where in the text each part is.

Offsets count code points of the text. A node's `start` includes its anchor and tag; its `end` is after its last
character, before any comment, and never after the newline of its last line.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    Step: TypeAlias = str | int
    Path: TypeAlias = tuple[Step, ...]


class Node:
    """What all nodes share."""

    __slots__ = ("anchor", "end", "start", "tag")

    def __init__(self, start: int, end: int, anchor: str | None = None, tag: str | None = None) -> None:
        self.start = start
        self.end = end
        self.anchor = anchor
        self.tag = tag


class Scalar(Node):
    """A string, number, bool or null, as written: `plain` is false where it is quoted or a block."""

    __slots__ = ("plain", "value")

    def __init__(self, start: int, end: int, value: str, *, plain: bool) -> None:
        self.start = start
        self.end = end
        self.anchor = self.tag = None
        self.value = value
        self.plain = plain


class Alias(Node):
    """A `*name`; `target` is the node of that anchor, None where nothing before it has the anchor."""

    __slots__ = ("name", "target")

    def __init__(self, start: int, end: int, name: str, target: Node | None) -> None:
        super().__init__(start, end)
        self.name = name
        self.target = target


class Collection(Node):
    """What mappings and sequences share: whether they are in flow style, and else the column of the entries."""

    __slots__ = ("column", "flow")

    def __init__(self, start: int, end: int, *, flow: bool, column: int) -> None:
        self.start = start
        self.end = end
        self.anchor = self.tag = None
        self.flow = flow
        self.column = column


class Mapping(Collection):
    """Keys and values in the order written, duplicates included."""

    __slots__ = ("entries",)

    def __init__(self, start: int, end: int, *, flow: bool, column: int) -> None:
        super().__init__(start, end, flow=flow, column=column)
        self.entries: list[tuple[Node, Node]] = []

    def index(self, key: str) -> int:
        """Return the position of the entry with this key, -1 where there is none."""
        for index, (node, _) in enumerate(self.entries):
            if type(node) is not Scalar:
                node = resolved(node)  # noqa: PLW2901 # a key may be an alias
            if type(node) is Scalar and node.value == key:
                return index
        return -1


class Sequence(Collection):
    """Items in the order written."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, *, flow: bool, column: int) -> None:
        super().__init__(start, end, flow=flow, column=column)
        self.items: list[Node] = []


def resolved(node: Node) -> Node:
    """Return the node, or what it is an alias of. An alias of nothing is itself."""
    seen = 0
    while isinstance(node, Alias) and node.target is not None and seen < 100:  # noqa: PLR2004 # alias of alias of ...
        node = node.target
        seen += 1
    return node


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order written."""
    rest = [node]
    while rest:
        node = rest.pop()
        yield node
        if isinstance(node, Mapping):
            rest += [part for pair in reversed(node.entries) for part in reversed(pair)]
        elif isinstance(node, Sequence):
            rest += reversed(node.items)


def copied(node: Any) -> Any:
    """Return a copy of a tree without aliases, anchors and tags."""
    if isinstance(node, Mapping):
        mapping = Mapping(node.start, node.end, flow=node.flow, column=node.column)
        mapping.entries = [(copied(key), copied(value)) for key, value in node.entries]
        return mapping
    if isinstance(node, Sequence):
        sequence = Sequence(node.start, node.end, flow=node.flow, column=node.column)
        sequence.items = [copied(item) for item in node.items]
        return sequence
    return Scalar(node.start, node.end, node.value, plain=node.plain)


def move(node: Node, by: int) -> None:
    """Move all offsets in a tree."""
    for each in nodes(node):
        each.start += by
        each.end += by


def shift(node: Node, starts: list[int], ends: list[int], growth: list[int]) -> None:
    """Move the offsets in a tree behind spans of the text that grew; the spans are apart, and in order.

    `growth` is what the text grew by in all spans up to each of them. An insertion at the very offset comes behind it.
    The ends of block collections that reach into a span are left to `end_with_entries`.
    """
    first, count = starts[0], _count if len(starts) < _FEW else _counter()

    def moved(offset: int) -> int:
        before = count(ends, offset)
        while before and starts[before - 1] >= offset:
            before -= 1
        return offset + growth[before - 1] if before else offset

    rest = [node]
    while rest:
        node = rest.pop()
        node.start = moved(node.start)
        node.end = moved(node.end)
        if isinstance(node, Mapping):
            rest += [part for pair in node.entries if pair[1].end > first for part in pair]
        elif isinstance(node, Sequence):
            rest += [item for item in node.items if item.end > first]


_FEW = 10


def _count(ends: list[int], offset: int) -> int:
    """Return how many ends are not behind an offset."""
    count = len(ends)
    while count and ends[count - 1] > offset:
        count -= 1
    return count


def _counter() -> Callable[[list[int], int], int]:
    """Return what does the same for many."""
    from bisect import bisect_right  # noqa: PLC0415 # few texts have many changes

    return bisect_right


def end_with_entries(nodes: list[Node]) -> None:
    """Set the ends of the block collections among nested nodes to those of their last entries."""
    for node in reversed(nodes):
        if isinstance(node, Mapping) and not node.flow and node.entries:
            node.end = node.entries[-1][1].end
        elif isinstance(node, Sequence) and not node.flow and node.items:
            node.end = node.items[-1].end
