"""Which objects the `target` or `select` of a kustomization means, and those that a patch is for."""

from __future__ import annotations

import re

from krm_fn.copies.copied import place_of
from krm_fn.resource_list.identity import (
    annotations_of,
    group_version_of,
    labels_of,
    may_be_one,
    name_of,
    names_of,
    namespace_of,
)
from krm_fn.selectors.label_query import query_matches
from krm_fn.workload.name_pattern import name_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.copies.kustomizations import Kustomization, Kustomizations, Patch
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items

_PLAIN = re.compile(r"[A-Za-z0-9-]+")


class Selecting:
    """The objects of some items by what kustomizations say of them."""

    def __init__(self, items: Items, kustomizations: Kustomizations | None) -> None:
        self._items = items
        self._kustomizations = kustomizations
        self._named: dict[str, dict[str, list[Item]]] = {}
        """By kind and name."""

    def of_patch(self, patch: Patch) -> list[Item]:
        """Return the objects that a patch is for."""
        if patch.target or not isinstance(patch.data, dict):
            return self.selected(patch.target, patch.by)
        data = patch.data
        group, space = group_version_of(data)[0], namespace_of(data)
        return [
            item
            for item in self._of(str(data.get("kind") or ""), name_of(data))
            if group_version_of(item.readable_data)[0] == group
            and (not space or may_be_one(space, namespace_of(item.readable_data)) or not namespace_of(item.data))
            and self._is_reached(item, patch.by)
        ]

    def selected(self, select: dict[str, Any], by: Kustomization | None) -> list[Item]:
        """Return the objects that a kustomization selects: by patterns of group, kind and name, and by labels."""
        if not any(select.values()):
            return []
        kind, name = str(select.get("kind") or ""), str(select.get("name") or "")
        kinds = [kind] if _PLAIN.fullmatch(kind) else [each for each in self._items.kinds() if matches(kind, each)]
        possible = [item for each in kinds for item in self._of(each, name)]
        return [
            item
            for item in possible
            if _meets(item, select) and self._is_in(item, select.get("namespace")) and self._is_reached(item, by)
        ]

    def _is_in(self, item: Item, namespace: object) -> bool:
        """Return whether an object may be in a namespace: its own, else one that a kustomization gives it."""
        own = namespace_of(item.readable_data)
        spaces = {own} if own or not self._kustomizations else self._kustomizations.namespaces_of(place_of(item))
        return not spaces or any(matches(namespace, each) for each in spaces)

    def _of(self, kind: str, name: str) -> Iterable[Item]:
        """Return the objects of a kind that may have a name, or one that matches a pattern."""
        if kind not in self._named:
            self._named[kind] = {}
            for item in self._items.of_kind(kind):
                for each in dict.fromkeys(names_of(item.readable_data)) if item.readable_data else ():
                    self._named[kind].setdefault(each, []).append(item)
        named = self._named[kind]
        if _PLAIN.fullmatch(name):
            return named.get(name, ())
        return list(dict.fromkeys(item for each, few in named.items() if matches(name, each) for item in few))

    def _is_reached(self, item: Item, by: Kustomization | None) -> bool:
        known = self._kustomizations
        if by is None or known is None or not known.knows_all(by):
            return True
        return place_of(item) in known.reached(by)


def _meets(item: Item, select: dict[str, Any]) -> bool:
    data = item.readable_data
    group, version = group_version_of(data)
    if not (matches(select.get("group"), group) and matches(select.get("version"), version)):
        return False
    queries = ((select.get("labelSelector"), labels_of(data)), (select.get("annotationSelector"), annotations_of(data)))
    try:
        return all(not query or query_matches(str(query), labels) for query, labels in queries)
    except ValueError:
        return True


def matches(pattern: object, value: str) -> bool:
    """Return whether a kind or name matches a pattern of kustomize; all do where it is left out."""
    try:
        return not pattern or name_matches(str(pattern), value)
    except ValueError:
        return False
