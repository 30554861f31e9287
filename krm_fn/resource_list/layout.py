"""Cut a ResourceList's text into its parts, and say where each stands.

The quick way needs no YAML parse: in the block form that hosts send, each line at column 0 is an item's dash, a
top-level key, a comment or blank, and counting them proves it. Any other form is read in full, with the same result.
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from krm_fn.yaml_text.node import Node

    Span: TypeAlias = tuple[int, int]

_KEYS = (b"apiVersion", b"kind", b"metadata", b"items", b"functionConfig", b"results")
_ITEM_STARTS = (b"- apiVersion:", b"- kind:", b"- metadata:", b"- #")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Layout(Record):
    """Where the parts of a ResourceList stand, as spans of its bytes."""

    api_version: str
    kind: str
    items: tuple[Span, ...]
    """Each with all of its lines, from its dash to the next; in flow style the bare value."""
    function_config: Span | None
    """The text of a YAML document: the key and its value, or in flow style the bare value."""
    appendable: bool
    """Whether items can be added behind the last one, and top-level keys at the end, as lines at column 0."""
    results: Span | None
    """The lines of the results of an earlier function, where `appendable`."""


def layout_of(data: bytes) -> Layout:
    """Return the layout of a ResourceList; a YamlError where the text is no YAML mapping at all."""
    return _quick_layout(data) or _full_layout(data)


def anchors_before(data: bytes, offset: int) -> dict[str, Node]:
    """Return the anchors that a text defines before an offset, read in full. None of them if it is not YAML."""
    text, skipped = _decode(data)
    try:
        root = read(text)
    except YamlError:
        return {}
    anchors: dict[str, Node] = {}
    _collect_anchors(root, len(data[skipped:offset].decode(errors="replace")), anchors)
    return anchors


def _collect_anchors(node: Node, before: int, anchors: dict[str, Node]) -> None:
    if node.start >= before:
        return
    if node.anchor:
        anchors[node.anchor] = node
    for child in _children(node):
        _collect_anchors(child, before, anchors)


def _children(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return [child for entry in node.entries for child in entry]
    return node.items if isinstance(node, Sequence) else []


def _quick_layout(data: bytes) -> Layout | None:
    """Return the layout if counting proves that the text is in the hosts' block form."""
    start = 4 if data.startswith(b"---\n") else 0
    if b"\r" in data or not data.endswith(b"\n"):
        return None
    keys = {}
    for key in _KEYS:
        at = start if data.startswith(key + b":", start) else data.find(b"\n" + key + b":", start) + 1
        if at:
            keys[at] = key
        elif data.startswith(key + b":"):
            keys[0] = key
    places = sorted(keys)
    if not places or places[0] != start:
        return None
    sections = {keys[at]: (at, end) for at, end in zip(places, [*places[1:], len(data)], strict=True)}
    lines = data.count(b"\n", start)
    dashes = data.count(b"\n- ", start)
    known = data.count(b"\n ", start) + dashes + data.count(b"\n#", start) + _blank_lines(data, start) + len(places)
    if lines != known or b"items" not in sections or _plain_value(data, sections.get(b"kind")) != "ResourceList":
        return None
    items = _block_items(data, *sections[b"items"])
    results = sections.get(b"results")
    inside = len(items) + (data.count(b"\n- ", *results) if results else 0) if items else -1
    config = sections.get(b"functionConfig")
    if dashes != inside or (config and not data.startswith(b"functionConfig:\n", config[0])):
        return None
    return Layout(
        api_version=_plain_value(data, sections.get(b"apiVersion")),
        kind="ResourceList",
        items=tuple(items),
        function_config=config,
        appendable=True,
        results=results,
    )


def _blank_lines(data: bytes, start: int) -> int:
    if data.find(b"\n\n\n", start) < 0:
        return data.count(b"\n\n", start)
    number = 0
    at = data.find(b"\n\n", start)
    while at >= 0:
        number += 1
        at = data.find(b"\n\n", at + 1)
    return number


def _block_items(data: bytes, start: int, end: int) -> list[Span]:
    """Return the spans of the items of a section that starts with its key, none where its form is another."""
    if not data.startswith(b"items:\n", start):
        return []
    starts = []
    at = data.find(b"\n- ", start, end)
    while at >= 0:
        if not data.startswith(_ITEM_STARTS, at + 1):
            return []
        starts.append(at + 1)
        at = data.find(b"\n- ", at + 1, end)
    return list(zip(starts, [*starts[1:], end], strict=True)) if starts else []


def _plain_value(data: bytes, section: Span | None) -> str:
    if section is None:
        return ""
    value = data[section[0] : section[1]].split(b"\n", 1)[0].partition(b":")[2]
    return value.partition(b" #")[0].strip().strip(b"\"'").decode(errors="replace")


def _full_layout(data: bytes) -> Layout:
    text, skipped = _decode(data)
    root = read(text)
    if not isinstance(root, Mapping):
        msg = "must be a mapping"
        raise YamlError(msg)
    offset = _ByteOffsets(text, skipped)
    top = {key.value: (key, value) for key, value in root.entries if isinstance(key, Scalar)}
    items: list[Span] = []
    if "items" in top:
        sequence = resolved(top["items"][1])
        if isinstance(sequence, Sequence):
            items = [_item_span(text, sequence, item) for item in sequence.items]
        elif not isinstance(sequence, Scalar) or sequence.value not in ("", "~", "null"):
            msg = "must have a list under items"
            raise YamlError(msg)
    config = top.get("functionConfig")
    span = None
    if config and not (isinstance(config[1], Scalar) and config[1].value in ("", "~", "null")):
        span = (config[1].start, config[1].end) if root.flow else (config[0].start, config[1].end)
    return Layout(
        api_version=_scalar_value(top, "apiVersion"),
        kind=_scalar_value(top, "kind"),
        items=tuple((offset(start), offset(end)) for start, end in items),
        function_config=(offset(span[0]), offset(span[1])) if span else None,
        appendable=False,
        results=None,
    )


def _item_span(text: str, sequence: Sequence, item: Node) -> Span:
    if sequence.flow:
        return item.start, item.end
    start = text.rfind("\n", 0, item.start) + 1
    while text[start + sequence.column] != "-":
        start = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", item.end) + 1
    return start, end or len(text)


def _scalar_value(top: dict[str, tuple[Scalar, Node]], key: str) -> str:
    node = top[key][1] if key in top else None
    return node.value if isinstance(node, Scalar) else ""


def _decode(data: bytes) -> tuple[str, int]:
    """Return the text without its byte order mark, and the mark's length."""
    skipped = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    try:
        return data[skipped:].decode(), skipped
    except UnicodeDecodeError as error:
        msg = "must be UTF-8"
        raise YamlError(msg, data.count(b"\n", 0, skipped + error.start) + 1) from error


class _ByteOffsets:
    """Turns offsets of a text, asked in rising order, into offsets of its bytes."""

    def __init__(self, text: str, skipped: int) -> None:
        self.text = text
        self.known = (0, skipped)

    def __call__(self, offset: int) -> int:
        chars, size = self.known
        if offset < chars:
            chars, size = 0, self.known[1] - len(self.text[:chars].encode())
        self.known = (offset, size + len(self.text[chars:offset].encode()))
        return self.known[1]
