"""The probes' listener: the proxy's own health, and whether the app is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote

import pytest

from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, PORT, PROBES, other_ports, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import OUTSIDER, exchange, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, plan_of()):
        yield


def test_follow_the_app_or_the_proxy(start: Callable[..., Server]) -> None:
    start(other_ports(plan_of()))
    for _ in range(2):
        assert (request(PROBES + 10, "/healthz").status, request(PROBES + 10, "/readyz").status) == (200, 503)
        with running_backend(APP_PORT + 10):
            assert (request(PROBES + 10, "/healthz").status, request(PROBES + 10, "/readyz").status) == (200, 200)


def test_a_hanging_app_is_not_ready(start: Callable[..., Server], backend: Backend) -> None:
    backend.release.clear()
    start(other_ports(plan_of(ready_path="/ready?hold")))
    with running_backend(APP_PORT + 10):
        assert request(PROBES + 10, "/readyz").status == 503
        assert request(PROBES + 10, "/healthz").status == 200


@pytest.mark.parametrize("answer", [200, 204, 302, 401, 404, 429, 500, 502, 503])
def test_readiness_is_the_apps_answer(answer: int, start: Callable[..., Server]) -> None:
    """A redirect is an answer: the kubelet would follow it to the proxy, which has nothing there."""
    start(other_ports(plan_of(ready_path=f"/ready?status={answer}&header=Location:/login")))
    with running_backend(APP_PORT + 10):
        assert request(PROBES + 10, "/readyz").status == (200 if answer < 400 else 503)


@pytest.mark.parametrize("answer", [200, 302, 304, 400, 401, 404, 419, 429, 451, 498, 500, 502, 503, 504])
def test_without_a_path_any_answer_counts(answer: int, start: Callable[..., Server]) -> None:
    start(other_ports(plan_of(ready_path=None)))
    with running_backend(APP_PORT + 10) as app:
        app.usual_status = answer
        assert request(PROBES + 10, "/readyz").status == (200 if answer < 500 else 503)
        assert app.targets == ["/"]


@pytest.mark.parametrize(
    ("ready_path", "target"),
    [
        ("/-/ready", "/-/ready"),
        ("/a%2Fb//c?x=%20&y=1", "/a%2Fb//c?x=%20&y=1"),
        ("/$host/$1/${x}/$", "/$host/$1/$%7Bx%7D/$"),
        ("/'\";{}#\\", "/'%22;%7B%7D%23%5C"),
        ("/é €/😀", "/%C3%A9%20%E2%82%AC/%F0%9F%98%80"),
        ("/%zz%", "/%25zz%25"),
        ("no-slash", "/no-slash"),
    ],
)
def test_ready_path_is_taken_literally(ready_path: str, target: str, start: Callable[..., Server], engine: str) -> None:
    """Caddy asks for the same path, and escapes in it what need be."""
    server = start(other_ports(plan_of(ready_path=ready_path)))
    with running_backend(APP_PORT + 10) as app:
        assert request(PROBES + 10, "/readyz").status == 200
        (asked,) = app.targets
    assert asked == target or (engine.startswith("caddy") and unquote(asked) == unquote(target))
    assert "[warn]" not in server.stderr()


def test_the_app_hears_a_plain_request(backend: Backend) -> None:
    received: dict[str, str] = {}
    backend.observe = received.update
    request(PROBES, "/readyz")
    assert received == {"Host": f"127.0.0.1:{APP_PORT}", "Connection": "close"}


def test_nothing_else_is_there() -> None:
    assert request(PROBES, "/healthz", source=OUTSIDER).status == 200
    for path in ("/", "/metrics", "/stub_status", "/healthz/", "/readyz/x", "/-/ready"):
        assert request(PROBES, path).status == 404
    assert exchange(PROBES, b"GET /healthz HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\nok\n")


def test_ports_are_the_plans() -> None:
    assert request(PORT, "/healthz").json()["target"] == "/healthz"
