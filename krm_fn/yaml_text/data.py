"""Plain data of nodes: dict, list, str, int, bool, None, aliases expanded; and changes to it by path."""

from __future__ import annotations

from krm_fn.yaml_text.node import Alias, Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import MAX_DEPTH, YamlError
from krm_fn.yaml_text.scalars import meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krm_fn.yaml_text.node import Node, Path

MERGE_KEY = "<<"
MAX_ALIASED = 100_000
"""More nodes are not expanded from aliases: a few lines of aliases to aliases mean billions."""
_STRING_TAG = "tag:yaml.org,2002:str"
"""A bare `!` makes no text of a plain scalar: PyYAML and go-yaml read `! 80` as a number, whatever YAML 1.2 says."""
_OTHER_TAGS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null")
SCALAR_TAGS = (None, "!", _STRING_TAG, *_OTHER_TAGS)
"""The tags of scalars whose meaning is known: none, and these."""
"""With one of these a text in quotes is none."""


def to_data(node: Node) -> Any:
    """Return the plain data of a node. Keys are strings; a later duplicate wins, as with most readers.

    An alias of nothing, and nesting and expansion without end, are YamlErrors.
    """
    return _Loader().load(node, 0)


def data_and_duplicate(node: Node) -> tuple[Any, tuple[Path, Node] | None]:
    """Return the plain data of a node, and what `duplicate_key` returns for it."""
    loader = _Loader()
    data = loader.load(node, 0)
    return data, duplicate_key(node) if loader.has_duplicate else None


def duplicate_key(node: Node, path: Path = ()) -> tuple[Path, Node] | None:
    """Return the first key that is twice in its mapping: its path and its second node. None where there is none."""
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            found = duplicate_key(item, (*path, index))
            if found:
                return found
    if isinstance(node, Mapping):
        seen = set()
        for key, value in node.entries:
            name = key_text(key)
            if name in seen and name != MERGE_KEY:
                return (*path, name), key
            seen.add(name)
            found = duplicate_key(value, (*path, name))
            if found:
                return found
    return None


def first_difference(one: Any, other: Any, place: str = "") -> str | None:
    """Return the dotted place where two values first differ, None where they are equal."""
    if one == other:
        return None
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            if key not in one or key not in other or one[key] != other[key]:
                return first_difference(one.get(key), other.get(key), f"{place}.{key}") or f"{place}.{key}".lstrip(".")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        index = next(index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
        return first_difference(one[index], other[index], f"{place}[{index}]")
    return place.lstrip(".") or "the document"


class _Loader:
    """Makes data of nodes, and counts those that come from aliases."""

    def __init__(self) -> None:
        self.inside_alias = False
        self.left = MAX_ALIASED
        self.has_duplicate = False
        """Whether a mapping has a key twice, even if an alias means that mapping."""

    def load(self, node: Node, depth: int) -> Any:
        """Return the data of a node at a depth."""
        if not self.inside_alias and isinstance(node, Scalar):  # most nodes are, and need no more checks
            is_text = node.tag == _STRING_TAG if node.plain else node.tag not in _OTHER_TAGS
            return node.value if is_text else meaning(node.value)
        if self.inside_alias or not isinstance(node, Alias):
            return self._load(resolved(node), depth)
        self.inside_alias = True
        data = self._load(resolved(node), depth)
        self.inside_alias = False
        return data

    def _load(self, node: Node, depth: int) -> Any:
        self.left -= self.inside_alias
        if depth > MAX_DEPTH or self.left < 0:
            limit = f"nested at most {MAX_DEPTH} deep" if self.left >= 0 else f"at most {MAX_ALIASED} nodes"
            msg = f"must be {limit}, aliases expanded"
            raise YamlError(msg)
        if isinstance(node, Scalar):
            is_text = node.tag == _STRING_TAG if node.plain else node.tag not in _OTHER_TAGS
            return node.value if is_text else meaning(node.value)
        if isinstance(node, Sequence):
            return [self.load(item, depth + 1) for item in node.items]
        if isinstance(node, Mapping):
            return self._mapping(node, depth + 1)
        assert isinstance(node, Alias)  # noqa: S101 # there is no other node
        msg = f"must have an anchor &{node.name} before the alias *{node.name}"
        raise YamlError(msg)

    def _mapping(self, node: Mapping, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.entries:
            if is_merge(key):
                sources = self.load(value, depth)
                for source in sources if isinstance(sources, list) else [sources]:
                    merged = {**source, **merged} if isinstance(source, dict) else merged
            else:
                name = key_text(key, lambda node: self.load(node, depth))
                self.has_duplicate = self.has_duplicate or name in own
                own[name] = self.load(value, depth)
        return {**merged, **own} if merged else own


def is_merge(key: Node) -> bool:
    """Return whether a key is the one that merges its value's entries in."""
    return isinstance(key, Scalar) and key.plain and key.value == MERGE_KEY


def key_text(key: Node, read: Callable[[Node], Any] = to_data) -> str:
    """Return the text of a key; of a collection, a text that shows what it holds, as `read` gives it."""
    node = key if isinstance(key, Scalar) else resolved(key)
    return node.value if isinstance(node, Scalar) else f"? {read(key)}"


class Meaning:
    """Plain data that is changed step by step, apart from the text. The data that it starts from is never altered."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self._own: dict[int, Any] = {}
        """The collections that were copied, by identity: these are altered in place."""

    def add(self, path: Path, value: Any) -> Path:
        """Add a new value and the collections missing above it; return the path, with an index in place of a -1."""
        real: Path = ()
        at = self._own_at(())
        for position, step in enumerate(path):
            last = position == len(path) - 1
            empty: Any = [] if not last and path[position + 1] == -1 else {}
            if step == -1:
                at.append(value if last else empty)
            elif last or not (at[step] if isinstance(step, int) else at.get(step)):
                at[step] = value if last else empty
            real = (*real, len(at) - 1 if step == -1 else step)
            at = value if last else self._own_below(at, real[-1])
        return real

    def set(self, path: Path, value: Any) -> None:
        """Replace a value by another."""
        self._own_at(path[:-1])[path[-1]] = value

    def rename(self, path: Path, key: str) -> None:
        """Give the entry at a path another key, in its place."""
        holder = self._own_at(path[:-1])
        entries = [(key if name == path[-1] else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(entries)

    def remove(self, path: Path) -> None:
        """Remove a value."""
        del self._own_at(path[:-1])[path[-1]]

    def _own_at(self, path: Path) -> Any:
        """Return the collection at a path, copied if it is not our own, as all above it."""
        if id(self.data) not in self._own:
            self.data = self._copy(self.data)
        at = self.data
        for step in path:
            at = self._own_below(at, step)
        return at

    def _own_below(self, holder: Any, step: str | int) -> Any:
        if id(holder[step]) not in self._own:
            holder[step] = self._copy(holder[step])
        return holder[step]

    def _copy(self, collection: Any) -> Any:
        copy = collection.copy()
        self._own[id(copy)] = copy
        return copy
