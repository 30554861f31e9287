"""The sidecars of other ProxySidecars in a Pod: what they say of ports and probes is not the app's."""

from __future__ import annotations

from krm_fn.ledger.annotations import OWN_DOMAIN, OWNER
from krm_fn.ledger.record_format import is_record
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


def proxies_of(workload: Workload, items: Items, owner: str) -> dict[str, str]:
    """Return the containers that others than the ProxySidecar that is run added, and these ProxySidecars' names.

    A record is believed where the container is as it was added, or runs with a ConfigMap as a sidecar does. What is
    left of the record of the one that is run was not believed, and goes.
    """
    found: dict[str, str] = {}
    if workload.item.mentions("configMap") and items.mentioning(OWNER, OWN_DOMAIN):
        from krm_fn.config_maps.unrecorded import sidecars_beside  # noqa: PLC0415 # not for a first run

        found = sidecars_beside(workload.item, items)
    if not any(map(is_record, annotations_of(workload.item.data))):
        return found
    from krm_fn.config_maps.unrecorded import runs_with_a_config_map  # noqa: PLC0415 # likewise
    from krm_fn.ledger.digest import is_entry_of  # noqa: PLC0415 # likewise
    from krm_fn.ledger.locate import added_by_others  # noqa: PLC0415 # likewise

    lists = [(*workload.spec_path, field) for field in ("containers", "initContainers")]
    for other, change in added_by_others(workload.item.data):
        container = get(workload.item.data, change.path) if change.path[:-1] in lists and other != owner else None
        if isinstance(container, dict) and (
            is_entry_of(container, str(change.path[-1]), change.new)
            or runs_with_a_config_map(workload.item, change.path)
        ):
            found[str(container.get("name"))] = other
    return found


def has_renamed(workload: Workload, path: Path, owner: str) -> bool:
    """Return whether another than the ProxySidecar that is run changed the scalar at a path, such as a port's name."""
    if not any(map(is_record, annotations_of(workload.item.data))):
        return False
    from krm_fn.ledger.locate import changed_by_others  # noqa: PLC0415 # a first run finds no records

    return path in changed_by_others(workload.item.data, owner)
