"""Edit one document's text in place: put in, change, take out. All else stays to the byte.

An `Editor` makes one edit at a time and keeps two things: the text, and what the document must now mean. `finish`
compares the two, so that an edit whose effect is another than meant is an error and never a wrong text.
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.yaml_text.data import first_difference, is_merge, to_data
from krm_fn.yaml_text.lines import dash_of, entry_span, insertion_point, line_end, newline_of, style_of
from krm_fn.yaml_text.node import Alias, Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.scalars import scalar_text
from krm_fn.yaml_text.write import block_lines, flow_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Node, Path, Step


class Change(Record):
    """What one step of an edit did, as far as undoing it needs to know.

    | verb     | meaning                                                | old             |
    |----------|--------------------------------------------------------|-----------------|
    | added    | the entry at the path is new                           |                 |
    | created  | likewise, only to hold entries that are added          |                 |
    | filled   | the null or empty collection at the path got entries   | its text        |
    | expanded | the alias at the path was replaced by what it stands for | its text      |
    | changed  | the scalar at the path was replaced                    | its text        |
    """

    verb: str
    path: Path
    old: str = ""
    new: str = ""


class Editor:
    """The text of one document while it is edited. Paths are keys and indices from its root.

    A sequence of one mapping, which is how an item of a ResourceList is written, is taken for that mapping.
    """

    def __init__(self, text: str, anchors: dict[str, Node] | None = None) -> None:
        self._anchors = anchors
        self._set(text)
        self.data: Any = to_data(self._root)

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
            node = self._find(path[:depth])
            if _is_empty(node):
                step, inside = path[depth], _wrapped(path[depth + 1 :], value)
                old = self._fill(path[:depth], [inside] if step == -1 else {str(step): inside})
                changes.append(Change(verb="filled", path=path[:depth], old=old))
                break
            if self._lacks(node, path[depth]):
                self._append(node, path[depth], _wrapped(path[depth + 1 :], value))
                break
        else:
            msg = f"already holds {path[-1]!r}"
            raise YamlError(msg)
        real = self._add_data(path, value)
        changes += [Change(verb="created", path=real[:end]) for end in range(depth + 1, len(real))]
        changes.append(Change(verb="added", path=real))
        return changes

    def change(self, path: Path, value: str | int) -> Change:
        """Replace the scalar at a path."""
        node = self._find(path)
        old, new = self.text[node.start : node.end], scalar_text(value, json=self._is_json())
        self._replace_text(node, new)
        self._parent_data(path)[path[-1]] = value
        return Change(verb="changed", path=path, old=old, new=new)

    def restore(self, path: Path, old: str) -> None:
        """Put the text back that a changed scalar had."""
        if old:
            self._replace_text(self._find(path), old)
        else:
            self._splice(self._behind_indicator(path), self._find(path).end, "")
        self._parent_data(path)[path[-1]] = to_data(self._find(path))

    def fold(self, path: Path, alias: str) -> None:
        """Put an alias back that was expanded, where it would mean what stands there now."""
        expanded = self.text
        self._replace_text(self._find(path), alias)
        try:
            same = to_data(self._find(path)) == self._parent_data(path)[path[-1]]
        except YamlError:  # its anchor is gone
            same = False
        if not same:
            self._set(expanded)

    def remove(self, path: Path) -> None:
        """Take an entry out. A collection that held nothing else is left null or empty: see `refill`."""
        parent = self._find(path[:-1])
        position = _position(parent, path[-1])
        if not isinstance(parent, Mapping | Sequence) or position < 0:
            msg = f"has no {path[-1]!r} of its own"
            raise YamlError(msg)
        start, end = entry_span(self.text, parent, position)
        self._splice(start, end, "")
        del self._parent_data(path)[path[-1]]
        self._match_emptiness(path[:-1])

    def refill(self, path: Path, old: str) -> None:
        """Give a collection that `remove` left null or empty the text it had before it was filled."""
        node = self._find(path)
        behind = self._behind_indicator(path)
        self._splice(behind, max(node.end, behind), old)
        self._parent_data(path)[path[-1]] = to_data(self._find(path))

    def text_at(self, path: Path) -> str:
        """Return the text of the node at a path."""
        node = self._find(path)
        return self.text[node.start : node.end]

    def _set(self, text: str) -> None:
        root = read(text, self._anchors)
        self.text = text
        self._root = root.items[0] if isinstance(root, Sequence) and len(root.items) == 1 else root

    def _find(self, path: Path) -> Node:
        """Return the node at a path, as it stands there: the last step may be an alias, the others must not."""
        node = self._root
        for step in path:
            position = _position(node, step)
            if isinstance(node, Mapping) and position >= 0:
                node = node.entries[position][1]
            elif isinstance(node, Sequence) and position >= 0:
                node = node.items[position]
            else:
                raise YamlError(_elsewhere(step))
        return node

    def _lacks(self, node: Node, step: Step) -> bool:
        if isinstance(node, Sequence) and isinstance(step, int):
            return step == -1
        if isinstance(node, Mapping) and isinstance(step, str):
            lacks = node.index(step) < 0
            if lacks and any(is_merge(key) for key, _ in node.entries) and step in to_data(node):
                raise YamlError(_elsewhere(step))
            return lacks
        msg = f"must be a {'sequence' if isinstance(step, int) else 'mapping'} to hold {step!r}"
        raise YamlError(msg)

    def _append(self, node: Node, step: Step, value: Any) -> None:
        assert isinstance(node, Mapping | Sequence)  # noqa: S101 # _lacks was asked
        wrapped: Any = [value] if isinstance(node, Sequence) else {step: value}
        if node.flow:
            last = (node.entries[-1][1] if isinstance(node, Mapping) else node.items[-1]).end
            first = node.entries[-1][0].start if isinstance(node, Mapping) else node.items[-1].start
            lead = self.text[self.text.rfind("\n", 0, first) + 1 : first]
            separator = "," + newline_of(self.text) + lead if not lead.strip(" \t") and "\n" in self.text else ", "
            inner = flow_text(wrapped, json=self._is_json())[1:-1]
            self._splice(last, last, separator + inner)
        else:
            at = insertion_point(self.text, node)
            lines = block_lines(wrapped, node.column, style_of(self.text, self._root, node, at))
            self._splice(at, at, self._joined(lines))

    def _fill(self, path: Path, value: Any) -> str:
        """Give the null or empty collection at a path its first entry; return the text it had behind its colon."""
        if not path:
            msg = "must hold an entry at least"
            raise YamlError(msg)
        node, parent = self._find(path), self._find(path[:-1])
        behind = self._behind_indicator(path)
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
        self._splice(
            behind, len(self.text), rest[:below] + self._joined(block_lines(value, column, style)) + rest[below:]
        )
        return old

    def _joined(self, lines: list[str]) -> str:
        """Return lines to put in at the end of a line: at its line break, or at the end of the text."""
        newline = newline_of(self.text)
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

    def _behind_indicator(self, path: Path) -> int:
        """Return the offset behind the colon or dash that introduces the value at a path; in flow lists its start."""
        parent, node = self._find(path[:-1]), self._find(path)
        if isinstance(parent, Sequence):
            return node.start if parent.flow else dash_of(self.text, parent, node) + 1
        assert isinstance(parent, Mapping)  # noqa: S101 # a value was found below it
        key, _ = parent.entries[_position(parent, path[-1])]
        colon = self.text.find(":", key.end, node.start)
        if colon < 0:
            msg = f"must have a colon behind {path[-1]!r}"
            raise YamlError(msg)
        return colon + 1

    def _expand_alias(self, path: Path, changes: list[Change]) -> None:
        """Replace an alias on the way by what it stands for, so that the anchor's other users keep theirs."""
        node = self._find(path)
        if isinstance(node, Alias):
            old = self.text[node.start : node.end]
            target = resolved(node)
            if isinstance(target, Mapping | Sequence) and not _is_empty(target):
                from krm_fn.yaml_text.expand import expanded_text  # noqa: PLC0415 # few texts have aliases

                self._splice(node.start, node.end, expanded_text(target))
                changes.append(Change(verb="expanded", path=path, old=old))

    def _add_data(self, path: Path, value: Any) -> Path:
        """Make the edit on the plain data too; return the path with the index that a -1 became."""
        real: Path = ()
        at = self.data
        for position, step in enumerate(path):
            last = position == len(path) - 1
            empty: Any = [] if not last and path[position + 1] == -1 else {}
            below = value if last else empty
            if step == -1:
                at.append(below)
            elif last or not (at[step] if isinstance(step, int) else at.get(step)):
                at[step] = below
            real = (*real, len(at) - 1 if step == -1 else step)
            at = at[real[-1]]
        return real

    def _parent_data(self, path: Path) -> Any:
        at = self.data
        for step in path[:-1]:
            at = at[step]
        return at

    def _match_emptiness(self, path: Path) -> None:
        """Let the plain data say null where taking the last entry out left a bare key."""
        if path and not self._parent_data((*path, "")):
            self._parent_data(path)[path[-1]] = to_data(self._find(path))


def _elsewhere(step: Step) -> str:
    return f"cannot be edited safely: {step!r} stands there by an alias or a merge key. Write it out."


def _is_empty(node: Node) -> bool:
    """Tell whether a node is null, `{}` or `[]`."""
    target = resolved(node)
    if isinstance(target, Mapping):
        return not target.entries
    if isinstance(target, Sequence):
        return not target.items
    return isinstance(target, Scalar) and to_data(target) is None


def _position(node: Node, step: Step) -> int:
    """Return where among a collection's entries a step leads, -1 where it leads nowhere."""
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.index(step)
    return step if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items) else -1


def _wrapped(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = [value] if step == -1 else {step: value}
    return value
