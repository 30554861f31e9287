"""Which of several objects of one identity are only parts of it: patches, which kustomize merges into the whole."""

from __future__ import annotations

from krm_fn.copies.copied import place_of
from krm_fn.resource_list.identity import group_version_of
from krm_fn.workload.kinds import kind_of
from krm_fn.workload.services import selector_of
from krm_fn.workload.workload import Workload
from krm_fn.yaml_text.paths import list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from krm_fn.resource_list.item import Item
    from krm_fn.workload.kinds import KnownWorkloadKind

_SELECTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
"""The kinds of apps/v1, which require a selector."""


def parts_among(
    several: Sequence[Item], resources: Collection[str], kinds: Collection[KnownWorkloadKind]
) -> list[Item]:
    """Return those of several objects of one identity that are only parts: none where no other is whole.

    A file that a kustomization takes as a resource holds no part.
    """
    parts = [item for item in several if place_of(item) not in resources and _lacks_something(item, kinds)]
    return parts if len(parts) < len(several) else []


def _lacks_something(item: Item, kinds: Collection[KnownWorkloadKind]) -> bool:
    """Return whether an object lacks what makes it whole."""
    data = item.readable_data
    kind = kind_of(data, kinds)
    if not data:
        return False
    if item.kind == "Service" or kind is None:
        return not (selector_of(data) and list_at(data, ("spec", "ports")))
    if kind.operated or kind.refers:
        return False
    selects = group_version_of(data) == ("apps", "v1") and item.kind in _SELECTING
    if selects and not mapping_at(data, ("spec", "selector")):
        return True
    workload = Workload(item, kind)
    return not workload.containers or not all(container.get("image") for container in workload.containers)
