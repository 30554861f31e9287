"""Settings that go by the client's address, where clients can choose it: who is warned, and what ends the warning."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krm_fn.function import process

ALLOW = {"path": "/staff/", "match": "prefix", "allow": ["203.0.113.7"]}
EVERY_POD, MESH = "PS325", "PS326"
PRIVATE = ["127.0.0.0/8", "10.0.0.0/8"]
ISTIO, LINKERD = "sidecar.istio.io/inject", "linkerd.io/inject"


def reported(
    *routes: dict[str, Any],
    trusted: list[str] | None = None,
    listener: dict[str, Any] | None = None,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    container: str = "helper",
    namespace: dict[str, Any] | None = None,
    pod: dict[str, Any] | None = None,
) -> list[str]:
    """Return the codes of the warnings for an app with some routes, a Pod with these marks, and its namespace."""
    spec: dict[str, Any] = {
        "target": {"kind": "Deployment", "name": "web"},
        "listeners": [{"port": 8080, "routes": list(routes), **(listener or {})}],
        **({} if trusted is None else {"realIP": {"trustedProxies": trusted}}),
    }
    containers = [{"name": "web", "image": "web:1", "ports": [{"containerPort": 3000}]}, {"name": container}]
    template = {
        "metadata": {"labels": {"app": "web", **(labels or {})}, "annotations": annotations or {}},
        "spec": {"containers": containers, **(pod or {})},
    }
    named = {"name": "web", "namespace": "shop"}
    items = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": named, "spec": {"template": template}},
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", **(namespace or {})}},
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x", "labels": {"istio-injection": "enabled"}}},
    ]
    document = {
        "apiVersion": "krm-fn.dev/v1alpha1",
        "kind": "ProxySidecar",
        "metadata": {"name": "web-proxy"},
        "spec": spec,
    }
    resource_list = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": items,
        "functionConfig": document,
    }
    outcome = process(json.dumps(resource_list).encode())
    assert outcome.exit_code == 0, outcome.results
    return [str(result.code) for result in outcome.results if str(result.code) in (EVERY_POD, MESH)]


@pytest.mark.parametrize(
    ("route", "listener"),
    [
        ({"path": "/"}, {}),
        ({"path": "/", "allow": []}, {}),
        ({"path": "/", "deny": []}, {}),
        ({"path": "/", "anonymous": True}, {"auth": {"basic": {"secret": "users"}}}),
        ({"path": "/"}, {"maintenance": {"enabled": True}}),
        ({"path": "/"}, {"maintenance": {"enabled": False, "allow": ["203.0.113.7"]}}),
    ],
)
def test_what_goes_by_no_address(route: dict[str, Any], listener: dict[str, Any]) -> None:
    assert reported(route, listener=listener, labels={ISTIO: "true"}) == []


@pytest.mark.parametrize(
    ("route", "listener"),
    [
        (ALLOW, {}),
        ({"path": "/", "deny": ["203.0.113.7"]}, {}),
        ({"path": "/", "rateLimit": {"perSecond": 1}}, {}),
        ({"path": "/", "connectionLimit": 1}, {}),
        ({"path": "/"}, {"maintenance": {"enabled": True, "allow": ["203.0.113.7"]}}),
    ],
)
def test_what_goes_by_the_address(route: dict[str, Any], listener: dict[str, Any]) -> None:
    assert reported(route, listener=listener) == [EVERY_POD]
    for trusted in ([], ["10.244.7.0/24"], PRIVATE):
        assert reported(route, listener=listener, trusted=trusted) == []
    assert reported(route, listener=listener, trusted=PRIVATE, labels={ISTIO: "true"}) == [MESH]


@pytest.mark.parametrize(
    "marks",
    [
        {"labels": {ISTIO: "true"}},
        {"annotations": {ISTIO: "true"}},
        {"namespace": {"labels": {"istio-injection": "enabled"}}},
        {"namespace": {"labels": {"istio.io/rev": "canary"}}},
        {"container": "istio-proxy"},
        {"annotations": {LINKERD: "enabled"}},
        {"annotations": {LINKERD: "ingress"}},
        {"namespace": {"annotations": {LINKERD: "enabled"}}},
        {"container": "linkerd-proxy"},
        {"labels": {"kuma.io/sidecar-injection": "enabled"}},
        {"namespace": {"labels": {"kuma.io/sidecar-injection": "enabled"}}},
        {"annotations": {"consul.hashicorp.com/connect-inject": "true"}},
        {"labels": {ISTIO: "true"}, "annotations": {"traffic.sidecar.istio.io/excludeInboundPorts": "9090, 8081"}},
        {"labels": {ISTIO: "true"}, "annotations": {"traffic.sidecar.istio.io/includeInboundPorts": "*"}},
    ],
)
def test_a_pod_in_a_mesh(marks: dict[str, Any]) -> None:
    assert reported(ALLOW, trusted=PRIVATE, **marks) == [MESH]
    assert reported(trusted=["10.244.7.0/24"], **marks) == [MESH], "the mesh's proxy is not among them"
    assert reported(trusted=["127.0.0.6"], **marks) == []
    assert reported(trusted=[], **marks) == []


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"labels": {ISTIO: "false"}, "namespace": {"labels": {"istio-injection": "enabled"}}},
        {"annotations": {LINKERD: "disabled"}, "namespace": {"annotations": {LINKERD: "enabled"}}},
        {"namespace": {"labels": {"istio-injection": "disabled"}}},
        {"namespace": {"labels": {"istio.io/dataplane-mode": "ambient"}}},
        {"labels": {ISTIO: "true"}, "annotations": {"sidecar.istio.io/interceptionMode": "TPROXY"}},
        {"labels": {ISTIO: "true"}, "annotations": {"traffic.sidecar.istio.io/excludeInboundPorts": "9090, 8080"}},
        {"labels": {ISTIO: "true"}, "annotations": {"traffic.sidecar.istio.io/includeInboundPorts": "9090"}},
        {"labels": {ISTIO: "true"}, "annotations": {"traffic.sidecar.istio.io/includeInboundPorts": ""}},
        {"annotations": {LINKERD: "enabled", "config.linkerd.io/skip-inbound-ports": "8000-8090"}},
        {"labels": {ISTIO: "true"}, "pod": {"hostNetwork": True}},
    ],
)
def test_a_pod_whose_port_is_in_none(marks: dict[str, Any]) -> None:
    assert reported(ALLOW, trusted=PRIVATE, **marks) == []
