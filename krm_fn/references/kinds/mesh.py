"""Other service meshes: Linkerd, Kuma, Consul."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Finder
from krm_fn.references.reference import Reference, ServiceKey
from krm_fn.yaml_text.paths import mapping_at, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces

_KUMA = ("kuma.io",)
_LINKERD_READ = "linkerd/linkerd2: charts/linkerd-crds/templates/policy"
_KUMA_READ = "kumahq/kuma, v1alpha1: api/common/v1alpha1/targetref.go"
_LABELS = ("kuma.io/display-name", "k8s.kuma.io/service-name")
"""Labels that Kuma gives a MeshService: the name of its Service."""
_NAMES = ("name", *(f'labels["{label}"]' for label in _LABELS))
_MESH_SERVICE = (("kind", "", "MeshService"),)
_SERVICE = (("kind", "Service", "Service"),)
_TO = (
    *("MeshHTTPRoute", "MeshTCPRoute", "MeshTimeout", "MeshRetry", "MeshCircuitBreaker", "MeshHealthCheck"),
    *("MeshLoadBalancingStrategy", "MeshAccessLog", "MeshRateLimit", "MeshFaultInjection"),
)
"""Kuma's policies for what clients send to Services."""
_AT_INBOUND = (
    *("MeshTrafficPermission", "MeshTLS", "MeshTimeout", "MeshCircuitBreaker", "MeshAccessLog", "MeshRateLimit"),
    *("MeshFaultInjection", "MeshProxyPatch"),
)
"""Kuma's policies for what Pods receive."""
_TAGGED = (
    *("TrafficRoute", "TrafficPermission", "TrafficLog", "TrafficTrace", "HealthCheck", "CircuitBreaker"),
    *("FaultInjection", "Retry", "Timeout", "RateLimit", "ProxyTemplate", "VirtualOutbound", "MeshGatewayRoute"),
    *("MeshTrace", "MeshMetric", "MeshPassthrough"),
)
"""Other policies of Kuma, by whose matches or targets a Service is named with its port."""


def service_tags(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the ports in values of kuma.io/service, such as web_shop_svc_80: tags, and names of targets."""
    for path, value in walk(mapping_at(data, ("spec",))):
        parts = value.split("_") if isinstance(value, str) else []
        if len(parts) == len(_TAG) and parts[2] == _TAG[2] and parts[3].isdecimal() and parts[0] and parts[1]:
            key = ServiceKey(namespace=parts[1], name=parts[0], explicit=True)
            before = value.removesuffix(parts[3])
            at = ("spec", *path)
            yield Reference(path=at, port=parts[3], services=(key,), before=before, text=value)


_TAG = ("web", "shop", "svc", "80")
"""The parts of such a value."""
KINDS = (
    FieldSpec(
        groups=("policy.linkerd.io",),
        kinds=("Server",),
        read=f"{_LINKERD_READ}/server.yaml, v1beta3",
        note="With a warning that the app's own port has none any more.",
        found_by="ports",
        at=("spec",),
        selector="spec.podSelector",
        ports=("port",),
        of="pods",
        guards=True,
    ),
    FieldSpec(
        groups=("policy.linkerd.io",),
        kinds=("HTTPRoute",),
        read=f"{_LINKERD_READ}/httproute.yaml, v1beta3",
        at=("spec.rules[].backendRefs[]", "spec.rules[].filters[].requestMirror.backendRef"),
        services=("name",),
        namespace="namespace",
        ports=("port",),
        only=_SERVICE,
        speaks="http",
    ),
    FieldSpec(
        groups=("policy.linkerd.io",),
        kinds=("HTTPRoute",),
        read=f"{_LINKERD_READ}/httproute.yaml, v1beta3",
        at=("spec.parentRefs[]",),
        services=("name",),
        namespace="namespace",
        ports=("port", "sectionName"),
        only=(("kind", "", "Service"),),
    ),
    FieldSpec(
        groups=_KUMA,
        kinds=_TO,
        read=_KUMA_READ,
        at=("spec.to[].targetRef",),
        services=_NAMES,
        namespace="namespace",
        ports=("sectionName",),
        only=_MESH_SERVICE,
    ),
    FieldSpec(
        groups=_KUMA,
        kinds=("MeshHTTPRoute",),
        read=_KUMA_READ,
        at=(
            "spec.to[].rules[].default.backendRefs[]",
            "spec.to[].rules[].default.filters[].requestMirror.backendRef",
        ),
        services=_NAMES,
        namespace="namespace",
        ports=("port", "sectionName"),
        only=_MESH_SERVICE,
    ),
    FieldSpec(
        groups=_KUMA,
        kinds=("MeshTCPRoute",),
        read=_KUMA_READ,
        at=("spec.to[].rules[].default.backendRefs[]",),
        services=_NAMES,
        namespace="namespace",
        ports=("port", "sectionName"),
        only=_MESH_SERVICE,
    ),
    Finder(
        groups=_KUMA,
        kinds=tuple(sorted({*_TO, *_AT_INBOUND, *_TAGGED})),
        read="kumahq/kuma: docs of the tag kuma.io/service; pkg/plugins/runtime/k8s/controllers/pod_converter.go",
        note="In each value such as `web_shop_svc_80`.",
        find=service_tags,
        fields=("spec.…",),
    ),
    FieldSpec(
        groups=_KUMA,
        kinds=("MeshMultiZoneService",),
        read="kumahq/kuma, v1alpha1: pkg/core/resources/apis/meshmultizoneservice/api/v1alpha1",
        at=("spec",),
        services=tuple(f'selector.meshService.matchLabels["{label}"]' for label in _LABELS),
        namespace='selector.meshService.matchLabels["k8s.kuma.io/namespace"]',
        ports=("ports[].port",),
        fixed="a Service of all zones has one number. Change it in each of them, with its clients",
    ),
    FieldSpec(
        groups=_KUMA,
        kinds=_AT_INBOUND,
        read=_KUMA_READ,
        found_by="ports",
        at=("spec.targetRef",),
        labels="spec.targetRef.labels",
        ports=("sectionName",),
        only=(("kind", "", "Dataplane"),),
        of="pods",
        fixed="it is for that inbound alone. Write the name or number of the inbound for the proxy's port",
    ),
    FieldSpec(
        groups=("consul.hashicorp.com",),
        kinds=("ServiceDefaults",),
        read="hashicorp/consul-k8s, v1alpha1: control-plane/api/v1alpha1/servicedefaults_types.go",
        at=("spec.expose.paths[]",),
        services=(".metadata.name",),
        ports=("localPathPort",),
        of="pods",
        fixed="the mesh requests that path of the app itself. Write the new port if it must go through the proxy",
    ),
)
