"""The table of the appProtocol in front of the proxy; rows in which nothing is written or told come first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.traffic.judged import items, run, service
from tests.traffic.test_evidence import named

PLAIN: dict[str, Any] = {}
TLS = {"tls": {"secret": "web-tls"}}
HTTP, BOTH, GRPC = named("http"), named("http-grpc"), named("grpc")


def in_front(port: dict[str, Any], app: Any, listener: dict[str, Any], **upstream: Any) -> tuple[str | None, str]:
    """Return the appProtocol that a port gets in front of the proxy, and the field of which a warning is."""
    listeners = [{"upstream": {"port": 3000, "protocol": "http", **upstream}, **listener}]
    outcome = run(app, service({"port": 80, "targetPort": 3000, **port}), listeners=listeners, cutover="service")
    told = [result.path.rpartition(".")[2] for result in outcome.results if result.code.number == "PS370"]
    return items(outcome)[1]["spec"]["ports"][0].get("appProtocol"), " ".join(told)


@pytest.mark.parametrize(
    ("current", "listener", "new", "told"),
    [
        ("http", PLAIN, "http", ""),
        ("HTTP", PLAIN, "HTTP", ""),
        ("kubernetes.io/ws", PLAIN, "kubernetes.io/ws", ""),
        ("kubernetes.io/h2c", PLAIN, "kubernetes.io/h2c", ""),
        ("grpc", PLAIN, "grpc", ""),
        ("https", TLS, "https", ""),
        ("kubernetes.io/wss", TLS, "kubernetes.io/wss", ""),
        ("grpc", TLS, "grpc", ""),
        ("example.com/own", PLAIN, "example.com/own", ""),
        ("example.com/own", TLS, "example.com/own", ""),
        ("unknown", PLAIN, "unknown", ""),
        ("https", PLAIN, "https", "appProtocol"),
        ("kubernetes.io/wss", PLAIN, "kubernetes.io/wss", "appProtocol"),
        ("redis", PLAIN, "redis", "appProtocol"),
        ("redis", TLS, "redis", "appProtocol"),
        ("tcp", PLAIN, "tcp", "appProtocol"),
        ("http", TLS, "https", ""),
        ("kubernetes.io/ws", TLS, "kubernetes.io/wss", ""),
        ("kubernetes.io/h2c", TLS, "https", ""),
    ],
)
def test_one_that_is_there(current: str, listener: dict[str, Any], new: str, told: str) -> None:
    assert in_front({"appProtocol": current}, named("app"), listener) == (new, told)


@pytest.mark.parametrize(
    ("port", "protocol", "listener", "new", "told"),
    [
        ({"name": "https"}, "http", PLAIN, None, "name"),
        ({"name": "tls-web"}, "http", PLAIN, None, "name"),
        ({"port": 443}, "http", PLAIN, None, "port"),
        ({}, "http", PLAIN, "http", ""),
        ({"name": "main"}, "http", PLAIN, "http", ""),
        ({"name": "http"}, "http", PLAIN, "http", ""),
        ({"name": "http", "port": 443}, "http", PLAIN, "http", ""),
        ({"name": "https"}, "http", TLS, "https", ""),
        ({"port": 443}, "http", TLS, "https", ""),
        ({"name": "http"}, "http", TLS, "https", ""),
        ({"name": "main"}, "h2c", PLAIN, "http", ""),
        ({"name": "main"}, "https", PLAIN, "http", ""),
        ({"name": "main"}, "grpc", PLAIN, "grpc", ""),
        ({"name": "grpc"}, "grpc", TLS, "grpc", ""),
    ],
)
def test_none_there(port: dict[str, Any], protocol: str, listener: dict[str, Any], new: str | None, told: str) -> None:
    assert in_front(port, named("app"), listener, protocol=protocol) == (new, told)


@pytest.mark.parametrize(
    ("name", "new"), [("main", None), ("web", None), ("h2c", None), ("http", "http"), ("grpc-api", "grpc")]
)
def test_none_there_where_http_and_grpc_are_served(name: str, new: str | None) -> None:
    grpc = {"name": "grpc", "port": 81, "targetPort": 3000}
    outcome = run(named("http"), service({"name": name, "port": 80, "targetPort": 3000}, grpc), cutover="service")
    first, second = items(outcome)[1]["spec"]["ports"]
    assert (first.get("appProtocol"), second["appProtocol"]) == (new, "grpc") or name == "grpc-api"
    assert first.get("appProtocol") == new


def test_what_the_functionconfig_sets_is_written() -> None:
    for current in ({}, {"appProtocol": "https"}, {"appProtocol": "redis"}):
        service_port = {"service": {"appProtocol": "kubernetes.io/ws"}}
        assert in_front(current, named("app"), service_port) == ("kubernetes.io/ws", "")


def test_number_and_name_that_are_told_of_are_those_that_the_port_gets() -> None:
    assert in_front({"port": 443}, named("app"), {"service": {"port": 80}}) == ("http", "")
    assert in_front({"name": "https"}, named("app"), {"service": {"name": "http"}}) == ("http", "")
