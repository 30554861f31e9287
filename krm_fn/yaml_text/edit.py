"""Edit one document's text in place: put in, change, take out. All else stays to the byte.

An `Editor` makes one edit at a time and keeps two things: the text, and what the document must now mean. `finish`
compares the two, so that an edit whose effect is another than meant is an error and never a wrong text.
"""

from __future__ import annotations

from krm_fn.yaml_text.change import Change
from krm_fn.yaml_text.data import first_difference, to_data
from krm_fn.yaml_text.lines import entry_span, insertion_point, line_end, newline_at, style_of
from krm_fn.yaml_text.meaning import Meaning
from krm_fn.yaml_text.node import Alias, Mapping, Sequence, resolved
from krm_fn.yaml_text.places import behind_indicator, is_empty, lacks, node_at, position_of
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.scalars import scalar_text
from krm_fn.yaml_text.write import block_lines, flow_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Node, Path, Step


class Editor:
    """The text of one document while it is edited. Paths are keys and indices from its root.

    A sequence of one mapping, which is how an item of a ResourceList is written, is taken for that mapping.
    """

    def __init__(self, text: str, anchors: dict[str, Node] | None = None) -> None:
        self._anchors = anchors
        self._set(text)
        self._meaning = Meaning(to_data(self._root))

    @property
    def data(self) -> Any:
        """The plain data that the document means by now."""
        return self._meaning.data

    def finish(self) -> str:
        """Return the text, proven to mean what the edits were meant to make of it."""
        try:
            place = first_difference(to_data(self._root), self.data)
        except YamlError as error:
            msg = f"cannot be edited safely: it {error.problem} after that. Write out the alias."
            raise YamlError(msg) from error
        if place is not None:
            msg = (
                f"cannot be edited safely: {place} would change too. "
                "Write out the alias that makes it so; if there is none, end the file with a line break."
            )
            raise YamlError(msg)
        return self.text

    def add(self, path: Path, value: Any) -> list[Change]:
        """Put a new entry in: under its key at a mapping's end, or at a sequence's end where the last step is -1.

        What is missing on the way is created; a null or empty collection on the way is filled.
        """
        changes: list[Change] = []
        for depth in range(len(path)):
            self._expand_alias(path[:depth], changes)
            node = node_at(self._root, path[:depth])
            if is_empty(node):
                step, inside = path[depth], _wrapped(path[depth + 1 :], value)
                old = self._fill(path[:depth], [inside] if step == -1 else {str(step): inside})
                changes.append(Change(verb="filled", path=path[:depth], old=old))
                break
            if lacks(node, path[depth]):
                self._append(node, path[depth], _wrapped(path[depth + 1 :], value))
                break
        else:
            msg = f"already holds {path[-1]!r}"
            raise YamlError(msg)
        real = self._meaning.add(path, value)
        changes += [Change(verb="created", path=real[:end]) for end in range(depth + 1, len(real))]
        changes.append(Change(verb="added", path=real))
        return changes

    def change(self, path: Path, value: str | int) -> Change:
        """Replace the scalar at a path."""
        node = node_at(self._root, path)
        old, new = self.text[node.start : node.end], scalar_text(value, json=self._is_json())
        self._replace_text(node, new)
        self._meaning.set(path, value)
        return Change(verb="changed", path=path, old=old, new=new)

    def restore(self, path: Path, old: str) -> None:
        """Put the text back that a changed scalar had."""
        if old:
            self._replace_text(node_at(self._root, path), old)
        else:
            self._splice(behind_indicator(self.text, self._root, path), node_at(self._root, path).end, "")
        self._meaning.set(path, to_data(node_at(self._root, path)))

    def fold(self, path: Path, alias: str) -> None:
        """Put an alias back that was expanded, where it would mean what stands there now."""
        expanded = self.text
        self._replace_text(node_at(self._root, path), alias)
        try:
            same = to_data(node_at(self._root, path)) == self._meaning.at(path)
        except YamlError:  # its anchor is gone
            same = False
        if not same:
            self._set(expanded)

    def remove(self, path: Path) -> None:
        """Take an entry out. A collection that held nothing else is left null or empty: see `refill`."""
        parent = node_at(self._root, path[:-1])
        position = position_of(parent, path[-1])
        if not isinstance(parent, Mapping | Sequence) or position < 0:
            msg = f"has no {path[-1]!r} of its own"
            raise YamlError(msg)
        start, end = entry_span(self.text, parent, position)
        self._splice(start, end, "")
        self._meaning.remove(path)
        if len(path) > 1 and not self._meaning.at(path[:-1]):  # a bare key is null
            self._meaning.set(path[:-1], to_data(node_at(self._root, path[:-1])))

    def refill(self, path: Path, old: str) -> None:
        """Give a collection that `remove` left null or empty the text it had before it was filled."""
        node = node_at(self._root, path)
        behind = behind_indicator(self.text, self._root, path)
        self._splice(behind, max(node.end, behind), old)
        self._meaning.set(path, to_data(node_at(self._root, path)))

    def text_at(self, path: Path) -> str:
        """Return the text of the node at a path."""
        node = node_at(self._root, path)
        return self.text[node.start : node.end]

    def _set(self, text: str) -> None:
        root = read(text, self._anchors)
        self.text = text
        self._root = root.items[0] if isinstance(root, Sequence) and len(root.items) == 1 else root

    def _append(self, node: Node, step: Step, value: Any) -> None:
        assert isinstance(node, Mapping | Sequence)  # noqa: S101 # _lacks was asked
        wrapped: Any = [value] if isinstance(node, Sequence) else {step: value}
        if node.flow:
            last = (node.entries[-1][1] if isinstance(node, Mapping) else node.items[-1]).end
            first = node.entries[-1][0].start if isinstance(node, Mapping) else node.items[-1].start
            lead = self.text[self.text.rfind("\n", 0, first) + 1 : first]
            own_line = not lead.strip(" \t") and "\n" in self.text
            separator = "," + newline_at(self.text, last) + lead if own_line else ", "
            inner = flow_text(wrapped, json=self._is_json())[1:-1]
            self._splice(last, last, separator + inner)
        else:
            at = insertion_point(self.text, node)
            lines = block_lines(wrapped, node.column, style_of(self.text, self._root, node, at))
            self._splice(at, at, self._joined(lines, at))

    def _fill(self, path: Path, value: Any) -> str:
        """Give the null or empty collection at a path its first entry; return the text it had behind its colon."""
        if not path:
            msg = "must hold an entry at least"
            raise YamlError(msg)
        node, parent = node_at(self._root, path), node_at(self._root, path[:-1])
        behind = behind_indicator(self.text, self._root, path)
        old = self.text[behind : max(node.end, behind)]
        rest = self.text[behind + len(old) :]
        if "#" in old:
            msg = f"cannot be edited safely: a comment stands before {old.split()[-1]!r}. Put it on another line."
            raise YamlError(msg)
        if not isinstance(parent, Mapping) or parent.flow:
            lead = old[: len(old) - len(old.lstrip())] or (" " if behind > node.start or not old else "")
            self._splice(behind, behind + len(old), lead + flow_text(value, json=self._is_json()))
            return old
        style = style_of(self.text, self._root, parent, line_end(self.text, node.end))
        column = parent.column + (style.offset if isinstance(value, list) else style.step)
        below = line_end(rest, 0)
        lines = self._joined(block_lines(value, column, style), behind)
        self._splice(behind, len(self.text), rest[:below] + lines + rest[below:])
        return old

    def _joined(self, lines: list[str], offset: int) -> str:
        """Return lines to put in at the end of an offset's line: before its line break, or at the end of the text."""
        newline = newline_at(self.text, offset)
        return "".join(newline + line for line in lines)

    def _replace_text(self, node: Node, new: str) -> None:
        self._splice(node.start, node.end, (" " if node.start == node.end else "") + new)

    def _splice(self, start: int, end: int, new: str) -> None:
        """Put a text in place of another."""
        try:
            self._set(self.text[:start] + new + self.text[end:])
        except YamlError as error:
            msg = f"cannot be edited safely: after that it {error.problem}"
            raise YamlError(msg, error.line) from error

    def _is_json(self) -> bool:
        """Tell whether the document is written in JSON's manner."""
        root = self._root
        return isinstance(root, Mapping) and root.flow and self.text[root.start + 1 :].lstrip().startswith('"')

    def _expand_alias(self, path: Path, changes: list[Change]) -> None:
        """Replace an alias on the way by what it stands for, so that the anchor's other users keep theirs."""
        node = node_at(self._root, path)
        if isinstance(node, Alias):
            old = self.text[node.start : node.end]
            target = resolved(node)
            if isinstance(target, Mapping | Sequence) and not is_empty(target):
                from krm_fn.yaml_text.expand import expanded_text  # noqa: PLC0415 # few texts have aliases

                self._splice(node.start, node.end, expanded_text(target))
                changes.append(Change(verb="expanded", path=path, old=old))


def _wrapped(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = [value] if step == -1 else {step: value}
    return value
