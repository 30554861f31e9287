"""Hosts: where one in a text ends, and whether something behind it may be more of it."""

from __future__ import annotations

LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_VARIABLE = r"\$\w+|\$?\{\{?[^{}\n]{0,80}\}\}?"
_OF_HOST = "suffix|domain|host|namespace|port|env|zone|cluster|tenant|release|stage|region|_ns|^\\W*ns\\W*$"
"""In names of variables: what they hold is a part of the host."""
_MOST_LABELS = 30
"""In a host name: longer ones are none."""
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def lowered(text: str) -> str:
    """Return a text in lower case, of the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_ASCII_LOWER)


def host_end(lower: str, start: int, width: int) -> int:
    """Return where the host ends that starts with a name, -1 where that is only a part of a label."""
    end = start + width
    for _ in range(_MOST_LABELS):
        if end < len(lower) and (lower[end] in LABEL or not lower[end].isascii()):
            if lower[end - 1] != ".":
                return -1
            while end < len(lower) and lower[end] in LABEL:
                end += 1
        if end < len(lower) - 1 and lower[end] == "." and lower[end + 1] in LABEL:
            end += 1
            continue
        return end + 1 if lower.startswith(".:", end) or lower.startswith("./", end) else end
    return -1


def goes_on(lower: str, end: int) -> bool:
    """Return whether behind a host something stands in whose place more of it may come, and no path."""
    if lower.startswith(("@", "%"), end) or lower.startswith((".$", ".{", ".%"), end):
        return True
    if not lower.startswith(("$", "{"), end):
        return False
    import re  # noqa: PLC0415 # few URLs are followed by a variable

    variable = re.compile(_VARIABLE).match(lower, end)
    if not variable or re.search(_OF_HOST, variable[0]):
        return True
    return lower[variable.end() : variable.end() + 1] in (".", "-", ":", "$", "{", "@", "%")
