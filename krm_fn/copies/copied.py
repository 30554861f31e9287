"""The copies among some items: targets, and Services in front of them, that stand more than once."""

from __future__ import annotations

from posixpath import normpath

from krm_fn.resource_list.identity import group_version_of, name_of, namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import Any, TypeAlias

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.services import Survey
    from krm_fn.workload.workload import Workload

    Identity: TypeAlias = tuple[str, str, str, str]
    """API group, kind, namespace and name."""

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The names that the file of a kustomization may have."""
_FEW = 30
"""Names that are searched for; of more, all objects of the kind are read."""


class Scope:
    """What belongs to one set, and what of it stands in others as well."""

    def __init__(self, own: Collection[Item], copies: Collection[Identity]) -> None:
        self._own = frozenset(map(id, own))
        self._copies = copies

    def has(self, item: Item) -> bool:
        """Return whether an item belongs to the set."""
        return id(item) in self._own

    def is_copied(self, item: Item) -> bool:
        """Return whether an item stands in other sets as well."""
        return identity_of(item.loose_data) in self._copies


def identity_of(data: dict[str, Any]) -> Identity:
    """Return what no two objects of a cluster have in common."""
    return group_version_of(data)[0], str(data.get("kind") or ""), namespace_of(data), name_of(data)


def place_of(item: Item) -> str:
    """Return the path of the file that an item is from; empty where nobody names one."""
    return normpath(item.place) if item.place else ""


def firsts(workloads: Sequence[Workload]) -> Sequence[Workload]:
    """Return the workloads without those that another one is in front of with the same identity and labels."""
    first: dict[object, Workload] = {}
    for each in workloads:
        is_named = bool(name_of(each.item.data))
        first.setdefault((identity_of(each.item.data), repr(each.labels)) if is_named else id(each), each)
    return list(first.values()) if len(first) < len(workloads) else workloads


def copied(items: Items, surveys: Iterable[Survey]) -> dict[Identity, list[Item]]:
    """Return the workloads and their Services that stand more than once among the items, in their order.

    Where each stands once, nothing is read for it that was not read before.
    """
    wanted: dict[str, dict[Item, str]] = {}
    for survey in surveys:
        for item in (survey.workload.item, *survey.services):
            name = name_of(item.data)
            if name:
                wanted.setdefault(item.kind, {})[item] = name
    found: dict[Identity, list[Item]] = {}
    for kind, named in wanted.items():
        names = dict.fromkeys(named.values())
        there = items.of_kind(kind, words=names if len(names) <= _FEW else ())
        if len(there) == len(named) == len({(name, namespace_of(item.data)) for item, name in named.items()}):
            continue
        known = {identity_of(item.data) for item in named}
        for item in there:
            identity = identity_of(item.loose_data)
            if identity in known:
                found.setdefault(identity, []).append(item)
    return {identity: several for identity, several in found.items() if len(several) > 1}


def may_have_kustomizations(items: Items) -> bool:
    """Return whether there may be a kustomization among the files, or among the items, or in one of these."""
    is_file = any(source.file.endswith(KUSTOMIZATIONS) for source in items.sources)
    return is_file or bool(items.mentioning("kustomize", with_local=True))
