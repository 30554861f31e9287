"""Imagined objects, such as what a patch makes of one: what would follow in them, were they among the items."""

from __future__ import annotations

import json

from krm_fn import codes
from krm_fn.ledger.drafts import Drafts
from krm_fn.referrers.follow import follow
from krm_fn.referrers.resolve import PortResolver
from krm_fn.resource_list.items import Items, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result

_OF_ALL = (codes.NAMESPACE_ASSUMED, codes.EGRESS_DENIED)
"""What depends on all items, and is reported for these."""


class _Drafts(Drafts):
    """The edits of imagined objects, beside those of a run."""

    def __init__(self, items: Items, run: Drafts) -> None:
        super().__init__(run.ref)
        self._items = items
        self._run = run

    def data_of(self, item: Item) -> dict[str, Any]:
        """Return the plain data that an object will have, whichever it is."""
        return super().data_of(item) if item in self._items else self._run.data_of(item)


def would_follow(
    objects: Sequence[dict[str, Any]], resolver: PortResolver, spec: Spec, drafts: Drafts
) -> Iterator[tuple[int, Result]]:
    """Yield what would be done in each object, or be warned of: its position, and the result."""
    sources = []
    for position, data in enumerate(objects):
        text = json.dumps(data).encode()
        sources.append(Source(text, [(0, len(text))], str(position)))
    items = Items(sources)
    own = _Drafts(items, drafts)
    follow(items, PortResolver(resolver.changes, resolver.fronted, resolver.bystanders, own), spec, own)
    for result in own.results:
        if result.code not in _OF_ALL and result.file.isdecimal():
            yield int(result.file), result
