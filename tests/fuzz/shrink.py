"""The least of an input that still breaks the same law."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 60.0


def shrunk(stdin: bytes, is_broken: Callable[[bytes], bool], seconds: float = _SECONDS) -> bytes:
    """Return an input without the lines, and then the pieces of lines, that do not matter; as far as time allows."""
    until = time.monotonic() + seconds
    lines = stdin.splitlines(keepends=True)
    kept = _without_parts(lines, lambda parts: is_broken(b"".join(parts)), until)
    whole = b"".join(kept)
    if len(kept) > 1:
        return whole
    pieces = [whole[at : at + 8] for at in range(0, len(whole), 8)]
    return b"".join(_without_parts(pieces, lambda parts: is_broken(b"".join(parts)), until))


def _without_parts(parts: list[bytes], is_broken: Callable[[list[bytes]], bool], until: float) -> list[bytes]:
    """Leave out ever smaller runs of parts, as long as it stays broken."""
    size = len(parts) // 2
    while size:
        at = 0
        while at < len(parts) and time.monotonic() < until:
            fewer = parts[:at] + parts[at + size :]
            if is_broken(fewer):
                parts = fewer
            else:
                at += size
        size //= 2
    return parts
