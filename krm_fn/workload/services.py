"""The Services that select a workload's Pods, and the Pod ports that their ports point to."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of, namespace_of, ref_of
from krm_fn.workload.workload import is_port
from krm_fn.yaml_text.paths import list_at
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.workload import Workload


class ServiceRoute(Record):
    """A TCP port of a Service, and the port of the Pod that it points to."""

    item: Item
    index: int
    """Position in spec.ports."""
    port: dict[str, Any]
    """The entry there."""
    pod_port: int | str
    """The number of the Pod's port; its name where no container declares that name."""


class Survey(Record):
    """What is found once for each workload, before anything is decided about it."""

    workload: Workload
    services: tuple[Item, ...]
    """The Services that select the Pods."""
    routes: tuple[ServiceRoute, ...]
    """The TCP ports of these, each with the Pods' port that it points to."""


def survey(workload: Workload, items: Items) -> Survey:
    """Return what is found about a workload."""
    return surveys_of([workload], items)[0]


def surveys_of(workloads: Sequence[Workload], items: Items) -> list[Survey]:
    """Return what is found about some workloads, with the Services in the order of the items."""
    surveys: list[Survey] = []
    if not workloads:
        return surveys
    services = _Services(items, [workload.labels for workload in workloads])
    for workload in workloads:
        selecting = [
            item for item in services.with_some(workload.labels) if selects(item.readable_data, workload, items)
        ]
        routes = tuple(route for service in selecting for route in routes_of(service, workload))
        surveys.append(Survey(workload=workload, services=tuple(selecting), routes=routes))
    return surveys


class _Services:
    """The Services that may select some Pods, each by that label of its selector that the fewest of them have."""

    def __init__(self, items: Items, pods: Sequence[dict[str, Any]]) -> None:
        values = dict.fromkeys(value for labels in pods for value in labels.values() if isinstance(value, str))
        are_words = all(isinstance(value, str) for labels in pods for value in labels.values())
        self._services = items.of_kind("Service", words=list(values) if are_words else ())
        self._selecting: dict[tuple[str, str], list[int]] | None = None
        if len(pods) == 1:
            return
        self._selecting = {}
        selectors = [
            [(str(key), str(value)) for key, value in selector_of(item.readable_data).items()]
            for item in self._services
        ]
        counts: dict[tuple[str, str], int] = {}
        for selector in selectors:
            for label in selector:
                counts[label] = counts.get(label, 0) + 1
        for position, selector in enumerate(selectors):
            if selector:
                rarest = min(selector, key=counts.__getitem__)
                self._selecting.setdefault(rarest, []).append(position)

    def with_some(self, labels: dict[str, Any]) -> list[Item]:
        """Return the Services that may select Pods with these labels, in their order."""
        selecting = self._selecting
        if selecting is None:
            return self._services
        found = [selecting.get((str(key), str(value)), ()) for key, value in labels.items()]
        return [self._services[position] for position in sorted(each for few in found for each in few)]


def place_of(route: ServiceRoute) -> tuple[str, int]:
    """Return what a Service's port is sorted by, so that the order of the items does not matter."""
    return str(ref_of(route.item.data)), route.index


def services_with_a_key_twice(items: Items, workloads: Sequence[Workload]) -> Iterator[Result]:
    """Yield an error for each Service that seems to select the Pods of some workload, and has a key twice."""
    for item in items.of_kind("Service"):
        if not item.readable_data:
            workload = next((each for each in workloads if selects(item.loose_data, each, items)), None)
            if workload:
                message = f"selects the Pods of {workload.ref}, and {item.key_twice()}. Correct it there."
                yield item.result(codes.SERVICE_UNREADABLE, "", message)


def routes_of(service: Item, workload: Workload) -> list[ServiceRoute]:
    """Return the TCP ports of a Service, each with the port of the workload's Pods that it points to."""
    return [
        ServiceRoute(item=service, index=index, port=port, pod_port=_pod_port(port, workload))
        for index, port in enumerate(list_at(service.data, ("spec", "ports")))
        if isinstance(port, dict) and str(port.get("protocol") or "TCP") == "TCP"
    ]


def selector_of(service: dict[str, Any]) -> dict[str, Any]:
    """Return the labels by which a v1 Service selects Pods; empty where it selects none by itself."""
    spec = service.get("spec")
    if service.get("apiVersion") != "v1" or not isinstance(spec, dict) or spec.get("type") == "ExternalName":
        return {}
    selector = spec.get("selector")
    return selector if isinstance(selector, dict) else {}


def selects(service: dict[str, Any], workload: Workload, items: Items) -> bool:
    """Return whether a Service selects a workload's Pods, both among some items."""
    selector, labels = selector_of(service), workload.labels
    own = namespace_of(service)
    if not selector or not items.are_one(own, workload.namespace, name_of(service), workload.title):
        return False
    return all(key in labels and labels[key] == value for key, value in selector.items())


def may_have_apply_traps(service: Item) -> bool:
    """Return whether kubectl apply may make something else of a Service than it says: of most it does not."""
    return any(map(service.mentions, ("UDP", "SCTP", "NodePort", "LoadBalancer")))


def _pod_port(port: dict[str, Any], workload: Workload) -> int | str:
    """Resolve a targetPort: a number, digits, the name of a container port, or absent for the Service's own number."""
    target = port.get("targetPort")
    if target is None or target == "":
        target = port.get("port")
    text = str(target)
    number = number_of(text) if text.isdecimal() else target
    if is_port(number):
        return number
    declared = workload.tcp_port(text)
    return declared.number if declared else text
