"""Clients of the Pods' ports and of Services, where TLS ends at the proxy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.traffic.judged import container, deployment, run, service
from tests.traffic.test_clients import pod_monitor, service_monitor

HTTPS = deployment(container({"name": "https", "containerPort": 3000}))
TO_IT = service({"name": "main", "port": 80, "targetPort": 3000})


def told(*objects: Any, **settings: Any) -> list[str]:
    """Return the codes of the warnings about clients, and those of references that follow in a scheme."""
    results = run(*objects, **settings).results
    schemes = [str(result.proposed_value) for result in results if str(result.path).endswith("scheme")]
    return [result.code.number for result in results if result.code.number in ("PS368", "PS369")] + schemes


@pytest.mark.parametrize("monitor", [service_monitor, pod_monitor])
def test_monitors_follow_unless_they_send_credentials(monitor: Any) -> None:
    assert told(HTTPS, TO_IT, monitor()) == []
    assert told(HTTPS, TO_IT, monitor(scheme="https")) == ["http"]
    assert told(HTTPS, TO_IT, monitor(scheme="https", bearerTokenFile="/token")) == ["PS368", "None"]


def test_a_pod_monitor_counts_without_a_service() -> None:
    assert told(HTTPS, pod_monitor(scheme="https")) == ["http"]


def test_monitors_that_scrape_the_app_are_left_alone() -> None:
    assert told(HTTPS, TO_IT, pod_monitor(scheme="https"), referrers={"scrape": "app"}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("traefik.ingress.kubernetes.io/service.serversscheme", "https"),
        ("konghq.com/protocol", "grpcs"),
        ("cloud.google.com/app-protocols", '{"main": "HTTP2"}'),
        ("projectcontour.io/upstream-protocol.tls", "80"),
        ("haproxy.org/server-ssl", "true"),
    ],
)
def test_annotations_of_services_are_named(key: str, value: str) -> None:
    annotated = service({"name": "main", "port": 80, "targetPort": 3000}, annotations={key: value})
    assert told(deployment(), annotated) == ["PS368"]
    assert told(deployment(), service({"name": "main", "port": 80, "targetPort": 3000}, annotations={"a": value})) == []


def test_what_is_inferred_of_other_upstreams_passes_the_checks_of_what_is_stated() -> None:
    other = service({"name": "grpc", "port": 9}, name="other")
    other["spec"]["selector"] = {"app": "other"}
    to_it = {"service": {"name": "other", "port": 9}}

    def codes(route: dict[str, Any], **listener: Any) -> list[str]:
        listeners = [{"routes": [{"path": "/a/", "match": "prefix", **route}], **listener}]
        outcome = run(deployment(), TO_IT, other, listeners=listeners, engineVersion="1.22")
        return [result.code.number for result in outcome.results if result.severity == "error"]

    assert codes({}) == []
    assert codes({"upstream": to_it}) == ["PS331"]
    assert "PS156" in codes({"upstream": to_it, "cache": {}})
    auth = {"external": {"upstream": to_it}}
    assert "PS169" in codes({}, auth=auth)
