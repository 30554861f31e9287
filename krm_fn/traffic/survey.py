"""Survey: a workload, the Services that select its Pods, and where their ports point to."""

from __future__ import annotations

from krm_fn.ledger.record_format import is_record
from krm_fn.record import Record
from krm_fn.resource_list.identity import annotations_of, ref_of
from krm_fn.workload.services import routes_of, services_of
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.services import ServiceRoute
    from krm_fn.workload.workload import Workload


class Survey(Record):
    """What is found once for each workload, before anything is decided about it."""

    workload: Workload
    services: tuple[Item, ...]
    """The Services that select the Pods."""
    routes: tuple[ServiceRoute, ...]
    """The TCP ports of these, each with the Pods' port that it points to."""


def survey(workload: Workload, items: Items) -> Survey:
    """Return what is found about a workload."""
    services = services_of(items, workload)
    routes = tuple(route for service in services for route in routes_of(service, workload))
    return Survey(workload=workload, services=tuple(services), routes=routes)


def place_of(route: ServiceRoute) -> tuple[str, int]:
    """Return what a Service's port is sorted by, so that the order of the items does not matter."""
    return str(ref_of(route.item.data)), route.index


def proxies_of(workload: Workload) -> dict[str, str]:
    """Return the containers that other ProxySidecars added, and these ProxySidecars' names."""
    if not any(map(is_record, annotations_of(workload.item.data))):
        return {}
    from krm_fn.ledger.record_parser import added_by_others  # noqa: PLC0415 # a first run finds no records

    spec = workload.pod_spec
    return {
        str(container.get("name")): owner
        for owner, path in added_by_others(workload.item.data)
        for field in ("containers", "initContainers")
        for index, container in enumerate(list_at(spec, (field,)))
        if isinstance(container, dict) and path == (*workload.spec_path, field, index)
    }
