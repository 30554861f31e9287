"""EgressPolicy: what a policy of any API says of the requests that some Pods send, rule by rule.

| API                                | admits all else | its rules                                                    |
|------------------------------------|-----------------|--------------------------------------------------------------|
| Kubernetes                         | no              | admit                                                        |
| Cilium, with an egress rule        | no              | admit; `egressDeny` counts more than any that admits         |
| Calico, for Egress                 | no              | admit, deny or pass on, in an order that is not looked into  |
| admin, of the Network Policy API   | yes             | admit, deny or pass on, before all others                    |
| baseline, likewise                 | yes             | admit or deny, where no other policy is for the Pods         |
| Antrea                             | yes             | may admit anything: they are not read                        |
"""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.references.kinds.policies.calico import plain_ports, pods_of
from krm_fn.references.kinds.policies.cilium import endpoints_of, peers_of
from krm_fn.references.kinds.policies.cluster_wide import admin_port, cluster_port, subject_of
from krm_fn.references.namespaces import both
from krm_fn.references.pod_peers import selected_pods
from krm_fn.references.policy_port import policy_port
from krm_fn.resource_list.identity import group_version_of, may_be_one, name_of, namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.yaml_text.paths import get, list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Literal, TypeAlias

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.references.reference import Selects
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.workload import Workload

    Action: TypeAlias = Literal["admits", "denies", "never admits"]
    IsFor: TypeAlias = Callable[["Destination"], bool | None]

KINDS = (
    *("NetworkPolicy", "GlobalNetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
    *("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"),
)
_NARROWING = ("nets", "notNets", "notSelector", "services", "serviceAccounts", "domains")
"""Fields of a destination of Calico's that select in ways that the items do not show."""


class Destination(Record):
    """Pods, and their port: by number, or by name where the number is 0."""

    labels: dict[str, Any] | None
    """None where they are not known, as those of the cluster's DNS are not."""
    namespace: str
    number: int
    name: str


class EgressRule(Record):
    """A rule of a policy that is for some Pods."""

    action: Action
    """`denies` where an earlier rule may admit it all the same. What is passed on may be admitted."""
    is_for: IsFor


class EgressPolicy(Record):
    """A policy that is for some Pods, and what they send."""

    title: str
    isolates: bool
    """Whether only that is admitted which some policy's rule admits."""
    order: Literal["first", "", "last"]
    rules: tuple[EgressRule, ...]


def egress_policies(items: Items, workload: Workload, namespaces: Namespaces) -> Iterator[EgressPolicy]:
    """Yield the policies among the items that are for what the Pods of a workload send, or may be."""
    for kind in KINDS:
        for item in items.of_kind(kind):
            data = item.readable_data
            read = _READERS.get((group_version_of(data)[0], kind))
            title = f"{kind} {shown(name_of(data))}"
            yield from read(data, workload, namespaces, title) if read else ()


def _kubernetes(data: dict[str, Any], workload: Workload, namespaces: Namespaces, title: str) -> Iterator[EgressPolicy]:
    spec = mapping_at(data, ("spec",))
    types = spec.get("policyTypes")
    is_for_egress = "Egress" in types if isinstance(types, list) and types else bool(spec.get("egress"))
    is_there = may_be_one(namespace_of(data), workload.namespace)
    if not (is_for_egress and is_there and matches(spec.get("podSelector") or {}, workload.labels)):
        return

    def rule_of(rule: dict[str, Any]) -> EgressRule:
        peers, ports = rule.get("to"), _ports(list_at(rule, ("ports",)), policy_port)
        by_address = isinstance(peers, list) and any(isinstance(peer, dict) and "ipBlock" in peer for peer in peers)
        selects = selected_pods(peers, workload.namespace, namespaces)

        def is_for(to: Destination) -> bool | None:
            if not _holds(ports, to):
                return False
            return True if not peers else None if by_address else _selected(selects, to)

        return EgressRule(action="admits", is_for=is_for)

    yield EgressPolicy(title=title, isolates=True, order="", rules=tuple(map(rule_of, _rules(spec, "egress"))))


def _cilium(data: dict[str, Any], workload: Workload, namespaces: Namespaces, title: str) -> Iterator[EgressPolicy]:
    own = None if "Clusterwide" in title else namespace_of(data)

    def rule_of(rule: dict[str, Any], action: Action) -> EgressRule:
        (selects, wide), groups = peers_of(rule, own, namespaces), list_at(rule, ("toPorts",))
        ports = _ports([port for group in groups for port in list_at(group, ("ports",))], policy_port)
        has_all = not groups or any(not list_at(group, ("ports",)) for group in groups)
        is_empty = not any(rule.get(key) for key in rule if str(key).startswith("to"))  # it admits nothing

        def is_for(to: Destination) -> bool | None:
            if is_empty or rule.get("icmps") or not (has_all or _holds(ports, to)):
                return False
            return True if wide else _selected(selects, to)

        return EgressRule(action=action, is_for=is_for)

    for spec in (mapping_at(data, ("spec",)), *list_at(data, ("specs",))):
        admits, denies = _rules(spec, "egress"), _rules(spec, "egressDeny")
        is_for = endpoints_of(get(spec, ("endpointSelector",)), own, namespaces)(workload.labels, workload.namespace)
        if is_for is not False and (admits or denies):
            rules = [rule_of(rule, "admits") for rule in admits]
            rules += [rule_of(rule, "never admits") for rule in denies] if is_for else []
            isolates = is_for is True and get(spec, ("enableDefaultDeny", "egress")) is not False
            yield EgressPolicy(title=title, isolates=isolates, order="", rules=tuple(rules))


def _calico(data: dict[str, Any], workload: Workload, namespaces: Namespaces, title: str) -> Iterator[EgressPolicy]:
    own = None if title.startswith("Global") else namespace_of(data)
    spec = mapping_at(data, ("spec",))
    types, rules = list_at(spec, ("types",)), _rules(spec, "egress")
    is_for = pods_of(spec, own, namespaces)(workload.labels, workload.namespace)
    if ("Egress" not in types if types else not rules) or is_for is False:
        return

    def rule_of(rule: dict[str, Any]) -> EgressRule:
        destination, action = mapping_at(rule, ("destination",)), rule.get("action")
        ports, others = (plain_ports(list_at(destination, (field,))) for field in ("ports", "notPorts"))
        is_clear = not (rule.get("source") or rule.get("notProtocol") or rule.get("http") or rule.get("ipVersion"))
        is_clear = is_clear and not any(destination.get(field) for field in _NARROWING)
        selects = pods_of(destination, own, namespaces)
        is_any = not any(destination.get(field) for field in ("selector", "namespaceSelector"))
        is_other = str(rule.get("protocol") or "TCP").upper() not in ("TCP", "6", "UDP", "17")

        def is_for(to: Destination) -> bool | None:
            if is_other or not _holds(ports, to) or (others and _holds(others, to)):
                return False
            there = True if is_any else _selected(selects, to)
            return there if is_clear else both(there, None)

        return EgressRule(action="admits" if action in ("Allow", "Pass") else "denies", is_for=is_for)

    isolates = is_for is True and not spec.get("serviceAccountSelector") and spec.get("tier") in (None, "default")
    yield EgressPolicy(title=title, isolates=isolates, order="", rules=tuple(map(rule_of, rules)))


def _admin(data: dict[str, Any], workload: Workload, namespaces: Namespaces, title: str) -> Iterator[EgressPolicy]:
    spec = mapping_at(data, ("spec",))
    subject = subject_of([mapping_at(spec, ("subject",))], namespaces)(workload.labels, workload.namespace)
    is_cluster = title.startswith("Cluster")
    field, port_of = ("protocols", cluster_port) if is_cluster else ("ports", admin_port)

    def rule_of(rule: dict[str, Any]) -> EgressRule:
        peers, ports = list_at(rule, ("to",)), _ports(list_at(rule, (field,)), port_of)
        selects = subject_of(peers, namespaces)
        by_address = any(get(peer, (key,)) for peer in peers for key in ("networks", "domainNames", "nodes"))

        def is_for(to: Destination) -> bool | None:
            there = _selected(selects, to) if _holds(ports, to) else False
            return None if there is False and by_address and _holds(ports, to) else there

        return EgressRule(action="denies" if rule.get("action") == "Deny" else "admits", is_for=is_for)

    if subject is not False:
        is_last = title.startswith("Baseline") or spec.get("tier") == "Baseline"
        rules = [each for each in _rules(spec, "egress") if subject or each.get("action") != "Deny"]
        order: Literal["first", "last"] = "last" if is_last else "first"
        yield EgressPolicy(title=title, isolates=False, order=order, rules=tuple(map(rule_of, rules)))


def _antrea(_data: dict[str, Any], _workload: Workload, _namespaces: Namespaces, title: str) -> Iterator[EgressPolicy]:
    rule = EgressRule(action="admits", is_for=lambda _to: None)
    yield EgressPolicy(title=title, isolates=False, order="first", rules=(rule,))


_READERS = {
    **{(group, "NetworkPolicy"): _kubernetes for group in ("networking.k8s.io", "extensions")},
    **{("cilium.io", kind): _cilium for kind in KINDS[2:4]},
    **{(group, kind): _calico for group in ("projectcalico.org", "crd.projectcalico.org") for kind in KINDS[:2]},
    **{("policy.networking.k8s.io", kind): _admin for kind in KINDS[4:]},
    **{("crd.antrea.io", kind): _antrea for kind in ("NetworkPolicy", "ClusterNetworkPolicy")},
}


def _rules(spec: Any, field: str) -> list[dict[str, Any]]:
    return [rule for rule in list_at(spec, (field,)) if isinstance(rule, dict)]


def _ports(entries: list[Any], port_of: Callable[[Any], PolicyPort | None]) -> list[PolicyPort]:
    """Return the entries of a list of ports, whatever their protocol: DNS has both."""
    found = [port_of(_as_tcp(entry)) for entry in entries]
    return [port for port in found if port]


def _as_tcp(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    plain = {"tcp" if key == "udp" else key: value for key, value in entry.items()}
    nested = {key: _as_tcp(value) for key, value in plain.items() if key in ("portNumber", "portRange")}
    return {**plain, **nested, **({"protocol": "TCP"} if "protocol" in entry or "port" in entry else {})}


def _holds(ports: list[PolicyPort], to: Destination) -> bool:
    """Return whether a list of ports has one; an empty list is for all."""
    return not ports or any(port.holds(to.number, (to.name,) if to.name else ()) for port in ports)


def _selected(selects: Selects, to: Destination) -> bool | None:
    return None if to.labels is None else selects(to.labels, to.namespace)
