"""Covered: the places that rows of tables are about, so that the sweep reports none of them again."""

from __future__ import annotations

from krm_fn.result import KIND
from krm_fn.workload.kinds import kinds_with
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.field_spec import Place
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path


def is_written(item: Item, path: Path, drafts: Drafts) -> bool:
    """Return whether this run writes what will be at a place of an item."""
    return bool(get(item.readable_data, path) != get(drafts.data_of(item), path))


_DECIDED = ("Service", "ConfigMap", "Secret", "Endpoints", "EndpointSlice", "Namespace", KIND)
"""Kinds that select nothing, or whose ports are decided elsewhere."""


def searched_kinds(items: Items, spec: Spec) -> set[str]:
    """Return the kinds of the items that may select Pods or Services and name a port of theirs."""
    workloads = (kind.kind for kind in kinds_with(spec.workload_kinds))
    return set(items.kinds()) - {*_DECIDED, *workloads, *spec.referrers.ignore}


class Covered:
    """The places that rows of tables are about: what is to become of them is decided there."""

    def __init__(self) -> None:
        self._paths: dict[int, set[Path]] = {}

    def add(self, item: Item, places: Sequence[Place]) -> None:
        """Add the places that rows found in an item."""
        self._paths.setdefault(id(item), set()).update(place.path for place in places)

    def add_path(self, item: Item, path: Path) -> None:
        """Add a place that is reported, or that the row of an annotation is about."""
        self._paths.setdefault(id(item), set()).add(path)

    def has(self, item: Item, path: Path) -> bool:
        """Return whether a place, or one that it is in, is among them."""
        paths = self._paths.get(id(item), ())
        return bool(paths) and any(path[:end] in paths for end in range(1, len(path) + 1))
