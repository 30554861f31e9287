"""Samples of the kinds whose places a function finds: for each of its fields, what it makes of the app's port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Spec = dict[str, Any]


class Sample(NamedTuple):
    """A spec for Pods with a label `app`, or a Service of that name, whose port a number is added to."""

    spec: Callable[[str, int], Spec]
    path: tuple[str | int, ...]
    before: Any
    after: Any
    stays_with: str = ""
    """The code of the warning with which it stays."""


def _pods(name: str) -> Spec:
    return {"matchLabels": {"app": name}}


def _backend_config(name: str, other: int) -> Spec:
    return {"healthCheck": {"type": "HTTP", "port": 3000 + other, "requestPath": f"/{name}"}}


def _route_checks(name: str, other: int) -> Spec:
    ref = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": name}
    active = {"type": "HTTP", "http": {"path": "/"}, "overrides": {"port": 3000 + other}}
    return {"targetRefs": [ref], "healthCheck": {"active": active}}


def _security_groups(name: str, other: int) -> Spec:
    rule = {"from": [{"securityGroup": {"groupID": "sg-1"}}], "ports": [{"protocol": "TCP", "port": 3000 + other}]}
    return {"serviceRef": {"name": name, "port": 81}, "targetType": "ip", "networking": {"ingress": [rule]}}


def _wide(name: str, other: int) -> Spec:
    """Return what a DestinationRule, a VirtualService and a Sidecar say for all Services; for others, another port."""
    port, host = (80 if name == "web" else 82) + other, "*.svc.cluster.local"
    level, listener = {"port": {"number": port}}, {"port": {"number": port}, "hosts": ["*/*"]}
    return {
        "host": host,
        "trafficPolicy": {"portLevelSettings": [level]},
        "hosts": [host],
        "http": [{"match": [{"port": port}]}],
        "egress": [listener],
    }


def _kept(name: str, other: int) -> Spec:
    """Return what a monitor of each kind says: it keeps what has a port."""
    of_pods = {"sourceLabels": ["__meta_kubernetes_pod_container_port_number"], "regex": f"{3000 + other}"}
    of_service = {"sourceLabels": ["__meta_kubernetes_service_port_name"], "regex": "other" if other else "(http|x)"}
    of_pods, of_service = {**of_pods, "action": "keep"}, {**of_service, "action": "keep"}
    return {
        "selector": _pods(name),
        "endpoints": [{"relabelings": [of_service], "relabelConfigs": [of_service]}],
        "podMetricsEndpoints": [{"relabelings": [of_pods], "relabelConfigs": [of_pods]}],
        "kubernetesSDConfigs": [{"role": "Pod"}],
        "relabelings": [
            {"sourceLabels": ["__meta_kubernetes_pod_label_app"], "regex": name, "action": "keep"},
            of_pods,
        ],
    }


def _tags(name: str, other: int) -> Spec:
    tags = {"kuma.io/service": f"{name}_default_svc_{80 + other}"}
    return {"from": [{"targetRef": {"kind": "MeshSubset", "tags": tags}}]}


def _compared(name: str, other: int) -> Spec:
    """Return what objects of each kind say: a condition for the destination's port."""
    text = f"destination.port == {3000 + other}"
    return {
        "selector": _pods(name),
        "workloadSelector": {"labels": {"app": name}},
        "configPatches": [{"match": {"context": "SIDECAR_INBOUND"}, "patch": {"value": {"inlineCode": text}}}],
        "accessLogging": [{"filter": {"expression": text}}],
        "pluginConfig": {"rules": [text]},
    }


def _kubernetes(name: str, other: int) -> Spec:
    return {"podSelector": _pods(name), "ingress": [{"ports": [{"port": 3000 + other}]}]}


def _kubernetes_out(name: str, other: int) -> Spec:
    return {"podSelector": {}, "egress": [{"to": [{"podSelector": _pods(name)}], "ports": [{"port": 3000 + other}]}]}


def _calico(name: str, other: int) -> Spec:
    rule = {"action": "Allow", "protocol": "TCP", "destination": {"ports": [3000 + other]}}
    return {"selector": f"app == '{name}'", "ingress": [rule]}


def _cilium(name: str, other: int) -> Spec:
    ports = [{"port": str(3000 + other), "protocol": "TCP"}]
    return {"endpointSelector": _pods(name), "ingress": [{"toPorts": [{"ports": ports}]}]}


def _antrea(name: str, other: int) -> Spec:
    rule = {"action": "Allow", "ports": [{"protocol": "TCP", "port": 3000 + other}]}
    return {"priority": 5, "appliedTo": [{"podSelector": _pods(name)}], "ingress": [rule]}


def _antrea_of_a_rule(name: str, other: int) -> Spec:
    rule = {"action": "Drop", "appliedTo": [{"podSelector": _pods(name)}], "ports": [{"port": 3000 + other}]}
    return {"priority": 5, "ingress": [rule]}


def _antrea_out(name: str, other: int) -> Spec:
    rule = {"action": "Allow", "to": [{"podSelector": _pods(name)}], "ports": [{"port": 3000 + other}]}
    return {"priority": 5, "appliedTo": [{"podSelector": {}}], "egress": [rule]}


def _subject(name: str) -> Spec:
    return {"pods": {"namespaceSelector": {}, "podSelector": _pods(name)}}


def _admin(name: str, other: int) -> Spec:
    ports = [{"portNumber": {"protocol": "TCP", "port": 3000 + other}}]
    return {"subject": _subject(name), "ingress": [{"action": "Allow", "ports": ports}]}


def _admin_by_name(name: str, other: int) -> Spec:
    ports = [{"namedPort": "other" if other else "http"}]
    return {"subject": {"namespaces": {}}, "egress": [{"action": "Deny", "to": [_subject(name)], "ports": ports}]}


def _cluster(name: str, other: int) -> Spec:
    protocols = [{"tcp": {"destinationPort": {"number": 3000 + other}}}]
    return {"tier": "Admin", "subject": _subject(name), "ingress": [{"action": "Accept", "protocols": protocols}]}


def _cluster_out(name: str, other: int) -> Spec:
    protocols = [{"destinationNamedPort": "other" if other else "http"}]
    rule = {"action": "Accept", "to": [_subject(name)], "protocols": protocols}
    return {"tier": "Admin", "subject": {"namespaces": {}}, "egress": [rule]}


def _admin_range(name: str, other: int) -> Spec:
    ports = [{"portRange": {"start": 2990, "end": 2999 if other else 3010}}]
    return {"subject": _subject(name), "ingress": [{"action": "Deny", "ports": ports}]}


def _cluster_range(name: str, other: int) -> Spec:
    protocols = [{"tcp": {"destinationPort": {"range": {"start": 2990, "end": 2999 if other else 3010}}}}]
    return {"tier": "Admin", "subject": _subject(name), "ingress": [{"action": "Deny", "protocols": protocols}]}


def _operation(name: str, other: int) -> Spec:
    rules = [{"to": [{"operation": {"ports": [str(3000 + other)]}}]}]
    return {"selector": _pods(name), "rules": rules}


def _condition(name: str, other: int) -> Spec:
    when = [{"key": "destination.port", "values": [str(3000 + other)]}, {"key": "source.ip", "values": ["3000"]}]
    return {"selector": _pods(name), "rules": [{"when": when}]}


def _waypoint(name: str, other: int) -> Spec:
    rules = [{"to": [{"operation": {"ports": [str(80 + other)]}}]}]
    return {"targetRefs": [{"kind": "Service", "group": "", "name": name}], "action": "DENY", "rules": rules}


def _waypoint_condition(name: str, other: int) -> Spec:
    rules = [{"when": [{"key": "destination.port", "values": [str(80 + other)]}]}]
    return {"targetRefs": [{"kind": "Service", "group": "", "name": name}], "action": "DENY", "rules": rules}


def _mutual_tls(name: str, other: int) -> Spec:
    return {"selector": _pods(name), "portLevelMtls": {str(3000 + other): {"mode": "STRICT"}}}


def _plugin(name: str, other: int) -> Spec:
    return {"selector": _pods(name), "match": [{"mode": "SERVER", "ports": [{"number": 3000 + other}]}]}


def _matches(protocol: str) -> Callable[[str, int], Spec]:
    return lambda name, other: {"hosts": [name], protocol: [{"match": [{"port": 80 + other}]}]}


_IN = ("spec", "ingress", 0)
_OUT = ("spec", "egress", 0)
_OLD, _TCP = {"port": 3000, "protocol": "TCP"}, {"port": 8080, "protocol": "TCP"}
SAMPLES = {
    "conditions": (Sample(_compared, ("spec",), None, None, "PS601"),),
    "service_tags": (
        Sample(
            _tags,
            ("spec", "from", 0, "targetRef", "tags", "kuma.io/service"),
            "web_default_svc_80",
            "web_default_svc_8999",
        ),
    ),
    "kept_ports": (Sample(_kept, ("spec",), None, None, "PS601"),),
    "wide_hosts": (Sample(_wide, ("spec",), None, None, "PS601"),),
    "security_groups": (Sample(_security_groups, ("spec", "networking", "ingress", 0, "ports"), [_OLD], [_OLD, _TCP]),),
    "backend_config": (Sample(_backend_config, ("spec", "healthCheck", "port"), 3000, 8080),),
    "route_checks": (Sample(_route_checks, ("spec", "healthCheck", "active", "overrides", "port"), 3000, 8080),),
    "network_policy": (
        Sample(_kubernetes, (*_IN, "ports"), [{"port": 3000}], [{"port": 3000}, _TCP]),
        Sample(_kubernetes_out, (*_OUT, "ports"), [{"port": 3000}], [{"port": 3000}, _TCP]),
    ),
    "calico_policy": (Sample(_calico, (*_IN, "destination", "ports"), [3000], [3000, 8080]),),
    "cilium_policy": (
        Sample(
            _cilium,
            (*_IN, "toPorts", 0, "ports"),
            [{"port": "3000", "protocol": "TCP"}],
            [{"port": "3000", "protocol": "TCP"}, {"port": "8080", "protocol": "TCP"}],
        ),
    ),
    "antrea_policy": (
        Sample(
            _antrea, (*_IN, "ports"), [{"protocol": "TCP", "port": 3000}], [{"protocol": "TCP", "port": 3000}, _TCP]
        ),
        Sample(_antrea_of_a_rule, (*_IN, "ports"), [{"port": 3000}], [{"port": 3000}, {"port": 8080}]),
        Sample(_antrea_out, (*_OUT, "ports"), [{"port": 3000}], [{"port": 3000}, {"port": 8080}]),
    ),
    "admin_policy": (
        Sample(
            _admin,
            (*_IN, "ports"),
            [{"portNumber": {"protocol": "TCP", "port": 3000}}],
            [{"portNumber": {"protocol": "TCP", "port": 3000}}, {"portNumber": {"protocol": "TCP", "port": 8080}}],
        ),
        Sample(
            _admin_by_name,
            (*_OUT, "ports"),
            [{"namedPort": "http"}],
            [{"namedPort": "http"}, {"namedPort": "proxy-http"}],
        ),
        Sample(
            _admin_range,
            (*_IN, "ports"),
            [{"portRange": {"start": 2990, "end": 3010}}],
            [{"portRange": {"start": 2990, "end": 3010}}, {"portNumber": {"protocol": "TCP", "port": 8080}}],
        ),
    ),
    "cluster_policy": (
        Sample(
            _cluster,
            (*_IN, "protocols"),
            [{"tcp": {"destinationPort": {"number": 3000}}}],
            [{"tcp": {"destinationPort": {"number": 3000}}}, {"tcp": {"destinationPort": {"number": 8080}}}],
        ),
        Sample(
            _cluster_out,
            (*_OUT, "protocols"),
            [{"destinationNamedPort": "http"}],
            [{"destinationNamedPort": "http"}, {"destinationNamedPort": "proxy-http"}],
        ),
        Sample(
            _cluster_range,
            (*_IN, "protocols"),
            [{"tcp": {"destinationPort": {"range": {"start": 2990, "end": 3010}}}}],
            [
                {"tcp": {"destinationPort": {"range": {"start": 2990, "end": 3010}}}},
                {"tcp": {"destinationPort": {"number": 8080}}},
            ],
        ),
    ),
    "authorization_policy": (
        Sample(_operation, ("spec", "rules", 0, "to", 0, "operation", "ports"), ["3000"], ["3000", "8080"]),
        Sample(_condition, ("spec", "rules", 0, "when", 0, "values"), ["3000"], ["3000", "8080"]),
    ),
    "waypoint_ports": (
        Sample(_waypoint, ("spec",), None, None, "PS601"),
        Sample(_waypoint_condition, ("spec",), None, None, "PS601"),
    ),
    "peer_authentication": (
        Sample(
            _mutual_tls,
            ("spec", "portLevelMtls"),
            {"3000": {"mode": "STRICT"}},
            {"3000": {"mode": "STRICT"}, "8080": {"mode": "STRICT"}},
        ),
    ),
    "wasm_plugin": (
        Sample(_plugin, ("spec", "match", 0, "ports"), [{"number": 3000}], [{"number": 3000}, {"number": 8080}]),
    ),
    "match_ports": tuple(
        Sample(_matches(protocol), ("spec", protocol, 0, "match", 0, "port"), 80, 8999)
        for protocol in ("http", "tls", "tcp")
    ),
}
"""By the names of the functions; one that is missing here fails the test of all rows."""
