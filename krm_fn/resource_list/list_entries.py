"""What stands in a list: where its entries are, or what stands against opening it."""

from __future__ import annotations

from itertools import pairwise

from krm_fn.quoting import shown
from krm_fn.resource_list.anchors import nodes
from krm_fn.resource_list.full_layout import OWN_LINES, item_span
from krm_fn.yaml_text.data import key_text
from krm_fn.yaml_text.node import Alias, Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.scalars import meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node

WORD = "List"
"""What the kinds of lists end with: List itself, and such as ConfigMapList."""


def spans_to_open(text: str, root: Mapping, sequence: Sequence) -> list[Span]:
    """Return where the entries of a list stand. A YamlError where others read them otherwise, or would change too."""
    keys = [key_text(key) for key, _ in root.entries]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    shared = next((node for node in (root, sequence) if node.anchor), None)
    other = next((index for index, item in enumerate(sequence.items) if not is_object(item)), None)
    alias = next((item for item in (value_of(root, "items"), *sequence.items) if isinstance(item, Alias)), None)
    if twice is not None:
        problem = f'must have each key once, got "{twice}" twice'
    elif other is not None:
        problem = f"must have an apiVersion and kind in each of its items, got none in items[{other}]"
    elif shared:
        problem = f"must have no anchor around its items, got &{shared.anchor}"
    elif alias:
        problem = f"must have its items written out, got *{alias.name}"
    else:
        spans = [item_span(text, sequence, item) for item in sequence.items]
        is_apart = all(one[1] <= other[0] for one, other in pairwise(spans))
        if not is_apart or any(start <= key.start < end for key, _ in root.entries for start, end in spans):
            raise YamlError(OWN_LINES)
        leading = next(_aliases_into(root, sequence), None) if "*" in text else None
        if leading is None:
            return spans
        problem = f"must have nothing beside its items by an alias of what stands elsewhere, got *{leading.name}"
    raise YamlError(problem)


def _aliases_into(root: Mapping, sequence: Sequence) -> Iterator[Alias]:
    """Yield the aliases beside the entries of a list that stand for what is in one, or outside of the list."""
    for pair in root.entries:
        for node in (node for part in pair if part is not sequence for node in nodes(part)):
            if isinstance(node, Alias):
                target = node.target
                if target is None or sequence.start <= target.start < sequence.end:
                    yield node


def list_root(node: Node) -> Mapping | None:
    """Return the mapping that a text says, where its kind is one of a list."""
    root = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else node
    return root if isinstance(root, Mapping) and text_of(value_of(root, "kind")).endswith(WORD) else None


def is_object(entry: Node) -> bool:
    """Tell whether an entry has a kind and apiVersion."""
    return all(text_of(value_of(resolved(entry), key)) for key in ("apiVersion", "kind"))


def called(entry: Node) -> str:
    """Return the kind and name of an object: a place that stays what it is when lines are added before it."""
    metadata = value_of(resolved(entry), "metadata")
    name = text_of(value_of(resolved(metadata), "name")) if metadata else ""
    return f"{text_of(value_of(resolved(entry), 'kind'))} {shown(name) if name else 'without a name'}"


def text_of(node: Node | None) -> str:
    """Return the text of a scalar, empty where it is null or another node."""
    is_text = isinstance(node, Scalar) and not (node.plain and meaning(node.value) is None)
    return node.value if is_text and isinstance(node, Scalar) else ""


def value_of(node: Node | None, key: str) -> Node | None:
    """Return the node under a key of a mapping, None where there is none, or no mapping."""
    position = node.index(key) if isinstance(node, Mapping) else -1
    return node.entries[position][1] if isinstance(node, Mapping) and position >= 0 else None
