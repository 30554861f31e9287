"""Open a `kind: List` among items: its entries are items like any others, edited in place in the text of the list.

What stands beside its entries is no item then, so nothing there may change with them.
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.full_layout import ByteOffsets
from krm_fn.resource_list.identity import annotations_of
from krm_fn.resource_list.list_entries import WORD, called, is_object, list_root, spans_to_open, text_of, value_of
from krm_fn.resource_list.plain_kind import plain_kind
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.node import Sequence, resolved
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Mapping, Path


class Entry(Record):
    """An entry of a list among the items, or of a list in one."""

    span: Span
    whole: Span
    """The span of the item that holds it."""
    path: Path
    """The way to it in that item."""
    kind: str
    file_annotations: dict[str, Any]
    """The annotations of the item that holds it, by which hosts tell the file."""


class Lists:
    """The lists among some items of a text that hold the word."""

    def __init__(self, data: bytes, spans: dict[int, Span]) -> None:
        self.entries: dict[int, list[Entry]] = {}
        """Those of each list that is open, by its position."""
        self.closed: dict[Span, str] = {}
        """What is to be told of those that cannot be opened. One that holds no objects is no list here."""
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
    """Return the annotations of a list, none where they stand for something outside of it."""
    metadata = value_of(root, "metadata")
    try:
        return annotations_of({"metadata": to_data(metadata)}) if metadata else {}
    except YamlError:
        return {}
