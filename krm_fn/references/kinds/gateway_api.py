"""The Gateway API, its extensions, and what gateways add to it."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

_READ = "Gateway API v1.4: apis/v1"
_ENVOY_READ = "envoyproxy/gateway, v1alpha1: api/v1alpha1"
_SERVICE = (("kind", "Service", "Service"), ("group", "", ""))
_GATEWAY_API = ("gateway.networking.k8s.io",)
_ROUTE_KINDS = {"HTTPRoute": "http", "GRPCRoute": "grpc", "TCPRoute": "", "TLSRoute": "tls"}
"""What each kind of route sends to its backends."""
_BACKENDS = (
    "spec.rules[].backendRefs[]",
    "spec.rules[].filters[].requestMirror.backendRef",
    "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
)
_AUTH = (
    "spec.rules[].filters[].externalAuth.backendRef",
    "spec.rules[].backendRefs[].filters[].externalAuth.backendRef",
)
KINDS = (
    *(
        FieldSpec(
            groups=_GATEWAY_API,
            kinds=(kind,),
            read=f"{_READ}/{kind.lower()}_types.go",
            at=_BACKENDS,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=_SERVICE,
            speaks=speaks,
        )
        for kind, speaks in _ROUTE_KINDS.items()
    ),
    FieldSpec(
        groups=_GATEWAY_API,
        kinds=("HTTPRoute",),
        read=f"{_READ}/httproute_types.go",
        at=_AUTH,
        services=("name",),
        namespace="namespace",
        ports=("port",),
        only=_SERVICE,
    ),
    FieldSpec(  # a route of a mesh, whose parent is the Service that it is for
        groups=_GATEWAY_API,
        kinds=tuple(_ROUTE_KINDS),
        read=f"{_READ}/shared_types.go",
        at=("spec.parentRefs[]",),
        services=("name",),
        namespace="namespace",
        ports=("port", "sectionName"),
        only=(("kind", "Gateway", "Service"), ("group", "gateway.networking.k8s.io", "")),
    ),
    FieldSpec(
        groups=_GATEWAY_API,
        kinds=("BackendTLSPolicy",),
        read=f"{_READ}/backendtlspolicy_types.go",
        at=("spec.targetRefs[]", "spec.targetRef"),
        services=("name",),
        ports=("sectionName",),
        only=_SERVICE,
        speaks="https",
    ),
    *(
        FieldSpec(
            groups=_GATEWAY_API,
            kinds=tuple(_ROUTE_KINDS),
            read="Gateway API: GEP-1748",
            at=_BACKENDS,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=(("kind", "", "ServiceImport"), ("group", "", group)),
            fixed="what is imported has one number in all clusters. Change it in each of them, and here",
        )
        for group in ("multicluster.x-k8s.io", "net.gke.io")
    ),
    FieldSpec(
        groups=("inference.networking.k8s.io",),
        kinds=("InferencePool",),
        read="Gateway API Inference Extension, v1: reference/spec",
        found_by="ports",
        at=("spec.targetPorts[]",),
        selector="spec.selector",
        ports=("number",),
        of="pods",
    ),
    FieldSpec(
        groups=("inference.networking.x-k8s.io",),
        kinds=("InferencePool",),
        read="Gateway API Inference Extension, v1alpha2: reference/spec",
        found_by="ports",
        at=("spec",),
        labels="spec.selector",
        ports=("targetPortNumber",),
        of="pods",
    ),
    FieldSpec(
        groups=("inference.networking.k8s.io",),
        kinds=("InferencePool",),
        read="Gateway API Inference Extension, v1: reference/spec",
        at=("spec.endpointPickerRef",),
        services=("name",),
        ports=("port.number",),
        only=_SERVICE,
    ),
    FieldSpec(
        groups=("inference.networking.x-k8s.io",),
        kinds=("InferencePool",),
        read="Gateway API Inference Extension, v1alpha2: reference/spec",
        at=("spec.extensionRef",),
        services=("name",),
        ports=("portNumber",),
        only=_SERVICE,
    ),
    *(
        FieldSpec(
            groups=("gateway.envoyproxy.io",),
            kinds=(kind,),
            read=f"{_ENVOY_READ}/{file}",
            at=at,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=_SERVICE,
        )
        for kind, file, at in (
            (
                "SecurityPolicy",
                "securitypolicy_types.go",
                (
                    *(f"spec.extAuth.{by}.{ref}" for by in ("http", "grpc") for ref in ("backendRefs[]", "backendRef")),
                    "spec.oidc.provider.backendRefs[]",
                    "spec.jwt.providers[].remoteJWKS.backendRefs[]",
                ),
            ),
            ("EnvoyExtensionPolicy", "ext_proc_types.go", ("spec.extProc[].backendRefs[]",)),
            (
                "EnvoyProxy",
                "envoyproxy_types.go",
                (
                    "spec.telemetry.accessLog.settings[].sinks[].als.backendRefs[]",
                    "spec.telemetry.accessLog.settings[].sinks[].openTelemetry.backendRefs[]",
                    "spec.telemetry.metrics.sinks[].openTelemetry.backendRefs[]",
                    "spec.telemetry.tracing.provider.backendRefs[]",
                ),
            ),
        )
    ),
    FieldSpec(
        groups=("gateway.envoyproxy.io",),
        kinds=("Backend",),
        read=f"{_ENVOY_READ}/backend_types.go",
        at=("spec.endpoints[].fqdn",),
        services=("hostname",),
        ports=("port",),
    ),
    FieldSpec(
        groups=("gateway.kgateway.dev",),
        kinds=("Backend",),
        read="kgateway, v1alpha1: Backend",
        at=("spec.static.hosts[]",),
        services=("host",),
        ports=("port",),
    ),
    FieldSpec(
        groups=("gateway.kgateway.dev",),
        kinds=("GatewayExtension",),
        read="kgateway, v1alpha1: GatewayExtension",
        at=tuple(f"spec.{by}.grpcService.backendRef" for by in ("extAuth", "extProc", "rateLimit")),
        services=("name",),
        namespace="namespace",
        ports=("port",),
        only=_SERVICE,
    ),
)
