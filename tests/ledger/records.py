"""What records list of a document, and undoing all that they list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from krm_fn.ledger.locate import located
from krm_fn.ledger.undo import undo
from krm_fn.resource_list.item import Item
from krm_fn.resource_list.items import Items
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.edit import Change


def changes_of(record: str, data: Any) -> list[Change]:
    """Return the changes of a record, with their places in a document."""
    return located(record, data).changes


def permitted(_item: Item, _owner: str, changes: Sequence[Change]) -> list[str]:
    """Refuse nothing."""
    return [""] * len(changes)


def undone(items: Items, owner: str) -> list[Result]:
    """Undo a record, whatever it lists; return the errors and warnings. A FunctionError where it cannot be read."""
    found = undo(items, [owner], permitted)
    if found.unreadable:
        raise FunctionError(*(result for _, result in found.unreadable))
    return [result for _, result in found.results if result.severity != "info"]
