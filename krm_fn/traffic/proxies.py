"""The sidecars of other ProxySidecars in a Pod: what they say of ports and probes is not the app's."""

from __future__ import annotations

from krm_fn.ledger.record_format import is_record
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


def proxies_of(workload: Workload) -> dict[str, str]:
    """Return the containers that other ProxySidecars added, and these ProxySidecars' names."""
    if not any(map(is_record, annotations_of(workload.item.data))):
        return {}
    from krm_fn.ledger.record_parser import added_by_others  # noqa: PLC0415 # a first run finds no records

    spec = workload.pod_spec
    return {
        str(container.get("name")): owner
        for owner, change in added_by_others(workload.item.data)
        for field in ("containers", "initContainers")
        for index, container in enumerate(list_at(spec, (field,)))
        if isinstance(container, dict) and change.path == (*workload.spec_path, field, index)
    }


def has_renamed(workload: Workload, path: Path) -> bool:
    """Return whether another ProxySidecar changed the scalar at a path, such as a port's name."""
    if not any(map(is_record, annotations_of(workload.item.data))):
        return False
    from krm_fn.ledger.record_parser import changed_by_others  # noqa: PLC0415 # a first run finds no records

    return path in changed_by_others(workload.item.data)
