"""What another Service speaks, to which routes send requests: by its port's appProtocol and name."""

from __future__ import annotations

from krm_fn.resource_list.identity import name_of, namespace_of, ref_of
from krm_fn.traffic.evidence import evidence_of_port
from krm_fn.traffic.verdict import verdict
from krm_fn.workload.services import ServiceRoute
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.items import Items
    from krm_fn.traffic.verdict import Verdict


def service_verdict(items: Items, namespace: str, name: str, number: int) -> Verdict | None:
    """Return what a port of a Service speaks; None where that Service is not among the items, or lacks the port."""
    for item in items.of_kind("Service", words=[name]):
        data = item.readable_data
        if (namespace_of(data), name_of(data)) != (namespace, name):
            continue
        for index, port in enumerate(list_at(data, ("spec", "ports"))):
            if isinstance(port, dict) and port.get("port") == number:
                route = ServiceRoute(item=item, index=index, port=port, pod_port=number)
                return verdict(number, str(ref_of(data)), list(evidence_of_port(route)))
    return None
