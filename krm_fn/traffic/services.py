"""What another Service speaks, to which routes send requests: by its port, and by the Pods behind it."""

from __future__ import annotations

from krm_fn.resource_list.identity import name_of, namespace_of, ref_of
from krm_fn.traffic.evidence import evidence_of, evidence_of_port
from krm_fn.traffic.verdict import verdict
from krm_fn.workload.kinds import KINDS
from krm_fn.workload.services import ServiceRoute, routes_of, selector_of, selects, survey
from krm_fn.workload.targets import workloads_in
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.traffic.evidence import Evidence
    from krm_fn.traffic.verdict import Verdict


def service_verdict(items: Items, namespace: str, name: str, number: int) -> Verdict | None:
    """Return what a port of a Service speaks; None where that Service is not among the items, or lacks the port."""
    for item in items.of_kind("Service", words=[name]):
        data = item.readable_data
        if name_of(data) == name and items.are_one(namespace, namespace_of(data), name):
            for index, port in enumerate(list_at(data, ("spec", "ports"))):
                if isinstance(port, dict) and port.get("port") == number:
                    return verdict(number, str(ref_of(data)), _evidence(items, item, index))
    return None


def _evidence(items: Items, service: Item, index: int) -> list[Evidence]:
    """Return the evidence about a Service's port: that of the first workload behind it, or of the port alone."""
    words = [str(value) for value in selector_of(service.data).values()]
    for workload in workloads_in(items, KINDS, words) if words else ():
        if selects(service.data, workload, items):
            for route in routes_of(service, workload):
                if route.index == index and isinstance(route.pod_port, int):
                    return evidence_of(survey(workload, items), route.pod_port, ())
    port = list_at(service.data, ("spec", "ports"))[index]
    return list(evidence_of_port(ServiceRoute(item=service, index=index, port=port, pod_port=0)))
