"""Which of several ports is the app's: each rule decides once, and its twin without what the rule asks for does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.traffic.judged import Object, client, container, deployment, fronted, run, service
from tests.traffic.test_clients import GATEWAY, ingress, route, service_monitor

ONE, OTHER = 3001, 4001
BOTH = deployment(container(ONE, OTHER))


def declared(one: Object, other: Object | None = None, **rest: Any) -> Object:
    return deployment(container({"containerPort": ONE, **one}, {"containerPort": OTHER, **(other or {})}, **rest))


def routed(one: Object | None = None, other: Object | None = None, annotations: Object | None = None) -> Object:
    first = {"name": "one", "port": 81, "targetPort": ONE, **(one or {})}
    second = {"name": "other", "port": 82, "targetPort": OTHER, **(other or {})}
    return service(first, second, annotations=annotations)


def to(number: int) -> Object:
    return client("HTTPRoute", GATEWAY, {"rules": [{"backendRefs": [{"name": "web", "port": number}]}]})


@pytest.mark.parametrize(
    "objects",
    [
        [BOTH],
        [BOTH, routed()],
        [declared({"name": "app"}, {"name": "main"})],
        [declared({"name": "redis"}, {"name": "mongo"})],
        [declared({"name": "metrics"}, {"name": "admin"})],
        [declared({"name": "web-api"}, {"name": "web-app"})],
        [BOTH, routed(), to(81), to(82)],
        [BOTH, routed(), route("GRPCRoute", port=83)],
        [BOTH, routed(), {**service_monitor(port="one")}],
        [BOTH, routed({"appProtocol": "http"}, {"appProtocol": "http"})],
    ],
)
def test_nothing_decides(objects: list[Object]) -> None:
    outcome = run(*objects)
    errors = [result.code.number for result in outcome.results if result.severity == "error"]
    assert errors == ["PS307"]


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        ([declared({"name": "app"}, {"name": "redis"})], "the others seem to speak no HTTP"),
        ([BOTH, routed(), to(81)], "gateway.networking.k8s.io/v1/HTTPRoute/client sends requests to it"),
        (
            [declared({"name": "app"}, {"name": "metrics"})],
            "the others are named for metrics, health or administration",
        ),
        ([declared({"name": "http"}, {"name": "app"})], 'it is named "http"'),
        ([declared({"name": "api-web"}, {"name": "http-api"}), routed({"name": "web"})], 'it is named "web"'),
        ([BOTH, routed({"appProtocol": "http"})], 'v1/Service/web spec.ports[0].appProtocol is "http"'),
        (
            [deployment(container(ONE, OTHER, readinessProbe={"httpGet": {"port": ONE}}))],
            'apps/v1/Deployment/web spec.template.spec.containers[0].readinessProbe.httpGet is "HTTP"',
        ),
        (
            [BOTH, routed({"appProtocol": "https"})],
            'v1/Service/web spec.ports[0].appProtocol is "https"',
        ),
        ([BOTH, routed({"port": 80}, {"port": 443})], "a Service's port 80 routes to it"),
    ],
)
def test_each_rule_decides(objects: list[Object], reason: str) -> None:
    assert fronted(run(*objects)) == (f"on port 8080 in front of {ONE}", reason)


def test_443_and_usual_numbers_decide_at_last() -> None:
    assert fronted(run(BOTH, routed({"port": 443}))) == (
        f"on port 8080 in front of {ONE}",
        "a Service's port 443 routes to it",
    )
    assert fronted(run(deployment(container(5000, 3000)))) == (
        "on port 8080 in front of 3000",
        "it is the most usual port for HTTP among them",
    )


@pytest.mark.parametrize(
    ("objects", "port", "number"),
    [
        # routed before declared, declared before probed, probed before what variables and flags say
        ([deployment(container(ONE, OTHER)), service({"port": 80, "targetPort": OTHER})], None, OTHER),
        ([deployment(container(ONE)), service({"port": 80, "targetPort": 5005})], None, 5005),
        ([deployment(container(ONE, readinessProbe={"httpGet": {"port": OTHER}}))], None, ONE),
        ([deployment(container(readinessProbe={"httpGet": {"port": OTHER}}, args=["--port=5005"]))], None, OTHER),
        ([deployment(container(readinessProbe={"tcpSocket": {"port": str(OTHER)}}))], None, OTHER),
        ([deployment(container(env=[{"name": "PORT", "value": "5005"}]))], None, 5005),
        ([deployment(container(args=["--listen-address", "0.0.0.0:5005"]))], None, 5005),
        ([deployment(container({"containerPort": ONE, "protocol": "UDP"}, args=["--port=5005"]))], None, 5005),
        # what is set wins
        ([deployment(container(ONE, OTHER))], OTHER, OTHER),
        ([deployment(container(ONE)), service({"port": 80, "targetPort": ONE})], 5005, 5005),
        ([deployment(container({"containerPort": ONE, "name": "app"}, OTHER))], "app", ONE),
    ],
)
def test_where_the_port_is_found(objects: list[Object], port: Any, number: int) -> None:
    listeners: Any = {"listeners": [{"upstream": {"port": port}}]} if port else {}
    assert fronted(run(*objects, **listeners)) == (f"on port 8080 in front of {number}", "")


@pytest.mark.parametrize(
    "app",
    [
        container(),
        container(env=[{"name": "PORT", "value": "none"}, {"name": "DB_PORT", "value": "5432"}, {"name": "PORT"}]),
        container(args=["--port", "--verbose", "-p=80", "--port=99999"]),
        container(readinessProbe={"httpGet": {"port": "app"}}),
    ],
)
def test_no_port_is_found(app: Object) -> None:
    assert run(deployment(app)).exit_code == 1


def test_reason_names_the_first_client_by_its_name_and_the_name_that_is_meant() -> None:
    clients = [{**to(81), "metadata": {"name": name}} for name in ("b", "a")]
    _, reason = fronted(run(BOTH, routed(), *clients))
    assert reason == "gateway.networking.k8s.io/v1/HTTPRoute/a sends requests to it"
    _, reason = fronted(run(declared({"name": "api"}), routed({"name": "http"}), ingress()))
    assert reason == 'it is named "http"'


def test_of_several_names_that_no_container_declares_the_first_service_is_told() -> None:
    services = [service({"port": 80, "targetPort": "none"}, name=name) for name in ("b", "a")]
    (error,) = run(BOTH, *services).results
    assert str(error.ref) == "v1/Service/a"
