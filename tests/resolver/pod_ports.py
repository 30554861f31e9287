"""References to ports of Pods in meshes, cluster-wide policies and security groups, and in annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.resolver.named import Reference
from tests.resolver.pods import Object, Pods, get, group_of, name_of, space_of
from tests.resolver.selected import admitted, namespace_labels, picks, union
from tests.resolver.services import Cluster, Target

Picks = Callable[[Pods], bool]
Found = tuple[Any, frozenset[Target]]


def of_pods(cluster: Cluster) -> Iterator[Reference]:
    """Yield each reference by its place, and where it leads; of lists that may grow, all entries as one."""
    for data in cluster.objects:
        finder = _FINDERS.get((group_of(data), str(data.get("kind"))))
        kind = "SecurityGroups" if data.get("kind") == "TargetGroupBinding" else data.get("kind")
        for place, targets in finder(cluster, data) if finder else ():
            yield (kind, group_of(data), space_of(data), name_of(data), *place), targets
        yield from _annotated(cluster, data)


def _labelled(data: Object, *steps: str) -> Picks:
    """Return the choice of the Pods in the object's namespace that have some labels."""
    labels = get(data, *steps, default={})
    return lambda pods: pods.namespace == space_of(data) and picks({"matchLabels": labels}, dict(pods.labels))


def _declared(cluster: Cluster, pick: Picks, port: Any) -> frozenset[Target]:
    found = ((pods, pods.declared(port)) for pods in cluster.pods if pick(pods))
    return frozenset((pods.workload, end.container, end.number, "TCP") for pods, end in found if end)


def _security_groups(cluster: Cluster, data: Object) -> Iterator[Reference]:
    service = cluster.service(space_of(data), str(get(data, "spec", "serviceRef", "name")))
    behind = [pods.workload for pods in cluster.behind(service)] if service else []
    for index, rule in enumerate(get(data, "spec", "networking", "ingress", default=[])):
        if get(data, "spec", "targetType") != "instance":
            found = admitted(cluster, lambda pods: pods.workload in behind, rule.get("ports") or [{}])
            yield ("networking", index), found


def _peer_authentication(cluster: Cluster, data: Object) -> Iterator[Reference]:
    modes = get(data, "spec", "portLevelMtls", default={})
    pick = _labelled(data, "spec", "selector", "matchLabels")

    def found() -> Iterator[Found]:
        for port, mode in modes.items():
            yield get(mode, "mode"), _declared(cluster, pick, str(port))

    yield from union(found())


def _sidecar(cluster: Cluster, data: Object) -> Iterator[Reference]:
    pick = _labelled(data, "spec", "workloadSelector", "labels")
    for index, listener in enumerate(get(data, "spec", "ingress", default=[])):
        yield (index, "port"), _declared(cluster, pick, get(listener, "port", "number"))
        endpoint = str(listener.get("defaultEndpoint") or "").rpartition(":")[2]
        if endpoint.isdigit():
            yield (index, "endpoint"), _declared(cluster, pick, endpoint)


def _service_entry(cluster: Cluster, data: Object) -> Iterator[Reference]:
    pick = _labelled(data, "spec", "workloadSelector", "labels")
    for index, port in enumerate(get(data, "spec", "ports", default=[])):
        if get(data, "spec", "workloadSelector"):
            yield (index,), _declared(cluster, pick, port.get("targetPort") or port.get("number"))


def _wasm_plugin(cluster: Cluster, data: Object) -> Iterator[Reference]:
    pick = _labelled(data, "spec", "selector", "matchLabels")
    for index, match in enumerate(get(data, "spec", "match", default=[])):
        if match.get("mode") != "CLIENT" and not get(data, "spec", "targetRefs"):
            ports = [{"port": each["number"]} for each in match.get("ports") or []]
            yield (index,), admitted(cluster, pick, ports)


def _antrea(cluster: Cluster, data: Object) -> Iterator[Reference]:
    own = space_of(data) if data["kind"] == "NetworkPolicy" else None

    def pick(peers: list[Any]) -> Picks:
        def is_peer(pods: Pods) -> bool:
            for peer in peers:
                spaces = peer.get("namespaceSelector")
                there = own is None or pods.namespace == own
                if spaces is not None:
                    there = picks(spaces, namespace_labels(cluster, pods.namespace))
                known = peer.get("podSelector") is not None or spaces is not None
                if known and there and picks(peer.get("podSelector") or {}, dict(pods.labels)):
                    return True
            return False

        return is_peer

    def rules() -> Iterator[Found]:
        applied = get(data, "spec", "appliedTo", default=[])
        for rule in get(data, "spec", "ingress", default=[]):
            subject = pick(rule.get("appliedTo") or applied)
            yield ["ingress", rule.get("action")], admitted(cluster, subject, rule.get("ports") or [{}])
        for rule in get(data, "spec", "egress", default=[]):
            if rule.get("to"):
                to = pick(rule["to"])
                yield ["egress", rule.get("action")], admitted(cluster, to, rule.get("ports") or [{}])

    yield from union(rules())


def _cluster_wide(cluster: Cluster, data: Object) -> Iterator[Reference]:
    def pick(peers: list[Any]) -> Picks:
        def is_peer(pods: Pods) -> bool:
            for peer in peers:
                pods_of = peer.get("pods") or {}
                spaces = peer.get("namespaces", pods_of.get("namespaceSelector", {} if pods_of else None))
                there = spaces is not None and picks(spaces, namespace_labels(cluster, pods.namespace))
                if there and picks(pods_of.get("podSelector") or {}, dict(pods.labels)):
                    return True
            return False

        return is_peer

    def admits(entry: Any, number: int, names: tuple[str, ...]) -> bool:
        named = entry.get("namedPort") or entry.get("destinationNamedPort")
        if named:
            return named in names
        single = get(entry, "portNumber", "port", default=get(entry, "tcp", "destinationPort", "number"))
        ends = get(entry, "portRange", default=get(entry, "tcp", "destinationPort", "range", default={}))
        if single is None and not ends:
            return "tcp" in entry
        first, last = (single, single) if single is not None else (ends.get("start"), ends.get("end"))
        return bool(first <= number <= last)

    def rules() -> Iterator[Found]:
        for direction in ("ingress", "egress"):
            for rule in get(data, "spec", direction, default=[]):
                subject = [get(data, "spec", "subject", default={})]
                peers = pick(subject if direction == "ingress" else rule.get("to") or [])
                ports = rule.get("ports") or rule.get("protocols")
                if ports:
                    yield [direction, rule.get("action")], admitted(cluster, peers, ports, admits)

    yield from union(rules())


_ONE_OF_PODS = ("prometheus.io/port", "consul.hashicorp.com/connect-service-port")
_SOME_OF_PODS = ("config.linkerd.io/opaque-ports", "traffic.sidecar.istio.io/includeInboundPorts")
_SOME_OF_SERVICES = (
    "service.beta.kubernetes.io/aws-load-balancer-ssl-ports",
    "projectcontour.io/upstream-protocol.h2c",
)
_KEYS_OF_SERVICES = (("cloud.google.com/app-protocols", ()), ("cloud.google.com/backend-config", ("ports",)))


def _annotated(cluster: Cluster, data: Object) -> Iterator[Reference]:
    """Yield what annotations of Services and Pod templates name, with the kinds of their objects."""
    key = data.get("kind"), group_of(data), space_of(data), name_of(data)
    template = get(data, "spec", "template", "metadata", "annotations", default={})
    own = [pods for pods in cluster.pods if pods.workload == f"{key[0]}.{key[1]}/{key[2]}/{key[3]}"]
    for name in _ONE_OF_PODS if own else ():
        if str(template.get(name, "")).isdigit():
            yield (*key, name), _declared(cluster, lambda pods: pods in own, str(template[name]))
    for name in _SOME_OF_PODS if own else ():
        ports = [{"port": int(each)} for each in str(template.get(name, "")).split(",") if each.strip().isdigit()]
        if ports:
            yield ("Pods", *key[1:], name), admitted(cluster, lambda pods: pods in own, ports)
    if key[:2] == ("Service", ""):
        annotations = get(data, "metadata", "annotations", default={})
        for name in _SOME_OF_SERVICES:
            for port in map(str.strip, str(annotations.get(name, "")).split(",")):
                yield ("Pods", *key[1:], name), cluster.of(key[2], key[3], int(port) if port.isdigit() else port)
        for name, steps in _KEYS_OF_SERVICES:
            try:
                ports_of = get(json.loads(annotations.get(name, "{}")), *steps, default={})
            except ValueError:
                continue
            for position, port in enumerate(ports_of):
                named = int(port) if port.isdigit() else port
                yield (*key, name, position), cluster.of(key[2], key[3], named)


_FINDERS: dict[tuple[str, str], Callable[[Cluster, Object], Iterator[Reference]]] = {
    ("elbv2.k8s.aws", "TargetGroupBinding"): _security_groups,
    ("security.istio.io", "PeerAuthentication"): _peer_authentication,
    ("networking.istio.io", "Sidecar"): _sidecar,
    ("networking.istio.io", "ServiceEntry"): _service_entry,
    ("extensions.istio.io", "WasmPlugin"): _wasm_plugin,
    ("crd.antrea.io", "NetworkPolicy"): _antrea,
    ("crd.antrea.io", "ClusterNetworkPolicy"): _antrea,
    **{
        ("policy.networking.k8s.io", kind): _cluster_wide
        for kind in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
    },
}
