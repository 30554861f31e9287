"""Clusters, as data: workloads, Services in front of them, and what refers to either, rightly and wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.laws.choices import Choices

Object = dict[str, Any]
SPACES = ("shop", "edge")
PORTS = [80, "http", 443, 8443, "admin", "web", 3000]
"""What references say, of which the Services have some."""
POD_PORTS = [3000, "http", "app", 9000, 3001]


def cluster(choices: Choices) -> list[Object]:
    """Return the objects of a cluster: two to four workloads, as many Services, and a dozen referrers."""
    names = ["web", "api", "job", "cache"][: choices.one(2, 3, 4)]
    objects = [_workload(choices, name) for name in names]
    objects += [
        _service(choices, name, choices.one(*names)) for name in choices.some(["web", "api", "front", "all"], 8)
    ]
    objects += [_object("v1", "Namespace", space, "", {}, labels={"team": space}) for space in choices.some(SPACES)]
    objects += [_referrer(choices, f"r{index}") for index in range(choices.one(8, 16, 24))]
    return objects


def _object(api: str, kind: str, name: str, space: str, rest: Object, **metadata: Any) -> Object:
    about = {"name": name, **({"namespace": space} if space else {}), **metadata}
    return {"apiVersion": api, "kind": kind, "metadata": about, **rest}


def _workload(choices: Choices, name: str) -> Object:
    api, kind = choices.one(
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("apps.kruise.io/v1alpha1", "CloneSet"),
        ("apps.openshift.io/v1", "DeploymentConfig"),
    )
    ports: list[Object] = [{"name": choices.one("http", "app"), "containerPort": 3000}]
    ports += choices.some(
        [
            {"name": "admin", "containerPort": 9000},
            {"name": "udp", "containerPort": 3000, "protocol": "UDP"},
            {"containerPort": 3001},
        ]
    )
    labels = {"app": name, **({"tier": "front"} if choices.maybe() else {})}
    metadata: Object = {"labels": labels}
    if choices.maybe(3):
        metadata["annotations"] = {"prometheus.io/port": choices.one("3000", "9000")}
    template = {"metadata": metadata, "spec": {"containers": [{"name": "app", "image": "app:1", "ports": ports}]}}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
    return _object(api, kind, name, choices.one("shop", "shop", "edge"), {"spec": spec})


def _service(choices: Choices, name: str, app: str) -> Object:
    ports = choices.some(
        [
            {"name": "http", "port": 80, "targetPort": choices.one(3000, "http", "3000", "app")},
            {"name": "https", "port": 443, "targetPort": choices.one(3000, "admin", 9000)},
            {"name": "app", "port": 3000},
            {"name": "dns", "port": 80, "targetPort": 3000, "protocol": "UDP"},
        ],
        7,
    )
    ports = ports or [{"port": 80, "targetPort": 3000}]
    spec: Object = {"selector": choices.one({"app": app}, {"app": app}, {"tier": "front"}), "ports": ports}
    if choices.maybe(2):
        spec["clusterIP"] = "None"
    metadata: Object = {"labels": {"app": app}}
    if choices.maybe(3):
        metadata["annotations"] = {"prometheus.io/port": choices.one("3000", "9000")}
    return _object("v1", "Service", name, choices.one("shop", "shop", "edge"), {"spec": spec}, **metadata)


def _referrer(choices: Choices, name: str) -> Object:
    api, kind, make = choices.one(*_KINDS)
    return _object(api, kind, name, choices.one(*SPACES) if kind not in _CLUSTERED else "", make(choices))


def _to(choices: Choices) -> Object:
    return {"name": choices.one("web", "api", "front", "all", "none"), "port": choices.one(*PORTS)}


def _across(choices: Choices) -> Object:
    return {**_to(choices), **({"namespace": choices.one(*SPACES)} if choices.maybe() else {})}


def _number(choices: Choices) -> Object:
    return {**_across(choices), "port": choices.one(80, 443, 3000)}


def _ingress(choices: Choices) -> Object:
    def backend() -> Object:
        to = _to(choices)
        port = {"number": to["port"]} if isinstance(to["port"], int) else {"name": to["port"]}
        return {"service": {"name": to["name"], "port": port}}

    paths = [{"path": "/", "pathType": "Prefix", "backend": backend()} for _ in range(choices.one(1, 2))]
    return {"spec": {"defaultBackend": backend(), "rules": [{"http": {"paths": paths}}]}}


def _old_ingress(choices: Choices) -> Object:
    to = _to(choices)
    return {"spec": {"backend": {"serviceName": to["name"], "servicePort": to["port"]}}}


def _route(choices: Choices) -> Object:
    mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": _number(choices)}}
    return {"spec": {"rules": [{"backendRefs": [_number(choices), _number(choices)], "filters": [mirror]}]}}


def _openshift(choices: Choices) -> Object:
    port = choices.one("http", "admin", 3000, 9000)
    return {"spec": {"to": {"kind": "Service", "name": _to(choices)["name"]}, "port": {"targetPort": port}}}


def _host(choices: Choices) -> str:
    to = _across(choices)
    form = choices.one("{name}", "{name}.{space}", "{name}.{space}.svc.cluster.local", "{name}.{space}.example.com")
    return form.format(name=to["name"], space=to.get("namespace", "shop"))


def _virtual_service(choices: Choices) -> Object:
    def destination() -> Object:
        return {"host": _host(choices), "port": {"number": choices.one(80, 443, 3000)}}

    http = [{"route": [{"destination": destination()}], "mirror": destination()}]
    return {"spec": {"http": http, "tcp": [{"route": [{"destination": destination()}]}]}}


def _destination_rule(choices: Choices) -> Object:
    settings = [{"port": {"number": number}} for number in choices.some([80, 443, 3000])]
    return {"spec": {"host": _host(choices), "trafficPolicy": {"portLevelSettings": settings}}}


def _traefik(choices: Choices) -> Object:
    return {"spec": {"routes": [{"services": [_across(choices), _across(choices)]}]}}


def _contour(choices: Choices) -> Object:
    return {"spec": {"routes": [{"services": [{**_to(choices), "port": choices.one(80, 443)}]}]}}


def _labels(choices: Choices) -> Object:
    app = {"matchLabels": {"app": choices.one("web", "api", "job")}}
    some = {"matchExpressions": [{"key": "app", "operator": choices.one("In", "NotIn"), "values": ["web", "cache"]}]}
    return choices.one(app, some, {"matchLabels": {"tier": "front"}}, {})


def _service_monitor(choices: Choices) -> Object:
    endpoints = choices.some([{"port": "http"}, {"port": "https"}, {"targetPort": choices.one(3000, "http", 9000)}], 7)
    spaces = choices.one({}, {"any": True}, {"matchNames": ["shop"]})
    return {"spec": {"selector": _labels(choices), "namespaceSelector": spaces, "endpoints": endpoints}}


def _pod_monitor(choices: Choices) -> Object:
    endpoints = choices.some(
        [{"port": choices.one("http", "app", "admin")}, {"portNumber": choices.one(3000, 9000)}], 7
    )
    return {"spec": {"selector": _labels(choices), "podMetricsEndpoints": endpoints}}


def _alerting(choices: Choices) -> Object:
    port = choices.one("http", "https", 3000, 9000)
    return {"spec": {"alerting": {"alertmanagers": [{**_across(choices), "port": port}]}}}


def _hook(choices: Choices) -> Object:
    to = {**_number(choices), "namespace": choices.one(*SPACES)}
    if choices.maybe():
        del to["port"]
    return {"webhooks": [{"name": "hook", "clientConfig": {"service": to}}]}


def _api_service(choices: Choices) -> Object:
    return {"spec": {"service": _hook(choices)["webhooks"][0]["clientConfig"]["service"]}}


def _policy_ports(choices: Choices) -> list[Object]:
    return choices.some(
        [
            {"port": choices.one(*POD_PORTS)},
            {"port": 2000, "endPort": 4000},
            {"port": 3000, "protocol": "UDP"},
            {"port": 9000, "protocol": "TCP"},
        ],
        4,
    )


def _network_policy(choices: Choices) -> Object:
    peers = [{"podSelector": _labels(choices)}]
    if choices.maybe():
        peers = [
            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": choices.one(*SPACES)}}, **peers[0]}
        ]
    rules = [{"from": peers, "ports": _policy_ports(choices)}, {"ports": _policy_ports(choices)}]
    out = [{"to": peers, "ports": _policy_ports(choices)}]
    out += [{"ports": _policy_ports(choices)}] if choices.maybe(3) else []
    return {"spec": {"podSelector": _labels(choices), "ingress": rules, "egress": out}}


def _cilium(choices: Choices) -> Object:
    def ports() -> list[Object]:
        entries = [{"port": str(choices.one(*POD_PORTS)), "protocol": choices.one("TCP", "ANY", "UDP")}]
        return [{"ports": entries}]

    selector = {"matchLabels": {choices.one("app", "k8s:app"): choices.one("web", "api")}}
    to = {"matchLabels": {"app": "web", **({"k8s:io.kubernetes.pod.namespace": "shop"} if choices.maybe() else {})}}
    ingress = [{"fromEndpoints": [{}], "toPorts": ports()}]
    return {
        "spec": {
            "endpointSelector": selector,
            "ingress": ingress,
            "egress": [{"toEndpoints": [to], "toPorts": ports()}],
        }
    }


def _calico(choices: Choices) -> Object:
    selector = choices.one("app == 'web'", "app in {'web', 'api'}", "has(tier) && app != 'api'", "all()", "!has(tier)")
    ports: list[Any] = choices.some([choices.one(*POD_PORTS), "2000:4000", 9000], 6) or [3000]
    rule = {"action": "Allow", "protocol": choices.one("TCP", "UDP"), "destination": {"ports": ports}}
    out = {**rule, "destination": {"ports": ports, "selector": selector}}
    return {"spec": {"selector": selector, "ingress": [rule], "egress": [out]}}


def _alb(choices: Choices) -> Object:
    routing = {"alb": {"servicePort": choices.one(80, 443)}}
    return {"spec": {"strategy": {"canary": {"stableService": _to(choices)["name"], "trafficRouting": routing}}}}


def _authorization(choices: Choices) -> Object:
    ports = choices.some(["3000", "9000"], 7)
    spec: Object = {"action": choices.one("ALLOW", "DENY"), "rules": [{"to": [{"operation": {"ports": ports}}]}]}
    return {"spec": {**spec, **({"selector": {"matchLabels": {"app": "web"}}} if choices.maybe() else {})}}


def _linkerd(choices: Choices) -> Object:
    return {"spec": {"podSelector": _labels(choices), "port": choices.one(*POD_PORTS)}}


_CLUSTERED = (
    *("APIService", "ValidatingWebhookConfiguration", "GlobalNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
)
_KINDS = (
    ("networking.k8s.io/v1", "Ingress", _ingress),
    ("networking.k8s.io/v1beta1", "Ingress", _old_ingress),
    ("extensions/v1beta1", "Ingress", _old_ingress),
    ("gateway.networking.k8s.io/v1", "HTTPRoute", _route),
    ("gateway.networking.k8s.io/v1", "GRPCRoute", _route),
    ("gateway.networking.k8s.io/v1alpha2", "TCPRoute", _route),
    ("gateway.networking.k8s.io/v1alpha2", "TLSRoute", _route),
    ("route.openshift.io/v1", "Route", _openshift),
    ("networking.istio.io/v1", "VirtualService", _virtual_service),
    ("networking.istio.io/v1", "DestinationRule", _destination_rule),
    ("traefik.io/v1alpha1", "IngressRoute", _traefik),
    ("traefik.containo.us/v1alpha1", "IngressRouteTCP", _traefik),
    ("projectcontour.io/v1", "HTTPProxy", _contour),
    ("monitoring.coreos.com/v1", "ServiceMonitor", _service_monitor),
    ("monitoring.coreos.com/v1", "PodMonitor", _pod_monitor),
    ("monitoring.coreos.com/v1", "Prometheus", _alerting),
    ("apiregistration.k8s.io/v1", "APIService", _api_service),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", _hook),
    ("networking.k8s.io/v1", "NetworkPolicy", _network_policy),
    ("cilium.io/v2", "CiliumNetworkPolicy", _cilium),
    ("cilium.io/v2", "CiliumClusterwideNetworkPolicy", _cilium),
    ("projectcalico.org/v3", "NetworkPolicy", _calico),
    ("projectcalico.org/v3", "GlobalNetworkPolicy", _calico),
    ("argoproj.io/v1alpha1", "Rollout", _alb),
    ("security.istio.io/v1", "AuthorizationPolicy", _authorization),
    ("policy.linkerd.io/v1beta3", "Server", _linkerd),
)
