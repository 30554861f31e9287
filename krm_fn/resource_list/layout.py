"""Layout: where the parts of a ResourceList are in its bytes."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Span: TypeAlias = tuple[int, int]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Layout(Record):
    """Where the parts of a ResourceList are, as spans of its bytes."""

    api_version: str
    kind: str
    items: list[Span]
    """Each with all of its lines, from its dash to the next; in flow style the bare value."""
    kinds: list[str] | None = None
    """The kinds of the items, as far as they are known: an empty text where not."""
    function_config: Span | None
    """The text of a YAML document: the key and its value, or in flow style the bare value."""
    appendable: bool
    """Whether items can be added behind the last one, and top-level keys at the end, as lines at column 0."""
    results: Span | None
    """The lines of the results of an earlier function, where `appendable`."""


def decoded(data: bytes) -> tuple[str, int]:
    """Return the text without its byte order mark, and the mark's length. A YamlError where it is not UTF-8."""
    skipped = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    try:
        return data[skipped:].decode(), skipped
    except UnicodeDecodeError as error:
        msg = "must be UTF-8"
        raise YamlError(msg, data.count(b"\n", 0, skipped + error.start) + 1) from error
