"""Clients without credentials for a listener that requires them: which are reported, and that the remedies work."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from krm_fn.codes import CLIENT_LACKS_CERTIFICATE, CLIENT_LACKS_CREDENTIALS
from krm_fn.function import process
from krm_fn.result import Result

BASIC = {"auth": {"basic": {"secret": "users"}}}
EXTERNAL = {"auth": {"external": {"upstream": {"port": 4180}}}}
NO_SIGN_IN = {"auth": {"external": {"upstream": {"port": 4180}, "signIn": None}}}
CERTIFICATE = {"tls": {"secret": "web-tls", "clients": {"secret": "web-clients"}}}
OPTIONAL = {"tls": {"secret": "web-tls", "clients": {"secret": "web-clients", "required": False}}}
POD: dict[str, Any] = {"containers": [{"name": "web", "ports": [{"name": "http", "containerPort": 3000}]}]}


def workload(**annotations: str) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}, "annotations": annotations}, "spec": POD}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def service(changes: dict[str, Any] | None = None, /, **annotations: str) -> dict[str, Any]:
    metadata = {"name": "web", "labels": {"app": "web"}, "annotations": annotations}
    ports = [{"name": "http", "port": 443, "targetPort": "http"}]
    spec = {"selector": {"app": "web"}, "ports": ports, **(changes or {})}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def item(kind: str, group: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": group, "kind": kind, "metadata": {"name": "client"}, **spec}


def monitor(**endpoint: Any) -> dict[str, Any]:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": "http", "scheme": "https", **endpoint}]}
    return item("ServiceMonitor", "monitoring.coreos.com/v1", {"spec": spec})


def pod_monitor(**endpoint: Any) -> dict[str, Any]:
    endpoints = [{"port": "http", "scheme": "https", **endpoint}]
    spec = {"selector": {"matchLabels": {"app": "web"}}, "podMetricsEndpoints": endpoints}
    return item("PodMonitor", "monitoring.coreos.com/v1", {"spec": spec})


def prometheus(**entry: Any) -> dict[str, Any]:
    alertmanagers = [{"name": "web", "port": "http", "scheme": "https", **entry}]
    return item("Prometheus", "monitoring.coreos.com/v1", {"spec": {"alerting": {"alertmanagers": alertmanagers}}})


def webhook(**reference: Any) -> dict[str, Any]:
    hooks = [{"name": "a", "clientConfig": {"service": {"name": "web", **reference}}}]
    group = "admissionregistration.k8s.io/v1"
    return item("ValidatingWebhookConfiguration", group, {"webhooks": hooks})


def conversion(**reference: Any) -> dict[str, Any]:
    spec = {"conversion": {"webhook": {"clientConfig": {"service": {"name": "web", **reference}}}}}
    return item("CustomResourceDefinition", "apiextensions.k8s.io/v1", {"spec": spec})


API = item(
    "APIService",
    "apiregistration.k8s.io/v1",
    {"spec": {"group": "a.example", "version": "v1", "service": {"name": "web"}}},
)


def source(**sink: Any) -> dict[str, Any]:
    ref = {"kind": "Service", "apiVersion": "v1", "name": "web"}
    return item("PingSource", "sources.knative.dev/v1", {"spec": {"sink": {"ref": ref, **sink}}})


def ingress(**annotations: str) -> dict[str, Any]:
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    made = item("Ingress", "networking.k8s.io/v1", {"spec": {"defaultBackend": backend}})
    return made | {"metadata": {"name": "client", "annotations": annotations}}


ALB, NLB = "alb.ingress.kubernetes.io/", "service.beta.kubernetes.io/aws-load-balancer-healthcheck-"
CHECK = {f"{ALB}healthcheck-path": "/health"}
NLB_CHECK = {f"{NLB}path": "/health", f"{NLB}protocol": "HTTP"}
TO_CONFIG = {"cloud.google.com/backend-config": '{"default": "client"}'}
SCRAPED = {"prometheus.io/scrape": "true", "prometheus.io/port": "3000"}


def backend_config(**check: Any) -> dict[str, Any]:
    return item("BackendConfig", "cloud.google.com/v1", {"spec": {"healthCheck": {"requestPath": "/health", **check}}})


def policy(name: str) -> dict[str, Any]:
    config = {"type": "HTTP", "httpHealthCheck": {"requestPath": "/health"}}
    spec = {"default": {"config": config}, "targetRef": {"group": "", "kind": "Service", "name": name}}
    return item("HealthCheckPolicy", "networking.gke.io/v1", {"spec": spec})


def results(listener: dict[str, Any], *items: dict[str, Any], **settings: Any) -> list[Result]:
    """Return the warnings of such clients."""
    kinds = [each["kind"] for each in items]
    items = (*items, *(each for each in (workload(), service()) if each["kind"] not in kinds))
    spec = {"target": {"kind": "Deployment", "name": "web"}, "listeners": [listener], **settings}
    config = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "proxy"}, "spec": spec}
    given = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": list(items)}
    outcome = process(yaml.safe_dump({**given, "functionConfig": config}, sort_keys=False).encode())
    assert outcome.exit_code == 0, outcome.lines
    return [each for each in outcome.results if each.code in (CLIENT_LACKS_CREDENTIALS, CLIENT_LACKS_CERTIFICATE)]


ENDPOINT = "spec.endpoints[0]"
REPORTED = [
    ([monitor()], ENDPOINT, "/metrics"),
    ([monitor(path="/a/m?x=1")], f"{ENDPOINT}.path", "/a/m"),
    ([monitor(port=None, targetPort=3000)], ENDPOINT, "/metrics"),
    ([monitor(bearerTokenSecret={"key": ""}, basicAuth={})], ENDPOINT, "/metrics"),
    ([pod_monitor()], "spec.podMetricsEndpoints[0]", "/metrics"),
    ([prometheus()], "spec.alerting.alertmanagers[0]", "/api/v2/alerts"),
    (
        [prometheus(pathPrefix="/am/", apiVersion="V1")],
        "spec.alerting.alertmanagers[0].pathPrefix",
        "/am/api/v1/alerts",
    ),
    ([webhook()], "webhooks[0].clientConfig.service", "/"),
    ([webhook(path="/v", port=443)], "webhooks[0].clientConfig.service.path", "/v"),
    ([conversion(path="/c")], "spec.conversion.webhook.clientConfig.service.path", "/c"),
    ([API], "spec.service", "/apis/a.example/v1"),
    ([source(), service({"ports": [{"port": 80, "targetPort": "http"}]})], "spec.sink", "/"),
    ([source(uri="/e"), service({"ports": [{"port": 80, "targetPort": "http"}]})], "spec.sink.uri", "/e"),
    ([service(**SCRAPED)], 'metadata.annotations["prometheus.io/scrape"]', "/metrics"),
    ([workload(**SCRAPED, **{"prometheus.io/path": "/m"})], None, "/m"),
    ([ingress(**CHECK)], f'metadata.annotations["{ALB}healthcheck-path"]', "/health"),
    ([ingress(), service(**CHECK)], f'metadata.annotations["{ALB}healthcheck-path"]', "/health"),
    ([service({"type": "LoadBalancer"}, **NLB_CHECK)], f'metadata.annotations["{NLB}path"]', "/health"),
    ([service(**TO_CONFIG), backend_config()], "spec.healthCheck.requestPath", "/health"),
    ([policy("web")], "spec.default.config.httpHealthCheck.requestPath", "/health"),
]


@pytest.mark.parametrize(("items", "path", "target"), REPORTED)
def test_reported_until_its_path_is_open(items: list[dict[str, Any]], path: str | None, target: str) -> None:
    for listener in (BASIC, NO_SIGN_IN):
        (found,) = results(listener, *items)
        assert path in (None, found.path)
        message = found.message
        assert f"requests {target} of " in message
        (route,) = re.findall(r"add (\{.*\}) to spec\.listeners\[0\]\.routes", message)
        assert results({**listener, "routes": [yaml.safe_load(route)]}, *items) == []
        closed = {**yaml.safe_load(route), "anonymous": False}
        (again,) = results({**listener, "routes": [{"path": "/z"}, closed]}, *items)
        assert "set spec.listeners[0].routes[1].anonymous: true" in again.message
        scrapes = "spec.referrers.scrape: app" in message
        assert scrapes is (
            items[0]["kind"] in ("ServiceMonitor", "PodMonitor", "Service", "Deployment") and "m" in target
        )
        if scrapes:
            assert results(listener, *items, referrers={"scrape": "app"}) == []
        assert results(listener, *items, referrers={"ignore": [items[-1]["kind"], items[0]["kind"]]}) == []
        assert results({}, *items) == []


NOT_REPORTED: list[list[dict[str, Any]]] = [
    [],
    [monitor(basicAuth={"username": {"name": "a", "key": "b"}})],
    [monitor(bearerTokenSecret={"name": "a", "key": "b"})],
    [monitor(bearerTokenFile="/token")],  # a path
    [monitor(authorization={"credentials": {"name": "a", "key": "b"}})],
    [monitor(oauth2={"clientId": {"secret": {"name": "a", "key": "b"}}})],
    [monitor(port="other")],
    [pod_monitor(basicAuth={"password": {"name": "a", "key": "b"}})],
    [prometheus(basicAuth={"username": {"name": "a", "key": "b"}})],
    [prometheus(name="other")],
    [webhook(name="other")],
    [{**API, "apiVersion": "other.example/v1"}],
    [service(**{"prometheus.io/port": "3000"})],
    [service(**{**SCRAPED, "prometheus.io/scrape": "false"})],
    [service(**{**SCRAPED, "prometheus.io/port": "9999"})],
    [ingress()],
    [ingress(**CHECK, **{f"{ALB}success-codes": "200-401"})],
    [ingress(**CHECK, **{f"{ALB}healthcheck-port": "8081"})],
    [service({"type": "ClusterIP"}, **NLB_CHECK)],
    [service({"type": "LoadBalancer"}, **{**NLB_CHECK, f"{NLB}protocol": "tcp"})],
    [service({"type": "LoadBalancer"}, **NLB_CHECK, **{f"{NLB}port": "8081"})],
    [service(), backend_config()],
    [service(**TO_CONFIG), backend_config(type="TCP")],
    [service(**TO_CONFIG), backend_config(port=8081)],
    [service(**{"cloud.google.com/backend-config": "{"}), backend_config()],
    [policy("other")],
]


@pytest.mark.parametrize("items", NOT_REPORTED)
def test_not_reported(items: list[dict[str, Any]]) -> None:
    assert results(BASIC, *items) == []


def test_a_refusal_may_pass_a_health_check() -> None:
    checked = service({"type": "LoadBalancer"}, **NLB_CHECK)
    assert (len(results(BASIC, checked)), len(results(EXTERNAL, checked))) == (1, 0)
    checked = ingress(**CHECK, **{f"{ALB}success-codes": "200,302"})
    assert (len(results(BASIC, checked)), len(results(EXTERNAL, checked))) == (1, 0)


@pytest.mark.parametrize(
    ("routes", "is_open"),
    [
        ([{"path": "/metrics", "anonymous": True}], True),
        ([{"path": "/metrics"}, {"path": "/", "match": "prefix", "anonymous": True}], False),
        ([{"path": "/met", "match": "prefix", "anonymous": True}], True),
        ([{"path": "/met", "match": "prefix", "anonymous": True}, {"path": "/metr", "match": "prefix"}], False),
        ([{"path": "/metrics/", "match": "prefix", "anonymous": True}], False),
        ([{"path": "^/metrics$", "match": "regex", "anonymous": True}], True),
        ([{"path": "^/metrics$", "match": "regex"}, {"path": "^/m", "match": "regex", "anonymous": True}], False),
        ([{"path": "^/m", "match": "regex", "anonymous": True}, {"path": "/", "match": "prefix"}], False),
        ([{"path": "/metrics", "redirect": {"to": "/m"}}], True),
        ([{"path": "/other", "anonymous": True}], False),
    ],
)
def test_the_route_that_counts(routes: list[dict[str, Any]], *, is_open: bool) -> None:
    assert (results({**BASIC, "routes": routes}, monitor()) == []) is is_open


def test_the_services_own_paths_are_open() -> None:
    assert results(EXTERNAL, monitor(path="/oauth2/metrics")) == []
    assert len(results({**EXTERNAL, "routes": [{"path": "/oauth2/metrics"}]}, monitor(path="/oauth2/metrics"))) == 1


def test_clients_without_a_certificate() -> None:
    clients = [monitor(), prometheus(), webhook(), ingress(**CHECK), API]
    found = results({**CERTIFICATE, "routes": [{"path": "/", "match": "prefix", "anonymous": True}]}, *clients)
    assert [each.code for each in found] == [CLIENT_LACKS_CERTIFICATE] * 4
    assert all("spec.listeners[0].tls.clients.required: false" in each.message for each in found)
    assert results(OPTIONAL, *clients) == []
    given = {"tlsConfig": {"cert": {"secret": {"name": "a", "key": "b"}}, "keySecret": {"name": "a", "key": "c"}}}
    assert results(CERTIFICATE, monitor(**given), prometheus(tlsConfig={"certFile": "/crt", "keyFile": "/key"})) == []
    assert results(CERTIFICATE, monitor(), referrers={"scrape": "app"}) == []


def test_each_is_reported_once_and_only_when_services_lead_to_the_proxy() -> None:
    second = service() | {"metadata": {"name": "second", "labels": {"app": "web"}}}
    assert len(results(BASIC, service(), second, monitor())) == 1
    assert results(BASIC, monitor(), cutover="staged") == []
