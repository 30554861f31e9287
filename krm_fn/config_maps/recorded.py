"""The ConfigMaps in the volumes that earlier runs added, by the records as they came."""

from __future__ import annotations

from krm_fn.ledger.locate import added_by_others
from krm_fn.yaml_text.paths import find, get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krm_fn.resource_list.items import Items


def recorded_names(items: Items, owners: Sequence[str]) -> set[str]:
    """Return the names of ConfigMaps that volumes had which some ProxySidecars added, and which are gone since."""
    names: set[str] = set()
    for item in items.touched():
        came = item.as_it_came().readable_data
        added = [change.path for owner, change in added_by_others(came) if owner in owners]
        volumes = [(path[:-1], get(came, path)) for path in added if path[-2:-1] == ("volumes",)]
        for path, volume in volumes:
            left = [name for each in get(item.readable_data, path) or [] for name in _names(each)]
            names |= {name for name in _names(volume) if name not in left}
    return names


def _names(volume: Any) -> Iterator[str]:
    """Yield the names of the ConfigMaps that a volume is made from."""
    for field in ("configMap.name", "projected.sources[].configMap.name"):
        yield from (name for _, name in find(volume, field) if isinstance(name, str))
