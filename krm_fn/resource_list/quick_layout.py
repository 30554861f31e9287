"""Find the parts of a ResourceList without reading it as YAML, where counting proves its form.

In the block form that hosts send, each line at column 0 is an item's dash, a top-level key, a comment or blank. No
block scalar reaches column 0, and a quoted one or flow style that does is noticed.
"""

from __future__ import annotations

from krm_fn.resource_list.layout import Layout
from krm_fn.resource_list.open_end import may_end_open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.layout import Span

_KEYS = (b"apiVersion", b"kind", b"metadata", b"items", b"functionConfig", b"results")
_ITEM_STARTS = (b"- apiVersion:", b"- kind:", b"- metadata:", b"- #")
_ODD_LINE_BREAKS = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What YAML 1.1 takes for line breaks too: NEL, LS and PS."""


def quick_layout(data: bytes) -> Layout | None:
    """Return the layout, None where the form is another or cannot be proven."""
    start = 4 if data.startswith(b"---\n") else 0
    if not _has_plain_lines(data):
        return None
    places = _top_level(data, start)
    order = sorted(places)
    if not order or order[0] != start:
        return None
    sections = {places[at]: (at, end) for at, end in zip(order, [*order[1:], len(data)], strict=True)}
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
    rest = [span for key, span in sections.items() if key != b"items"]
    if any(may_end_open(data, *span) for span in rest):
        return None
    return Layout(
        api_version=_plain_value(data, sections.get(b"apiVersion")),
        kind="ResourceList",
        items=tuple(items),
        function_config=config,
        appendable=True,
        results=results,
    )


def _has_plain_lines(data: bytes) -> bool:
    """Tell whether every line ends in a line feed, and all readers see the same lines."""
    if b"\r" in data or not data.endswith(b"\n"):
        return False
    return data.isascii() or not any(line_break in data for line_break in _ODD_LINE_BREAKS)


def _top_level(data: bytes, start: int) -> dict[int, bytes]:
    """Return the top-level keys by their places."""
    keys = {}
    for key in _KEYS:
        at = start if data.startswith(key + b":", start) else data.find(b"\n" + key + b":", start) + 1
        if at:
            keys[at] = key
        elif data.startswith(key + b":"):
            keys[0] = key
    return keys


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
    spans: list[Span] = []
    last = 0
    at = data.find(b"\n- ", start, end)
    while at >= 0:
        at += 1
        if not data.startswith(_ITEM_STARTS, at):
            return []
        if last:
            spans.append((last, at))
        last = at
        at = data.find(b"\n- ", at, end)
    if last:
        spans.append((last, end))
    return [] if any(may_end_open(data, *span) for span in spans) else spans


def _plain_value(data: bytes, section: Span | None) -> str:
    """Return the value of a section of one line, empty where it goes on."""
    if section is None or data.find(b"\n ", *section) >= 0:
        return ""
    value = data[slice(*section)].split(b"\n", 1)[0].partition(b":")[2]
    return value.partition(b" #")[0].strip().strip(b"\"'").decode(errors="replace")
