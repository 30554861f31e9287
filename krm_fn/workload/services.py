"""The Services that select a workload's Pods, and the Pod ports that their ports lead to."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.workload import Workload


class ServiceRoute(Record):
    """A TCP port of a Service, and the port of the Pod that it leads to."""

    item: Item
    index: int
    """Position in spec.ports."""
    port: dict[str, Any]
    """The entry there."""
    pod_port: int | str
    """The number of the Pod's port; its name where no container declares that name."""


def services_of(items: Items, workload: Workload) -> list[Item]:
    """Return the Services that select the workload's Pods, in the order of the items."""
    labels, namespace = workload.labels, workload.namespace
    words = list(labels.values()) if all(isinstance(value, str) for value in labels.values()) else ()
    services = items.of_kind("Service", words=words)
    return [item for item in services if _selects(item.readable_data, labels, namespace)]


def routes_of(service: Item, workload: Workload) -> list[ServiceRoute]:
    """Return where the TCP ports of a Service lead in the workload's Pods."""
    ports = service.data["spec"].get("ports")
    return [
        ServiceRoute(item=service, index=index, port=port, pod_port=_pod_port(port, workload))
        for index, port in enumerate(ports if isinstance(ports, list) else [])
        if isinstance(port, dict) and str(port.get("protocol") or "TCP") == "TCP"
    ]


def _selects(service: dict[str, Any], labels: dict[str, Any], namespace: str) -> bool:
    """Tell whether a v1 Service selects Pods of a namespace with these labels: by a selector that is not empty."""
    spec = service.get("spec")
    if service.get("apiVersion") != "v1" or not isinstance(spec, dict) or spec.get("type") == "ExternalName":
        return False
    selector = spec.get("selector")
    if not isinstance(selector, dict) or not selector or namespace_of(service) != namespace:
        return False
    return all(key in labels and labels[key] == value for key, value in selector.items())


def _pod_port(port: dict[str, Any], workload: Workload) -> int | str:
    """Resolve a targetPort: a number, digits, the name of a container port, or absent for the Service's own number."""
    target = port.get("targetPort")
    if target is None or target == "":
        target = port.get("port")
    if isinstance(target, int):
        return target
    text = str(target)
    if text.isdecimal():
        return int(text)
    declared = workload.tcp_port(text)
    return declared.number if declared else text
