"""Edit one document's text in place: put in, change, take out. All else stays to the byte.

An `Editor` makes one edit at a time and keeps two things: the text, and what the document must now mean. `finish`
reads the text and compares the two, so that an edit whose effect is another than meant is an error and never a wrong
text.
"""

from __future__ import annotations

from krm_fn.yaml_text.change import Change
from krm_fn.yaml_text.data import first_difference, to_data
from krm_fn.yaml_text.document import Document
from krm_fn.yaml_text.entries import append, empty_span, fill
from krm_fn.yaml_text.meaning import Meaning
from krm_fn.yaml_text.node import Alias, Mapping, Sequence, resolved
from krm_fn.yaml_text.places import behind_indicator, is_empty, lacks, node_at
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.scalars import scalar_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Node, Path


class Editor:
    """The text of one document while it is edited. Paths are keys and indices from its root.

    A sequence of one mapping, which is how an item of a ResourceList is written, is taken for that mapping.
    """

    def __init__(
        self, text: str, anchors: dict[str, Node] | None = None, *, root: Node | None = None, data: Any = None
    ) -> None:
        """Take a text and the anchors around it; if known already, its `plain_root`, to alter, and its data."""
        self._document = Document(text, anchors, root)
        self._meaning = Meaning(to_data(self._document.root) if data is None else data)

    @property
    def text(self) -> str:
        """The text as it is by now."""
        return self._document.text

    @property
    def data(self) -> Any:
        """The plain data that the document means by now."""
        return self._meaning.data

    @property
    def plain_root(self) -> Node | None:
        """The root as `quick_read` gives it, None where it is not sure."""
        return self._document.root if self._document.is_plain else None

    def finish(self) -> str:
        """Return the text, proven to mean what the edits were meant to make of it."""
        try:
            self._document.read()
            place = first_difference(to_data(self._document.root), self.data)
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
        depth = self._make_way(path, changes)
        place, step, inside = path[:depth], path[depth], _wrapped(path[depth + 1 :], value)
        if is_empty(self._document.at(place)):
            fill(self._document, place, [inside] if step == -1 else {str(step): inside})
        else:
            append(self._document, place, step, inside)
        real = self._meaning.add(path, value)
        changes += [Change(verb="created", path=real[:end]) for end in range(depth + 1, len(real))]
        return [*changes, Change(verb="added", path=real)]

    def besides(self, path: Path) -> list[Change]:
        """Return what adding an entry under a key would do besides, without doing it."""
        if "*" in self.text:
            return Editor(self.text, self._document.anchors).add(path, "")[:-1]
        changes: list[Change] = []
        depth = self._make_way(path, changes)
        return changes + [Change(verb="created", path=path[:end]) for end in range(depth + 1, len(path))]

    def change(self, path: Path, value: str | int) -> Change:
        """Replace the scalar at a path."""
        old, new = self.text_at(path), scalar_text(value, json=self._document.is_json)
        self._document.put_scalar(path, new)
        self._meaning.set(path, value)
        return Change(verb="changed", path=path, old=old, new=new)

    def restore(self, path: Path, old: str) -> None:
        """Put the text back that a changed scalar had."""
        node = self._document.at(path)
        start = node.start if old else behind_indicator(self.text, self._document.root, path)
        lead = " " if old and start == node.end else ""
        self._document.splice(start, node.end, lead + old)
        self._mean_what_is_written(path)

    def fold(self, path: Path, alias: str) -> None:
        """Put an alias back that was expanded, where it would mean what stands there now."""
        node, expanded = self._document.at(path), self.text_at(path)
        start, end = node.start, node.end
        self._document.splice(start, end, alias)
        try:
            same = to_data(self._document.at(path)) == self._meaning.at(path)
        except YamlError:  # its anchor is gone
            same = False
        if not same:
            self._document.splice(start, start + len(alias), expanded)

    def remove(self, path: Path) -> None:
        """Take an entry out. A collection that held nothing else is left null or empty: see `refill`."""
        self._document.remove(path)
        self._meaning.remove(path)
        if len(path) > 1 and not self._meaning.at(path[:-1]):  # a bare key is null
            self._mean_what_is_written(path[:-1])

    def refill(self, path: Path, old: str) -> None:
        """Give a collection that `remove` left null or empty the text it had before it was filled."""
        self._document.splice(*empty_span(self._document, path), old)
        self._mean_what_is_written(path)

    def text_at(self, path: Path) -> str:
        """Return the text of the node at a path."""
        return self._document.text_at(path)

    def _make_way(self, path: Path, changes: list[Change]) -> int:
        """Write out aliases on the way to a new entry; return the depth of the collection that has room for it.

        What was written out, and that the collection is to be filled, is added to the changes.
        """
        node = self._document.root
        for depth, step in enumerate(path):
            if isinstance(node, Alias):
                self._expand(path[:depth], changes)
                node = self._document.at(path[:depth])
            if is_empty(node):
                start, end = empty_span(self._document, path[:depth])
                changes.append(Change(verb="filled", path=path[:depth], old=self.text[start:end]))
                return depth
            if lacks(node, step):
                return depth
            node = node_at(node, (step,))
        msg = f"already holds {path[-1]!r}"
        raise YamlError(msg)

    def _expand(self, path: Path, changes: list[Change]) -> None:
        """Replace an alias by what it stands for, so that the anchor's other users keep theirs."""
        node = self._document.at(path)
        target = resolved(node)
        if isinstance(target, Mapping | Sequence) and not is_empty(target):
            from krm_fn.yaml_text.expand import expanded_text  # noqa: PLC0415 # few texts have aliases

            changes.append(Change(verb="expanded", path=path, old=self.text_at(path)))
            self._document.splice(node.start, node.end, expanded_text(target))

    def _mean_what_is_written(self, path: Path) -> None:
        """Take what stands at a path for what is meant there."""
        self._meaning.set(path, to_data(self._document.at(path)))


def _wrapped(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = [value] if step == -1 else {step: value}
    return value
