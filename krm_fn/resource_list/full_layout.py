"""Find the parts of a ResourceList in any form, by reading it in full."""

from __future__ import annotations

from itertools import pairwise

from krm_fn.resource_list.layout import Layout, decoded
from krm_fn.yaml_text.node import Mapping, Scalar, Sequence, resolved
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.layout import Span
    from krm_fn.yaml_text.node import Node

_NULLS = ("", "~", "null")
OWN_LINES = "must have each item on lines of its own, which end in LF or CRLF"
"""The condition under which items can be cut out."""


def full_layout(data: bytes) -> Layout:
    """Return the layout; a YamlError where the text is no YAML mapping, or its items cannot be cut out by lines."""
    text, skipped = decoded(data)
    root = read(text, only_places=True)
    if not isinstance(root, Mapping):
        msg = "must be a mapping"
        raise YamlError(msg)
    top = _top_level(root)
    items = _item_spans(text, top["items"][1]) if "items" in top else []
    config = top.get("functionConfig")
    span = None
    if config and not _is_null(config[1]):
        span = (config[1].start, config[1].end) if root.flow else (config[0].start, config[1].end)
    offset = ByteOffsets(text, skipped)
    return Layout(
        api_version=_scalar_value(top, "apiVersion"),
        kind=_scalar_value(top, "kind"),
        items=[(offset(start), offset(end)) for start, end in items],
        function_config=(offset(span[0]), offset(span[1])) if span else None,
        appendable=False,
        results=None,
    )


def _top_level(root: Mapping) -> dict[str, tuple[Scalar, Node]]:
    top: dict[str, tuple[Scalar, Node]] = {}
    for key, value in root.entries:
        if isinstance(key, Scalar):
            if key.value in top:
                msg = f"must have each key once, got {key.value!r} twice"
                raise YamlError(msg)
            top[key.value] = (key, value)
    return top


def _item_spans(text: str, node: Node) -> list[Span]:
    sequence = resolved(node)
    if isinstance(sequence, Sequence):
        spans = [item_span(text, sequence, item) for item in sequence.items]
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            raise YamlError(OWN_LINES)
        return spans
    if _is_null(node):
        return []
    msg = "must have a list under items"
    raise YamlError(msg)


def item_span(text: str, sequence: Sequence, item: Node) -> Span:
    """Return the span of an item of a sequence: all of its lines, in flow style the bare value.

    A YamlError where these lines hold anything else.
    """
    if sequence.flow:
        return item.start, item.end
    start = text.rfind("\n", 0, item.start) + 1
    while text[start + sequence.column] != "-":
        if start == 0:
            raise YamlError(OWN_LINES)
        start = text.rfind("\n", 0, start - 1) + 1
    if text[start : start + sequence.column].strip(" "):
        raise YamlError(OWN_LINES)
    end = text.find("\n", item.end) + 1
    return start, _end_with_comments(text, end, sequence.column) if end else len(text)


def _end_with_comments(text: str, start: int, column: int) -> int:
    """Return where the comments end that stand behind an item, and are indented as what is in it.

    Behind a literal block that is added at the item's end they would be a part of its text.
    """
    end = at = start
    while at < len(text):
        behind = text.find("\n", at) + 1 or len(text)
        line = text[at:behind]
        indentation = len(line) - len(line.lstrip(" "))
        if line[indentation : indentation + 1] == "#" and indentation > column:
            end = behind
        elif line.strip(" \r\n"):
            break
        at = behind
    return end


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.value in _NULLS


def _scalar_value(top: dict[str, tuple[Scalar, Node]], key: str) -> str:
    node = top[key][1] if key in top else None
    return node.value if isinstance(node, Scalar) else ""


class ByteOffsets:
    """Turns offsets of a text into offsets of its bytes, fastest in rising order."""

    def __init__(self, text: str, skipped: int) -> None:
        self.text = text
        self.known = (0, skipped)

    def __call__(self, offset: int) -> int:
        """Return the offset in the bytes."""
        chars, size = self.known
        if offset < chars:
            chars, size = 0, self.known[1] - len(self.text[:chars].encode())
        self.known = (offset, size + len(self.text[chars:offset].encode()))
        return self.known[1]
