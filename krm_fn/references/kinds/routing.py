"""What routes requests from outside and between Services: Ingresses, gateways, meshes and load balancers."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

_SERVICE = (("kind", "Service", "Service"), ("group", "", ""))
_ROUTE_KINDS = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")
_BACKENDS = (
    "spec.rules[].backendRefs[]",
    "spec.rules[].filters[].requestMirror.backendRef",
    "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
)
KINDS = (
    FieldSpec(
        groups=("networking.k8s.io",),
        kinds=("Ingress",),
        versions=("v1",),
        at=("spec.defaultBackend.service", "spec.rules[].http.paths[].backend.service"),
        services=("name",),
        ports=("port.number", "port.name"),
    ),
    FieldSpec(
        groups=("networking.k8s.io", "extensions"),
        kinds=("Ingress",),
        versions=("v1beta1",),
        at=("spec.backend", "spec.rules[].http.paths[].backend"),
        services=("serviceName",),
        ports=("servicePort",),
    ),
    FieldSpec(
        groups=("gateway.networking.k8s.io",),
        kinds=_ROUTE_KINDS,
        at=_BACKENDS,
        services=("name",),
        namespace="namespace",
        ports=("port",),
        only=_SERVICE,
    ),
    FieldSpec(  # a route of a mesh, whose parent is the Service that it is for
        groups=("gateway.networking.k8s.io",),
        kinds=_ROUTE_KINDS,
        at=("spec.parentRefs[]",),
        services=("name",),
        namespace="namespace",
        ports=("port", "sectionName"),
        only=(("kind", "Gateway", "Service"), ("group", "gateway.networking.k8s.io", "")),
    ),
    FieldSpec(
        groups=("gateway.networking.k8s.io",),
        kinds=("BackendTLSPolicy",),
        at=("spec.targetRefs[]",),
        services=("name",),
        ports=("sectionName",),
        only=_SERVICE,
    ),
    FieldSpec(
        groups=("route.openshift.io", ""),
        kinds=("Route",),
        at=("spec",),
        services=("to.name", "alternateBackends[].name"),
        ports=("port.targetPort",),
        only=(("to.kind", "Service", "Service"),),
        of="endpoints",
    ),
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("VirtualService",),
        at=(
            *(f"spec.{protocol}[].route[].destination" for protocol in ("http", "tcp", "tls")),
            *("spec.http[].mirror", "spec.http[].mirrors[].destination"),
        ),
        services=("host",),
        ports=("port.number",),
    ),
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("DestinationRule",),
        at=("spec",),
        services=("host",),
        ports=(
            "trafficPolicy.portLevelSettings[].port.number",
            "subsets[].trafficPolicy.portLevelSettings[].port.number",
        ),
    ),
    *(
        FieldSpec(
            groups=("traefik.io", "traefik.containo.us"),
            kinds=kinds,
            at=at,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=(("kind", "Service", "Service"),),
        )
        for kinds, at in (
            (("IngressRoute", "IngressRouteTCP"), ("spec.routes[].services[]",)),
            (("TraefikService",), ("spec.weighted.services[]", "spec.mirroring", "spec.mirroring.mirrors[]")),
            (("Middleware",), ("spec.errors.service",)),
        )
    ),
    FieldSpec(
        groups=("projectcontour.io",),
        kinds=("HTTPProxy",),
        at=("spec.routes[].services[]", "spec.tcpproxy.services[]"),
        services=("name",),
        ports=("port", "healthPort"),
    ),
    FieldSpec(
        groups=("k8s.nginx.org",),
        kinds=("VirtualServer", "TransportServer"),
        at=("spec.upstreams[]",),
        services=("service",),
        ports=("port",),
    ),
    FieldSpec(
        groups=("elbv2.k8s.aws",),
        kinds=("TargetGroupBinding",),
        at=("spec.serviceRef",),
        services=("name",),
        ports=("port",),
    ),
)
