"""Read a text into nodes: by the quick reader where it is sure, else by PyYAML's events and their marks."""

from __future__ import annotations

from krm_fn.yaml_text.node import Alias, Collection, Mapping, Scalar, Sequence
from krm_fn.yaml_text.quick_read import quick_read
from krm_fn.yaml_text.scalars import with_stand_ins, without_stand_ins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Node

MAX_DEPTH = 200
"""Deeper nesting is refused: no manifest has it, and what walks the tree recurses."""


class YamlError(Exception):
    """A text that is not YAML, or that cannot be edited safely: what is wrong, and the line (from 1) if known."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem if line is None else f"{problem} (line {line})")
        self.problem = problem
        self.line = line


def read(text: str, anchors: dict[str, Node] | None = None, *, only_places: bool = False) -> Node:
    """Return the root of a text that holds exactly one document.

    Anchors are those of an enclosing text; those of this one are added to them. A YamlError says what is wrong: only
    where values matter, that is also half of a pair of JSON's escapes for one character.
    """
    return quick_read(text) or pyyaml_read(text, anchors, only_places=only_places)


def pyyaml_read(text: str, anchors: dict[str, Node] | None = None, *, only_places: bool = False) -> Node:
    """Return the same as `read`, whatever the style of the text."""
    try:
        return _built(_Reader(text, dict(anchors or {})), text)
    except YamlError:
        stream = with_stand_ins(text) if "\\ud" in text or "\\uD" in text else text
        if stream == text:
            raise
    return _built((_Reader if only_places else _ReaderOfPairs)(text, dict(anchors or {})), stream)


def _built(reader: _Reader, stream: str) -> Node:
    """Return the root that a reader builds from the events of a stream."""
    import yaml  # noqa: PLC0415 # a third of the start-up time, and not needed for items that are only copied

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        for event in yaml.parse(stream, Loader=loader):
            reader.take(event, type(event).__name__)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise YamlError(f"must be YAML: {problem}", mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise YamlError(f"must be YAML: {' '.join(str(error).split())}") from error
    if reader.root is None:
        msg = "must hold a YAML document, got nothing"
        raise YamlError(msg)
    return reader.root


class _Reader:
    """Builds the tree from events."""

    def __init__(self, text: str, anchors: dict[str, Node]) -> None:
        self.text = text
        self.anchors = anchors
        self.root: Node | None = None
        self.open: list[tuple[Collection, list[Node]]] = []

    def take(self, event: Any, kind: str) -> None:
        """Add one event to the tree."""
        start, end = event.start_mark.index, event.end_mark.index
        if kind == "ScalarEvent":
            plain = event.style is None or event.style == ""
            if event.style in ("|", ">"):
                end = _block_scalar_end(self.text, start, end)
            if start == end and self.text[start - 1 : start].isspace():
                start = end = self._place_of_null(start)
            self._add(Scalar(start, end, self._value(event), plain=plain), event)
        elif kind == "AliasEvent":
            self._put(Alias(start, end, event.anchor, self.anchors.get(event.anchor)))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            node_type = Mapping if kind == "MappingStartEvent" else Sequence
            flow = bool(event.flow_style)
            node = node_type(start, end, flow=flow, column=-1 if flow else event.start_mark.column)
            self._add(node, event)
            self.open.append((node, []))
            if len(self.open) > MAX_DEPTH:
                msg = f"must be nested at most {MAX_DEPTH} deep"
                raise YamlError(msg, event.start_mark.line + 1)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(end)

    def _value(self, event: Any) -> str:
        value: str = event.value
        return value

    def _place_of_null(self, start: int) -> int:
        """Return where a null is that has the mark of what comes next: after its colon, or after its key."""
        siblings = self.open[-1][1] if self.open else []
        behind = siblings[-1].end if siblings else start
        gap = self.text[behind:start]
        return behind + gap.index(":") + 1 if gap.lstrip().startswith(":") else behind

    def _add(self, node: Node, event: Any) -> None:
        node.anchor = event.anchor
        node.tag = event.tag
        self._put(node)
        if event.anchor:
            self.anchors[event.anchor] = node

    def _put(self, node: Node) -> None:
        if self.open:
            self.open[-1][1].append(node)
        elif self.root is None:
            self.root = node
        else:
            msg = "must hold one YAML document, got several"
            raise YamlError(msg)

    def _close(self, end: int) -> None:
        node, children = self.open.pop()
        if isinstance(node, Mapping):
            node.entries = list(zip(children[::2], children[1::2], strict=True))
        elif isinstance(node, Sequence):
            node.items = children
        if node.flow:
            node.end = end
            return
        node.end = children[-1].end  # a block collection's own end mark is where the next token starts
        if node.anchor or node.tag:
            in_mapping = isinstance(node, Mapping)
            node.column = _column(self.text, children[0].start) if in_mapping else _first_dash(self.text, node.start)


class _ReaderOfPairs(_Reader):
    """Builds the tree of a text from the events of one with stand-ins for JSON's pairs of escapes."""

    def _value(self, event: Any) -> str:
        value = without_stand_ins(event.value, is_escaped=event.style == '"')
        if value is None:
            msg = "must have both escapes of a pair that means one character, got one of them"
            raise YamlError(msg, event.start_mark.line + 1)
        return value


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _first_dash(text: str, start: int) -> int:
    """Return the column of the first dash of a block sequence whose anchor or tag is at start."""
    line_start = text.find("\n", start) + 1
    while line_start:
        line_end = text.find("\n", line_start)
        line = text[line_start : line_end if line_end >= 0 else len(text)]
        content = line.lstrip(" ")
        if content.startswith("-"):
            return len(line) - len(content)
        line_start = line_end + 1
    msg = "must have its first dash on a line below its anchor or tag"
    raise YamlError(msg)


def _block_scalar_end(text: str, start: int, end: int) -> int:
    """Return the end of a block scalar's last line of content; PyYAML's mark is after the blank lines that follow."""
    header_end = text.find("\n", start)
    if header_end < 0:
        return end
    header = text[start:header_end].partition(" #")[0].split()[-1]
    if "+" in header:
        breaks = 2 if text.endswith("\r\n", start, end) else 1
        return end - breaks if text.endswith("\n", start, end) else end
    lines = text[header_end + 1 : end].split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    indent = (min(indents) if any(char.isdigit() for char in header) else indents[0]) if indents else 0
    while lines and not lines[-1].strip() and (not indents or len(lines[-1].rstrip("\r")) <= indent):
        lines.pop()
    content_end = header_end + 1 + len("\n".join(lines)) if lines else header_end
    if content_end == len(text):  # without a line feed, all carriage returns are line breaks of their own
        return header_end + len(text[header_end:].rstrip("\r"))
    return content_end - 1 if text[content_end - 1] == "\r" else content_end
