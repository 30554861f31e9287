"""Report network policies that do not let the proxy reach what it newly sends requests to: other Services, and DNS.

| the policies that restrict what the Pods send                     | then                                   |
|-------------------------------------------------------------------|----------------------------------------|
| have a rule for the Pods behind the Service, and their port       | nothing                                |
| have one that may be for them: by addresses, or of unknown labels | nothing                                |
| have none                                                         | a warning: the proxy gets no answer    |
| have no rule for port 53                                          | a warning: nginx does not even start   |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import listed, shown
from krm_fn.record import Record
from krm_fn.references.namespaces import Namespaces
from krm_fn.references.pod_peers import selected_pods
from krm_fn.references.policy_port import policy_port
from krm_fn.resource_list.identity import may_be_one, name_of, namespace_of
from krm_fn.result import Result
from krm_fn.selectors.label_selector import matches
from krm_fn.workload.services import routes_of
from krm_fn.yaml_text.paths import get, list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import ServiceAddress, Spec
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path

_DNS = 53


class _Requested(Record):
    """A Service to which the proxy sends requests, and where the functionConfig says so."""

    path: str
    service: ServiceAddress


class _Ports(Record):
    """Pods behind a Service, and their port."""

    labels: dict[str, Any]
    namespace: str
    number: int
    name: str


def unreachable(
    items: Items, workloads: list[Workload], spec: Spec, bystanders: Bystanders, ref: ResourceRef
) -> Iterator[Result]:
    """Yield a warning for each Service, and for DNS, that no policy lets the proxy of a workload reach."""
    requested = list(requested_services(spec))
    policies = items.of_kind("NetworkPolicy") if requested else []
    for workload in workloads if policies else ():
        restricting = [each for each in policies if _restricts(each.readable_data, workload)]
        if not restricting:
            continue
        rules = [rule for each in restricting for rule in list_at(each.readable_data, ("spec", "egress"))]
        named = listed([f"NetworkPolicy {shown(name_of(each.readable_data))}" for each in restricting])
        search = _Search(rules, workload.namespace, Namespaces(items))
        for each in requested:
            ports = list(_ports(each.service, workload, items, [*workloads], bystanders))
            if not search.may_reach(ports):
                port = f"{ports[0].number or shown(ports[0].name)}" if ports else str(each.service.port)
                message = (
                    f"must be reachable from {workload.ref}: {named} restricts what its Pods send, and has no rule for "
                    f"port {port} of the Pods behind Service {shown(each.service.name)}. Add one."
                )
                yield Result(code=codes.EGRESS_DENIED, ref=ref, path=each.path, message=message)
        if not search.may_reach([_Ports(labels={}, namespace="", number=_DNS, name="")], everywhere=True):
            message = (
                f"must be found by the cluster's DNS from {workload.ref}: {named} restricts what its Pods send, and "
                f"has no rule for port {_DNS}. Add one."
            )
            yield Result(code=codes.EGRESS_DENIED, ref=ref, path=requested[0].path, message=message)


def requested_services(spec: Spec) -> Iterator[_Requested]:
    """Yield the Services to which a functionConfig sends requests, or copies of them, in place of the app."""
    from krm_fn.function_config.generated.values import ServiceAddress  # noqa: PLC0415 # the values are made by then

    rest: list[tuple[Path, Any]] = [
        (("spec", "listeners", index), listener) for index, listener in enumerate(spec.listeners)
    ]
    seen: set[ServiceAddress] = set()
    while rest:
        path, value = rest.pop(0)
        if isinstance(value, ServiceAddress):
            if value not in seen:
                seen.add(value)
                yield _Requested(path=_shown(path), service=value)
        elif isinstance(value, Record):
            rest += [((*path, name), below) for name, below in vars(value).items()]
        elif isinstance(value, tuple | list):
            rest += [((*path, index), below) for index, below in enumerate(value)]


def _shown(path: Path) -> str:
    from krm_fn.yaml_text.paths import shown_path  # noqa: PLC0415 # only for a message

    words = [_camel(step) if isinstance(step, str) else step for step in path]
    return shown_path(words)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _restricts(policy: dict[str, Any], workload: Workload) -> bool:
    """Return whether a policy of Kubernetes says what the Pods of a workload may send."""
    spec = mapping_at(policy, ("spec",))
    types = spec.get("policyTypes")
    is_for_egress = "Egress" in types if isinstance(types, list) and types else bool(spec.get("egress"))
    is_there = may_be_one(namespace_of(policy), workload.namespace)
    return is_for_egress and is_there and matches(spec.get("podSelector") or {}, workload.labels)


def _ports(
    service: ServiceAddress, workload: Workload, items: Items, targets: list[Workload], bystanders: Bystanders
) -> Iterator[_Ports]:
    """Yield the Pods behind a Service, as far as they are among the items, each with the port to which it points."""
    namespace = service.namespace or workload.namespace
    for item in items.of_kind("Service", words=[service.name]):
        data = item.readable_data
        if name_of(data) == service.name and may_be_one(namespace_of(data), namespace):
            for each in (*bystanders.selected_by(item), *targets):
                yield from _routed(item, each, service.port)


def _routed(item: Item, workload: Workload, number: int) -> Iterator[_Ports]:
    for route in routes_of(item, workload):
        if route.port.get("port") == number:
            target = get(route.port, ("targetPort",))
            port = route.pod_port if isinstance(route.pod_port, int) else 0
            name = target if isinstance(target, str) and not target.isdecimal() else ""
            yield _Ports(labels=workload.labels, namespace=workload.namespace, number=port, name=name)


class _Search:
    """The egress rules of policies that are for some Pods."""

    def __init__(self, rules: list[Any], namespace: str, namespaces: Namespaces) -> None:
        self._rules = [rule for rule in rules if isinstance(rule, dict)]
        self._namespace = namespace
        self._namespaces = namespaces

    def may_reach(self, ports: list[_Ports], *, everywhere: bool = False) -> bool:
        """Return whether a rule is, or may be, for the ports of some Pods; of unknown ones where there are none."""
        if not ports:
            return bool(self._rules)
        return any(self._may_be_for(rule, port, everywhere=everywhere) for rule in self._rules for port in ports)

    def _may_be_for(self, rule: dict[str, Any], port: _Ports, *, everywhere: bool) -> bool:
        listed_ports = rule.get("ports")
        entries = [self._entry(each) for each in listed_ports] if isinstance(listed_ports, list) else []
        if entries and not any(each and each.holds(port.number, (port.name,)) for each in entries):
            return False
        peers = rule.get("to")
        if not peers or everywhere:
            return True
        by_address = isinstance(peers, list) and any(isinstance(peer, dict) and "ipBlock" in peer for peer in peers)
        is_peer = selected_pods(peers, self._namespace, self._namespaces)
        return by_address or is_peer(port.labels, port.namespace) is not False

    def _entry(self, entry: Any) -> Any:
        """Return an entry of a list of ports, whatever its protocol: DNS has both."""
        return policy_port({**entry, "protocol": "TCP"}) if isinstance(entry, dict) else None
