"""Parts of a text: replaced in a value, and at the same places in how a document writes it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Part: TypeAlias = tuple[int, int, str]
    """The offsets of what is replaced, and what by."""


def with_parts(text: str, parts: Sequence[Part]) -> str:
    """Return a text with parts of it replaced, which are apart and in order."""
    pieces: list[str] = []
    at = 0
    for start, end, new in parts:
        pieces += (text[at:start], new)
        at = end
    return "".join((*pieces, text[at:]))


def in_own_style(text: str, value: str, parts: Sequence[Part]) -> str:
    """Return the text of a scalar with parts of its value replaced; empty where their places in it are not found.

    The same occurrence of the same characters is replaced, whatever quotes, escapes and indentation are around it.
    """
    found: list[Part] = []
    for start, end, new in parts:
        old = value[start:end]
        at = _start(text, old, _count(value, old, start))
        if at < 0 or (found and found[-1][1] > at):
            return ""
        found.append((at, at + len(old), new))
    return with_parts(text, found)


def _count(text: str, part: str, end: int) -> int:
    """Return how often a part begins in a text before an offset."""
    return sum(text.startswith(part, at) for at in range(end))


def _start(text: str, part: str, before: int) -> int:
    """Return where a part begins in a text that begins so often before; negative where it does not."""
    at = text.find(part)
    for _ in range(before):
        at = text.find(part, at + 1) if at >= 0 else at
    return at
