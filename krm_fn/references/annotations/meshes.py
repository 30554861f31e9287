"""Annotations of service meshes: which ports they take in, leave alone, or do not understand.

Ports of outgoing traffic are those of any destination, and ports of the mesh's own sidecar are its own: both stay.
"""

from __future__ import annotations

from krm_fn.references.annotations.row import KEY, LIST, ONE, Grammar, Row

_LINKERD = "Linkerd: reference of the proxy's configuration, 2.10 to 2.16; the policy controller of 2.11"
_ISTIO = "Istio: istio/api@00e465a annotation/annotations.yaml"
_CONSUL = "Consul: consul-k8s@0089d2a control-plane/connect-inject/constants/annotations_and_labels.go"
_CONSUL_SYNC = "Consul: documentation of the service sync, Service Ports"
_KUMA = "Kuma: kuma@00536cb pkg/plugins/runtime/k8s/metadata/annotations.go; reference of annotations, 1.8"
_OSM = "Open Service Mesh: docs of port exclusion"
_FSM = "Flomesh Service Mesh: docs of port exclusion"
_APP_MESH = "AWS App Mesh: aws-app-mesh-controller-for-k8s@020c318 pkg/inject/constants.go"
_NSM = "NGINX Service Mesh: reference of Pod annotations"
_CILIUM = "Cilium: cilium@023375f pkg/annotation/k8s.go; docs of visibility, up to 1.15"
_GCP = "Cloud Service Mesh: options of the automatic Envoy injection"
_STATISTICS = Grammar(form="statistics")
_VISIBILITY = Grammar(form="list", separators="<>,/")

ROWS = (
    Row(
        key="config.linkerd.io/opaque-ports",
        on=("Pod", "Namespace"),
        of="pods",
        grammar=LIST,
        does="gains",
        source=_LINKERD,
        example="25,{port},4000-5000",
    ),
    Row(
        key="config.linkerd.io/opaque-ports",
        on=("Service",),
        of="service",
        grammar=LIST,
        does="follows",
        source=_LINKERD,
        example="{port},25",
    ),
    Row(
        key="config.linkerd.io/proxy-require-identity-inbound-ports",
        on=("Pod", "Namespace"),
        of="pods",
        grammar=LIST,
        does="gains",
        source=_LINKERD,
        example="{port}",
    ),
    Row(
        key="config.linkerd.io/skip-inbound-ports",
        on=("Pod", "Namespace"),
        of="pods",
        grammar=LIST,
        does="leaves out",
        source=_LINKERD,
        example="25,{port}",
    ),
    *(
        Row(
            key=f"config.linkerd.io/{name}",
            on=("Pod", "Namespace"),
            of="other",
            grammar=LIST,
            does="stays",
            source=_LINKERD,
            example=each,
        )
        for name, each in (
            ("skip-outbound-ports", "25,{port}"),
            ("inbound-port", "{port}"),
            ("outbound-port", "{port}"),
            ("admin-port", "{port}"),
            ("control-port", "{port}"),
            ("pod-inbound-ports", "{port}"),
        )
    ),
    *(
        Row(key=key, on=("Pod",), of="pods", grammar=LIST, does="gains", source=source, example="{port}, 9000")
        for key, source in (
            ("traffic.sidecar.istio.io/includeInboundPorts", _ISTIO),
            ("readiness.status.sidecar.istio.io/applicationPorts", _ISTIO),
            ("appmesh.k8s.aws/ports", _APP_MESH),
            ("cloud.google.com/includeInboundPorts", _GCP),
        )
    ),
    *(
        Row(key=key, on=("Pod",), of="pods", grammar=LIST, does="leaves out", source=source, example="9000,{port}")
        for key, source in (
            ("traffic.sidecar.istio.io/excludeInboundPorts", _ISTIO),
            ("consul.hashicorp.com/transparent-proxy-exclude-inbound-ports", _CONSUL),
            ("traffic.kuma.io/exclude-inbound-ports", _KUMA),
            ("openservicemesh.io/inbound-port-exclusion-list", _OSM),
            ("flomesh.io/inbound-port-exclusion-list", _FSM),
            ("config.nsm.nginx.com/ignore-incoming-ports", _NSM),
            ("cloud.google.com/excludeInboundPorts", _GCP),
        )
    ),
    *(
        Row(key=key, on=("Pod",), of="other", grammar=LIST, does="stays", source=source, example="{port}")
        for key, source in (
            ("traffic.sidecar.istio.io/includeOutboundPorts", _ISTIO),
            ("traffic.sidecar.istio.io/excludeOutboundPorts", _ISTIO),
            ("status.sidecar.istio.io/port", _ISTIO),
            ("consul.hashicorp.com/transparent-proxy-exclude-outbound-ports", _CONSUL),
            ("consul.hashicorp.com/connect-service-upstreams", _CONSUL),
            ("consul.hashicorp.com/mesh-gateway-container-port", _CONSUL),
            ("consul.hashicorp.com/gateway-wan-port", _CONSUL),
            ("consul.hashicorp.com/merged-metrics-port", _CONSUL),
            ("consul.hashicorp.com/prometheus-scrape-port", _CONSUL),
            ("consul.hashicorp.com/sidecar-proxy-lifecycle-graceful-port", _CONSUL),
            ("traffic.kuma.io/exclude-outbound-ports", _KUMA),
            ("traffic.kuma.io/exclude-outbound-ports-for-uids", _KUMA),
            ("kuma.io/virtual-probes-port", _KUMA),
            ("kuma.io/application-probe-proxy-port", _KUMA),
            ("kuma.io/envoy-admin-port", _KUMA),
            ("prometheus.metrics.kuma.io/port", _KUMA),
            ("openservicemesh.io/outbound-port-exclusion-list", _OSM),
            ("flomesh.io/outbound-port-exclusion-list", _FSM),
            ("config.nsm.nginx.com/ignore-outgoing-ports", _NSM),
            ("appmesh.k8s.aws/egressIgnoredPorts", _APP_MESH),
            ("appmesh.k8s.aws/proxyEgressPort", _APP_MESH),
            ("appmesh.k8s.aws/proxyIngressPort", _APP_MESH),
            ("cloud.google.com/includeOutboundPorts", _GCP),
            ("cloud.google.com/excludeOutboundPorts", _GCP),
            ("network.cilium.io/no-track-host-ports", _CILIUM),
        )
    ),
    *(
        Row(key=key, on=("Pod",), of="pods", grammar=_STATISTICS, does="is reported", source=_ISTIO, example=example)
        for key, example in (
            ("proxy.istio.io/config", '{"proxyStatsMatcher": {"inclusionPrefixes": ["cluster.inbound|{port}||"]}}'),
            ("sidecar.istio.io/statsInclusionPrefixes", "cluster.outbound,cluster.inbound|{port}||"),
            ("sidecar.istio.io/statsInclusionRegexps", "http.[0-9.]*_{port}.downstream_rq_time"),
            ("sidecar.istio.io/statsInclusionSuffixes", "_{port}.downstream_rq_time"),
        )
    ),
    Row(
        key="consul.hashicorp.com/connect-service-port",
        on=("Pod",),
        of="pods",
        grammar=LIST,
        does="follows",
        source=_CONSUL,
        example="{port}",
    ),
    Row(  # the mesh's sidecar requests them in the Pod itself
        key="consul.hashicorp.com/service-metrics-port",
        on=("Pod",),
        of="pods",
        grammar=ONE,
        does="stays",
        source=_CONSUL,
        example="{port}",
    ),
    Row(
        key="consul.hashicorp.com/service-port",
        on=("Service",),
        of="service",
        grammar=ONE,
        does="follows",
        source=_CONSUL_SYNC,
        example="{port}",
    ),
    Row(
        key="{port}.service.kuma.io/protocol",
        on=("Service",),
        of="service",
        grammar=KEY,
        does="follows",
        source=_KUMA,
        example="http",
    ),
    Row(  # as Consul's metrics
        key="prometheus.metrics.kuma.io/aggregate-*-port",
        on=("Pod",),
        of="pods",
        grammar=ONE,
        does="stays",
        source=_KUMA,
        example="{port}",
    ),
    *(
        Row(key=key, on=("Pod",), of="pods", grammar=_VISIBILITY, does="is reported", source=_CILIUM, example=example)
        for key, example in (
            ("policy.cilium.io/proxy-visibility", "<Ingress/{port}/TCP/HTTP>,<Egress/53/UDP/DNS>"),
            ("io.cilium.proxy-visibility", "<Ingress/{port}/TCP/HTTP>"),
            ("policy.cilium.io/no-track-port", "{port}"),
            ("io.cilium.no-track-port", "{port}"),
        )
    ),
)
"""The rows of Linkerd, Istio, Consul, Kuma, Open Service Mesh, AWS App Mesh, NGINX Service Mesh, Cilium and others."""
