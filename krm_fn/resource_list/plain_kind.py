"""The kind of an item, from where hosts and people plainly write it, without reading YAML.

A line `kind: X` is the item's own unless it stands inside of a quoted scalar or of flow style.
"""

from __future__ import annotations

from krm_fn.resource_list.open_end import any_may_end_open

_CHARACTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_IN_LIST = b"\n  kind:"
_IN_DOCUMENT = b"\nkind:"
_VERSION = b"- apiVersion: "


def plain_kind(data: bytes, start: int, end: int) -> str:
    """Return the kind of the item in a span, empty where it does not show at a glance."""
    key = _IN_LIST if data.startswith(b"- ", start) else _IN_DOCUMENT
    is_first = data.startswith(key[1:], start)
    at = start - 1 if is_first else data.find(key, start, end)
    if (at < 0 and not is_first) or data.find(key, at + 1, end) >= 0:
        return ""
    return _kind_at(data, start, at, len(key), end)


def _kind_at(data: bytes, start: int, at: int, width: int, end: int) -> str:
    """Return the value of the one line that may hold an item's kind, and of which its line break and key are known."""
    value_start = at + width + 1
    line_end = data.find(b"\n", value_start, end)
    value = data[value_start:line_end].removesuffix(b"\r")
    if line_end < 0 or data[value_start - 1 : value_start] != b" " or not _CHARACTERS.issuperset(value):
        return ""
    indent = width - len(_IN_DOCUMENT)
    if data[line_end + 1 : line_end + 2 + indent].isspace():  # it may go on there
        return ""
    version = start + len(_VERSION)
    is_second_line = data.find(b"\n", start) == at and data.startswith(_VERSION, start) and data[version] in _CHARACTERS
    return value.decode() if is_second_line or not any_may_end_open(data, ((start, at + 1),)) else ""
