"""Report policies that do not let the proxy reach what it newly sends requests to: other Services, and DNS.

| the policies for what the Pods send                                | then                                   |
|--------------------------------------------------------------------|----------------------------------------|
| have a rule that admits the Pods behind the Service and their port | nothing                                |
| have one that may: by addresses, or of labels that are not known   | nothing                                |
| have none, and isolate the Pods                                    | a warning: the proxy gets no answer    |
| have one that denies it before any other could admit it            | likewise                               |
| have no rule for port 53                                           | a warning: nginx does not even start   |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.settings import settings
from krm_fn.quoting import listed, shown
from krm_fn.record import Record
from krm_fn.references.namespaces import Namespaces
from krm_fn.referrers.egress.rules import Destination, egress_policies
from krm_fn.resource_list.identity import may_be_one, name_of, namespace_of
from krm_fn.result import Result
from krm_fn.workload.services import routes_of, selects
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import ServiceAddress, Spec
    from krm_fn.referrers.egress.rules import EgressPolicy
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.workload.workload import Workload

_DNS = Destination(labels=None, namespace="", number=53, name="")


class _Requested(Record):
    """A Service to which the proxy sends requests, and where the functionConfig says so."""

    path: str
    service: ServiceAddress


def unreachable(
    items: Items, workloads: list[Workload], spec: Spec, bystanders: Bystanders, ref: ResourceRef
) -> Iterator[Result]:
    """Yield a warning for each Service, and for DNS, that no policy lets the proxy of a workload reach."""
    requested = list(requested_services(spec))
    for workload in workloads if requested else ():
        policies = list(egress_policies(items, workload, Namespaces(items)))
        for each in requested if policies else ():
            ports = list(_ports(each.service, workload, items, [*workloads], bystanders))
            port = f"{ports[0].number or shown(ports[0].name)}" if ports else str(each.service.port)
            what = f"port {port} of the Pods behind Service {shown(each.service.name)}"
            for why in _denied(policies, ports, what):
                message = f"must be reachable from {workload.ref}: {why}"
                yield Result(code=codes.EGRESS_DENIED, ref=ref, path=each.path, message=message)
        for why in _denied(policies, [_DNS], f"port {_DNS.number}"):
            message = f"must be found by the cluster's DNS from {workload.ref}: {why}"
            yield Result(code=codes.EGRESS_DENIED, ref=ref, path=requested[0].path, message=message)


def _denied(policies: list[EgressPolicy], ports: list[Destination], what: str) -> Iterator[str]:
    """Yield why none of some ports is reached, where that is certain; of unknown ones where there are none."""
    isolating = [policy for policy in policies if policy.isolates]
    verdicts = [_denying(policies, isolating, port) for port in ports]
    if not ports:
        has_rule = any(rule.action == "admits" for policy in policies for rule in policy.rules)
        verdicts = [] if has_rule else [isolating]
    if not verdicts or not all(verdicts):
        return
    named = listed([policy.title for policy in verdicts[0]])
    if verdicts[0] == isolating:
        yield f"{named} restricts what its Pods send, and has no rule for {what}. Add one."
    else:
        yield f"{named} denies what its Pods send to {what}. Let it admit that."


def _denying(policies: list[EgressPolicy], isolating: list[EgressPolicy], port: Destination) -> list[EgressPolicy]:
    """Return the policies by which a port is certainly not reached; empty where it may be."""
    first = [policy for policy in policies if policy.order == "first"]
    denying = _with(first, "denies", port)
    if denying and not _may_admit(first, port):
        return denying
    never = _with(policies, "never admits", port)
    if never or _may_admit(policies, port):
        return never
    is_last = all(policy.order for policy in policies)
    return isolating or (_with(policies, "denies", port) if is_last else [])


def _with(policies: list[EgressPolicy], action: str, port: Destination) -> list[EgressPolicy]:
    """Return those that have a rule that is certainly for a port."""
    return [
        policy
        for policy in policies
        if any(rule.action == action and rule.is_for(port) is True for rule in policy.rules)
    ]


def _may_admit(policies: list[EgressPolicy], port: Destination) -> bool:
    rules = (rule for policy in policies for rule in policy.rules if rule.action == "admits")
    return any(rule.is_for(port) is not False for rule in rules)


def requested_services(spec: Spec) -> Iterator[_Requested]:
    """Yield the Services to which a functionConfig sends requests, or copies of them, in place of the app."""
    from krm_fn.function_config.generated.values import ServiceAddress  # noqa: PLC0415 # the values are made by then

    seen: set[ServiceAddress] = set()
    for path, value in settings(spec):
        if isinstance(value, ServiceAddress) and value not in seen:
            seen.add(value)
            yield _Requested(path=shown_path(path), service=value)


def _ports(
    service: ServiceAddress, workload: Workload, items: Items, targets: list[Workload], bystanders: Bystanders
) -> Iterator[Destination]:
    """Yield the Pods behind a Service, as far as they are among the items, each with the port to which it points."""
    namespace = service.namespace or workload.namespace
    for item in items.of_kind("Service", words=[service.name]):
        data = item.readable_data
        if name_of(data) == service.name and may_be_one(namespace_of(data), namespace):
            own = (each for each in targets if selects(data, each, items))
            for each in (*bystanders.selected_by(item), *own):
                yield from _routed(item, each, service.port)


def _routed(item: Item, workload: Workload, number: int) -> Iterator[Destination]:
    for route in routes_of(item, workload):
        if route.port.get("port") == number:
            target = get(route.port, ("targetPort",))
            port = route.pod_port if isinstance(route.pod_port, int) else 0
            name = target if isinstance(target, str) and not target.isdecimal() else ""
            yield Destination(labels=workload.labels, namespace=workload.namespace, number=port, name=name)
