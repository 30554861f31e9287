"""Apps that speak HTTP/2 without TLS, and no HTTP/1. An old nginx cannot, and the function refuses it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from krm_fn.engines.engine import ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import OtherUpstream, Rewrite, Route, Split
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, PORT, PROBES, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.h2c_app import running_h2c_app
from tests.servers.http import LOCALHOST, exchange, request

pytestmark = pytest.mark.server

H1, H2 = APP_PORT + 1, APP_PORT + 2


def plan() -> ProxyPlan:
    made = plan_of(
        Route(path="/h1", upstream=OtherUpstream(port=H1)),
        Route(path="/wrong", upstream=OtherUpstream(port=H1, protocol="h2c")),
        Route(path="/moved/", match="prefix", rewrite=Rewrite(prefix="/")),
        Route(path="/half", split=Split(percent=50, upstream=OtherUpstream(port=H1))),
        Route(path="/twice", split=Split(percent=50, upstream=OtherUpstream(port=H2, protocol="h2c"))),
    )
    ready = ReadyCheck(handler="any", port=APP_PORT, http2=True)
    return made.replace(listeners=(made.listeners[0].replace(protocols=("h2c",)),), ready=ready)


@pytest.fixture(scope="module", autouse=True)
def app(loopback: None, engine: str) -> Iterator[Backend]:
    if engine == "nginx":
        pytest.skip("it speaks no HTTP/2 to apps")
    with running_h2c_app(APP_PORT) as backend, running_backend(H1), running_h2c_app(H2), running(engine, plan()):
        yield backend


def protocol(target: str) -> str | None:
    return {name.lower(): value for name, value in request(PORT, target).json()["headers"]}.get("x-protocol")


def test_the_app_hears_http2() -> None:
    response = request(PORT, "/a%2Fb?c=d", "POST", headers={"Host": "web.example"}, body=b"x" * 100_000)
    received = response.json()
    headers = {name.lower(): value for name, value in received["headers"]}
    assert (received["method"], received["target"], received["length"]) == ("POST", "/a%2Fb?c=d", 100_000)
    assert (headers["x-protocol"], headers["host"], headers["x-forwarded-for"]) == (
        "HTTP/2.0",
        "web.example",
        LOCALHOST,
    )
    assert request(PROBES, "/readyz").status == 200


def test_routes() -> None:
    assert [protocol(target) for target in ("/h1", "/moved/x", "/x")] == [None, "HTTP/2.0", "HTTP/2.0"]
    assert request(PORT, "/wrong").status == 502
    assert {protocol("/half") for _ in range(40)} == {None, "HTTP/2.0"}
    assert {protocol("/twice") for _ in range(10)} == {"HTTP/2.0"}


@pytest.mark.parametrize("status", [204, 304, 404, 500])
def test_statuses(status: int, engine: str) -> None:
    if (engine, status) == ("caddy-oldest", 304):
        pytest.skip("its HTTP/2 takes a 304 that tells a length for one that was cut off")
    response = request(PORT, f"/?status={status}&header=X-A:b")
    assert (response.status, response.one("X-A")) == (status, "b")
    assert request(PORT, f"/?status={status}", "HEAD").status == status


def test_a_connection_serves_many_requests() -> None:
    seen = {dict(request(PORT, "/").json()["headers"])["X-Connection"] for _ in range(30)}
    assert len(seen) < 15  # on a busy machine some are idle for too long


def test_a_large_answer() -> None:
    assert len(request(PORT, "/?size=3000000").body) == 3_000_000


def test_events_arrive_one_by_one(app: Backend) -> None:
    app.release.clear()
    with closing(http.client.HTTPConnection(LOCALHOST, PORT, timeout=10)) as connection:
        connection.request("GET", "/?events")
        response = connection.getresponse()
        assert response.readline() == b"data: first\n"
        app.release.set()
        assert b"second" in response.read()


def test_headers_of_the_connection_are_not_passed() -> None:
    sent = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nKeep-Alive: 5\r\nProxy: x\r\nTE: trailers\r\n\r\n"
    answer = exchange(PORT, sent)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"X-Hop" not in answer


def test_no_websocket(engine: str) -> None:
    """Nginx sends the request on without the upgrade, Caddy refuses it."""
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "A" * 22 + "=="}
    response = request(PORT, "/", headers={**headers, "Sec-WebSocket-Version": "13"})
    assert response.status == (200 if engine.startswith("nginx") else 502)
    assert b"pgrade" not in response.body
    assert b"X-Hop" not in response.body
    assert request(PORT, "/").status == 200
