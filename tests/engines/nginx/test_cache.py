"""Cached routes in front of an app that does what the tests want."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from krm_fn.function_config.generated.values import CacheStorage, Compression, Route, RouteCache
from tests.engines.nginx.current import running_current_nginx
from tests.engines.nginx.plans import APP_PORT, CACHE, PORT, other_ports, plan_of, running_nginx, workers_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import LOCALHOST, OUTSIDER, exchange, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

PLAN = plan_of(
    Route(path="/assets/", match="prefix", cache=RouteCache(policy="immutable-for-pod", ttl="1h")),
    Route(path="/brief/", match="prefix", cache=RouteCache(policy="immutable-for-pod", ttl="1s")),
    Route(path="/origin/", match="prefix", cache=RouteCache(ttl="1h")),
    Route(path="/shop", match="prefix", cache=RouteCache(ttl="1h", bypass_cookies=("session", "user.id-1"))),
    Route(path="/public", cache=RouteCache(ttl="1h", bypass_cookies=())),
    Route(path=r"^/v\d{1,2}/", match="regex", cache=RouteCache(ttl="1h")),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[Server]:
    with running_nginx(PLAN) as server:
        yield server


def status_of(target: str, method: str = "GET", **headers: str) -> str | None:
    """Return the X-Cache-Status of one request."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(PORT, target, method, headers=names).one("X-Cache-Status")


def sends(*headers: str) -> str:
    """Return the query that makes the app send these headers."""
    return "?" + "&".join(f"header={quote(each)}" for each in headers)


@pytest.mark.parametrize("target", ["/assets/a", "/origin/a", "/shop", "/shop/a", "/public", "/v1/a", "/assets/?q=1"])
def test_kept_where_it_is_asked_for(target: str, backend: Backend) -> None:
    assert [status_of(target), status_of(target), status_of(target, "HEAD")] == ["MISS", "HIT", "HIT"]
    assert backend.hits(target) == 1


@pytest.mark.parametrize("target", ["/", "/api", "/assets", "/public/a", "/account/x.css", "/v123/", "/v1"])
def test_kept_nowhere_else(target: str, backend: Backend) -> None:
    assert [status_of(target), status_of(target)] == [None, None]
    assert backend.hits(target) == 2


class TestPersonalAnswers:
    @pytest.mark.parametrize("credentials", ["Bearer x", "0"])
    @pytest.mark.parametrize("path", ["/assets/", "/origin/", "/shop/", "/v2/"])
    def test_authorization_goes_past_the_cache(self, path: str, credentials: str) -> None:
        target = f"{path}authorization-{quote(credentials)}"
        assert status_of(target, Authorization=credentials) == "BYPASS"
        assert status_of(target) == "MISS"
        assert status_of(target, Authorization=credentials) == "BYPASS"

    @pytest.mark.parametrize("cookie", ["any=1", "0", "a=b; c=d"])
    def test_any_cookie_by_default(self, cookie: str) -> None:
        target = f"/assets/cookie-{quote(cookie)}"
        assert status_of(target, Cookie=cookie) == "BYPASS"
        assert status_of(target) == "MISS"

    @pytest.mark.parametrize("cookie", ["session=1", "session=0", "session=", "a=1; session=x", "a=1;user.id-1=2"])
    def test_named_cookies(self, cookie: str) -> None:
        target = f"/shop/named-{quote(cookie)}"
        assert status_of(target, Cookie=cookie) == "BYPASS"
        assert status_of(target) == "MISS"

    @pytest.mark.parametrize("cookie", ["a=1", "xsession=1", "session2=1", "a=session", "userxid-1=2", "SESSION=1"])
    def test_other_cookies(self, cookie: str) -> None:
        target = f"/shop/other-{quote(cookie)}"
        assert [status_of(target, Cookie=cookie), status_of(target)] == ["MISS", "HIT"]

    @pytest.mark.parametrize("method", ["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"])
    @pytest.mark.parametrize("path", ["/assets/", "/origin/", "/public"])
    def test_another_method_goes_past_the_cache(self, path: str, method: str) -> None:
        target = f"{path}?method={method}"
        assert request(PORT, target, headers={method: "0"}).one("X-Cache-Status") == "BYPASS"
        assert [status_of(target), status_of(target)] == ["MISS", "HIT"]
        assert request(PORT, target, headers={method: "DELETE"}).one("X-Cache-Status") == "BYPASS"

    @pytest.mark.parametrize(
        "framing", ["Content-Length: 1\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"]
    )
    @pytest.mark.parametrize("path", ["/assets/", "/origin/", "/public"])
    def test_a_body_goes_past_the_cache(self, path: str, framing: str) -> None:
        target = f"{path}?framing={quote(framing[:8])}"
        with_body = f"GET {target} HTTP/1.1\r\nHost: {LOCALHOST}:{PORT}\r\nConnection: close\r\n{framing}".encode()
        assert b"X-Cache-Status: BYPASS" in exchange(PORT, with_body)
        assert [status_of(target, Content_Length="0"), status_of(target)] == ["MISS", "HIT"]
        assert b"X-Cache-Status: BYPASS" in exchange(PORT, with_body)

    def test_of_several_methods_the_app_gets_the_one_that_the_cache_goes_by(self) -> None:
        lines = "X-Method-Override:\r\nX-Method-Override: DELETE\r\n"
        text = f"GET /public?methods HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{lines}\r\n"
        answer = exchange(PORT, text.encode())
        assert (b"BYPASS" in answer) == (b"DELETE" in answer)

    def test_no_cookies(self) -> None:
        assert [status_of("/public?no", Cookie="session=1"), status_of("/public?no")] == ["MISS", "HIT"]

    @pytest.mark.parametrize("path", ["/assets/", "/origin/", "/public"])
    def test_a_response_that_sets_a_cookie_is_not_kept(self, path: str) -> None:
        target = path + sends("Set-Cookie:session=1", "Cache-Control:max-age=60")
        assert [status_of(target), status_of(target)] == ["MISS", "MISS"]

    def test_hosts_have_their_own(self) -> None:
        redirect = f"/assets/login{sends('Location:/x')}&status=301"
        assert status_of(redirect, Host="evil.example") == "MISS"
        assert [status_of(redirect, Host="good.example"), status_of(redirect, Host="good.example")] == ["MISS", "HIT"]

    def test_forwarded_origins_have_their_own(self) -> None:
        target = "/assets/forwarded"
        for name, value in (("Host", "evil.example"), ("Proto", "https"), ("Port", "444"), ("Prefix", "/evil")):
            header = {f"X_Forwarded_{name}": value}
            assert [status_of(target, **header), status_of(target, **header)] == ["MISS", "HIT"]
        assert status_of(target) == "MISS"
        spoofed = request(PORT, target, headers={"X-Forwarded-Host": "evil.example"}, source=OUTSIDER)
        assert (spoofed.one("X-Cache-Status"), spoofed.json()["headers"]) != ("HIT", [])

    def test_hosts_behind_one_forwarded_host_have_their_own(self) -> None:
        for host in ("evil.example", "good.example"):
            statuses = [status_of("/assets/both", Host=host, X_Forwarded_Host="a.example") for _ in range(2)]
            assert statuses == ["MISS", "HIT"]

    def test_upgrades_pass(self) -> None:
        assert status_of("/assets/upgrade", Upgrade="websocket2", Connection="Upgrade") == "BYPASS"


def by_http2(port: int, target: str, body: bytes) -> bytes:
    """Send a request with a body of no announced length by HTTP/2, and return the data that comes back first."""
    names = {":method": "GET", ":scheme": "http", ":authority": f"{LOCALHOST}:{port}", ":path": target}
    fields = b"".join(b"\0" + b"".join(bytes([len(each)]) + each.encode() for each in field) for field in names.items())

    def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
        return len(content).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + content

    with socket.create_connection((LOCALHOST, port), timeout=10) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 4, 1, fields))
        connection.sendall(frame(0, 1, 1, body))
        received = connection.makefile("rb")
        while True:
            head = received.read(9)
            content = received.read(int.from_bytes(head[:3], "big"))
            if head[3] == 0:
                return content


def test_an_answer_to_a_body_that_http2_does_not_announce_is_not_kept() -> None:
    plan = other_ports(PLAN)
    (listener,) = plan.listeners
    plan = plan.replace(listeners=(listener.replace(takes_http2=True),))
    with running_backend(APP_PORT + 10), running_current_nginx(plan):
        for body in (b"x" * 4, b""):
            kept = b'"length": 0' if not body else b'"length": 4'
            target = f"/public?{len(body)}"
            assert kept in by_http2(PORT + 10, target, body)
            statuses = [request(PORT + 10, target).one("X-Cache-Status") for _ in range(2)]
            assert statuses == ["MISS", "HIT"]
            assert request(PORT + 10, target).json()["length"] == 0


class TestWhatIsKept:
    @pytest.mark.parametrize("status", [200, 301, 308])
    @pytest.mark.parametrize("path", ["/assets/", "/origin/"])
    def test_success(self, path: str, status: int) -> None:
        target = f"{path}?status={status}"
        assert [status_of(target), status_of(target)] == ["MISS", "HIT"]

    @pytest.mark.parametrize("status", [302, 303, 307, 400, 401, 403, 404, 410, 500, 502, 503])
    @pytest.mark.parametrize("path", ["/assets/", "/origin/"])
    def test_nothing_else_whatever_the_app_says(self, path: str, status: int) -> None:
        target = f"{path}{sends('Cache-Control:public, max-age=60')}&status={status}"
        assert [status_of(target), status_of(target)] == ["MISS", "MISS"]

    @pytest.mark.parametrize("value", ["no-store", "no-cache", "private", "max-age=0"])
    def test_origin_is_respected(self, value: str) -> None:
        target = f"/origin/{sends(f'Cache-Control:{value}')}"
        assert [status_of(target), status_of(target)] == ["MISS", "MISS"]
        assert request(PORT, target).one("Cache-Control") == value

    def test_origin_may_say_for_how_long(self, backend: Backend) -> None:
        target = f"/origin/{sends('Cache-Control:max-age=1')}"
        assert [status_of(target), status_of(target)] == ["MISS", "HIT"]
        wait_until(lambda: status_of(target) == "EXPIRED")
        assert backend.hits(target) == 2

    def test_what_is_expired_is_revalidated(self) -> None:
        target = "/origin/" + sends("Cache-Control:max-age=1", 'ETag:"one"')
        assert "If-None-Match" not in dict(request(PORT, target).json()["headers"])
        wait_until(lambda: ["If-None-Match", '"one"'] in request(PORT, target).json()["headers"])

    @pytest.mark.parametrize("accepted", ["identity", "gzip"])
    def test_a_tag_of_a_kept_answer_is_taken_back(self, accepted: str) -> None:
        query = sends('ETag:"one"', "Content-Type:application/json") + "&size=3000"
        target, headers = f"/origin/tagged-{accepted}{query}", {"Accept-Encoding": accepted}
        for status in ("MISS", "HIT"):
            response = request(PORT, target, headers=headers)
            assert response.one("X-Cache-Status") == status
            tag = response.one("ETag") or ""
            assert request(PORT, target, headers={**headers, "If-None-Match": tag}).status == 304
            received = request(PORT, "/origin/a", "PUT", headers={"If-Match": tag}).json()
            assert ["If-Match", '"one"'] in received["headers"]

    def test_expired_assets_are_renewed_while_the_old_one_is_served(self, backend: Backend) -> None:
        assert status_of("/brief/renewed") == "MISS"
        wait_until(lambda: status_of("/brief/renewed") == "STALE")
        wait_until(lambda: backend.hits("/brief/renewed") == 2)

    @pytest.mark.parametrize("value", ["no-store", "private", "max-age=0"])
    def test_immutable_sets_the_app_aside(self, value: str) -> None:
        target = "/assets/" + sends(f"Cache-Control:{value}", "Expires:0", "Pragma:no-cache", "X-Accel-Expires:0")
        assert [status_of(target), status_of(target)] == ["MISS", "HIT"]
        response = request(PORT, target)
        assert response.one("Cache-Control") == "no-cache"
        assert (response.one("Expires"), response.one("Pragma")) == (None, None)

    def test_post_is_never_kept_nor_answered(self, backend: Backend) -> None:
        assert status_of("/origin/post") == "MISS"
        assert request(PORT, "/origin/post", "POST", body=b"x").json()["method"] == "POST"
        assert backend.hits("/origin/post") == 2

    def test_the_app_sees_no_encodings_on_cached_routes_only(self) -> None:
        for target, expected in (("/assets/encoding", []), ("/encoding", [["Accept-Encoding", "br"]])):
            received = request(PORT, target, headers={"Accept-Encoding": "br"}).json()["headers"]
            assert [each for each in received if each[0] == "Accept-Encoding"] == expected


def test_twenty_requests_at_once_are_one_for_the_app(backend: Backend) -> None:
    target = "/assets/crowd?hold"
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(status_of, target) for _ in range(20)]
        wait_until(lambda: backend.hits(target) > 0)
        backend.release.set()
        statuses = [answer.result() for answer in answers]
    assert (backend.hits(target), statuses.count("MISS"), statuses.count("HIT")) == (1, 1, 19)


def test_volume_is_bounded(loopback: None) -> None:
    """The cache manager looks every ten seconds."""
    plan = plan_of(*PLAN.listeners[0].listener.routes, cache=CacheStorage(max_size="128k", min_free="1m"))
    with running_backend(APP_PORT + 10), running_nginx(other_ports(plan)) as server:
        responses = server.root / CACHE.lstrip("/") / "responses"
        for number in range(8):
            assert request(PORT + 10, f"/assets/{number}?size=65536").one("X-Cache-Status") == "MISS"
        wait_until(lambda: 0 < len(files_below(responses)) <= 2, 15, "evictions")


def files_below(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_what_is_not_kept_is_not_written(sidecar: Server) -> None:
    """A slow client, a large response: it waits with the app, not in the volume."""
    with socket.create_connection((LOCALHOST, PORT), timeout=5) as connection:
        connection.sendall(b"GET /assets/?size=9000000 HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        for number in range(5):
            request(PORT, f"/meanwhile/{number}")
        opened = [os.readlink(link) for worker in workers_of(sidecar) for link in open_files(worker)]
    assert opened
    assert not [path for path in opened if path.startswith(f"{CACHE}/proxy")]


def open_files(process: int) -> list[Path]:
    return list(Path(f"/proc/{process}/fd").iterdir())


class TestWithoutTheApp:
    def test_cached_answers_and_the_rest_says_so(self, loopback: None) -> None:
        plan = other_ports(plan_of(*PLAN.listeners[0].listener.routes, compression=Compression(enabled=False)))
        with running_nginx(plan):
            with running_backend(APP_PORT + 10):
                for target in ("/assets/a", "/brief/a", "/origin/a"):
                    assert request(PORT + 10, target).status == 200
            for target, status in (("/assets/a", "HIT"), ("/origin/a", "HIT")):
                assert request(PORT + 10, target).one("X-Cache-Status") == status
            wait_until(lambda: request(PORT + 10, "/brief/a").one("X-Cache-Status") in ("STALE", "UPDATING"))
            assert request(PORT + 10, "/brief/a").status == 200
            assert request(PORT + 10, "/api").status == 502
            missing = request(PORT + 10, "/assets/missing")
            assert (missing.status, missing.one("Cache-Control")) == (502, "no-cache")
            with running_backend(APP_PORT + 10):
                assert request(PORT + 10, "/api").status == 200
                assert request(PORT + 10, "/assets/missing").status == 200
