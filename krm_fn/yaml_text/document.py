"""Document: a text, and the tree that shows where each part of it is, updated while the text is changed.

In a text in plain style most changes update the tree, to what reading the text again would give. In any other case it
is read again.
"""

from __future__ import annotations

from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, end_with_entries, shift
from krm_fn.yaml_text.places import entry_span, node_at, nodes_to, position_of
from krm_fn.yaml_text.quick_read import quick_block, quick_read
from krm_fn.yaml_text.read import YamlError, pyyaml_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node, Path


class Document:
    """The text of one document. A sequence of one mapping, as in a ResourceList, is treated as that mapping."""

    def __init__(self, text: str, anchors: dict[str, Node] | None, quick_root: Node | None) -> None:
        """Take a text, the anchors of an enclosing one, and if it was read already, the result of `quick_read`."""
        self.text: str
        self.root: Node
        self.anchors = anchors
        self._take(text, quick_root or quick_read(text))

    @property
    def is_json(self) -> bool:
        """Whether it is written as JSON is."""
        root = self.root
        return isinstance(root, Mapping) and root.flow and self.text[root.start + 1 :].lstrip().startswith('"')

    def at(self, path: Path) -> Node:
        """Return the node at a path: the last step may be an alias, the others must not."""
        return node_at(self.root, path)

    def text_at(self, path: Path) -> str:
        """Return the text of the node at a path."""
        node = self.at(path)
        return self.text[node.start : node.end]

    def read(self) -> None:
        """Read the text again, unless no part was shifted since that was done."""
        if self._is_shifted:
            self._take(self.text, quick_read(self.text))

    def splice(self, start: int, end: int, new: str) -> None:
        """Replace a span by new text, and read the whole again. A YamlError where it is then no YAML."""
        text = self.text[:start] + new + self.text[end:]
        try:
            self._take(text, quick_read(text))
        except YamlError as error:
            msg = f"cannot be edited safely: after that it {error.problem}"
            raise YamlError(msg, error.line) from error

    def put_scalar(self, path: Path, new: str) -> None:
        """Replace the node at a path by a new scalar, as `scalar_text` writes it."""
        parents, node = nodes_to(self.root, path[:-1]), self.at(path)
        start, end = node.start, node.end
        lead = " " if start == end else ""
        if not self.is_plain or not path or new.startswith('"'):
            self.splice(start, end, lead + new)
            return
        scalar = Scalar(start + len(lead), start + len(lead + new), new, plain=True)
        parent, position = parents[-1], position_of(parents[-1], path[-1])
        self._shift(start, end, lead + new)
        if isinstance(parent, Mapping):
            parent.entries[position] = (parent.entries[position][0], scalar)
        elif isinstance(parent, Sequence):
            parent.items[position] = scalar
        end_with_entries(parents)

    def append(self, path: Path, at: int, lines: str) -> None:
        """Insert lines, each after a line break, at an offset: they become the last entries of a block collection."""
        text = self.text[:at] + lines + self.text[at:]
        block = quick_block(text, at + 1, at + len(lines)) if self.is_plain else None
        collections = nodes_to(self.root, path)
        node = collections[-1]
        if isinstance(node, Mapping) and isinstance(block, Mapping):
            self._shift(at, at, lines)
            node.entries += block.entries
        elif isinstance(node, Sequence) and isinstance(block, Sequence):
            self._shift(at, at, lines)
            node.items += block.items
        else:
            self.splice(at, at, lines)
            return
        end_with_entries(collections)

    def remove(self, path: Path) -> None:
        """Remove the text of an entry."""
        parents = nodes_to(self.root, path[:-1])
        parent, position = parents[-1], position_of(parents[-1], path[-1])
        if not isinstance(parent, Mapping | Sequence) or position < 0:
            msg = f"has no {path[-1]!r} of its own"
            raise YamlError(msg)
        start, end = entry_span(self.text, parent, position)
        if not self.is_plain or parent.flow or position == 0:
            self.splice(start, end, "")
            return
        del (parent.entries if isinstance(parent, Mapping) else parent.items)[position]
        self._shift(start, end, "")
        end_with_entries(parents)

    def _shift(self, start: int, end: int, new: str) -> None:
        """Replace a span by new text, and shift what comes after it in the tree."""
        self.text = self.text[:start] + new + self.text[end:]
        self._is_shifted = True
        shift(self.root, start, end, len(new) - (end - start))

    def _take(self, text: str, quick_root: Node | None) -> None:
        """Take a text and its tree; where the quick reader was not sure, that of the full one."""
        root = quick_root or pyyaml_read(text, self.anchors)
        self.text = text
        self.is_plain = quick_root is not None
        self._is_shifted = False
        self.root = root.items[0] if isinstance(root, Sequence) and len(root.items) == 1 else root
