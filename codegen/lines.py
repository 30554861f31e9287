"""Break a long expression over lines, as the formatter does."""

from __future__ import annotations

WIDTH = 120
_OPENING, _CLOSING = "([", ")]"


def broken(text: str, indent: int, behind: int = 0) -> str:
    """Return a call or subscript that begins at an indent, over lines where it does not fit with what is behind it."""
    if indent + len(text) + behind <= WIDTH or text[-1:] not in _CLOSING:
        return text
    start = min(at for at in map(text.find, _OPENING) if at >= 0) + 1
    inner, pad = text[start:-1], " " * indent
    if indent + 4 + len(inner) <= WIDTH:
        return f"{text[:start]}\n{pad}    {inner}\n{pad}{text[-1]}"
    parts = _parts(inner)
    comma = "," if len(parts) > 1 else ""
    lines = "".join(f"{pad}    {broken(part, indent + 4, len(comma))}{comma}\n" for part in parts)
    return f"{text[:start]}\n{lines}{pad}{text[-1]}"


def _parts(text: str) -> list[str]:
    """Return what commas outside of brackets part."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
