"""Places: where in one object a run can have written, and what."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from typing import Any

    from krm_fn.undoable.values import Value
    from krm_fn.yaml_text.node import Path

NOWHERE = "no run writes there"


class Field(Record):
    """A field that holds a single value."""

    takes: Value
    may_be_added: bool = False
    """Whether a run adds it where it is missing. Any field is added that came by a merge key, to be its own."""
    made_from: Callable[[str], Callable[[str], bool]] | None = None
    """Given the old value, what a run can have made of it; None for any value."""


class Places:
    """The places of one object, by their paths."""

    def __init__(self) -> None:
        self.fields: dict[Path, Field] = {}
        self.lists: dict[Path, Callable[[Any], bool]] = {}
        """Lists to which a run adds entries beside others, and whether it can have added an entry."""
        self.copies: dict[Path, Callable[[Any], bool]] = {}
        """Entries of mappings that a run adds as copies of others, and whether one is such a copy."""
        self.keys: dict[Path, Container[Any]] = {}
        """Entries that a run renames, by their path now, and the keys that they can have had."""
        self.own: set[Path] = set()
        """Entries under keys of our own."""
        self.holders: set[Path] = {("metadata",), ("metadata", "annotations")}
        """What a run makes to hold entries, for any of several ProxySidecars."""
