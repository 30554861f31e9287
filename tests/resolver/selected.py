"""References to Pods by labels: monitors, scrape annotations and network policies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.resolver.named import Reference
from tests.resolver.pods import Object, Pods, get, group_of, name_of, space_of
from tests.resolver.services import Cluster, Target

Picks = Callable[[Pods], bool]


def selected(cluster: Cluster) -> Iterator[Reference]:
    """Yield each reference by its place, and where it leads; of lists that may grow, all entries as one."""
    for data in cluster.objects:
        finder = _FINDERS.get((group_of(data), str(data.get("kind"))))
        for place, targets in finder(cluster, data) if finder else ():
            yield (data["kind"], group_of(data), space_of(data), name_of(data), *place), targets


def picks(selector: Any, labels: dict[str, Any]) -> bool:
    """Tell whether a LabelSelector picks labels."""
    if not isinstance(selector, dict):
        return False
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for each in selector.get("matchExpressions") or []:
        has, value = each["key"] in labels, labels.get(each["key"])
        allowed = {
            "In": has and value in (each.get("values") or []),
            "NotIn": not has or value not in (each.get("values") or []),
            "Exists": has,
            "DoesNotExist": not has,
        }
        if not allowed[each["operator"]]:
            return False
    return True


def _chosen(data: Object, namespace: str) -> bool:
    chosen = get(data, "spec", "namespaceSelector", default={})
    if chosen.get("any"):
        return True
    return namespace in (chosen.get("matchNames") or [space_of(data)])


def _service_monitor(cluster: Cluster, data: Object) -> Iterator[Reference]:
    found: set[Target] = set()
    for service in cluster.services:
        labels = get(service, "metadata", "labels", default={})
        if not (_chosen(data, space_of(service)) and picks(get(data, "spec", "selector"), labels)):
            continue
        for endpoint in get(data, "spec", "endpoints", default=[]):
            if endpoint.get("port"):
                found |= cluster.of(space_of(service), name_of(service), endpoint["port"])
            elif endpoint.get("targetPort"):
                for pods in cluster.behind(service):
                    port = pods.declared(endpoint["targetPort"])
                    found |= {(pods.workload, port.container, port.number, "TCP")} if port else set()
    yield (), frozenset(found)


def _pod_monitor(cluster: Cluster, data: Object) -> Iterator[Reference]:
    found: set[Target] = set()
    for pods in cluster.pods:
        if _chosen(data, pods.namespace) and picks(get(data, "spec", "selector"), dict(pods.labels)):
            for endpoint in get(data, "spec", "podMetricsEndpoints", default=[]):
                wanted = endpoint.get("port") or endpoint.get("portNumber") or endpoint.get("targetPort")
                port = pods.declared(wanted)
                found |= {(pods.workload, port.container, port.number, "TCP")} if port else set()
    yield (), frozenset(found)


def _managed_collection(cluster: Cluster, data: Object) -> Iterator[Reference]:
    found: set[Target] = set()
    for pods in cluster.pods:
        there = data["kind"] == "ClusterPodMonitoring" or pods.namespace == space_of(data)
        if there and picks(get(data, "spec", "selector"), dict(pods.labels)):
            for endpoint in get(data, "spec", "endpoints", default=[]):
                port = pods.declared(endpoint.get("port"))
                found |= {(pods.workload, port.container, port.number, "TCP")} if port else set()
    yield (), frozenset(found)


def _annotated_service(cluster: Cluster, data: Object) -> Iterator[Reference]:
    port = get(data, "metadata", "annotations", "prometheus.io/port")
    for index, entry in enumerate(get(data, "spec", "ports", default=[])):
        yield ("port", index), cluster.of_port(data, entry)
    if port is not None and str(port).isdigit():
        ends = [pods.declared(port) or None for pods in cluster.behind(data)]
        named = zip(cluster.behind(data), ends, strict=True)
        yield (
            ("annotation",),
            frozenset((pods.workload, end.container, end.number, "TCP") for pods, end in named if end),
        )


Admits = Callable[[Any, int, tuple[str, ...]], bool]


def _policy_port(entry: Any, number: int, names: tuple[str, ...]) -> bool:
    if str(entry.get("protocol") or "TCP") not in ("TCP", "ANY"):
        return False
    port = entry.get("port")
    if port is None:
        return True
    if isinstance(port, str) and not port.isdigit():
        return port in names
    return int(port) <= number <= int(entry.get("endPort") or port)


def _calico_port(entry: Any, number: int, names: tuple[str, ...]) -> bool:
    first, _, last = str(entry).partition(":")
    return int(first) <= number <= int(last or first) if first.isdigit() else entry in names


def admitted(cluster: Cluster, pick: Picks, ports: Any, admits: Admits = _policy_port) -> frozenset[Target]:
    """Return the declared ports of the picked Pods that a list of ports is for."""
    return frozenset(
        (pods.workload, port.container, port.number, "TCP")
        for pods in cluster.pods
        if pick(pods)
        for port in pods.ports
        if port.protocol == "TCP"
        and any(admits(entry, port.number, (port.name,) if port.name else ()) for entry in ports)
    )


def union(found: Iterator[tuple[Any, frozenset[Target]]]) -> Iterator[Reference]:
    """Yield all that is found for one key as one."""
    merged: dict[str, frozenset[Target]] = {}
    for key, targets in found:
        text = json.dumps(key, sort_keys=True)
        merged[text] = merged.get(text, frozenset()) | targets
    yield from (((key,), targets) for key, targets in merged.items())


def namespace_labels(cluster: Cluster, name: str) -> dict[str, Any]:
    there = (each for each in cluster.objects if each.get("kind") == "Namespace" and name_of(each) == name)
    return {**get(next(there, {}), "metadata", "labels", default={}), "kubernetes.io/metadata.name": name}


def _network_policy(cluster: Cluster, data: Object) -> Iterator[Reference]:
    own, spec = space_of(data), get(data, "spec", default={})

    def is_peer(peer: Any, pods: Pods) -> bool:
        if "podSelector" not in peer and "namespaceSelector" not in peer:
            return False
        if "namespaceSelector" in peer:
            there = bool(pods.namespace) and picks(peer["namespaceSelector"], namespace_labels(cluster, pods.namespace))
        else:
            there = pods.namespace == own
        return there and picks(peer.get("podSelector", {}), dict(pods.labels))

    def rules() -> Iterator[tuple[Any, frozenset[Target]]]:
        for rule in spec.get("ingress") or []:

            def subject(pods: Pods) -> bool:
                return pods.namespace == own and picks(spec.get("podSelector") or {}, dict(pods.labels))

            ports = rule.get("ports") or [{}]
            yield ["ingress", rule.get("from")], admitted(cluster, subject, ports)
        for rule in spec.get("egress") or []:
            peers = rule.get("to")

            def destination(pods: Pods, peers: Any = peers) -> bool:
                return not peers or any(is_peer(peer, pods) for peer in peers)

            yield ["egress"], admitted(cluster, destination, rule.get("ports") or [{}])

    yield from union(rules())


def _cilium_policy(cluster: Cluster, data: Object) -> Iterator[Reference]:
    own = space_of(data) if data["kind"] == "CiliumNetworkPolicy" else None

    def picked(selector: Any, pods: Pods) -> bool:
        labels = {**dict(pods.labels), "io.kubernetes.pod.namespace": pods.namespace}
        text = re.sub(r'"(k8s|any):', '"', json.dumps(selector))
        names_space = "io.kubernetes.pod.namespace" in text
        return (own is None or names_space or pods.namespace == own) and picks(json.loads(text), labels)

    def rules() -> Iterator[tuple[Any, frozenset[Target]]]:
        for spec in [*([data["spec"]] if data.get("spec") else []), *(data.get("specs") or [])]:
            for field in ("ingress", "ingressDeny", "egress", "egressDeny"):
                for rule in spec.get(field) or []:
                    for group in rule.get("toPorts") or []:
                        chosen = [spec.get("endpointSelector")] if "ingress" in field else rule.get("toEndpoints") or []

                        def pick(pods: Pods, chosen: Any = chosen) -> bool:
                            return any(picked(selector, pods) for selector in chosen)

                        key = [field, rule.get("fromEndpoints")]
                        yield key, admitted(cluster, pick, group.get("ports") or [])

    yield from union(rules())


def _calico_policy(cluster: Cluster, data: Object) -> Iterator[Reference]:
    own = space_of(data) if data["kind"] == "NetworkPolicy" else None

    def expression(text: str, labels: dict[str, Any]) -> bool:
        """Read an expression by turning it into Python's."""
        text = re.sub(r"has\(([\w./-]+)\)", r"('\1' in labels)", text.replace("all()", "True"))
        text = re.sub(r"([\w./-]+) not in \{([^}]*)\}", r"(labels.get('\1') not in [\2])", text)
        text = re.sub(r"(?<!')\b([\w./-]+) in \{([^}]*)\}", r"(labels.get('\1') in [\2])", text)
        text = re.sub(r"(?<!['\w./-])([A-Za-z][\w./-]*) ?(==|!=) ?(?=['\"])", r"labels.get('\1') \2 ", text)
        text = re.sub(r"!(?!=)", " not ", text.replace("&&", " and ").replace("||", " or "))
        try:
            return bool(eval(text or "True", {"labels": labels}))  # noqa: S307 # the tests' own texts
        except SyntaxError:
            return False

    def pick(holder: Any) -> Picks:
        def chosen(pods: Pods) -> bool:
            spaces = holder.get("namespaceSelector")
            if spaces:
                there = expression(
                    spaces, {**namespace_labels(cluster, pods.namespace), "projectcalico.org/name": pods.namespace}
                )
            else:
                there = own is None or own == pods.namespace
            return there and expression(holder.get("selector") or "", dict(pods.labels))

        return chosen

    def rules() -> Iterator[tuple[Any, frozenset[Target]]]:
        spec = get(data, "spec", default={})
        for direction in ("ingress", "egress"):
            for rule in spec.get(direction) or []:
                destination = rule.get("destination") or {}
                subject = spec if direction == "ingress" else destination
                if destination.get("ports") and rule.get("protocol", "TCP") == "TCP":
                    key = [direction, rule.get("action"), rule.get("source")]
                    yield key, admitted(cluster, pick(subject), destination["ports"], _calico_port)

    yield from union(rules())


def _authorization_policy(cluster: Cluster, data: Object) -> Iterator[Reference]:
    own, selector = space_of(data), get(data, "spec", "selector", default={})
    targets = [*get(data, "spec", "targetRefs", default=[]), *filter(None, [get(data, "spec", "targetRef")])]
    is_of_others = bool(targets) and all(each.get("kind") != "Service" for each in targets)

    def pick(pods: Pods) -> bool:
        return not is_of_others and pods.namespace == own and picks(selector, dict(pods.labels))

    def rules() -> Iterator[tuple[Any, frozenset[Target]]]:
        for rule in get(data, "spec", "rules", default=[]):
            for to in rule.get("to") or []:
                ports = get(to, "operation", "ports", default=[])
                yield [rule.get("from")], admitted(cluster, pick, ports, _calico_port)

    yield from union(rules())


def _linkerd_server(cluster: Cluster, data: Object) -> Iterator[Reference]:
    for pods in cluster.pods:
        chosen = picks(get(data, "spec", "podSelector"), dict(pods.labels)) and pods.namespace == space_of(data)
        port = pods.declared(get(data, "spec", "port")) if chosen else None
        if port:
            yield (pods.workload,), frozenset({(pods.workload, port.container, port.number, "TCP")})


_FINDERS: dict[tuple[str, str], Callable[[Cluster, Object], Iterator[Reference]]] = {
    ("monitoring.coreos.com", "ServiceMonitor"): _service_monitor,
    ("monitoring.coreos.com", "PodMonitor"): _pod_monitor,
    ("operator.victoriametrics.com", "VMServiceScrape"): _service_monitor,
    ("operator.victoriametrics.com", "VMPodScrape"): _pod_monitor,
    ("monitoring.googleapis.com", "PodMonitoring"): _managed_collection,
    ("monitoring.googleapis.com", "ClusterPodMonitoring"): _managed_collection,
    ("", "Service"): _annotated_service,
    ("security.istio.io", "AuthorizationPolicy"): _authorization_policy,
    ("policy.linkerd.io", "Server"): _linkerd_server,
    ("networking.k8s.io", "NetworkPolicy"): _network_policy,
    ("cilium.io", "CiliumNetworkPolicy"): _cilium_policy,
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): _cilium_policy,
    ("projectcalico.org", "NetworkPolicy"): _calico_policy,
    ("projectcalico.org", "GlobalNetworkPolicy"): _calico_policy,
    ("crd.projectcalico.org", "NetworkPolicy"): _calico_policy,
    ("crd.projectcalico.org", "GlobalNetworkPolicy"): _calico_policy,
}
POLICIES = frozenset(
    (
        *("NetworkPolicy", "GlobalNetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
        *("AuthorizationPolicy", "PeerAuthentication", "WasmPlugin", "SecurityGroups", "Pods"),
        *("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"),
    )
)
"""Kinds whose lists go on admitting what they admitted; of Pods and Services, annotations with lists."""
