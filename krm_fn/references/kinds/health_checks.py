"""The health checks of load balancers, in objects of their own: a port of the Pods, for a Service that is named.

A check follows to the proxy's port, as the requests do; where the proxy would refuse it, it stays, with a warning.
"""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Finder
from krm_fn.references.reference import Reference, ServiceKey
from krm_fn.resource_list.identity import annotations_of, may_be_one, name_of, names_of, namespace_of
from krm_fn.yaml_text.paths import find, get, list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces

_GKE = "GKE, v1: gke-gateway-api reference, CommonHealthCheck"
_LBC = "AWS Load Balancer Controller, v1beta1: guide, TargetGroupConfiguration"
_LATTICE = "AWS Gateway API Controller, v1alpha1: api-types, target-group-policy"
_AZURE = "Azure, v1: Application Gateway for Containers, custom health probe"
_APISIX = "apache/apisix-ingress-controller"
_OTHERS = "it is for the Pods in other clusters, too. Change it where all of these have the proxy"
_GKE_CHECKS = (
    ("httpHealthCheck", "http"),
    ("httpsHealthCheck", "https"),
    ("http2HealthCheck", "https"),
    ("grpcHealthCheck", "http"),
    ("tcpHealthCheck", "tcp"),
)
_BACKEND_CONFIG = ("cloud.google.com/backend-config", "beta.cloud.google.com/backend-config")
"""The annotations by which a Service names its BackendConfigs, in JSON: one for all ports, and some for single ones."""


def backend_config(data: dict[str, Any], namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the port of the health check, which is for the Pods of the Services that name the object."""
    check, names = mapping_at(data, ("spec", "healthCheck")), names_of(data)
    port = check.get("port")
    if not isinstance(port, int):
        return
    services = [
        service
        for item in namespaces.items.of_kind("Service", words=names)
        if may_be_one(namespace_of(data), namespace_of(service := item.readable_data))
        and any(each in names for each in _named_by(service))
    ]
    yield Reference(
        path=("spec", "healthCheck", "port"),
        port=port,
        of="pods",
        services=tuple(_key(namespace_of(each), name_of(each)) for each in services),
        checks=str(check.get("type") or "http").lower(),
    )


def _key(namespace: str, name: str) -> ServiceKey:
    return ServiceKey(namespace=namespace, name=name, explicit=True)


def _named_by(service: dict[str, Any]) -> Iterator[str]:
    """Yield the BackendConfigs that a Service names."""
    from json import loads  # noqa: PLC0415 # few Services name one

    for key in _BACKEND_CONFIG:
        try:
            named = loads(str(annotations_of(service).get(key) or "{}"))
        except ValueError:
            continue
        yield str(get(named, ("default",)))
        yield from map(str, mapping_at(named, ("ports",)).values())


def route_checks(data: dict[str, Any], namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the ports of active health checks, which are for the Pods behind the routes that an object names."""
    ports = list(find(data, "spec.healthCheck.active.overrides.port"))
    if not ports:
        return
    own = namespace_of(data)
    services: dict[tuple[str, str], None] = {}
    for ref in [*list_at(data, ("spec", "targetRefs")), get(data, ("spec", "targetRef"))]:
        kind, name = str(get(ref, ("kind",))), str(get(ref, ("name",)))
        for item in namespaces.items.of_kind(kind, words=[name]) if kind.endswith("Route") else ():
            route = item.readable_data
            if name in names_of(route) and may_be_one(own, namespace_of(route)):
                for _, backend in find(route, "spec.rules[].backendRefs[]"):
                    if get(backend, ("kind",)) in (None, "Service") and get(backend, ("name",)):
                        space = str(get(backend, ("namespace",)) or namespace_of(route))
                        services[space, str(backend["name"])] = None
    keys = tuple(_key(*each) for each in services)
    protocol = str(get(data, ("spec", "healthCheck", "active", "type")) or "http").lower()
    for path, port in ports:
        if isinstance(port, int):
            yield Reference(path=path, port=port, of="pods", services=keys, checks=protocol)


KINDS = (
    *(
        FieldSpec(
            groups=("networking.gke.io",),
            kinds=("HealthCheckPolicy",),
            read=_GKE,
            at=("spec",),
            services=("targetRef.name",),
            namespace="targetRef.namespace",
            ports=(f"default.config.{field}.port",),
            only=(("targetRef.kind", "", kind),),
            of="pods",
            checks=checks,
            fixed=fixed,
        )
        for kind, fixed in (("Service", ""), ("ServiceImport", _OTHERS))
        for field, checks in _GKE_CHECKS
    ),
    Finder(
        groups=("cloud.google.com",),
        kinds=("BackendConfig",),
        read="GKE, v1: Ingress configuration; ingress-gce pkg/apis/backendconfig/v1/types.go",
        note="Where a Service names it by `cloud.google.com/backend-config`.",
        found_by="ports",
        find=backend_config,
        fields=("spec.healthCheck.port",),
    ),
    Finder(
        groups=("gateway.envoyproxy.io",),
        kinds=("BackendTrafficPolicy",),
        read="envoyproxy/gateway, v1alpha1: api/v1alpha1/healthcheck_types.go",
        note="Of the Services behind the routes that it names.",
        found_by="ports",
        find=route_checks,
        fields=("spec.healthCheck.active.overrides.port",),
    ),
    FieldSpec(
        groups=("gateway.k8s.aws",),
        kinds=("TargetGroupConfiguration",),
        read=_LBC,
        note="A name is the Service's port, a number the Pods'.",
        at=(
            "spec.defaultConfiguration.healthCheckConfig",
            "spec.routeConfigurations[].targetGroupProps.healthCheckConfig",
        ),
        services=(".spec.targetReference.name",),
        ports=("healthCheckPort",),
        only=((".spec.targetReference.kind", "Service", "Service"),),
        of="endpoints",
        checks="http",
        checks_by="healthCheckProtocol",
    ),
    FieldSpec(
        groups=("application-networking.k8s.aws",),
        kinds=("TargetGroupPolicy",),
        read=_LATTICE,
        at=("spec.healthCheck",),
        services=(".spec.targetRef.name",),
        ports=("port",),
        only=((".spec.targetRef.kind", "Service", "Service"),),
        of="pods",
        checks="http",
        checks_by="protocol",
    ),
    FieldSpec(
        groups=("alb.networking.azure.io",),
        kinds=("HealthCheckPolicy",),
        read=_AZURE,
        at=("spec.default",),
        services=(".spec.targetRef.name",),
        namespace=".spec.targetRef.namespace",
        ports=("port",),
        only=((".spec.targetRef.kind", "Service", "Service"),),
        of="pods",
        checks="http",
        checks_by="useTLS",
    ),
    *(
        FieldSpec(
            groups=("k8s.nginx.org",),
            kinds=kinds,
            read=f"nginx/kubernetes-ingress, v1: pkg/apis/configuration/v1/types.go, {name}",
            at=("spec.upstreams[]",),
            services=("service",),
            ports=("healthCheck.port",),
            of="pods",
            checks=checks,
            checks_by=by,
        )
        for kinds, checks, by, name in (
            (("VirtualServer", "VirtualServerRoute"), "http", "tls.enable", "HealthCheck"),
            (("TransportServer",), "tcp", "", "TransportServerHealthCheck"),
        )
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("ApisixUpstream",),
        read=f"{_APISIX}, v2: api/v2/apisixupstream_types.go",
        at=("spec.healthCheck.active", "spec.portLevelSettings[].healthCheck.active"),
        services=(".metadata.name",),
        ports=("port",),
        of="pods",
        checks="http",
        checks_by="type",
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("BackendTrafficPolicy",),
        read=f"{_APISIX}, v1alpha1: api/v1alpha1/backendtrafficpolicy_types.go",
        at=("spec.healthCheck.active",),
        services=(".spec.targetRefs[].name",),
        ports=("port",),
        only=((".spec.targetRefs[].kind", "", "Service"),),
        of="pods",
        checks="http",
        checks_by="type",
    ),
)
