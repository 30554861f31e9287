"""Ingress controllers with kinds of their own: Traefik, Contour, NGINX, Kong, APISIX, Gloo, HAProxy, F5."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Says

_TRAEFIK = (Says(field="scheme", words={"https": "https", "h2c": "h2c", "http": "http"}),)
_PASSTHROUGH = (Says(field=".spec.tls.passthrough", words={"true": "tls"}),)
_NGINX_READ = "nginx/kubernetes-ingress, v1: pkg/apis/configuration/v1/types.go"
_APISIX_READ = "apache/apisix-ingress-controller, v2: api/v2"
_GLOO_READ = "solo-io/gloo, v1: projects/gloo/api/v1"
_KONG_READ = "Kong/kubernetes-ingress-controller"
_EMISSARY_READ = "emissary-ingress/emissary, v3alpha1: pkg/api/getambassador.io/v3alpha1"
_ROUTE_ACTION = ("routeAction.single.kube", "routeAction.multi.destinations[].destination.kube")
_WITHOUT = "A host with or without a scheme. One without a port means 80, or 443 by TLS, and gets the port."
KINDS = (
    *(
        FieldSpec(
            groups=("traefik.io", "traefik.containo.us"),
            kinds=kinds,
            read="Traefik, v1alpha1: routing/kubernetes/crd",
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
                (
                    "spec.weighted.services[]",
                    "spec.highestRandomWeight.services[]",
                    "spec.mirroring",
                    "spec.mirroring.mirrors[]",
                ),
                "http",
                _TRAEFIK,
            ),
            (("Middleware",), ("spec.errors.service",), "http", _TRAEFIK),
        )
    ),
    FieldSpec(
        groups=("projectcontour.io",),
        kinds=("HTTPProxy",),
        read="projectcontour/contour, v1: apis/projectcontour/v1/httpproxy.go",
        at=("spec.routes[].services[]",),
        services=("name",),
        ports=("port", "healthPort"),
        speaks="http",
        says=(Says(field="protocol", words={"tls": "https", "h2": "https", "h2c": "h2c"}),),
    ),
    FieldSpec(
        groups=("projectcontour.io",),
        kinds=("HTTPProxy",),
        read="projectcontour/contour, v1: apis/projectcontour/v1/httpproxy.go",
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
        kinds=("VirtualServer", "VirtualServerRoute"),
        read=_NGINX_READ,
        note="Also of another namespace, as in `shop/web`.",
        at=("spec.upstreams[]",),
        services=("service",),
        by_slash=True,
        ports=("port",),
        speaks="http",
        says=(Says(field="type", words={"grpc": "grpc"}), Says(field="tls.enable", words={"true": "https"})),
    ),
    FieldSpec(
        groups=("k8s.nginx.org",),
        kinds=("TransportServer",),
        read=_NGINX_READ,
        at=("spec.upstreams[]",),
        services=("service",),
        ports=("port",),
        says=(Says(field=".spec.listener.protocol", words={"tls_passthrough": "tls"}),),
    ),
    FieldSpec(
        groups=("k8s.nginx.org",),
        kinds=("VirtualServer", "VirtualServerRoute", "TransportServer"),
        read=_NGINX_READ,
        at=("spec.upstreams[]",),
        services=("backup",),
        ports=("backupPort",),
    ),
    FieldSpec(
        groups=("projectcontour.io",),
        kinds=("ExtensionService",),
        read="projectcontour/contour, v1alpha1: apis/projectcontour/v1alpha1/extensionservice.go",
        at=("spec.services[]",),
        services=("name",),
        ports=("port",),
    ),
    FieldSpec(
        groups=("configuration.konghq.com",),
        kinds=("TCPIngress",),
        read=f"{_KONG_READ}, v1beta1: TCPIngress",
        at=("spec.rules[].backend",),
        services=("serviceName",),
        ports=("servicePort",),
    ),
    FieldSpec(
        groups=("incubator.ingress-controller.konghq.com",),
        kinds=("KongServiceFacade",),
        read=f"{_KONG_READ}, v1alpha1: KongServiceFacade",
        at=("spec.backendRef",),
        services=("name",),
        ports=("port",),
        speaks="http",
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("ApisixRoute",),
        read=f"{_APISIX_READ}/apisixroute_types.go",
        at=("spec.http[].backends[]", "spec.http[].backend"),
        services=("serviceName",),
        ports=("servicePort",),
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("ApisixRoute",),
        read=f"{_APISIX_READ}/apisixroute_types.go",
        at=("spec.stream[]",),
        services=("backend.serviceName",),
        ports=("backend.servicePort",),
        only=(("protocol", "TCP", "TCP"),),
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("ApisixUpstream",),
        read=f"{_APISIX_READ}/apisixupstream_types.go",
        note="It has the name of its Service.",
        at=("spec.portLevelSettings[]",),
        services=(".metadata.name",),
        ports=("port",),
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("ApisixUpstream",),
        read=f"{_APISIX_READ}/apisixupstream_types.go",
        at=("spec.externalNodes[]",),
        services=("name",),
        ports=("port",),
        only=(("type", "", "Service"),),
    ),
    FieldSpec(
        groups=("apisix.apache.org",),
        kinds=("BackendTrafficPolicy",),
        read="apache/apisix-ingress-controller, v1alpha1: api/v1alpha1/backendtrafficpolicy_types.go",
        at=("spec.targetRefs[]",),
        services=("name",),
        ports=("sectionName",),
        only=(("kind", "", "Service"),),
    ),
    *(
        FieldSpec(
            groups=("gateway.solo.io",),
            kinds=(kind,),
            read="solo-io/gloo, v1: projects/gateway/api/v1",
            at=tuple(f"{routes}.{action}" for action in _ROUTE_ACTION),
            services=("ref.name",),
            namespace="ref.namespace",
            ports=("port",),
        )
        for kind, routes in (
            ("VirtualService", "spec.virtualHost.routes[]"),
            ("RouteTable", "spec.routes[]"),
        )
    ),
    FieldSpec(
        groups=("gateway.solo.io",),
        kinds=("Gateway",),
        read="solo-io/gloo, v1: projects/gateway/api/v1/gateway.proto",
        at=(
            "spec.tcpGateway.tcpHosts[].destination.single.kube",
            "spec.tcpGateway.tcpHosts[].destination.multi.destinations[].destination.kube",
        ),
        services=("ref.name",),
        namespace="ref.namespace",
        ports=("port",),
    ),
    FieldSpec(
        groups=("gloo.solo.io",),
        kinds=("UpstreamGroup",),
        read=f"{_GLOO_READ}/proxy.proto",
        at=("spec.destinations[].destination.kube",),
        services=("ref.name",),
        namespace="ref.namespace",
        ports=("port",),
    ),
    FieldSpec(
        groups=("gloo.solo.io",),
        kinds=("Upstream",),
        read=f"{_GLOO_READ}/options/kubernetes/kubernetes.proto",
        at=("spec.kube",),
        services=("serviceName",),
        namespace="serviceNamespace",
        ports=("servicePort",),
    ),
    FieldSpec(
        groups=("gloo.solo.io",),
        kinds=("Upstream",),
        read=f"{_GLOO_READ}/options/static/static.proto",
        at=("spec.static.hosts[]",),
        services=("addr",),
        ports=("port",),
    ),
    *(
        FieldSpec(
            groups=("getambassador.io",),
            kinds=(kind,),
            read=f"{_EMISSARY_READ}/{kind.lower()}_types.go; python/ambassador/ir/ircluster.py",
            note=_WITHOUT,
            at=("spec",),
            ports=(),
            hosts=(field,),
            tls_by="tls",
        )
        for kind, field in (
            ("Mapping", "service"),
            ("TCPMapping", "service"),
            ("AuthService", "auth_service"),
            ("RateLimitService", "service"),
            ("TracingService", "service"),
            ("LogService", "service"),
        )
    ),
    FieldSpec(
        groups=("ingress.v1.haproxy.org", "ingress.v3.haproxy.org"),
        kinds=("TCP",),
        read="haproxytech/kubernetes-ingress, v1 and v3: TCP custom resource",
        at=("spec[].service",),
        services=("name",),
        ports=("port",),
    ),
    FieldSpec(
        groups=("cis.f5.com",),
        kinds=("VirtualServer",),
        read="F5 Container Ingress Services, v1: VirtualServer",
        at=("spec.pools[]",),
        services=("service",),
        namespace="serviceNamespace",
        ports=("servicePort",),
        speaks="http",
    ),
    FieldSpec(
        groups=("cis.f5.com",),
        kinds=("TransportServer",),
        read="F5 Container Ingress Services, v1: TransportServer",
        at=("spec.pool",),
        services=("service",),
        namespace="serviceNamespace",
        ports=("servicePort",),
        only=((".spec.type", "tcp", "tcp"),),
    ),
)
