"""The table of annotations; the first rows of each part say nothing."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.traffic.annotations import said_by_ingress, said_by_service, said_of_pods
from krm_fn.traffic.words import INGRESS_WORDS, OPAQUE_WORD, SCRAPE_WORD, SERVICE_WORDS
from tests.traffic.judged import deployment, run, service, spoken
from tests.traffic.test_clients import ingress


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("kubernetes.io/ingress.class", "nginx", ""),
        ("nginx.ingress.kubernetes.io/ssl-redirect", "true", ""),
        ("nginx.ingress.kubernetes.io/ssl-passthrough", "false", ""),
        ("nginx.ingress.kubernetes.io/backend-protocol", "", ""),
        ("nginx.org/ssl-services", "other, web-2", ""),
        ("nginx.ingress.kubernetes.io/backend-protocol", "HTTP", "http"),
        ("nginx.ingress.kubernetes.io/backend-protocol", "AUTO_HTTP", "http"),
        ("nginx.ingress.kubernetes.io/backend-protocol", "HTTPS", "https"),
        ("nginx.ingress.kubernetes.io/backend-protocol", "GRPC", "grpc"),
        ("nginx.ingress.kubernetes.io/backend-protocol", "GRPCS", "grpcs"),
        ("nginx.ingress.kubernetes.io/backend-protocol", "FCGI", "other"),
        ("nginx.ingress.kubernetes.io/secure-backends", "true", "https"),
        ("nginx.ingress.kubernetes.io/grpc-backend", "true", "grpc"),
        ("nginx.ingress.kubernetes.io/ssl-passthrough", "true", "tls"),
        ("haproxy.org/ssl-passthrough", "enabled", "tls"),
        ("haproxy.org/server-ssl", "true", "https"),
        ("haproxy-ingress.github.io/backend-protocol", "h1-ssl", "https"),
        ("appgw.ingress.kubernetes.io/backend-protocol", "https", "https"),
        ("alb.ingress.kubernetes.io/backend-protocol-version", "GRPC", "grpc"),
        ("nginx.org/ssl-services", "other, web", "https"),
        ("nginx.org/grpc-services", "web;other", "grpc"),
    ],
)
def test_of_an_ingress(key: str, value: str, says: str) -> None:
    assert [each.meaning.says for each in said_by_ingress({key: value}, "web")] == [says] * bool(says)
    assert not says or any(word in key for word in INGRESS_WORDS)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("note", "https", []),
        ("service.beta.kubernetes.io/aws-load-balancer-backend-protocol", "tcp", []),
        ("haproxy.org/server-ssl", "false", []),
        ("cloud.google.com/app-protocols", "{", []),
        ("cloud.google.com/app-protocols", "[]", []),
        ("projectcontour.io/upstream-protocol.other", "80", []),
        ("service.beta.kubernetes.io/aws-load-balancer-backend-protocol", "http", [("http", None)]),
        ("service.beta.kubernetes.io/aws-load-balancer-backend-protocol", "https", [("https", None)]),
        ("service.beta.kubernetes.io/aws-load-balancer-backend-protocol", "ssl", [("tls", None)]),
        ("traefik.ingress.kubernetes.io/service.serversscheme", "h2c", [("h2c", None)]),
        ("konghq.com/protocol", "grpcs", [("grpcs", None)]),
        ("haproxy.org/server-ssl", "true", [("https", None)]),
        ("projectcontour.io/upstream-protocol.tls", "443,web", [("https", 443), ("https", "web")]),
        ("projectcontour.io/upstream-protocol.h2", "443", [("https", 443)]),
        ("projectcontour.io/upstream-protocol.h2c", "api", [("h2c", "api")]),
        ("cloud.google.com/app-protocols", '{"a": "HTTP", "b": "HTTPS"}', [("http", "a"), ("https", "b")]),
        ("cloud.google.com/app-protocols", '{"a": "HTTP2"}', [("https", "a")]),
    ],
)
def test_of_a_service(key: str, value: str, said: list[Any]) -> None:
    assert [(each.meaning.says, each.port) for each in said_by_service({key: value})] == said
    assert not said or any(word in key for word in SERVICE_WORDS)


@pytest.mark.parametrize(
    ("annotations", "said"),
    [
        ({"note": "3000"}, []),
        ({"config.linkerd.io/opaque-ports": "http"}, []),
        ({"config.linkerd.io/opaque-ports": "1-65535"}, []),
        ({"config.linkerd.io/skip-inbound-ports": "3000"}, []),
        ({"prometheus.io/scheme": "https"}, []),
        ({"prometheus.io/port": "3000"}, []),
        ({"prometheus.io/port": "3000", "prometheus.io/scheme": "http"}, []),
        ({"config.linkerd.io/opaque-ports": "3000, 25-26"}, [("other", 3000), ("other", 25), ("other", 26)]),
        ({"prometheus.io/port": "3000", "prometheus.io/scheme": "https"}, [("https", 3000)]),
        ({"prometheus.io/port": "web", "prometheus.io/scheme": "HTTPS"}, [("https", "web")]),
    ],
)
def test_of_pods(annotations: dict[str, Any], said: list[Any]) -> None:
    assert [(each.meaning.says, each.port) for each in said_of_pods(annotations)] == said
    assert not said or any(word in key for word in (SCRAPE_WORD, OPAQUE_WORD) for key in annotations)


AWS = "service.beta.kubernetes.io/aws-load-balancer-backend-protocol"
ALB = "alb.ingress.kubernetes.io/backend-protocol"
CONTOUR = "projectcontour.io/upstream-protocol.tls"
TWO_PORTS = ({"name": "a", "port": 80, "targetPort": 3000}, {"name": "b", "port": 90, "targetPort": 4000})


@pytest.mark.parametrize(
    ("annotated", "word"),
    [
        ([service(annotations={AWS: "http"})], "http"),
        ([service(*TWO_PORTS, annotations={CONTOUR: "b"})], "http"),
        ([service(annotations={"config.linkerd.io/opaque-ports": "3001"})], "http"),
        ([service(), ingress(**{ALB: "HTTP", f"{ALB}-version": "HTTP1"})], "http"),
        ([service(annotations={AWS: "https"})], "https"),
        ([service(annotations={AWS: "ssl"})], "tls PS364"),
        ([service(*TWO_PORTS, annotations={CONTOUR: "a"})], "https"),
        ([service(*TWO_PORTS, annotations={CONTOUR: "80"})], "https"),
        ([service(annotations={"config.linkerd.io/opaque-ports": "3000"})], "PS361"),
        ([service(), ingress(**{ALB: "HTTPS"})], "https"),
        ([service(), ingress(**{ALB: "HTTPS", f"{ALB}-version": "HTTP1"})], "https"),
        ([service(), ingress(**{ALB: "HTTPS", f"{ALB}-version": "HTTP2"})], "https"),
        ([service(), ingress(**{f"{ALB}-version": "HTTP2", ALB: "HTTPS"})], "https"),
        ([service(), ingress(**{ALB: "HTTP", f"{ALB}-version": "HTTP2"})], "h2c"),
        ([service(), ingress(**{ALB: "HTTP", f"{ALB}-version": "GRPC"})], "grpc"),
        ([service(), ingress(**{ALB: "HTTPS", f"{ALB}-version": "GRPC"})], "grpc"),
    ],
)
def test_what_annotations_make_of_a_port(annotated: list[Any], word: str) -> None:
    assert spoken(run(deployment(), *annotated, listeners=[{"upstream": {"port": 3000}}])) == word


def test_annotations_of_pods_are_for_the_port_that_they_name() -> None:
    def annotated(port: str) -> Any:
        return deployment(annotations={"prometheus.io/port": port, "prometheus.io/scheme": "https"})

    assert spoken(run(annotated("9090"), service())) == "http"
    assert spoken(run(annotated("3000"), service())) == "https"
