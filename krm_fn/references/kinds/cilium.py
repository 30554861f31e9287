"""Cilium's own proxies and redirects: CiliumEnvoyConfig, CiliumLocalRedirectPolicy."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

_READ = "cilium/cilium, v2: pkg/k8s/apis/cilium.io/v2"
_LOCAL = ("CiliumLocalRedirectPolicy",)
_SERVICE = (".spec.redirectFrontend.serviceMatcher.serviceName",)
_NAMESPACE = ".spec.redirectFrontend.serviceMatcher.namespace"
_TCP = (("protocol", "TCP", "TCP"),)
KINDS = (
    FieldSpec(
        groups=("cilium.io",),
        kinds=("CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig"),
        read=f"{_READ}/cec_types.go",
        at=("spec.backendServices[]",),
        services=("name",),
        namespace="namespace",
        ports=("number[]",),
    ),
    FieldSpec(
        groups=("cilium.io",),
        kinds=("CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig"),
        read=f"{_READ}/cec_types.go",
        at=("spec.services[]",),
        services=("name",),
        namespace="namespace",
        ports=("ports[]",),
    ),
    FieldSpec(  # the names of both sides must be the same
        groups=("cilium.io",),
        kinds=_LOCAL,
        read=f"{_READ}/clrp_types.go",
        at=("spec.redirectFrontend.serviceMatcher.toPorts[]",),
        services=_SERVICE,
        namespace=_NAMESPACE,
        ports=("port", "name"),
        only=_TCP,
    ),
    FieldSpec(
        groups=("cilium.io",),
        kinds=_LOCAL,
        read=f"{_READ}/clrp_types.go",
        note="The name is that of the Service's port.",
        at=("spec.redirectBackend.toPorts[]",),
        services=_SERVICE,
        namespace=_NAMESPACE,
        ports=("name",),
        only=_TCP,
    ),
    FieldSpec(
        groups=("cilium.io",),
        kinds=_LOCAL,
        read=f"{_READ}/clrp_types.go",
        found_by="ports",
        at=("spec.redirectBackend.toPorts[]",),
        selector="spec.redirectBackend.localEndpointSelector",
        ports=("port",),
        only=_TCP,
        of="pods",
    ),
)
