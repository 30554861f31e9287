"""Open a `kind: List` among items: its entries are items like any others, edited in place in the text of the list.

What is beside its entries is then no item, so nothing there may change with them.
"""

from __future__ import annotations

from itertools import pairwise

from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.full_layout import OWN_LINES, ByteOffsets, item_span
from krm_fn.resource_list.glance import plain_kind
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.data import key_text, to_data
from krm_fn.yaml_text.node import Alias, Mapping, Scalar, Sequence, nodes, resolved
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.scalars import meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node, Path


class Entry(Record):
    """An entry of a list among the items, or of a list in one."""

    span: Span
    whole: Span
    """The span of the item that holds it."""
    path: Path
    """Its path in that item."""
    kind: str
    file_annotations: dict[str, Any]
    """The annotations of the item that holds it, in which hosts name the file."""


class Lists:
    """The lists among some items of a text."""

    def __init__(self, data: bytes, spans: dict[int, Span]) -> None:
        self.entries: dict[int, list[Entry]] = {}
        """Those of each list that is open, by its position."""
        self.closed: dict[Span, str] = {}
        """The problems of those that cannot be opened, by span. One that holds no objects is no list here."""
        self._data = data
        for position, span in spans.items():
            kind = plain_kind(data, *span)
            entries = list(self._entries(span)) if not kind or kind.endswith(WORD) else []
            if entries:
                self.entries[position] = entries

    def _entries(self, span: Span, holder: Entry | None = None) -> Iterator[Entry]:
        """Yield the entries of a list at a span, of which one in a list is the holder; none where it is not opened."""
        try:
            text = self._data[slice(*span)].decode()
            root = list_root(read(text))
        except (UnicodeDecodeError, YamlError):
            return
        items = value_of(root, "items")
        sequence = resolved(items) if items else None
        if not root or not isinstance(sequence, Sequence) or not any(map(is_object, sequence.items)):
            return
        try:
            spans = spans_to_open(text, root, sequence)
        except YamlError as error:
            one = next(filter(is_object, sequence.items))
            self.closed[span] = f"all in it, from {called(one)} on, stays as it is: it {error.problem}"
            return
        offset = ByteOffsets(text, span[0])
        path = holder.path if holder else ()
        annotations = holder.file_annotations if holder else _annotations(root)
        for index, (first, last) in enumerate(spans):
            entry = Entry(
                span=(offset(first), offset(last)),
                whole=holder.whole if holder else span,
                path=(*path, "items", index),
                kind=text_of(value_of(sequence.items[index], "kind")),
                file_annotations=annotations,
            )
            inner = list(self._entries(entry.span, entry)) if entry.kind.endswith(WORD) else []
            yield from inner or [entry]


def _annotations(root: Mapping) -> dict[str, Any]:
    """Return the annotations of a list, none where they are an alias of something outside of it."""
    metadata = value_of(root, "metadata")
    try:
        return annotations_of({"metadata": to_data(metadata)}) if metadata else {}
    except YamlError:
        return {}


WORD = "List"
"""What the kinds of lists end with: List itself, and such as ConfigMapList."""


def spans_to_open(text: str, root: Mapping, sequence: Sequence) -> list[Span]:
    """Return the spans of a list's entries. A YamlError where readers differ on them, or a change would reach more."""
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
        problem = f"must have no anchor on the list itself, got &{shared.anchor}"
    elif alias:
        problem = f"must have its items written out, got *{alias.name}"
    else:
        spans = [item_span(text, sequence, item) for item in sequence.items]
        is_apart = all(one[1] <= other[0] for one, other in pairwise(spans))
        if not is_apart or any(start <= key.start < end for key, _ in root.entries for start, end in spans):
            raise YamlError(OWN_LINES)
        elsewhere = next(_aliases_into(root, sequence), None) if "*" in text else None
        if elsewhere is None:
            return spans
        problem = f"must have no alias beside its items of a value elsewhere, got *{elsewhere.name}"
    raise YamlError(problem)


def _aliases_into(root: Mapping, sequence: Sequence) -> Iterator[Alias]:
    """Yield the aliases beside the entries of a list of what is in one of them, or outside of the list."""
    for pair in root.entries:
        for node in (node for part in pair if part is not sequence for node in nodes(part)):
            if isinstance(node, Alias):
                target = node.target
                if target is None or sequence.start <= target.start < sequence.end:
                    yield node


def list_root(node: Node) -> Mapping | None:
    """Return the mapping that a text holds, where its kind is that of a list."""
    root = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else node
    return root if isinstance(root, Mapping) and text_of(value_of(root, "kind")).endswith(WORD) else None


def is_object(entry: Node) -> bool:
    """Return whether an entry has a kind and apiVersion."""
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
