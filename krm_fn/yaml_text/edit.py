"""Editor: changes to one document's text, each with what undoing it needs to know, as a Change."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.yaml_text.data import SCALAR_TAGS, Meaning, first_difference, to_data
from krm_fn.yaml_text.document import Document
from krm_fn.yaml_text.entries import append, append_text, empty_span, fill
from krm_fn.yaml_text.node import Alias, Collection, Mapping, Scalar, resolved
from krm_fn.yaml_text.parts import in_own_style, with_parts
from krm_fn.yaml_text.paths import get
from krm_fn.yaml_text.places import (
    MAY_NOT_FIT,
    behind_indicator,
    fitting,
    is_empty,
    lacks,
    merged_value,
    node_at,
    position_of,
)
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.scalars import scalar_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krm_fn.yaml_text.node import Node, Path
    from krm_fn.yaml_text.parts import Part


_QUOTES = frozenset("\"'\\")
"""What a text in quotes of either kind does not hold as it is."""


class Change(Record):
    """What one step of an edit did, as far as undoing it needs to know.

    | verb     | meaning                                                | old             |
    |----------|--------------------------------------------------------|-----------------|
    | added    | the entry at the path is new                           |                 |
    | created  | likewise, only to hold entries that are added          |                 |
    | filled   | the null or empty collection at the path got entries   | its text        |
    | expanded | the alias at the path was replaced by what it means    | its text        |
    |          | what a merge key has there was written out as its own  |                 |
    | changed  | the scalar at the path was replaced                    | its text        |
    | renamed  | the entry at the path had another key                  | the key's text  |
    """

    verb: str
    path: Path
    old: str = ""
    new: str = ""
    of: str = ""
    """What the scalar refers to, such as the name of a Service."""


class Editor:
    """The text of one document while it is edited. Paths are keys and indices from its root.

    A sequence of one mapping, which is how an item of a ResourceList is written, is treated as that mapping.
    """

    def __init__(
        self, text: str, anchors: dict[str, Node] | None = None, *, root: Node | None = None, data: Any = None
    ) -> None:
        """Take a text and the anchors of an enclosing one; if known, its `plain_root`, to alter, and its data."""
        self._document = Document(text, anchors, root)
        self._meaning = Meaning(to_data(self._document.root) if data is None else data)

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self._document.text

    @property
    def data(self) -> Any:
        """The plain data that the document now means."""
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
                f"cannot be edited safely: {place} would also change. "
                "Write out the alias that makes it so; if there is none, end the file with a line break."
            )
            raise YamlError(msg)
        return self.text

    def add(self, path: Path, value: Any) -> list[Change]:
        """Add a new entry: under its key at a mapping's end, or at a sequence's end where the last step is -1.

        What is missing above it is created; a null or empty collection above it is filled.
        """
        changes: list[Change] = []
        depth = self._prepare(path, changes)
        place, step, inside = path[:depth], path[depth], _wrapped(path[depth + 1 :], value)
        if is_empty(self._document.at(place)):
            fill(self._document, place, [inside] if step == -1 else {str(step): inside})
        else:
            append(self._document, place, step, inside)
        real = self._meaning.add(path, value)
        changes += [Change(verb="created", path=real[:end]) for end in range(depth + 1, len(real))]
        return [*changes, Change(verb="added", path=real)]

    def besides(self, path: Path) -> list[Change]:
        """Return the other changes that adding an entry under a key would make, without making them."""
        if not self._document.is_plain and ("*" in self.text or "<<" in self.text):
            return Editor(self.finish(), self._document.anchors).add(path, "")[:-1]
        changes: list[Change] = []
        depth = self._prepare(path, changes)
        return changes + [Change(verb="created", path=path[:end]) for end in range(depth + 1, len(path))]

    def change(self, path: Path, value: str | int, text: str = "") -> list[Change]:
        """Replace the scalar at a path; one that comes by a merge key gets an entry of its own.

        The text means the value. Without one, it is written on one line.
        """
        changes: list[Change] = []
        parent = self._document.root_towards(path)
        for depth in range(1, len(path)):
            parent = self._own(parent, path[:depth], changes)
        if position_of(parent, path[-1]) < 0 and merged_value(parent, path[-1]) is not None:
            append(self._document, path[:-1], path[-1], value)
            changes.append(Change(verb="added", path=path))
        else:
            if changes and to_data(self._document.at(path)) != get(self.data, path):
                msg = (
                    f"cannot be edited safely: {path[-1]!r} is an alias or a merge of what also changes. Write it out."
                )
                raise YamlError(msg)
            node = self._document.at(path)
            if isinstance(node, Scalar) and node.tag not in SCALAR_TAGS:
                msg = f"cannot be edited safely: {path[-1]!r} has the tag {node.tag!r}. Remove the tag."
                raise YamlError(msg)
            old, new = self.text_at(path), text or scalar_text(value, json=self._document.is_json)
            self._document.put_scalar(path, new)
            changes.append(Change(verb="changed", path=path, old=old, new=new))
        self._meaning.set(path, value)
        return changes

    def change_parts(self, path: Path, parts: Sequence[Part]) -> list[Change]:
        """Replace parts of the text at a path, in its own style: its quotes, lines and escapes stay as they are."""
        value = str(get(self.data, path))
        new = with_parts(value, parts)
        text = in_own_style(self.text_at(path), value, parts)
        return self.change(path, new, text if text and _means(text, new) else "")

    def rename(self, path: Path, key: str) -> list[Change]:
        """Give the entry at a path another key, in its place, and with the quotes that it has or has not."""
        old = self._put_key(path, scalar_text(key, json=self._document.is_json), key)
        return [Change(verb="renamed", path=(*path[:-1], key), old=old)]

    def rename_back(self, path: Path, old: str) -> None:
        """Restore the old text of an entry's key."""
        self._put_key(path, old)

    def restore(self, path: Path, old: str) -> None:
        """Restore the old text of a changed scalar; one of several lines as far in as the text is now."""
        if old:
            if old[0] not in "|>&!*" and not MAY_NOT_FIT.isdisjoint(old):
                old = fitting(self._document.root, path, old, self.text_at(path))
            self._document.put_scalar(path, old)
        else:
            behind, node = behind_indicator(self.text, self._document.root, path), self._document.at(path)
            start = max(behind, node.start - 1)  # with the blank that was set before it
            needs_blank = (
                start == behind and self.text.startswith(",", node.end) and self.text[behind - 2] not in _QUOTES
            )
            self._document.splice(start, node.end, " " if needs_blank else "")
        self._mean_what_is_written(path)

    def fold(self, path: Path, alias: str) -> bool:
        """Restore an alias that was expanded, where it would mean what is there now; return whether it does.

        Without an alias, remove what was expanded from a merge key.
        """
        document, text, key = self._document, self.text, path[-1]
        node = document.at(path)
        if alias:
            document.splice(node.start, node.end, alias)
        else:
            document.remove(path)
        back = document.at(path) if alias else merged_value(document.at(path[:-1]), key)
        try:
            same = back is not None and to_data(back) == get(self.data, path)
        except YamlError:  # its anchor is gone
            same = False
        if not same:
            document.splice(0, len(document.text), text)
        return same

    def owns(self, path: Path) -> bool:
        """Return whether the collection above a path holds its last step itself, and not by a merge key."""
        return position_of(self._document.at(path[:-1]), path[-1]) >= 0

    def remove(self, path: Path) -> None:
        """Remove an entry, so that one that a merge key has takes effect again.

        A collection that held nothing else is left null or empty: see `refill`.
        """
        self._document.remove(path)
        shown = merged_value(self._document.at(path[:-1]), path[-1])
        if shown is not None:
            self._meaning.set(path, to_data(shown))
        else:
            self._meaning.remove(path)
        if len(path) > 1 and not get(self.data, path[:-1]):  # a bare key is null
            self._mean_what_is_written(path[:-1])
            if get(self.data, path[:-1]):
                msg = f"cannot be edited safely: something stays behind where {path[-1]!r} is removed. Write it out."
                raise YamlError(msg)

    def refill(self, path: Path, old: str) -> None:
        """Give a collection that `remove` left null or empty the text it had before it was filled.

        An alias whose anchor a tool has written out since is not put back.
        """
        text = self.text
        self._document.splice(*empty_span(self._document, path), old)
        try:
            self._mean_what_is_written(path)
        except YamlError:
            self._document.splice(0, len(self._document.text), text)

    def text_at(self, path: Path) -> str:
        """Return the text of the node at a path."""
        return self._document.text_at(path)

    def _prepare(self, path: Path, changes: list[Change]) -> int:
        """Write out the parents of a new entry that come from elsewhere; return the depth of the collection for it.

        What was written out, and that the collection is to be filled, is added to the changes.
        """
        node = self._document.root_towards(path)
        for depth, step in enumerate(path):
            if is_empty(node):
                start, end = empty_span(self._document, path[:depth])
                changes.append(Change(verb="filled", path=path[:depth], old=self.text[start:end]))
                return depth
            if lacks(node, step):
                return depth
            if depth < len(path) - 1:
                node = self._own(node, path[: depth + 1], changes)
        node_at(node, path[-1:])
        msg = f"already holds {path[-1]!r}"
        raise YamlError(msg)

    def _own(self, parent: Node, path: Path, changes: list[Change]) -> Node:
        """Return the node at a path below its parent, written out if it comes from an alias or a merge key.

        So the other users of the anchor do not change.
        """
        merged = merged_value(parent, path[-1]) if position_of(parent, path[-1]) < 0 else None
        node = node_at(parent, path[-1:]) if merged is None else merged
        target = resolved(node)
        if merged is None and not (isinstance(node, Alias) and isinstance(target, Collection) and not is_empty(target)):
            return node
        from krm_fn.yaml_text.entries import expanded_text  # noqa: PLC0415 # few texts have aliases

        text = expanded_text(target)
        if merged is None:
            changes.append(Change(verb="expanded", path=path, old=self.text_at(path)))
            self._document.splice(node.start, node.end, text)
        else:
            changes.append(Change(verb="expanded", path=path))
            append_text(self._document, path[:-1], str(path[-1]), text)
        return self._document.at(path)

    def _put_key(self, path: Path, text: str, key_meant: str = "") -> str:
        """Replace a key by a text, or by the key that is meant, in its own style; return the text that it had."""
        self._document.settle()
        holder = self._document.at(path[:-1])
        position = position_of(holder, path[-1])
        if not isinstance(holder, Mapping) or position < 0:
            msg = f"cannot be edited safely: {path[-1]!r} comes from an alias or a merge key. Write it out."
            raise YamlError(msg)
        key = holder.entries[position][0]
        old = self.text[key.start : key.end]
        if key_meant and key_meant.isprintable() and _QUOTES.isdisjoint(key_meant):
            if old[0] in _QUOTES:
                text = f"{old[0]}{key_meant}{old[0]}"
            elif old == path[-1] and _means(key_meant, key_meant):
                text = key_meant
        self._document.splice(key.start, key.end, text)
        renamed = self._document.at(path[:-1])
        if not isinstance(renamed, Mapping) or position >= len(renamed.entries):
            msg = f"must be a key, got {text!r}"
            raise YamlError(msg)
        new = renamed.entries[position][0]
        self._meaning.rename(path, str(to_data(new)))
        return old

    def _mean_what_is_written(self, path: Path) -> None:
        """Set the data at a path to what is written there."""
        self._meaning.set(path, to_data(self._document.at(path)))


def _means(text: str, value: str) -> bool:
    """Return whether a text is a scalar with a value, but for the line breaks at its end, which may stand behind it."""
    try:
        return str(to_data(read(text))).rstrip("\n") == value.rstrip("\n")
    except YamlError:
        return False


def _wrapped(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = [value] if step == -1 else {step: value}
    return value
