"""Resources: what the function works on, wherever it comes from: items that are there, and new ones."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import result_on
from krm_fn.resource_list.items import Items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Source
    from krm_fn.result import Result


class NewItem(Record):
    """A resource that the function makes."""

    data: dict[str, Any]
    beside: Item | None = None
    """The item it is made for, None where there is none yet."""


class Resources:
    """Items, and what is to be added to them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.restore()

    def restore(self) -> None:
        """Forget every edit, removal and new item."""
        self.items = Items(self._sources)
        self.new_items: list[NewItem] = []

    def closed_lists(self) -> list[Result]:
        """Return a warning for each list of objects that cannot be opened: nothing in it is found."""
        return [_not_opened(item, problem) for item, problem in self.items.closed_lists()]


def _not_opened(item: Item, problem: str) -> Result:
    message = f"is a list that is not opened, so that {problem}. Correct that to have it worked on."
    result = result_on(item, "warning", "items", message)
    return result if item.readable_data else result.replace(ref=None)
