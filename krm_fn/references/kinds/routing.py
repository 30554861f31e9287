"""What routes requests from outside and between Services: Ingresses, gateways, meshes and load balancers."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Says

_SERVICE = (("kind", "Service", "Service"), ("group", "", ""))
_ROUTE_KINDS = {"HTTPRoute": "http", "GRPCRoute": "grpc", "TCPRoute": "", "TLSRoute": "tls"}
"""What each kind of route sends to its backends."""
_TLS_MODES = {"simple": "https", "mutual": "https"}
"""The modes of a DestinationRule in which clients begin TLS; ISTIO_MUTUAL is between the mesh's own sidecars."""
_BACKENDS = (
    "spec.rules[].backendRefs[]",
    "spec.rules[].filters[].requestMirror.backendRef",
    "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
)
_TRAEFIK = (Says(field="scheme", words={"https": "https", "h2c": "h2c", "http": "http"}),)
_PASSTHROUGH = (Says(field=".spec.tls.passthrough", words={"true": "tls"}),)
KINDS = (
    FieldSpec(
        groups=("networking.k8s.io",),
        kinds=("Ingress",),
        versions=("v1",),
        at=("spec.defaultBackend.service", "spec.rules[].http.paths[].backend.service"),
        services=("name",),
        ports=("port.number", "port.name"),
        speaks="http",
    ),
    FieldSpec(
        groups=("networking.k8s.io", "extensions"),
        kinds=("Ingress",),
        versions=("v1beta1",),
        at=("spec.backend", "spec.rules[].http.paths[].backend"),
        services=("serviceName",),
        ports=("servicePort",),
        speaks="http",
    ),
    *(
        FieldSpec(
            groups=("gateway.networking.k8s.io",),
            kinds=(kind,),
            at=_BACKENDS,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=_SERVICE,
            speaks=speaks,
        )
        for kind, speaks in _ROUTE_KINDS.items()
    ),
    FieldSpec(  # a route of a mesh, whose parent is the Service that it is for
        groups=("gateway.networking.k8s.io",),
        kinds=tuple(_ROUTE_KINDS),
        at=("spec.parentRefs[]",),
        services=("name",),
        namespace="namespace",
        ports=("port", "sectionName"),
        only=(("kind", "Gateway", "Service"), ("group", "gateway.networking.k8s.io", "")),
    ),
    FieldSpec(
        groups=("gateway.networking.k8s.io",),
        kinds=("BackendTLSPolicy",),
        at=("spec.targetRefs[]", "spec.targetRef"),
        services=("name",),
        ports=("sectionName",),
        only=_SERVICE,
        speaks="https",
    ),
    FieldSpec(
        groups=("route.openshift.io", ""),
        kinds=("Route",),
        at=("spec",),
        services=("to.name", "alternateBackends[].name"),
        ports=("port.targetPort",),
        only=(("to.kind", "Service", "Service"),),
        of="endpoints",
        speaks="http",
        says=(Says(field="tls.termination", words={"passthrough": "tls", "reencrypt": "https"}),),
    ),
    *(
        FieldSpec(
            groups=("networking.istio.io",),
            kinds=("VirtualService",),
            at=at,
            services=("host",),
            ports=("port.number",),
            speaks=speaks,
        )
        for speaks, at in {
            "http": ("spec.http[].route[].destination", "spec.http[].mirror", "spec.http[].mirrors[].destination"),
            "": ("spec.tcp[].route[].destination",),
            "tls": ("spec.tls[].route[].destination",),
        }.items()
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
        says=(Says(field="trafficPolicy.portLevelSettings[].tls.mode", words=_TLS_MODES),),
    ),
    FieldSpec(  # what holds for all ports
        groups=("networking.istio.io",),
        kinds=("DestinationRule",),
        at=("spec",),
        services=("host",),
        ports=(),
        says=(
            Says(field="trafficPolicy.tls.mode", words=_TLS_MODES),
            Says(field="subsets[].trafficPolicy.tls.mode", words=_TLS_MODES),
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
            speaks=speaks,
            says=says,
        )
        for kinds, at, speaks, says in (
            (("IngressRoute",), ("spec.routes[].services[]",), "http", _TRAEFIK),
            (("IngressRouteTCP",), ("spec.routes[].services[]",), "", _PASSTHROUGH),
            (
                ("TraefikService",),
                ("spec.weighted.services[]", "spec.mirroring", "spec.mirroring.mirrors[]"),
                "http",
                _TRAEFIK,
            ),
            (("Middleware",), ("spec.errors.service",), "http", _TRAEFIK),
        )
    ),
    FieldSpec(
        groups=("projectcontour.io",),
        kinds=("HTTPProxy",),
        at=("spec.routes[].services[]",),
        services=("name",),
        ports=("port", "healthPort"),
        speaks="http",
        says=(Says(field="protocol", words={"tls": "https", "h2": "https", "h2c": "h2c"}),),
    ),
    FieldSpec(
        groups=("projectcontour.io",),
        kinds=("HTTPProxy",),
        at=("spec.tcpproxy.services[]",),
        services=("name",),
        ports=("port", "healthPort"),
        says=(
            Says(field=".spec.virtualhost.tls.passthrough", words={"true": "tls"}),
            Says(field="protocol", words={"tls": "tls"}),
        ),
    ),
    FieldSpec(
        groups=("k8s.nginx.org",),
        kinds=("VirtualServer",),
        at=("spec.upstreams[]",),
        services=("service",),
        ports=("port",),
        speaks="http",
        says=(Says(field="type", words={"grpc": "grpc"}), Says(field="tls.enable", words={"true": "https"})),
    ),
    FieldSpec(
        groups=("k8s.nginx.org",),
        kinds=("TransportServer",),
        at=("spec.upstreams[]",),
        services=("service",),
        ports=("port",),
        says=(Says(field=".spec.listener.protocol", words={"tls_passthrough": "tls"}),),
    ),
    FieldSpec(
        groups=("elbv2.k8s.aws",),
        kinds=("TargetGroupBinding",),
        at=("spec.serviceRef",),
        services=("name",),
        ports=("port",),
    ),
)
