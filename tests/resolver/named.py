"""References by a Service's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.resolver.pods import Object, get, group_of, name_of, space_of
from tests.resolver.services import Cluster, Target

Reference = tuple[tuple[Any, ...], frozenset[Target]]
Place = tuple[tuple[Any, ...], Any]


def named(cluster: Cluster) -> Iterator[Reference]:
    """Yield each reference by its place, and where it leads."""
    for data in cluster.objects:
        group, kind = group_of(data), str(data.get("kind"))
        finder = _FINDERS.get((group, kind))
        if finder:
            for place, targets in finder(cluster, data):
                yield (kind, group, space_of(data), name_of(data), *place), targets


def _ingress(cluster: Cluster, data: Object) -> Iterator[Reference]:
    spec = get(data, "spec", default={})
    old = data["apiVersion"].endswith("v1beta1")
    backends: list[Place] = [(("default",), spec.get("backend" if old else "defaultBackend"))]
    for i, rule in enumerate(spec.get("rules") or []):
        paths = get(rule, "http", "paths", default=[])
        backends += [((i, j), path.get("backend")) for j, path in enumerate(paths)]
    for place, backend in backends:
        if old and get(backend, "serviceName"):
            yield place, cluster.of(space_of(data), backend["serviceName"], backend.get("servicePort"))
        elif not old and get(backend, "service"):
            service = backend["service"]
            port = get(service, "port", "number", default=get(service, "port", "name"))
            yield place, cluster.of(space_of(data), str(service.get("name")), port)


def _gateway_route(cluster: Cluster, data: Object) -> Iterator[Reference]:
    for i, rule in enumerate(get(data, "spec", "rules", default=[])):
        references: list[Place] = [((i, j), each) for j, each in enumerate(rule.get("backendRefs") or [])]
        for holder, way in [(rule, (i,)), *((each, place) for place, each in references)]:
            references += [
                ((*way, "filter", k), get(each, "requestMirror", "backendRef", default={}))
                for k, each in enumerate(holder.get("filters") or [])
            ]
        for place, each in references:
            if each.get("kind", "Service") == "Service" and each.get("group", "") == "" and each.get("name"):
                yield place, cluster.of(each.get("namespace") or space_of(data), each["name"], each.get("port"))


def _openshift_route(cluster: Cluster, data: Object) -> Iterator[Reference]:
    port = get(data, "spec", "port", "targetPort")
    backends = [get(data, "spec", "to", default={}), *get(data, "spec", "alternateBackends", default=[])]
    for index, backend in enumerate(backends):
        if port is not None and backend.get("kind", "Service") == "Service":
            yield (index,), cluster.of_endpoints(space_of(data), str(backend.get("name")), port)


def _host(data: Object, host: Any) -> tuple[str, str]:
    labels = str(host).split(".")
    if len(labels) == 1:
        return space_of(data), labels[0]
    return (labels[1], labels[0]) if len(labels) == 2 or labels[2] == "svc" else ("", "")


def _virtual_service(cluster: Cluster, data: Object) -> Iterator[Reference]:
    for protocol in ("http", "tcp", "tls"):
        for i, rule in enumerate(get(data, "spec", protocol, default=[])):
            places: list[Place] = [
                ((protocol, i, j), get(each, "destination")) for j, each in enumerate(rule.get("route") or [])
            ]
            places += [((protocol, i, "mirror"), rule.get("mirror"))]
            places += [
                ((protocol, i, "m", j), get(each, "destination")) for j, each in enumerate(rule.get("mirrors") or [])
            ]
            for place, destination in places:
                if get(destination, "port", "number"):
                    yield place, cluster.of(*_host(data, destination.get("host")), destination["port"]["number"])


def _destination_rule(cluster: Cluster, data: Object) -> Iterator[Reference]:
    spec = get(data, "spec", default={})
    for i, holder in enumerate([spec, *(spec.get("subsets") or [])]):
        for j, setting in enumerate(get(holder, "trafficPolicy", "portLevelSettings", default=[])):
            yield (i, j), cluster.of(*_host(data, spec.get("host")), get(setting, "port", "number"))


def _services_in(*ways: tuple[str, ...]) -> Any:
    """Return a finder of {name, namespace, port} below some ways; "*" goes into a list."""

    def find(cluster: Cluster, data: Object) -> Iterator[Reference]:
        for way in ways:
            for place, each in _below(data, way):
                if isinstance(each, dict) and each.get("kind", "Service") == "Service" and "port" in each:
                    found = cluster.of(each.get("namespace") or space_of(data), str(each.get("name")), each["port"])
                    yield (*way, *place), found

    return find


def _below(data: Any, way: tuple[str, ...], place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    if not way:
        yield place, data
    elif way[0] == "*":
        for index, each in enumerate(data or []):
            yield from _below(each, way[1:], (*place, index))
    elif get(data, way[0]) is not None:
        yield from _below(data[way[0]], way[1:], place)


def _webhook(*way: str) -> Any:
    def find(cluster: Cluster, data: Object) -> Iterator[Reference]:
        for place, each in _below(data, way):
            if each.get("name"):
                yield place, cluster.of(str(each.get("namespace", "")), each["name"], each.get("port", 443))

    return find


def _alerting(cluster: Cluster, data: Object) -> Iterator[Reference]:
    for index, each in enumerate(get(data, "spec", "alerting", "alertmanagers", default=[])):
        place = each.get("namespace") or space_of(data)
        yield (index,), cluster.of_endpoints(place, str(each.get("name")), each.get("port"))


def _alb(cluster: Cluster, data: Object) -> Iterator[Reference]:
    canary = get(data, "spec", "strategy", "canary", default={})
    alb = get(canary, "trafficRouting", "alb", default={})
    name = alb.get("rootService") or canary.get("stableService")
    if name and alb.get("servicePort"):
        yield (), cluster.of(space_of(data), name, alb["servicePort"])


def _upstreams(cluster: Cluster, data: Object) -> Iterator[Reference]:
    for index, each in enumerate(get(data, "spec", "upstreams", default=[])):
        space, name = space_of(data), str(each.get("service"))
        if "/" in name and data.get("kind") == "VirtualServer":
            space, _, name = name.partition("/")
        yield (index,), cluster.of(space, name, each.get("port"))


def _hosts(*ways: tuple[str, ...]) -> Any:
    """Return a finder of fields that hold a host and perhaps a port; "*" goes into a list."""

    def find(cluster: Cluster, data: Object) -> Iterator[Reference]:
        by_tls = bool(get(data, "spec", "tls")) or str(get(data, "spec", "scheme", default="")).upper() == "HTTPS"
        for way in ways:
            for place, each in _below(data, way):
                yield (*way, *place), cluster.of_host(space_of(data), each, by_tls)

    return find


def _health_check(of_target: tuple[str, ...], *ways: tuple[str, ...]) -> Any:
    """Return a finder of health checks by the Pods' port, for the Service that is named below some steps."""

    def find(cluster: Cluster, data: Object) -> Iterator[Reference]:
        target = get(data, *of_target, default={})
        for way in ways:
            for place, port in _below(data, way):
                if target.get("kind", "Service") == "Service" and str(port) != "traffic-port":
                    space = target.get("namespace") or space_of(data)
                    yield (*way, *place), cluster.of_endpoints(space, str(target.get("name")), port)

    return find


def _backend_config(cluster: Cluster, data: Object) -> Iterator[Reference]:
    port = get(data, "spec", "healthCheck", "port")
    for service in cluster.services:
        annotations = get(service, "metadata", "annotations", default={})
        named = json.loads(annotations.get("cloud.google.com/backend-config", "{}"))
        names = [named.get("default"), *(named.get("ports") or {}).values()]
        if port and name_of(data) in names and space_of(service) == space_of(data):
            yield (name_of(service),), cluster.of_endpoints(space_of(service), name_of(service), port)


def _route_checks(cluster: Cluster, data: Object) -> Iterator[Reference]:
    port = get(data, "spec", "healthCheck", "active", "overrides", "port")
    routes = [each.get("name") for each in get(data, "spec", "targetRefs", default=[])]
    for route in cluster.objects:
        if port and name_of(route) in routes and space_of(route) == space_of(data):
            for place, backend in _below(route, ("spec", "rules", "*", "backendRefs", "*")):
                found = cluster.of_endpoints(backend.get("namespace") or space_of(route), backend["name"], port)
                yield (name_of(route), *place), found


def _mesh_services(cluster: Cluster, data: Object) -> Iterator[Reference]:
    """Yield the Services that stand behind the MeshServices of Kuma that a policy names, with a port."""
    rest: list[Place] = [((), get(data, "spec", default={}))]
    while rest:
        place, value = rest.pop()
        if isinstance(value, list):
            rest += [((*place, index), each) for index, each in enumerate(value)]
        elif isinstance(value, dict):
            rest += [((*place, key), each) for key, each in value.items()]
            for key, each in value.items():
                parts = each.split("_") if isinstance(each, str) else []
                if len(parts) == 4 and parts[2] == "svc":
                    yield (*place, key), cluster.of(parts[1], parts[0], int(parts[3]))
            port = value.get("port", value.get("sectionName"))
            if value.get("kind") == "MeshService" and port is not None:
                labels = value.get("labels") or {}
                name = value.get("name") or labels.get("k8s.kuma.io/service-name") or labels.get("kuma.io/display-name")
                space = value.get("namespace") or labels.get("k8s.kuma.io/namespace") or space_of(data)
                yield place, cluster.of(space, str(name), int(port) if str(port).isdigit() else port)


_KUMA = (
    *("MeshHTTPRoute", "MeshTCPRoute", "MeshTimeout", "MeshRetry", "MeshCircuitBreaker", "MeshHealthCheck"),
    *(
        "MeshTrafficPermission",
        "TrafficRoute",
        "MeshLoadBalancingStrategy",
        "MeshAccessLog",
        "MeshRateLimit",
        "MeshFaultInjection",
    ),
)
_KNATIVE = ("eventing.knative.dev", "messaging.knative.dev", "sources.knative.dev", "flows.knative.dev")
_GKE = tuple(
    ("spec", "default", "config", f"{each}HealthCheck", "port") for each in ("http", "https", "http2", "grpc", "tcp")
)
_SERVICES = _services_in(("spec", "routes", "*", "services", "*"))
_HOOKS = _webhook("webhooks", "*", "clientConfig", "service")
_FINDERS = {
    ("networking.k8s.io", "Ingress"): _ingress,
    ("extensions", "Ingress"): _ingress,
    **{
        ("gateway.networking.k8s.io", kind): _gateway_route
        for kind in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")
    },
    ("route.openshift.io", "Route"): _openshift_route,
    ("networking.istio.io", "VirtualService"): _virtual_service,
    ("networking.istio.io", "DestinationRule"): _destination_rule,
    **{
        (group, kind): _SERVICES
        for group in ("traefik.io", "traefik.containo.us")
        for kind in ("IngressRoute", "IngressRouteTCP")
    },
    ("traefik.io", "TraefikService"): _services_in(
        ("spec", "weighted", "services", "*"), ("spec", "mirroring"), ("spec", "mirroring", "mirrors", "*")
    ),
    ("projectcontour.io", "HTTPProxy"): _services_in(
        ("spec", "routes", "*", "services", "*"), ("spec", "tcpproxy", "services", "*")
    ),
    ("monitoring.coreos.com", "Prometheus"): _alerting,
    ("apiregistration.k8s.io", "APIService"): _webhook("spec", "service"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _HOOKS,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _HOOKS,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _webhook(
        "spec", "conversion", "webhook", "clientConfig", "service"
    ),
    ("argoproj.io", "Rollout"): _alb,
    ("elbv2.k8s.aws", "TargetGroupBinding"): _services_in(("spec", "serviceRef")),
    **{("getambassador.io", kind): _hosts(("spec", "service")) for kind in ("Mapping", "TCPMapping")},
    ("monitoring.coreos.com", "ScrapeConfig"): _hosts(("spec", "staticConfigs", "*", "targets", "*")),
    ("monitoring.coreos.com", "Probe"): _hosts(("spec", "targets", "staticConfig", "static", "*")),
    **{(group, "Trigger"): _hosts(("spec", "subscriber", "uri")) for group in _KNATIVE},
    ("networking.gke.io", "HealthCheckPolicy"): _health_check(("spec", "targetRef"), *_GKE),
    ("gateway.k8s.aws", "TargetGroupConfiguration"): _health_check(
        ("spec", "targetReference"), ("spec", "defaultConfiguration", "healthCheckConfig", "healthCheckPort")
    ),
    ("cloud.google.com", "BackendConfig"): _backend_config,
    ("gateway.envoyproxy.io", "BackendTrafficPolicy"): _route_checks,
    **{("kuma.io", kind): _mesh_services for kind in _KUMA},
    ("k8s.nginx.org", "VirtualServer"): _upstreams,
    ("k8s.nginx.org", "TransportServer"): _upstreams,
}
