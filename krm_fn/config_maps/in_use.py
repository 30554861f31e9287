"""The ConfigMaps that something among the items still names, in volumes or in variables of containers."""

from __future__ import annotations

from krm_fn.resource_list.identity import namespace_of
from krm_fn.yaml_text.paths import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path

_FIELDS = frozenset(("configMap", "configMapRef", "configMapKeyRef"))


class InUse:
    """What names ConfigMaps, in the items as they are now."""

    def __init__(self, items: Items) -> None:
        self._found: dict[str, list[tuple[str, Item, Path]]] = {}
        for item in items.mentioning("configMap"):
            data = {} if item.removed else item.readable_data
            for path, value in walk(data):
                if isinstance(value, str) and path[-1:] == ("name",) and not _FIELDS.isdisjoint(path[-2:-1]):
                    self._found.setdefault(value, []).append((namespace_of(data), item, path))

    def of(self, name: str, namespace: str) -> tuple[Item, Path] | None:
        """Return the first place that names a ConfigMap, None where nothing does."""
        spaces = (namespace, "")
        found = self._found.get(name, ())
        return next(((item, path) for space, item, path in found if space in spaces or not namespace), None)
