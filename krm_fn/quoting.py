"""How the user's values are shown in messages: short, and on one line whatever they hold."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FEW = 3
"""Objects that a message names; the others are counted."""
MANY = 8
"""Values to choose from that a message lists."""
_LONGEST = 60
_DEEPEST = 3
_MOST_ENTRIES = 5
_LONGEST_INTEGER = 64
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    r"""Return the text with everything unprintable (controls, bidi marks, lone surrogates) as \n or \uXXXX."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def listed(names: Sequence[str], most: int = FEW) -> str:
    """Return some names with commas between, of many the first ones, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def shown(value: object, longest: int = _LONGEST, deepest: int = _DEEPEST) -> str:
    """Return the value as JSON spells it, on one line, cut with … where it is longer or nested deeper."""
    if isinstance(value, str):
        start = value if len(value) <= longest else value[: longest - 1] + "…"
        return '"' + printable(start.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (dict, list, tuple)):
        text = _shown_collection(value, longest, deepest - 1)
    elif isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        text = hex(value)  # str() refuses integers of some thousand digits
    else:
        text = printable(str(value))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _escaped(char: str) -> str:
    code = ord(char)
    return _ESCAPES.get(char) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")  # noqa: PLR2004 # the BMP


def _shown_collection(
    value: dict[object, object] | list[object] | tuple[object, ...], longest: int, deepest: int
) -> str:
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if deepest < 0:
        return f"{opening}…{closing}"
    entries: list[str] = []
    for entry in value:
        if len(entries) == _MOST_ENTRIES:
            entries.append("…")
            break
        text = shown(entry, longest, deepest)
        entries.append(f"{text}: {shown(value[entry], longest, deepest)}" if isinstance(value, dict) else text)
    return opening + ", ".join(entries) + closing
