"""Plain data of nodes: dict, list, str, int, bool, None. Aliases and merge keys are expanded."""

from __future__ import annotations

from krm_fn.yaml_text.node import Alias, Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import MAX_DEPTH, YamlError
from krm_fn.yaml_text.scalars import meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Node, Path

MERGE_KEY = "<<"
_STRING_TAG = "tag:yaml.org,2002:str"


def to_data(node: Node, depth: int = 0) -> Any:
    """Return the plain data of a node. Keys are strings; a later duplicate wins, as with most readers.

    An alias of nothing, and nesting without end, are YamlErrors.
    """
    if depth > MAX_DEPTH:
        msg = f"must be nested at most {MAX_DEPTH} deep, aliases expanded"
        raise YamlError(msg)
    target = resolved(node)
    if isinstance(target, Scalar):
        return meaning(target.value) if target.plain and target.tag != _STRING_TAG else target.value
    if isinstance(target, Sequence):
        return [to_data(item, depth + 1) for item in target.items]
    if isinstance(target, Mapping):
        return _mapping_data(target, depth)
    name = target.name if isinstance(target, Alias) else "?"
    msg = f"must have an anchor &{name} before the alias *{name}"
    raise YamlError(msg)


def duplicate_key(node: Node, path: Path = ()) -> tuple[Path, Node] | None:
    """Return the first key that its mapping has twice: its path and its second node. None where there is none."""
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            found = duplicate_key(item, (*path, index))
            if found:
                return found
    if isinstance(node, Mapping):
        seen = set()
        for key, value in node.entries:
            name = _key_text(key)
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


def _mapping_data(node: Mapping, depth: int) -> dict[str, Any]:
    own: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, value in node.entries:
        name = _key_text(key)
        if name == MERGE_KEY and isinstance(key, Scalar) and key.plain:
            sources = to_data(value, depth + 1)
            for source in sources if isinstance(sources, list) else [sources]:
                merged = {**source, **merged} if isinstance(source, dict) else merged
        else:
            own[name] = to_data(value, depth + 1)
    return {**merged, **own} if merged else own


def _key_text(key: Node) -> str:
    node = resolved(key)
    return node.value if isinstance(node, Scalar) else f"?{node.start}"
