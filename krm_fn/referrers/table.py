"""The kinds that refer to a Service's port or a Pod's. A row adds one that names Services; a finder any other."""

from __future__ import annotations

from krm_fn.referrers.rows import ReferrerKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from krm_fn.referrers.namespaces import Namespaces
    from krm_fn.referrers.reference import Admission, Reference

    Finder: TypeAlias = Callable[[dict[str, Any], Namespaces], Iterator[Reference | Admission]]

_SERVICE = (("kind", "Service", "Service"), ("group", "", ""))
_ROUTE_KINDS = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")
_BACKENDS = (
    "spec.rules[].backendRefs[]",
    "spec.rules[].filters[].requestMirror.backendRef",
    "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
)
_KNATIVE = ("eventing.knative.dev", "messaging.knative.dev", "sources.knative.dev", "flows.knative.dev")
_KNATIVE_KINDS = (
    *("Trigger", "Broker", "Subscription", "Channel", "InMemoryChannel", "Sequence", "Parallel"),
    *("SinkBinding", "PingSource", "ApiServerSource", "ContainerSource", "KafkaSource"),
)
_KNATIVE_REFS = (
    *("spec.subscriber.ref", "spec.sink.ref", "spec.reply.ref", "spec.delivery.deadLetterSink.ref"),
    *("spec.steps[].ref", "spec.branches[].subscriber.ref", "spec.branches[].filter.ref", "spec.branches[].reply.ref"),
)

ROWS = (
    ReferrerKind(
        groups=("networking.k8s.io",),
        kind="Ingress",
        versions=("v1",),
        at=("spec.defaultBackend.service", "spec.rules[].http.paths[].backend.service"),
        services=("name",),
        ports=("port.number", "port.name"),
    ),
    ReferrerKind(
        groups=("networking.k8s.io", "extensions"),
        kind="Ingress",
        versions=("v1beta1",),
        at=("spec.backend", "spec.rules[].http.paths[].backend"),
        services=("serviceName",),
        ports=("servicePort",),
    ),
    *(
        ReferrerKind(
            groups=("gateway.networking.k8s.io",),
            kind=kind,
            at=_BACKENDS,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=_SERVICE,
        )
        for kind in _ROUTE_KINDS
    ),
    *(
        ReferrerKind(  # a route of a mesh, whose parent is the Service that it is for
            groups=("gateway.networking.k8s.io",),
            kind=kind,
            at=("spec.parentRefs[]",),
            services=("name",),
            namespace="namespace",
            ports=("port", "sectionName"),
            only=(("kind", "Gateway", "Service"), ("group", "gateway.networking.k8s.io", "")),
        )
        for kind in _ROUTE_KINDS
    ),
    ReferrerKind(
        groups=("gateway.networking.k8s.io",),
        kind="BackendTLSPolicy",
        at=("spec.targetRefs[]",),
        services=("name",),
        ports=("sectionName",),
        only=_SERVICE,
    ),
    ReferrerKind(
        groups=("route.openshift.io", ""),
        kind="Route",
        at=("spec",),
        services=("to.name", "alternateBackends[].name"),
        ports=("port.targetPort",),
        only=(("to.kind", "Service", "Service"),),
        of="endpoints",
    ),
    ReferrerKind(
        groups=("networking.istio.io",),
        kind="VirtualService",
        at=(
            *(f"spec.{protocol}[].route[].destination" for protocol in ("http", "tcp", "tls")),
            *("spec.http[].mirror", "spec.http[].mirrors[].destination"),
        ),
        services=("host",),
        ports=("port.number",),
    ),
    ReferrerKind(
        groups=("networking.istio.io",),
        kind="DestinationRule",
        at=("spec",),
        services=("host",),
        ports=(
            "trafficPolicy.portLevelSettings[].port.number",
            "subsets[].trafficPolicy.portLevelSettings[].port.number",
        ),
    ),
    *(
        ReferrerKind(
            groups=("traefik.io", "traefik.containo.us"),
            kind=kind,
            at=at,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            only=(("kind", "Service", "Service"),),
        )
        for kind, at in (
            ("IngressRoute", ("spec.routes[].services[]",)),
            ("IngressRouteTCP", ("spec.routes[].services[]",)),
            ("TraefikService", ("spec.weighted.services[]", "spec.mirroring", "spec.mirroring.mirrors[]")),
            ("Middleware", ("spec.errors.service",)),
        )
    ),
    ReferrerKind(
        groups=("projectcontour.io",),
        kind="HTTPProxy",
        at=("spec.routes[].services[]", "spec.tcpproxy.services[]"),
        services=("name",),
        ports=("port", "healthPort"),
    ),
    *(
        ReferrerKind(
            groups=("k8s.nginx.org",), kind=kind, at=("spec.upstreams[]",), services=("service",), ports=("port",)
        )
        for kind in ("VirtualServer", "TransportServer")
    ),
    ReferrerKind(
        groups=("elbv2.k8s.aws",),
        kind="TargetGroupBinding",
        at=("spec.serviceRef",),
        services=("name",),
        ports=("port",),
    ),
    ReferrerKind(
        groups=("monitoring.coreos.com",),
        kind="Prometheus",
        at=("spec.alerting.alertmanagers[]",),
        services=("name",),
        namespace="namespace",
        ports=("port",),
        of="endpoints",
    ),
    ReferrerKind(
        groups=("apiregistration.k8s.io",),
        kind="APIService",
        at=("spec.service",),
        services=("name",),
        namespace="namespace",
        ports=("port",),
        default=443,
    ),
    *(
        ReferrerKind(
            groups=(group,),
            kind=kind,
            at=at,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            default=443,
        )
        for group, kind, at in (
            ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", ("webhooks[].clientConfig.service",)),
            ("admissionregistration.k8s.io", "MutatingWebhookConfiguration", ("webhooks[].clientConfig.service",)),
            (
                "apiextensions.k8s.io",
                "CustomResourceDefinition",
                ("spec.conversion.webhook.clientConfig.service", "spec.conversion.webhookClientConfig.service"),
            ),
        )
    ),
    ReferrerKind(
        groups=("argoproj.io",),
        kind="Rollout",
        at=("spec.strategy.canary",),
        services=("trafficRouting.alb.rootService", "stableService", "canaryService"),
        ports=("trafficRouting.alb.servicePort",),
    ),
    *(
        ReferrerKind(
            groups=_KNATIVE,
            kind=kind,
            at=_KNATIVE_REFS,
            services=("name",),
            namespace="namespace",
            ports=(),
            only=(("kind", "", "Service"), ("apiVersion", "", "v1")),
            default=80,
            fixed="a reference has no port, and means 80. Name the Service by uri, or keep its number",
        )
        for kind in _KNATIVE_KINDS
    ),
    ReferrerKind(
        groups=("",),
        kind="Service",
        at=("spec",),
        services=("externalName",),
        ports=("ports[].port",),
        only=(("type", "ClusterIP", "ExternalName"),),
        fixed="clients that ask this name for that port are not among the items. Change them with it",
    ),
)
"""Kinds that name the Service whose port they speak of."""


SELECTING = frozenset(
    (
        *("ServiceMonitor", "PodMonitor", "NetworkPolicy", "GlobalNetworkPolicy"),
        *("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
    )
)
"""Kinds that select Services or Pods by labels: a finder finds their places."""


def finder_of(group: str, kind: str) -> Finder | None:
    """Return what finds the references of a kind that selects by labels, None where it is no such kind."""
    if kind not in SELECTING:
        return None
    from krm_fn.referrers import calico, cilium, monitors, network_policy  # noqa: PLC0415 # only where there are such

    finders: dict[tuple[str, str], Finder] = {}
    for module in (monitors, network_policy, cilium, calico):
        finders |= module.FINDERS
    return finders.get((group, kind))
