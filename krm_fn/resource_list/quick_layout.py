"""Find the parts of a ResourceList without reading it as YAML, where counting proves its form.

In the block form that hosts send, each line at column 0 is an item's dash, a top-level key, a comment or blank. No
block scalar reaches column 0, and a quoted one or flow style that does is noticed.
"""

from __future__ import annotations

from krm_fn.resource_list.glance import any_may_end_open
from krm_fn.resource_list.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.resource_list.layout import Span

_KEYS = (b"apiVersion", b"kind", b"metadata", b"items", b"functionConfig", b"results")
_ITEM_STARTS = (b"- apiVersion:", b"- kind:", b"- metadata:", b"- #")
_PASSED_OVER = b" \n#"
_COLUMN_ZERO = rb"\n(?:- apiVersion: [\w./-]+\n  kind: ([A-Za-z0-9]+)\n(?= {0,2}[^ \n])|[^ \n#])"
"""A line of interest; an item's with its kind, where that is on the second line and cannot continue on a third."""
_LARGE = 1 << 19
_ODD_LINE_BREAKS = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What YAML 1.1 also takes for line breaks: NEL, LS and PS."""


def quick_layout(data: bytes) -> Layout | None:
    """Return the layout, None where the form is another or cannot be proven."""
    start = 4 if data.startswith(b"---\n") else 0
    if not _has_plain_lines(data):
        return None
    places: dict[bytes, int] = {}
    items: list[int] = []
    key = b""
    kinds: list[str] = []
    for at, kind in _lines_at_column_zero(data, start):
        if not data.startswith(b"- ", at):
            key = data[at : data.find(b":", at)]
            if key not in _KEYS or key in places or (at != start and not places):
                return None
            places[key] = at
        elif key == b"items" and (kind or data.startswith(_ITEM_STARTS, at)):
            items.append(at)
            kinds.append(kind)
        elif key != b"results":
            return None
    return _layout(data, places, items, kinds) if items else None


def _layout(data: bytes, places: dict[bytes, int], starts: list[int], kinds: list[str]) -> Layout | None:
    """Return the layout, given the places of the top-level keys, in order, and of the items, with their kinds."""
    ends = [*list(places.values())[1:], len(data)]
    sections = {key: (at, end) for (key, at), end in zip(places.items(), ends, strict=True)}
    config = sections.get(b"functionConfig")
    if _plain_value(data, sections.get(b"kind")) != "ResourceList":
        return None
    if not data.startswith(b"items:\n", places[b"items"]):
        return None
    if config and not data.startswith((b"functionConfig:\n", b"functionConfig: {"), config[0]):
        return None
    items = list(zip(starts, [*starts[1:], sections[b"items"][1]], strict=True))
    rest = [span for key, span in sections.items() if key != b"items"]
    if any_may_end_open(data, items) or any_may_end_open(data, rest):
        return None
    return Layout(
        api_version=_plain_value(data, sections.get(b"apiVersion")),
        kind="ResourceList",
        items=items,
        kinds=kinds,
        function_config=config,
        appendable=True,
        results=sections.get(b"results"),
    )


def _has_plain_lines(data: bytes) -> bool:
    """Return whether every line ends in a line feed, and all readers see the same lines."""
    if b"\r" in data or not data.endswith(b"\n"):
        return False
    return data.isascii() or not any(line_break in data for line_break in _ODD_LINE_BREAKS)


def _lines_at_column_zero(data: bytes, start: int) -> Iterator[tuple[int, str]]:
    """Yield where from an offset on the lines start that are neither indented nor blank nor a comment.

    In a large text, with the kind of an item whose first lines are in the hosts' form.
    """
    if len(data) > _LARGE:
        import re  # noqa: PLC0415 # its import costs more than it saves on a small text

        if data[start] not in _PASSED_OVER:
            yield start, ""
        for match in re.compile(_COLUMN_ZERO).finditer(data, start):
            yield match.start() + 1, match[1].decode() if match[1] else ""
        return
    at = start
    while at < len(data):
        if data[at] not in _PASSED_OVER:
            yield at, ""
        at = data.find(b"\n", at) + 1


def _plain_value(data: bytes, section: Span | None) -> str:
    """Return the value of a section of one line, empty where it continues."""
    if section is None or data.find(b"\n ", *section) >= 0:
        return ""
    value = data[slice(*section)].split(b"\n", 1)[0].partition(b":")[2]
    return value.partition(b" #")[0].strip().strip(b"\"'").decode(errors="replace")
