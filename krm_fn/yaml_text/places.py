"""Places in a document: the node that a path leads to, and whether there is room for another below it."""

from __future__ import annotations

from krm_fn.yaml_text.data import is_merge, to_data
from krm_fn.yaml_text.lines import dash_of
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.yaml_text.node import Node, Path, Step


def node_at(root: Node, path: Path) -> Node:
    """Return the node at a path, as it stands there: the last step may be an alias, the others must not."""
    return way_to(root, path)[-1]


def way_to(root: Node, path: Path) -> list[Node]:
    """Return the root, the nodes on the way to a path, and the node at it."""
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
    """Return where among a collection's entries a step leads, -1 where it leads nowhere."""
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.index(step)
    return step if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items) else -1


def lacks(node: Node, step: Step) -> bool:
    """Tell whether a collection has room for a step: a key that it has not, or -1 for a list's end.

    A YamlError where it is no such collection.
    """
    if isinstance(node, Sequence) and isinstance(step, int):
        return step == -1
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.index(step) < 0 and merged_value(node, step) is None
    msg = f"must be a {'sequence' if isinstance(step, int) else 'mapping'} to hold {step!r}"
    raise YamlError(msg)


def merged_value(node: Node, step: Step) -> Node | None:
    """Return what a mapping has under a key by its merge keys, the first of them first. None where it has nothing."""
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
    """Tell whether a node is null, `{}` or `[]`."""
    target = resolved(node)
    if isinstance(target, Mapping):
        return not target.entries
    if isinstance(target, Sequence):
        return not target.items
    return isinstance(target, Scalar) and to_data(target) is None


def behind_indicator(text: str, root: Node, path: Path) -> int:
    """Return the offset behind the colon or dash that introduces the value at a path; in flow lists its start."""
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
    return f"cannot be edited safely: {step!r} stands there by an alias or a merge key. Write it out."
