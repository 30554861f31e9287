"""Document: a text, and the tree that shows where each part of it is, updated while the text is changed.

In a text in plain style most changes update the tree, to what reading the text again would give. In any other case it
is read again. Changes of places that are apart wait, and are made together: one costs as much as the text is long.
"""

from __future__ import annotations

from krm_fn.yaml_text.node import Alias, Mapping, Scalar, Sequence, end_with_entries, move, nodes, shift
from krm_fn.yaml_text.places import FirstIndents, entry_span, insertion_point, newline_at, nodes_to, position_of
from krm_fn.yaml_text.quick_read import quick_block, quick_read
from krm_fn.yaml_text.read import YamlError, pyyaml_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from krm_fn.yaml_text.node import Collection, Node, Path


class _Change:
    """A change that waits: a span of the source, the text instead of it, and what that is in the tree."""

    __slots__ = ("block", "collections", "end", "new", "scalar", "start")

    def __init__(self, start: int, end: int, new: str, collections: list[Node]) -> None:
        self.start = start
        self.end = end
        self.new = new
        self.collections = collections
        """The nodes from the root to the collection that it is in."""
        self.scalar: Scalar | None = None
        """A scalar at the end of the new text, which is in the tree already in the place of the old one."""
        self.block: Mapping | Sequence | None = None
        """Entries to append, with their offsets in the new text."""

    def update_tree(self, start: int) -> None:
        """Do what is left to do in the tree, once all nodes moved, and the new text is at an offset."""
        collection, block = self.collections[-1], self.block
        if self.scalar:
            self.scalar.end = start + len(self.new)
            self.scalar.start = self.scalar.end - len(self.new.lstrip(" "))
        if block:
            move(block, start)
        if isinstance(collection, Mapping) and isinstance(block, Mapping):
            collection.entries += block.entries
        elif isinstance(collection, Sequence) and isinstance(block, Sequence):
            collection.items += block.items
        end_with_entries(self.collections)


class Document:
    """The text of one document. A sequence of one mapping, as in a ResourceList, is treated as that mapping."""

    def __init__(self, text: str, anchors: dict[str, Node] | None, quick_root: Node | None) -> None:
        """Take a text, the anchors of an enclosing one, and if it was read already, the result of `quick_read`."""
        self.source: str
        """The text without the changes that wait."""
        self.source_root: Node
        """Its tree: without new entries that wait, but with new scalars, in the places of the old ones."""
        self.anchors = anchors
        self._waiting: list[_Change] = []
        """In the order of their spans, of which no two touch."""
        self._grown: set[int] = set()
        """The collections that lack entries that wait, by their identity."""
        self._first_indents: FirstIndents | None = None
        self._is_without_alias: bool | None = None
        """Whether `source` has neither anchors nor aliases, None where that is not known."""
        self._take(text, quick_root or quick_read(text))

    @property
    def text(self) -> str:
        """The text as it is now."""
        self.settle()
        return self.source

    @property
    def root(self) -> Node:
        """The tree of the text as it is now."""
        self.settle()
        return self.source_root

    @property
    def first_indents(self) -> FirstIndents:
        """The indents of its first collections: what is added has the same."""
        if self._first_indents is None:
            self._first_indents = FirstIndents(self.source, self.source_root)
        return self._first_indents

    @property
    def is_json(self) -> bool:
        """Whether it is written as JSON is."""
        root, source = self.source_root, self.source
        if not isinstance(root, Mapping) or not root.flow:
            return False
        at = root.start + 1
        while source[at : at + 1].isspace():
            at += 1
        return source.startswith('"', at)

    def at(self, path: Path) -> Node:
        """Return the node at a path, with its place in `source`: the last step may be an alias, the others must not."""
        return self._nodes_to(path)[-1]

    def root_towards(self, path: Path) -> Node:
        """Return `source_root`, in which no collection on the way to a path lacks entries."""
        node = self.source_root
        for step in path if self._grown else ():
            position = position_of(node, step)
            if position < 0:
                break
            node = nodes_to(node, (step,))[-1]
        if id(node) in self._grown:
            self.settle()
        return self.source_root

    def text_at(self, path: Path) -> str:
        """Return the text of the node at a path."""
        node = self._settled_at(path)
        return self.source[node.start : node.end]

    def read(self) -> None:
        """Read the text again, unless no part was shifted since that was done."""
        if self._waiting or self._is_shifted:
            self._write()
            self._take(self.source, quick_read(self.source))

    def settle(self) -> None:
        """Make the changes that wait."""
        if not self._waiting:
            return
        if not self.is_plain:
            self.read()
            return
        changes, growth = self._write()
        self._is_shifted = True
        shift(self.source_root, [change.start for change in changes], [change.end for change in changes], growth[1:])
        for change, before in zip(changes, growth, strict=False):
            change.update_tree(change.start + before)

    def _write(self) -> tuple[list[_Change], list[int]]:
        """Write the changes that wait into the source, whose tree stays as it is.

        Return them, and what the source grew by before each of them.
        """
        changes, self._waiting = self._waiting, []
        pieces: list[str] = []
        growth = [0]
        behind = 0
        for change in changes:
            pieces += (self.source[behind : change.start], change.new)
            behind = change.end
            growth.append(growth[-1] + len(change.new) - (change.end - change.start))
        self.source = "".join((*pieces, self.source[behind:]))
        self._grown.clear()
        return changes, growth

    def splice(self, start: int, end: int, new: str) -> None:
        """Replace a span by new text, and read the whole again. A YamlError where it is then no YAML.

        No change may wait.
        """
        assert not self._waiting  # noqa: S101 # else the span is not that of the text
        text = self.source[:start] + new + self.source[end:]
        try:
            self._take(text, quick_read(text))
        except YamlError as error:
            msg = f"cannot be edited safely: after that it {error.problem}"
            raise YamlError(msg, error.line) from error

    def put_scalar(self, path: Path, new: str) -> None:
        """Replace the node at a path by the text of a scalar, or of what else is valid there."""
        node = self._settled_at(path)
        lead = " " if node.start == node.end else ""
        parents = self._nodes_to(path[:-1])
        scalar = self._scalar(new, parents[-1]) if path else None
        if scalar is None:
            self.settle()
            node = self.at(path)
            self.splice(node.start, node.end, lead + new)
            return
        parent, position = parents[-1], position_of(parents[-1], path[-1])
        if isinstance(parent, Mapping):
            parent.entries[position] = (parent.entries[position][0], scalar)
        elif isinstance(parent, Sequence):
            parent.items[position] = scalar
        scalar.start, scalar.end = node.start, node.end
        change = _Change(node.start, node.end, lead + new, parents)
        change.scalar = scalar
        self._wait(change)

    def append(self, path: Path, lines_at: Callable[[Collection, int], str]) -> None:
        """Add entries at the end of the block collection at a path.

        `lines_at` gives their lines, each after a line break, for the collection and an offset in `source`.
        """
        collections = self._nodes_to(path)
        node = collections[-1]
        assert isinstance(node, Mapping | Sequence)  # noqa: S101 # the caller has found it
        at = insertion_point(self.source, node)
        if self._waiting and not (self.is_plain and self._is_free(at, at)):
            self.settle()
            self.append(path, lines_at)
            return
        lines = lines_at(node, at)
        block = self._block(lines, at)
        if block is None or type(block) is not type(node):
            self.settle()
            at = insertion_point(self.source, node)
            self.splice(at, at, lines)
            return
        change = _Change(at, at, lines, collections)
        change.block = block
        self._wait(change)
        self._grown.add(id(node))

    def append_in_flow(self, path: Path, entry: str) -> None:
        """Add the text of an entry behind the last one of the flow collection at a path, on its line or as that is."""
        collections = self._nodes_to(path)
        node = collections[-1]
        assert isinstance(node, Mapping | Sequence)  # noqa: S101 # the caller has found it
        first, last = (node.entries[-1][0], node.entries[-1][1]) if isinstance(node, Mapping) else (node.items[-1],) * 2
        at = last.end
        block = self._flow_block(entry, node) if self.is_plain else None
        if self._waiting and not (block and self._is_free(at, at)):
            self.settle()
            self.append_in_flow(path, entry)
            return
        lead = self.source[self.source.rfind("\n", 0, first.start) + 1 : first.start]
        own_line = not lead.strip(" \t") and "\n" in self.source
        separator = "," + newline_at(self.source, at) + lead if own_line else ", "
        if block is None:
            self.splice(at, at, separator + entry)
            return
        move(block, len(separator) - block.start - 1)
        change = _Change(at, at, separator + entry, collections)
        change.block = block
        self._wait(change)
        self._grown.add(id(node))

    def remove(self, path: Path) -> None:
        """Remove the text of an entry."""
        parents = self._nodes_to(path[:-1])
        parent, position = parents[-1], position_of(parents[-1], path[-1])
        if not isinstance(parent, Mapping | Sequence) or position < 0:
            msg = f"has no {path[-1]!r} of its own"
            raise YamlError(msg)
        start, end = entry_span(self.source, parent, position)
        can_wait = self.is_plain and position > 0
        if self._waiting and not (can_wait and self._is_free(start, end)):
            self.settle()
            self.remove(path)
        elif can_wait:
            del (parent.entries if isinstance(parent, Mapping) else parent.items)[position]
            end_with_entries(parents)
            self._wait(_Change(start, end, "", parents))
        else:
            self.splice(start, end, "")

    def _settled_at(self, path: Path) -> Node:
        """Return the node at a path, once nothing waits there."""
        node = self.at(path)
        if not self._is_free(node.start, node.end):
            self.settle()
            node = self.at(path)
        return node

    def _nodes_to(self, path: Path) -> list[Node]:
        """Return the nodes from the root to the one at a path, of which the last has all its entries."""
        try:
            found = nodes_to(self.source_root, path)
        except YamlError:
            if not self._grown:
                raise
            self.settle()
            return nodes_to(self.source_root, path)
        if id(found[-1]) in self._grown:
            self.settle()
        return found

    def _scalar(self, text: str, parent: Node) -> Scalar | None:
        """Return what a text is as an entry of a collection, None where it is no scalar, or more may change with it."""
        if "\n" in text or not (self.is_plain or self._has_no_alias()):
            return None
        is_flow = isinstance(parent, Mapping | Sequence) and parent.flow
        node = quick_read(f"- [{text}]\n" if is_flow else f"- {text}\n")
        for _ in range(1 + is_flow):
            node = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else None
        return node if isinstance(node, Scalar) and node.end - node.start == len(text) > 0 else None

    def _has_no_alias(self) -> bool:
        """Return whether no part of the text is an alias or may be the target of one."""
        if self._is_without_alias is None:
            self._is_without_alias = not any(isinstance(node, Alias) or node.anchor for node in nodes(self.source_root))
        return self._is_without_alias

    def _block(self, lines: str, at: int) -> Mapping | Sequence | None:
        """Return the collection that lines are when inserted at an offset, None where that is not sure."""
        if not self.is_plain:
            return None
        end = at
        while end < len(self.source):  # to the end of the next line with content, which may belong to the last entry
            start = end + 1
            end = self.source.find("\n", start)
            end = len(self.source) if end < 0 else end
            if self.source[start:end].strip(" ")[:1] not in ("", "#"):
                break
        return quick_block(lines + self.source[at : end + 1], 1, len(lines))

    def _flow_block(self, entry: str, like: Collection) -> Mapping | Sequence | None:
        """Return a collection with the entry that a text on one line is, None where that is not sure."""
        opening, closing = "{}" if isinstance(like, Mapping) else "[]"
        node = quick_read(f"- {opening}{entry}{closing}\n") if "\n" not in entry else None
        node = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else None
        return node if isinstance(node, Mapping | Sequence) and type(node) is type(like) else None

    def _wait(self, change: _Change) -> None:
        """Take a change of a span that is free."""
        waiting = self._waiting
        if not waiting or waiting[-1].end < change.start:
            waiting.append(change)
        else:
            waiting.insert(self._position(change.start), change)

    def _is_free(self, start: int, end: int) -> bool:
        """Return whether no change waits in a span, or beside it."""
        waiting = self._waiting
        if not waiting or waiting[-1].end < start:
            return True
        position = self._position(start)
        return position == len(waiting) or waiting[position].start > end

    def _position(self, start: int) -> int:
        """Return the position of the first change that waits and does not end before an offset."""
        if self._waiting[0].end >= start:
            return 0
        from bisect import bisect_left  # noqa: PLC0415 # changes mostly come in order

        return bisect_left(self._waiting, start, key=lambda change: change.end)

    def _take(self, text: str, quick_root: Node | None) -> None:
        """Take a text and its tree; where the quick reader was not sure, that of the full one."""
        root = quick_root or pyyaml_read(text, self.anchors)
        self.source = text
        self.is_plain = quick_root is not None
        self._is_shifted = False
        self._is_without_alias = self._first_indents = None
        self.source_root = root.items[0] if isinstance(root, Sequence) and len(root.items) == 1 else root
