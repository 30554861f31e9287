"""Annotations of ingress controllers, on Ingresses and on the Services behind them.

What an Ingress says of ports without a Service's name is for all Services that it routes to.
"""

from __future__ import annotations

from krm_fn.references.annotations.row import LIST, ONE, Grammar, Row

_LBC = "AWS Load Balancer Controller: guide, Ingress annotations"
_ALIBABA = "Alibaba: docs of ALB Ingress"
_AGIC = "Azure: application-gateway-kubernetes-ingress docs/annotations.md"
_HAPROXY = "HAProxy Ingress: documentation, keys"
_HAPROXY_TECH = "HAProxy Technologies: kubernetes-ingress documentation/annotations.md"
_CONTOUR = "Contour: docs, annotations"
_NGINX = "NGINX Inc: kubernetes-ingress docs, annotations"
_OCI = "Oracle: oci-native-ingress-controller pkg/util/util.go"
_CITRIX = "Citrix: citrix-k8s-ingress-controller docs/configure/annotations.md"
_ALB = "alb.ingress.kubernetes.io/"
_ACTION = Grammar(form="JSON fields", service="servicename", port="serviceport")

ROWS = (
    Row(
        key=f"{_ALB}actions.*",
        on=("Ingress", "Service"),
        of="service",
        grammar=_ACTION,
        does="follows",
        source=f"{_LBC}; {_ALIBABA}",
        example='{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"{service}","servicePort":"{port}"}]}}',
    ),
    Row(
        key=f"{_ALB}healthcheck-port",
        on=("Ingress", "Service"),
        of="endpoints",
        grammar=ONE,
        does="follows",
        source=_LBC,
        example="{port}",
        checks=True,
    ),
    *(
        Row(
            key=key,
            on=("Ingress", "Service"),
            of="pods",
            grammar=ONE,
            does="follows",
            source=source,
            example="{port}",
            checks=True,
        )
        for key, source in (
            (f"{_ALB}healthcheck-connect-port", _ALIBABA),
            ("appgw.ingress.kubernetes.io/health-probe-port", _AGIC),
            ("haproxy-ingress.github.io/health-check-port", _HAPROXY),
            ("ingress.kubernetes.io/health-check-port", _HAPROXY),
            ("oci-native-ingress.oraclecloud.com/healthcheck-port", _OCI),
        )
    ),
    *(
        Row(
            key=key, on=("Service",), of="service", grammar=LIST, does="follows", source=_CONTOUR, example="{port},9000"
        )
        for key in (
            "projectcontour.io/upstream-protocol.tls",
            "projectcontour.io/upstream-protocol.h2",
            "projectcontour.io/upstream-protocol.h2c",
            "contour.heptio.com/upstream-protocol.tls",
            "contour.heptio.com/upstream-protocol.h2",
            "contour.heptio.com/upstream-protocol.h2c",
        )
    ),
    *(
        Row(key=key, on=("Ingress", "Service"), of="other", grammar=LIST, does="stays", source=source, example=example)
        for key, source, example in (
            (f"{_ALB}listen-ports", _LBC, '[{"HTTP": {port}}]'),
            (f"{_ALB}ssl-redirect", _LBC, "{port}"),
            (f"{_ALB}listener-attributes.*", _LBC, "routing.http.response.server.enabled=true"),
            (f"{_ALB}frontend-nlb-listener-port-mapping", _LBC, "{port}=9443"),
            (f"{_ALB}frontend-nlb-healthcheck-port", _LBC, "{port}"),
            ("appgw.ingress.kubernetes.io/override-frontend-port", _AGIC, "{port}"),
            ("haproxy-ingress.github.io/tcp-service-port", _HAPROXY, "{port}"),
            ("haproxy-ingress.github.io/agent-check-port", _HAPROXY, "{port}"),
            ("haproxy.org/ssl-redirect-port", _HAPROXY_TECH, "{port}"),
            ("nginx.org/listen-ports", _NGINX, "{port},9000"),
            ("nginx.org/listen-ports-ssl", _NGINX, "{port},9000"),
            ("nginx.ingress.kubernetes.io/use-port-in-redirects", "ingress-nginx: docs, annotations", "true"),
            ("oci-native-ingress.oraclecloud.com/http-listener-port", _OCI, "{port}"),
            ("oci-native-ingress.oraclecloud.com/https-listener-port", _OCI, "{port}"),
            ("ingress.citrix.com/insecure-port", _CITRIX, "{port}"),
            ("ingress.citrix.com/secure-port", _CITRIX, "{port}"),
        )
    ),
)
"""The rows of AWS, Alibaba, Azure, HAProxy (both), Contour, NGINX Inc, Oracle and Citrix.

The annotations of ingress-nginx, Traefik, Kong, APISIX and GCE on an Ingress name Services, and no ports.
"""
