"""Survey: a workload, the Services that select its Pods, and where their ports point to."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.workload.services import routes_of, services_of

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
