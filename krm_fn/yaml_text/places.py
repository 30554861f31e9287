"""Places in a document: the node at a path, whether there is room below it, and where lines are added or removed."""

from __future__ import annotations

from krm_fn.yaml_text.data import is_merge, to_data
from krm_fn.yaml_text.node import Collection, Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.scalars import quoted
from krm_fn.yaml_text.write import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node, Path, Step


_OF_FLOW = frozenset(",[]{}")
MAY_NOT_FIT = _OF_FLOW | frozenset("\n?")
"""What may stand in a scalar in one place, and not in another: further in, or in flow style."""


def newline_at(text: str, offset: int) -> str:
    """Return the line break that ends the line of an offset, or that the text uses where none follows."""
    end = text.find("\n", offset)
    if end < 0:
        return "\r\n" if "\r\n" in text else "\n"
    return "\r\n" if text[end - 1 : end] == "\r" else "\n"


def line_end(text: str, offset: int) -> int:
    """Return the offset of the line break that ends the line of an offset, or of the end of the text.

    Carriage returns at the end of the text belong to it, as no line feed follows.
    """
    end = text.find("\n", offset)
    if end < 0:
        end = len(text)
        while end > offset and text[end - 1] == "\r":
            end -= 1
        return end
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def insertion_point(text: str, node: Collection) -> int:
    """Return the end of the last line of a block collection, with the comments deeper than its entries that follow."""
    at = end = line_end(text, node.end)
    while (newline := text.find("\n", end)) >= 0:
        start = newline + 1
        end = line_end(text, start)
        line = text[start:end]
        content = line.lstrip(" ")
        if content.startswith("#") and len(line) - len(content) > node.column:
            at = end
        elif content:
            break
    return at


def entry_span(text: str, parent: Mapping | Sequence, position: int) -> tuple[int, int]:
    """Return the span of text that is removed with an entry."""
    count = len(parent.entries) if isinstance(parent, Mapping) else len(parent.items)
    ends = [value.end for _, value in parent.entries] if isinstance(parent, Mapping) else [n.end for n in parent.items]
    if parent.flow:
        if position > 0:
            return ends[position - 1], ends[position]
        return _entry_start(text, parent, 0), _entry_start(text, parent, 1) if count > 1 else ends[0]
    start = _entry_start(text, parent, position)
    line_start = text.rfind("\n", 0, start) + 1
    if text[line_start:start].strip(" "):  # the entry follows a dash on its line: the next one takes its place
        if position + 1 == count:
            return start, ends[position]
        return start, _entry_start(text, parent, position + 1)
    after = text.find("\n", ends[position])
    if after >= 0:
        return line_start, after + 1
    before = line_start - (2 if text.endswith("\r\n", 0, line_start) else 1)
    return max(before, 0), line_end(text, ends[position])


def _entry_start(text: str, parent: Mapping | Sequence, position: int) -> int:
    """Return where an entry starts: at its dash, its key, or the question mark before its key."""
    if isinstance(parent, Sequence):
        item = parent.items[position]
        return item.start if parent.flow else dash_of(text, parent, item)
    key = parent.entries[position][0].start
    at = key - 1
    while at > parent.start and text[at].isspace():
        at -= 1
    return at if at >= parent.start and at < key - 1 and text[at] == "?" else key


def style_of(text: str, found: FirstIndents, near: Collection, at: int) -> Style:
    """Return the layout for lines added to a block collection: that of its own entries, else that of the document."""
    dash = found.dash or 2
    if isinstance(near, Sequence) and near.items:
        own = _dash_width(text, near, near.items[-1])
        dash = own or dash
    return Style(step=found.step or 2, offset=found.offset or 0, dash=dash, literal=text.find("\n", at) >= 0)


class FirstIndents:
    """The indents of the first block mapping, sequence and dash in a document, None for those not found."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.step: int | None = None
        self.offset: int | None = None
        self.dash: int | None = None
        self._search(root)

    def _search(self, node: Node) -> None:
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
                self._search(child)


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


def node_at(root: Node, path: Path) -> Node:
    """Return the node at a path, as it is written: the last step may be an alias, the others must not."""
    return nodes_to(root, path)[-1]


def nodes_to(root: Node, path: Path) -> list[Node]:
    """Return the nodes from the root to the one at a path, both included."""
    node = root
    nodes = [root]
    for step in path:
        position = position_of(node, step)
        if isinstance(node, Mapping) and position >= 0:
            node = node.entries[position][1]
        elif isinstance(node, Sequence) and position >= 0:
            node = node.items[position]
        else:
            raise YamlError(_elsewhere(step))
        nodes.append(node)
    return nodes


def position_of(node: Node, step: Step) -> int:
    """Return the position of a collection's entry that a step names, -1 where there is none."""
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.index(step)
    return step if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items) else -1


def lacks(node: Node, step: Step) -> bool:
    """Return whether a collection has room for a step: a key that it does not have, or -1 for a list's end.

    A YamlError where it is no such collection.
    """
    if isinstance(node, Sequence) and isinstance(step, int):
        return step == -1
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.index(step) < 0 and merged_value(node, step) is None
    msg = f"must be a {'sequence' if isinstance(step, int) else 'mapping'} to hold {step!r}"
    raise YamlError(msg)


def merged_value(node: Node, step: Step) -> Node | None:
    """Return what a mapping's merge keys give it under a key; the first of them wins. None where they give nothing."""
    merges = [value for key, value in node.entries if is_merge(key)] if isinstance(node, Mapping) else []
    for merge in map(resolved, merges):
        for source in map(resolved, merge.items if isinstance(merge, Sequence) else [merge]):
            if isinstance(source, Mapping):
                position = position_of(source, step)
                found = merged_value(source, step) if position < 0 else source.entries[position][1]
                if found is not None:
                    return found
    return None


def is_empty(node: Node) -> bool:
    """Return whether a node is null, `{}` or `[]`."""
    target = resolved(node)
    if isinstance(target, Mapping):
        return not target.entries
    if isinstance(target, Sequence):
        return not target.items
    return isinstance(target, Scalar) and to_data(target) is None


def fitting(root: Node, path: Path, scalar: str, current: str) -> str:
    """Return the text of a plain or quoted scalar as it can stand at a path: no line as far out as the block around.

    In flow style a plain one with a character that has a meaning there is put in quotes. Some readers take `?` for one:
    where the current text is in quotes, some tool has put it in these.
    """
    nodes = [node for node in (root, *nodes_to(root, path[:-1])) if isinstance(node, Collection)]
    has_meaning = not _OF_FLOW.isdisjoint(scalar) or ("?" in scalar and current[:1] in ("'", '"'))
    if nodes and nodes[-1].flow and scalar[0] not in "\"'" and has_meaning:
        node = read(scalar)
        return quoted(node.value) if isinstance(node, Scalar) else scalar
    around = [node for node in nodes if not node.flow]
    column = around[-1].column + 1 if around else 0
    first, *others = scalar.split("\n")
    return "\n".join([first, *(line if _is_in(line, column) else " " * column + line.lstrip(" ") for line in others)])


def _is_in(line: str, column: int) -> bool:
    """Return whether a line is blank, or starts at a column at least."""
    return not line.strip() or len(line) - len(line.lstrip(" ")) >= column


def behind_indicator(text: str, root: Node, path: Path) -> int:
    """Return the offset after the colon or dash that introduces the value at a path; in flow lists its start."""
    parent, node = node_at(root, path[:-1]), node_at(root, path)
    if isinstance(parent, Sequence):
        return node.start if parent.flow else dash_of(text, parent, node) + 1
    assert isinstance(parent, Mapping)  # noqa: S101 # a value was found below it
    key, _ = parent.entries[position_of(parent, path[-1])]
    colon = text.find(":", key.end, node.start)
    if colon < 0:
        msg = f"must have a colon behind {path[-1]!r}"
        raise YamlError(msg)
    return colon + 1


def _elsewhere(step: Step) -> str:
    return f"cannot be edited safely: {step!r} comes from an alias or a merge key. Write it out."
