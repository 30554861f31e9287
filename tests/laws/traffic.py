"""Clusters that say a lot of what ports speak, as data: rightly, wrongly, in contradiction, and not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.laws.choices import Choices

Object = dict[str, Any]
NUMBERS = (3000, 8080, 8443, 9090, 50051, 6379, 8081)
NAMES = ("http", "app", "https", "grpc", "redis", "tcp", "metrics", "web", "http-admin", "tls", "h2c", "grpc-web")
WORDS = ("http", "https", "grpc", "kubernetes.io/h2c", "kubernetes.io/wss", "redis", "example.com/own", "tcp")
SERVICES = ("web", "api")


def traffic(choices: Choices) -> list[Object]:
    """Return a workload, Services in front of it, and their clients."""
    objects = [workload(choices), *(service(choices, name) for name in choices.some(SERVICES, 8))]
    objects += [client(choices, f"c{index}") for index in range(choices.one(0, 1, 3, 6))]
    return objects


def _object(api: str, kind: str, name: str, rest: Object, **metadata: Any) -> Object:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **metadata}, **rest}


def workload(choices: Choices) -> Object:
    """Return a Deployment of one or two containers."""
    names = list(NAMES)
    choices.random.shuffle(names)
    containers = [_container(choices, name, names) for name in choices.one(["app"], ["app"], ["app", "beside"])]
    metadata: Object = {"labels": {"app": "web"}}
    if choices.maybe(2):
        metadata["annotations"] = choices.one(
            {"config.linkerd.io/opaque-ports": choices.one("3000", "8000-8100,9090")},
            {"prometheus.io/port": choices.one("3000", "9090"), "prometheus.io/scheme": "https"},
        )
    spec: Object = {"containers": containers}
    if choices.maybe(1):
        spec["initContainers"] = [{**_container(choices, "native", names), "restartPolicy": "Always"}]
    return _object("apps/v1", "Deployment", "web", {"spec": {"template": {"metadata": metadata, "spec": spec}}})


def _container(choices: Choices, name: str, names: list[str]) -> Object:
    ports: list[Object] = []
    for number in choices.some(NUMBERS, 3):
        ports.append({"containerPort": number, **({"name": names.pop()} if names and choices.maybe() else {})})
        if choices.maybe(1):
            ports.append({"containerPort": number, "protocol": "UDP"})
    container: Object = {
        "name": name,
        "image": choices.one("app:1", "app:1", "docker.io/library/redis:7"),
        "ports": ports,
    }
    if choices.maybe(2):
        flag, number = choices.one("--secure-port", "--grpc-port", "--tls-cert-file"), choices.one(*NUMBERS)
        container["args"] = [f"{flag}={number}"]
    for probe in choices.some(("readinessProbe", "livenessProbe", "startupProbe"), 2):
        container[probe] = _probe(choices, ports)
    return container


def _probe(choices: Choices, ports: list[Object]) -> Object:
    named = [port["name"] for port in ports if port.get("name")]
    port = choices.one(*NUMBERS[:3], *named)
    return choices.one(
        {"httpGet": {"port": port}},
        {"httpGet": {"port": port, "scheme": "HTTPS", "path": "/ready"}, "timeoutSeconds": 5},
        {"httpGet": {"port": port, "httpHeaders": [{"name": "Host", "value": "web.example.com"}]}},
        {"tcpSocket": {"port": port}},
        {"grpc": {"port": choices.one(*NUMBERS)}},
        {"exec": {"command": ["true"]}},
    )


def service(choices: Choices, name: str) -> Object:
    """Return a Service of one to three ports."""
    names = list(NAMES)
    choices.random.shuffle(names)
    ports = []
    for number in choices.some((80, 443, 9000), 5) or [80]:
        port: Object = {"name": names.pop(), "port": number, "targetPort": choices.one(*NUMBERS, *NAMES[:2])}
        if choices.maybe(3):
            port["appProtocol"] = choices.one(*WORDS)
        ports.append(port)
    if len(ports) == 1 and choices.maybe():
        del ports[0]["name"]
    if choices.maybe(1):
        ports.append({"name": "udp", "port": 80, "protocol": "UDP", "targetPort": choices.one(*NUMBERS[:2])})
    annotations = choices.one(
        {},
        {},
        {},
        {"service.beta.kubernetes.io/aws-load-balancer-backend-protocol": choices.one("http", "ssl", "tcp")},
        {"traefik.ingress.kubernetes.io/service.serversscheme": choices.one("https", "h2c")},
        {"projectcontour.io/upstream-protocol.tls": choices.one("443", "https,80")},
        {"cloud.google.com/app-protocols": '{"http": "HTTPS", "web": "HTTP2"}'},
        {"config.linkerd.io/opaque-ports": "3000"},
    )
    spec = {"selector": {"app": "web"}, "ports": ports}
    metadata = {"labels": {"app": name}, **({"annotations": annotations} if annotations else {})}
    return _object("v1", "Service", name, {"spec": spec}, **metadata)


def client(choices: Choices, name: str) -> Object:
    """Return an object that uses ports of the Services."""
    api, kind, make = choices.one(*_CLIENTS)
    annotations = (
        choices.one({}, _ANNOTATIONS[choices.random.randrange(len(_ANNOTATIONS))]) if kind == "Ingress" else {}
    )
    return _object(api, kind, name, make(choices), **({"annotations": annotations} if annotations else {}))


_ANNOTATIONS: tuple[Object, ...] = (
    {"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS"},
    {"nginx.ingress.kubernetes.io/backend-protocol": "GRPC"},
    {"nginx.ingress.kubernetes.io/ssl-passthrough": "true"},
    {"nginx.org/ssl-services": "web"},
    {
        "alb.ingress.kubernetes.io/backend-protocol": "HTTPS",
        "alb.ingress.kubernetes.io/backend-protocol-version": "GRPC",
    },
)


def _number(choices: Choices) -> Object:
    return {"name": choices.one(*SERVICES), "port": choices.one(80, 443, 9000)}


def _ingress(choices: Choices) -> Object:
    def backend() -> Object:
        to = _number(choices)
        return {"service": {"name": to["name"], "port": {"number": to["port"]}}}

    paths = [{"path": "/", "pathType": "Prefix", "backend": backend()} for _ in range(choices.one(1, 2))]
    return {"spec": {"rules": [{"http": {"paths": paths}}]}}


def _route(choices: Choices) -> Object:
    return {"spec": {"rules": [{"backendRefs": [_number(choices) for _ in range(choices.one(1, 2))]}]}}


def _policy(choices: Choices) -> Object:
    return {"spec": {"targetRefs": [{"group": "", "kind": "Service", "name": choices.one(*SERVICES)}]}}


def _destination_rule(choices: Choices) -> Object:
    tls = {"mode": choices.one("SIMPLE", "ISTIO_MUTUAL")}
    settings = choices.one({"tls": tls}, {"portLevelSettings": [{"port": {"number": 80}, "tls": tls}]})
    return {"spec": {"host": choices.one(*SERVICES), "trafficPolicy": settings}}


def _monitor(choices: Choices) -> Object:
    endpoint = {"port": choices.one(*NAMES[:4]), **choices.one({}, {"scheme": "https"})}
    selector = choices.one({"matchLabels": {"app": choices.one(*SERVICES)}}, {})
    return {"spec": {"selector": selector, "endpoints": [endpoint]}}


def _traefik(choices: Choices) -> Object:
    to = [{**_number(choices), **choices.one({}, {"scheme": choices.one("https", "h2c")})} for _ in range(2)]
    return {"spec": {"routes": [{"services": to}]}}


def _contour(choices: Choices) -> Object:
    return {"spec": {"routes": [{"services": [{**_number(choices), **choices.one({}, {"protocol": "h2"})}]}]}}


def _hook(choices: Choices) -> Object:
    return {
        "webhooks": [{"name": "hook", "clientConfig": {"service": {"name": choices.one(*SERVICES), "namespace": ""}}}]
    }


_CLIENTS = (
    ("networking.k8s.io/v1", "Ingress", _ingress),
    ("gateway.networking.k8s.io/v1", "HTTPRoute", _route),
    ("gateway.networking.k8s.io/v1", "GRPCRoute", _route),
    ("gateway.networking.k8s.io/v1alpha2", "TLSRoute", _route),
    ("gateway.networking.k8s.io/v1", "BackendTLSPolicy", _policy),
    ("networking.istio.io/v1", "DestinationRule", _destination_rule),
    ("monitoring.coreos.com/v1", "ServiceMonitor", _monitor),
    ("traefik.io/v1alpha1", "IngressRoute", _traefik),
    ("projectcontour.io/v1", "HTTPProxy", _contour),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", _hook),
)
