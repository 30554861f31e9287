"""Items made of texts, each as if from a list of its own."""

from __future__ import annotations

from krm_fn.resource_list.item import Item
from krm_fn.resource_list.items import Items, Source


def items_of(*texts: str) -> Items:
    """Return the items of some texts."""
    return Items([Source(text.encode(), [(0, len(text.encode()))]) for text in texts])


def item_of(text: str) -> Item:
    """Return the one item of a text."""
    (item,) = items_of(text)
    return item
