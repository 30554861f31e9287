"""Where in a text lines are put in and taken out, and how the text around them is laid out."""

from __future__ import annotations

from krm_fn.yaml_text.node import Mapping, Sequence
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.write import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Collection, Node


def newline_at(text: str, offset: int) -> str:
    """Return the line break that ends the line of an offset, or that the text uses where none follows."""
    end = text.find("\n", offset)
    if end < 0:
        return "\r\n" if "\r\n" in text else "\n"
    return "\r\n" if text[end - 1 : end] == "\r" else "\n"


def line_end(text: str, offset: int) -> int:
    """Return the offset of the line break that ends the line of an offset, or of the end of the text."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def insertion_point(text: str, node: Collection) -> int:
    """Return the end of the last line of a block collection, with the comments deeper than its entries that follow."""
    at = end = line_end(text, node.end)
    while end < len(text):
        start = text.find("\n", end) + 1
        end = line_end(text, start)
        line = text[start:end]
        content = line.lstrip(" ")
        if content.startswith("#") and len(line) - len(content) > node.column:
            at = end
        elif content:
            break
    return at


def entry_span(text: str, parent: Mapping | Sequence, position: int) -> tuple[int, int]:
    """Return the span of text that goes when an entry is taken out."""
    nodes = [key for key, _ in parent.entries] if isinstance(parent, Mapping) else parent.items
    ends = [value.end for _, value in parent.entries] if isinstance(parent, Mapping) else [n.end for n in parent.items]
    if parent.flow:
        if position > 0:
            return ends[position - 1], ends[position]
        return nodes[0].start, nodes[1].start if len(nodes) > 1 else ends[0]
    start = nodes[position].start if isinstance(parent, Mapping) else dash_of(text, parent, nodes[position])
    line_start = text.rfind("\n", 0, start) + 1
    if text[line_start:start].strip(" "):  # the entry stands behind a dash on its line: the next one takes its place
        if position + 1 == len(nodes):
            return start, ends[position]
        following = nodes[position + 1]
        return start, following.start if isinstance(parent, Mapping) else dash_of(text, parent, following)
    after = text.find("\n", ends[position])
    if after >= 0:
        return line_start, after + 1
    before = line_start - (2 if text.endswith("\r\n", 0, line_start) else 1)
    return max(before, 0), len(text)


def style_of(text: str, root: Node, near: Collection, at: int) -> Style:
    """Return the layout for lines put into a block collection: as its own entries have it, else as the document."""
    styles = _Styles(text)
    styles.look(root)
    dash = styles.dash or 2
    if isinstance(near, Sequence) and near.items:
        own = _dash_width(text, near, near.items[-1])
        dash = own or dash
    return Style(step=styles.step or 2, offset=styles.offset or 0, dash=dash, literal=at < len(text))


class _Styles:
    """The first layouts that a document shows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.step: int | None = None
        self.offset: int | None = None
        self.dash: int | None = None

    def look(self, node: Node) -> None:
        if isinstance(node, Sequence) and not node.flow and node.items:
            self.dash = self.dash or _dash_width(self.text, node, node.items[0])
        if isinstance(node, Mapping | Sequence) and node.flow:
            return
        for _, value in node.entries if isinstance(node, Mapping) else ():
            if isinstance(value, Mapping) and not value.flow and self.step is None:
                self.step = value.column - node.column  # type: ignore[attr-defined] # it has entries
            if isinstance(value, Sequence) and not value.flow and self.offset is None:
                self.offset = value.column - node.column  # type: ignore[attr-defined] # it has entries
        if self.step is None or self.offset is None or self.dash is None:
            children = (value for _, value in node.entries) if isinstance(node, Mapping) else getattr(node, "items", ())
            for child in children:
                self.look(child)


def dash_of(text: str, sequence: Sequence, item: Node) -> int:
    """Return the offset of the dash of a block sequence's item."""
    column = sequence.column
    line_start = text.rfind("\n", 0, item.start) + 1
    while text[line_start + column] != "-" or line_start + column >= item.start:
        if line_start == 0:
            msg = "must have each dash on the line of its item, or above it"
            raise YamlError(msg)
        line_start = text.rfind("\n", 0, line_start - 1) + 1
    return line_start + column


def _dash_width(text: str, sequence: Sequence, item: Node) -> int | None:
    """Return the columns from an item's dash to the item, None where they are on different lines."""
    dash = dash_of(text, sequence, item)
    between = text[dash + 1 : item.start]
    return None if between.strip(" ") or not between else len(between) + 1
