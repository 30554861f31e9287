"""Write plain data as YAML text: block style in the layout of the enclosing text, or flow style on one line."""

from __future__ import annotations

from functools import lru_cache

from krm_fn.record import Record
from krm_fn.yaml_text.scalars import is_literal_safe, scalar_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    K = TypeVar("K")
    V = TypeVar("V")


LONG = 1000
"""Characters of a text of which is kept what was made of it: many targets have the same configuration."""
_LONGEST_KEPT = 20_000
"""Characters of plain data of which are kept the lines that were written."""


class Style(Record):
    """How a text is laid out, in columns."""

    step: int = 2
    """From a key to the keys of the mapping below it."""
    offset: int = 0
    """From a key to the dashes of the sequence below it."""
    dash: int = 2
    """From a dash to what follows it."""
    literal: bool = True
    """Whether text may be a literal block; not where the file ends without a newline, which such a block needs."""


_kept_lines: dict[tuple[str, int, Style], list[str]] = {}
"""Lines that were written, by what they say: many targets get the same container."""
_MOST_KEPT = 32


def block_lines(value: Any, column: int, style: Style) -> list[str]:
    """Return the lines of a non-empty mapping, or of a sequence's items, whose entries are at a column."""
    return _items(value, column, style) if isinstance(value, list) else _entries(value, column, style)


def item_lines(item: Any, column: int, style: Style) -> list[str]:
    """Return the lines of a sequence's item whose dash is at a column: kept, where they are long, not to be changed."""
    said = repr(item)
    return kept(_kept_lines, said, (said, column, style), lambda: _items([item], column, style))


def kept(known: dict[K, V], said: str, key: K, make: Callable[[], V]) -> V:
    """Return what is made of plain data, which is written as `said`: of long data it is kept, for a few."""
    if not LONG <= len(said) <= _LONGEST_KEPT:
        return make()
    if key not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[key] = make()
    return known[key]


def flow_text(value: Any, *, json: bool = False) -> str:
    """Return a value on one line; with json, so that a JSON reader accepts it."""
    if isinstance(value, dict):
        pairs = (f"{scalar_text(key, json=json)}: {flow_text(item, json=json)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(item, json=json) for item in value) + "]"
    return scalar_text(value, json=json)


def _entries(mapping: dict[str, Any], column: int, style: Style) -> list[str]:
    lines = []
    for key, value in mapping.items():
        name = " " * column + scalar_text(key) + ":"
        if value and isinstance(value, dict):
            lines += [name, *_entries(value, column + style.step, style)]
        elif value and isinstance(value, list):
            lines += [name, *_items(value, column + style.offset, style)]
        else:
            lines += _scalar_lines(f"{name} ", value, column + style.step, style)
    return lines


def _items(items: list[Any], column: int, style: Style) -> list[str]:
    lines = []
    inner = column + style.dash
    lead = " " * column + "-".ljust(style.dash)
    for item in items:
        if item and isinstance(item, dict | list):
            below = block_lines(item, inner, style)
            lines += [lead + below[0][inner:], *below[1:]]
        else:
            lines += _scalar_lines(lead, item, inner, style)
    return lines


def _scalar_lines(lead: str, value: Any, column: int, style: Style) -> list[str]:
    """Return the line of a scalar or empty collection, or those of a literal block whose text is at a column."""
    if not isinstance(value, str) or not style.literal or "\n" not in value:
        return [lead + flow_text(value)]
    header, *lines = (_literal if len(value) < LONG else _long_literal)(value, column)
    return [lead + header, *lines] if header else [lead + flow_text(value)]


def _literal(text: str, column: int) -> list[str]:
    """Return the header and lines of a literal block with a text at a column; an empty header where it is not safe."""
    if not is_literal_safe(text):
        return [""]
    header = ("|+" if text.endswith("\n\n") else "|") if text.endswith("\n") else "|-"
    return [header, *(" " * column + line if line else "" for line in text.removesuffix("\n").split("\n"))]


_long_literal = lru_cache(maxsize=32)(_literal)
