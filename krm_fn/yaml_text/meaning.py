"""Meaning: the plain data that a document must have after the edits made so far."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Path


class Meaning:
    """Plain data that is changed step by step, apart from the text. The data that it starts from is never altered."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def add(self, path: Path, value: Any) -> Path:
        """Put a new value in, with what is missing on the way; return the path with the index that a -1 became."""
        real: Path = ()
        at = self._own(())
        for position, step in enumerate(path):
            last = position == len(path) - 1
            empty: Any = [] if not last and path[position + 1] == -1 else {}
            if step == -1:
                at.append(value if last else empty)
            elif last or not (at[step] if isinstance(step, int) else at.get(step)):
                at[step] = value if last else empty
            else:
                at[step] = _copy(at[step])
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
        self._own(path[:-1])[path[-1]] = value

    def rename(self, path: Path, key: str) -> None:
        """Give the entry at a path another key, in its place."""
        holder = self._own(path[:-1])
        entries = [(key if name == path[-1] else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(entries)

    def remove(self, path: Path) -> None:
        """Take a value out."""
        del self._own(path[:-1])[path[-1]]

    def _own(self, path: Path) -> Any:
        """Return the collection at a path, after all on the way to it was copied."""
        self.data = at = _copy(self.data)
        for step in path:
            at[step] = _copy(at[step])
            at = at[step]
        return at


def _copy(collection: Any) -> Any:
    return collection.copy()
