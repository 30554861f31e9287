"""What passes between client and app: paths, headers, bodies, upgrades."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import websockets.exceptions
import websockets.sync.client

from krm_fn.function_config.generated.values import Body, Compression, RealIP, Route, RouteTimeouts, Timeouts
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, PORT, other_ports, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import LOCALHOST, OUTSIDER, Response, exchange, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

MIB = 1 << 20
PLAN = plan_of(
    Route(path="/api/", match="prefix", timeouts=RouteTimeouts(read="300ms", send="40s")),
    Route(path="/live/", match="prefix", websocket=True),
    Route(path="/upload", max_body_size="0"),
    Route(path="/small", max_body_size="1k"),
    Route(path=r'^/r"e\\g\d{2}$', match="regex", max_body_size="2k"),
    timeouts=Timeouts(read="600ms", idle="300ms"),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running(engine, PLAN) as server:
        yield server


def received(response: Response) -> dict[str, list[str]]:
    """Return the headers that the app received, by name in lower case."""
    headers: dict[str, list[str]] = {}
    for name, value in response.json()["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    return headers


class TestPath:
    @pytest.mark.parametrize(
        "target",
        [
            "/a%2Fb//c",
            "//a//b/...c",
            "/%E2%82%AC?q=%20+&&x=%2F",
            "/a;b=c/$d/{e}|\"<'>^`?",
            "/api/a%2fb//",
            "/live//x%2F",
            "/api",
            "/live",
        ],
    )
    def test_arrives_byte_for_byte(self, target: str, engine: str) -> None:
        """Caddy escapes what no URI may hold."""
        response = request(PORT, target)
        arrived = response.json()["target"]
        assert response.status == 200
        assert arrived == target or (engine.startswith("caddy") and "{" in target and unquote(arrived) == target)

    def test_reaches_the_app_by_http_1_1_on_kept_connections(self, backend: Backend) -> None:
        request(PORT, "/")
        before = backend.connections
        for _ in range(5):
            assert request(PORT, "/").json()["protocol"] == "HTTP/1.1"
        assert backend.connections == before


class TestHost:
    @pytest.mark.parametrize("host", ["app.example:8443", "app.example", "under_score", "[::1]:80", "1.2.3.4:5", "A.b"])
    def test_keeps_its_port(self, host: str) -> None:
        response = request(PORT, f"/?status=301&header=Location:http://{host}/x", headers={"Host": host})
        assert received(response)["host"] == [host]
        assert response.one("Location") == f"http://{host}/x"

    @pytest.mark.parametrize("host", ["a b", "a$b", "a:b", 'a"b', "a:123456", "a,b", "<a>", "[::1", "a@b", "%61"])
    def test_malformed_is_refused(self, host: str) -> None:
        assert request(PORT, "/", headers={"Host": host}).status == 400

    def test_none_in_http_1_0(self) -> None:
        answer = exchange(PORT, b"GET /x HTTP/1.0\r\n\r\n")
        assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
        assert b'["Host", "localhost"]' in answer

    def test_location_is_the_apps(self) -> None:
        for location in ("/x", "http://app_9093/x", "http://shop.example/x", "x"):
            assert request(PORT, f"/?status=302&header=Location:{location}").one("Location") == location


SPOOFED = {
    "X-Forwarded-For": "203.0.113.7, 198.51.100.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "public.example:8443",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/app",
    "Forwarded": "for=203.0.113.7;proto=https",
    "X-Real-IP": "203.0.113.7",
    "Proxy": "http://evil.example",
}


class TestForwarded:
    def test_from_a_trusted_peer(self) -> None:
        headers = received(request(PORT, "/", headers=SPOOFED))
        assert headers["x-forwarded-for"] == ["203.0.113.7, 198.51.100.1, 127.0.0.1"]
        assert headers["x-forwarded-proto"] == ["https"]
        assert headers["x-forwarded-host"] == ["public.example:8443"]
        assert headers["x-forwarded-port"] == ["8443"]
        assert headers["x-forwarded-prefix"] == ["/app"]
        assert headers["x-real-ip"] == ["198.51.100.1"]
        assert not headers.keys() & {"forwarded", "proxy"}

    def test_the_client_stands_before_the_trusted_proxies(self) -> None:
        headers = received(request(PORT, "/", headers={"X-Forwarded-For": "evil, 203.0.113.7, 10.0.0.1, 172.16.0.9"}))
        assert headers["x-real-ip"] == ["203.0.113.7"]

    def test_from_an_untrusted_peer(self) -> None:
        headers = received(request(PORT, "/", headers=SPOOFED, source=OUTSIDER))
        assert headers["x-forwarded-for"] == [OUTSIDER]
        assert headers["x-forwarded-proto"] == ["http"]
        assert headers["x-forwarded-host"] == [f"127.0.0.1:{PORT}"]
        assert headers["x-real-ip"] == [OUTSIDER]
        assert not headers.keys() & {"x-forwarded-port", "x-forwarded-prefix", "forwarded", "proxy"}

    def test_none_from_a_trusted_peer(self) -> None:
        headers = received(request(PORT, "/"))
        assert headers["x-forwarded-for"] == [LOCALHOST]
        assert headers["x-forwarded-proto"] == ["http"]
        assert headers["x-forwarded-host"] == [f"127.0.0.1:{PORT}"]

    def test_malformed_from_a_trusted_peer(self) -> None:
        spoofed = {"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": "a b", "X-Forwarded-Port": "x"}
        headers = received(request(PORT, "/", headers=spoofed))
        assert headers["x-forwarded-proto"] == ["http"]
        assert headers["x-forwarded-host"] == [f"127.0.0.1:{PORT}"]
        assert "x-forwarded-port" not in headers

    def test_over_ipv6(self) -> None:
        headers = received(request(PORT, "/", source="::1", address="::1", headers={"X-Forwarded-For": "203.0.113.7"}))
        assert headers["x-forwarded-for"] == ["203.0.113.7, ::1"]

    @pytest.mark.parametrize(
        ("networks", "expected"),
        [
            ((), OUTSIDER),
            (("192.0.2.1",), f"203.0.113.7, {OUTSIDER}"),
            (("0.0.0.0/0", "::/0"), f"203.0.113.7, {OUTSIDER}"),
            (("192.0.2.0/24", "192.0.2.0/24", "FC00::/7"), f"203.0.113.7, {OUTSIDER}"),
        ],
    )
    def test_networks_are_the_users(
        self, networks: tuple[str, ...], expected: str, start: Callable[..., Server]
    ) -> None:
        start_beside(start, real_ip=RealIP(trusted_proxies=networks))
        with running_backend(APP_PORT + 10):
            response = request(PORT + 10, "/", headers={"X-Forwarded-For": "203.0.113.7"}, source=OUTSIDER)
        assert received(response)["x-forwarded-for"] == [expected]

    @pytest.mark.parametrize(("given", "kept"), [("abc-DEF_12.3", True), ("short", False), ("bad value!", False)])
    def test_request_id(self, given: str, kept: bool) -> None:
        (request_id,) = received(request(PORT, "/", headers={"X-Request-ID": given}))["x-request-id"]
        assert (request_id == given) is kept
        assert len(request_id.replace("-", "")) == 32 or kept


class TestSizes:
    def test_body_within_and_over_the_limit(self) -> None:
        assert request(PORT, "/", "POST", body=b"x" * 2 * MIB).json()["length"] == 2 * MIB
        assert request(PORT, "/", "POST", body=b"x" * (16 * MIB)).status == 200
        assert request(PORT, "/", "POST", body=b"x" * (16 * MIB + 1)).status == 413

    @pytest.mark.parametrize(("path", "limit"), [("/small", 1024), ("/r%22e%5Cg12", 2048)])
    def test_limit_of_a_route(self, path: str, limit: int) -> None:
        assert request(PORT, path, "POST", body=b"x" * limit).status == 200
        assert request(PORT, path, "POST", body=b"x" * (limit + 1)).status == 413

    def test_bodies_go_on_as_they_arrive(self, backend: Backend) -> None:
        assert request(PORT, "/upload", "POST", body=b"x" * (17 * MIB)).json()["length"] == 17 * MIB
        check_streaming(backend, PORT, "/upload")
        check_streaming(backend, PORT, "/")

    def test_no_limit_for_all(self, start: Callable[..., Server]) -> None:
        start_beside(start, Route(path="/kept", max_body_size="1m"), body=Body(max_size="0"))
        with running_backend(APP_PORT + 10):
            assert request(PORT + 10, "/", "POST", body=b"x" * (17 * MIB)).json()["length"] == 17 * MIB
            assert request(PORT + 10, "/kept", "POST", body=b"x" * (2 * MIB)).status == 413

    def test_large_headers_pass(self) -> None:
        assert request(PORT, f"/?header=X-Large:{'x' * 6000}").one("X-Large") == "x" * 6000
        assert received(request(PORT, "/", headers={"Cookie": "x" * 9000}))["cookie"] == ["x" * 9000]


class TestUpgrade:
    @pytest.mark.parametrize("path", ["/", "/live/", "/api/x"])
    def test_websocket_echo(self, path: str) -> None:
        with websockets.sync.client.connect(f"ws://127.0.0.1:{PORT}{path}") as connection:
            assert connection.response is not None
            assert connection.response.status_code == 101
            for message in ("one", "two"):
                connection.send(message)
                assert connection.recv(5) == message

    def test_websocket_route_outlives_the_read_timeout(self) -> None:
        live = websockets.sync.client.connect(f"ws://127.0.0.1:{PORT}/live/")
        usual = websockets.sync.client.connect(f"ws://127.0.0.1:{PORT}/")
        with live, usual:
            with pytest.raises(websockets.exceptions.ConnectionClosed):
                usual.recv(5)
            live.send("still there")
            assert live.recv(5) == "still there"

    def test_no_upgrade_no_connection_header(self) -> None:
        assert not received(request(PORT, "/")).keys() & {"connection", "upgrade"}

    def test_h2c_does_not_pass(self, backend: Backend) -> None:
        headers = {"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
        seen: list[set[str]] = []
        backend.observe = lambda headers: seen.append({name.lower() for name, _ in headers})
        response = request(PORT, "/", headers=headers)
        assert response.status in (200, 101)  # Caddy before 2.10.2 upgrades the client's connection itself
        wait_until(lambda: bool(seen))
        assert not seen[0] & {"connection", "upgrade"}


class TestTimeouts:
    def test_read(self, backend: Backend) -> None:
        backend.release.clear()
        assert request(PORT, "/?hold").status == 504
        assert request(PORT, "/api/?hold").status == 504
        backend.release.set()

    def test_connect(self, start: Callable[..., Server], engine: str) -> None:
        start_beside(start, timeouts=Timeouts(connect="200ms"))
        full = (LOCALHOST, APP_PORT + 10)
        with socket.create_server(full, backlog=0), socket.create_connection(full):
            assert request(PORT + 10, "/").status == (502 if engine.startswith("caddy") else 504)

    def test_idle(self) -> None:
        with socket.create_connection((LOCALHOST, PORT), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while connection.recv(65536):
                pass


class TestCompression:
    TEXT = "size=5000&header=Content-Type:"

    @pytest.mark.parametrize(
        "media_type",
        ["application/json", "image/svg%2Bxml", "application/wasm", "text/javascript;charset=utf-8", "text/html"],
    )
    def test_of_text(self, media_type: str) -> None:
        headers = {"Accept-Encoding": "gzip", "Via": "1.1 ingress"}
        response = request(PORT, f"/?{self.TEXT}{media_type}", headers=headers)
        assert response.one("Content-Encoding") == "gzip"
        assert gzip.decompress(response.body) == b"x" * 5000

    @pytest.mark.parametrize("media_type", ["image/png", "font/woff2", "video/mp4", "application/zip"])
    def test_not_of_what_is_compressed(self, media_type: str) -> None:
        response = request(PORT, f"/?{self.TEXT}{media_type}", headers={"Accept-Encoding": "gzip"})
        assert response.one("Content-Encoding") is None

    @pytest.mark.parametrize(
        ("settings", "target", "expected"),
        [
            ({}, "size=1024&header=Content-Type:text/css", "gzip"),
            ({}, "size=1023&header=Content-Type:text/css", None),
            ({"min_length": "10"}, "size=1023&header=Content-Type:text/css", "gzip"),
            ({"enabled": False}, "size=5000&header=Content-Type:text/css", None),
            ({"types": ()}, "size=5000&header=Content-Type:text/css", None),
            ({"types": ()}, "size=5000&header=Content-Type:text/html", "gzip"),
            ({"types": ("text/html", "text/x-own", "text/x-own")}, "size=5000&header=Content-Type:text/x-own", "gzip"),
            ({"types": ("text/html", "text/x-own")}, "size=5000&header=Content-Type:text/css", None),
        ],
    )
    def test_settings(
        self, settings: dict[str, Any], target: str, expected: str | None, start: Callable[..., Server]
    ) -> None:
        server = start_beside(start, compression=Compression(**settings))
        with running_backend(APP_PORT + 10):
            response = request(PORT + 10, f"/?{target}", headers={"Accept-Encoding": "gzip"})
        assert response.one("Content-Encoding") == expected
        assert "[warn]" not in server.stderr()

    def test_level(self, engine: str) -> None:
        sizes = []
        with running_backend(APP_PORT + 10):
            for level in (1, 9):
                body = "".join(f"{number:x}" for number in range(2000))
                with running(engine, other_ports(plan_of(compression=Compression(level=level)))):
                    target = f"/?header=Content-Type:text/css&body={body}"
                    sizes.append(len(request(PORT + 10, target, headers={"Accept-Encoding": "gzip"}).body))
        assert sizes[1] < sizes[0]


def start_beside(start: Callable[..., Server], *routes: Route, **settings: Any) -> Server:
    """Run a second sidecar on ports ten higher."""
    return start(other_ports(plan_of(*routes, **settings)))


def check_streaming(app: Backend, port: int, path: str) -> None:
    """Check that the app is asked while half of a body is still to come."""
    target = f"{path}?half={port}"
    before = app.hits(target)
    head = f"POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
    with socket.create_connection((LOCALHOST, port), timeout=5) as connection:
        connection.sendall(head.encode() + b"half-")
        wait_until(lambda: app.hits(target) == before + 1)
        connection.sendall(b"-half")
        assert connection.recv(12) == b"HTTP/1.1 200"
    assert app.hits(target) == before + 1


@pytest.mark.parametrize("path", ["/a", "/api/a"])
def test_an_answer_is_of_the_path_that_was_asked_for(path: str) -> None:
    target = f"{path}?header=X-Accel-Redirect:/upload"
    assert request(PORT, target).json()["target"] == target
