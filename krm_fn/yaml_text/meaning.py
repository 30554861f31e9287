"""Meaning: the plain data that a document must have after the edits made so far."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Path


class Meaning:
    """Plain data that is changed step by step, apart from the text."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def add(self, path: Path, value: Any) -> Path:
        """Put a new value in, with what is missing on the way; return the path with the index that a -1 became."""
        real: Path = ()
        at = self.data
        for position, step in enumerate(path):
            last = position == len(path) - 1
            empty: Any = [] if not last and path[position + 1] == -1 else {}
            below = value if last else empty
            if step == -1:
                at.append(below)
            elif last or not (at[step] if isinstance(step, int) else at.get(step)):
                at[step] = below
            real = (*real, len(at) - 1 if step == -1 else step)
            at = at[real[-1]]
        return real

    def at(self, path: Path) -> Any:
        """Return the value at a path."""
        value = self.data
        for step in path:
            value = value[step]
        return value

    def set(self, path: Path, value: Any) -> None:
        """Put a value in the place of another."""
        self.at(path[:-1])[path[-1]] = value

    def remove(self, path: Path) -> None:
        """Take a value out."""
        del self.at(path[:-1])[path[-1]]
