"""Whether the app is ready: as the kubelet's own probe of it would find, whatever the app speaks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from krm_fn.engines.engine import ProxyPlan, ReadyCheck
from tests.engines.nginx.plans import APP_PORT, PROBES, plan_of
from tests.servers.backend import running_backend
from tests.servers.certificates import app_tls
from tests.servers.grpc_app import running_grpc_app
from tests.servers.h2c_app import running_h2c_app
from tests.servers.http import LOCALHOST, exchange, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

Start = Callable[..., Server]
OTHER = APP_PORT + 30
"""A port that is no listener's."""
HEADERS = (
    ("X-Twice", "1"),
    ("x-twice", "2"),
    ("User-Agent", "mine"),
    ("!#$%&'+.^_`|~", '$host ${x} $1 {env.HOME} {http.request.host} \\{a} "; } # é'),
    ("X-" + "long-" * 30, " trimmed "),
    ("Connection", "keep-alive"),
    ("Content-Length", "7"),
    ("Transfer-Encoding", "chunked"),
)


def check_of(handler: Any, **settings: Any) -> ProxyPlan:
    return plan_of().replace(ready=ReadyCheck(handler=handler, **{"port": OTHER, **settings}))


def ready(**how: Any) -> int:
    return request(PROBES, "/readyz", **how).status


@contextmanager
def silent_app(*, hangs: bool) -> Iterator[None]:
    """Accept connections, and answer none: hang, or close them."""
    kept: list[socket.socket] = []
    with socket.create_server((LOCALHOST, OTHER)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                kept.append(connection)
                if not hangs:
                    connection.recv(1000)
                    connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in kept:
                connection.close()


def received(plan: ProxyPlan, start: Start, **how: Any) -> list[list[str]]:
    start(plan)
    seen: list[list[str]] = []
    with running_backend(OTHER) as app:
        app.observe = lambda headers: seen.extend(map(list, headers))
        request(PROBES, "/readyz", **how)
    return seen


class TestHeaders:
    def test_of_the_probe(self, start: Start, engine: str) -> None:
        plan = check_of("http", host="web.example:1", headers=HEADERS)
        sent = received(plan, start, headers={"User-Agent": "kube-probe", "X-Twice": "0"})
        of_name: dict[str, list[str]] = {}
        for name, value in sent:
            of_name.setdefault(name.lower(), []).append(value)
        assert of_name.pop("host") == ["web.example:1"]
        assert of_name.pop("connection") == ["close"]
        odd, value = HEADERS[3]
        assert of_name.pop(odd) == [value.encode().decode("latin-1")]
        assert of_name == {"x-twice": ["1", "2"], "user-agent": ["mine"], HEADERS[4][0].lower(): ["trimmed"]}
        assert [name for name, _ in sent if name.lower() == "x-twice"] == (
            ["X-Twice", "x-twice"] if engine.startswith("nginx") else ["X-Twice", "X-Twice"]
        )

    def test_host_is_the_pods_address(self, start: Start) -> None:
        start(check_of("http"))
        seen: list[tuple[str, str]] = []
        with running_backend(OTHER) as app:
            app.observe = seen.extend
            for address, host in ((LOCALHOST, LOCALHOST), ("127.0.0.9", "127.0.0.9"), ("::1", "[::1]")):
                request(PROBES, "/readyz", address=address, source=address, headers={"Host": "odd"})
                assert ("Host", f"{host}:{OTHER}") in seen

    def test_a_hostile_host_stays_in_its_place(self, start: Start, engine: str) -> None:
        text = '$host"; } {env.HOME}'
        sent = text if engine.startswith("nginx") else ""  # Go sends none that is no host, and so does the kubelet
        assert ["Host", sent] in received(check_of("http", host=text), start)


@pytest.mark.parametrize("answer", [200, 204, 299, 300, 302, 304, 308, 399, 400, 404, 419, 421, 500, 503])
def test_what_the_kubelet_takes(answer: int, start: Start) -> None:
    start(check_of("http", path=f"/?status={answer}&body=secret&header=Location:/login"))
    with running_backend(OTHER):
        response = request(PROBES, "/readyz")
        ready = answer < 400
        assert (response.status, response.body) == ((200, b"ok\n") if ready else (503, b"the app: %d\n" % answer))
        assert request(PROBES, "/readyz", "HEAD").body == b""


def test_timeout_is_the_probes(start: Start) -> None:
    start(check_of("http", path="/?hold", timeout=1))
    with running_backend(OTHER):
        assert ready() == 503


def test_a_slow_app_may_have_a_long_timeout(start: Start) -> None:
    start(check_of("http", path="/?hold", timeout=9))
    with running_backend(OTHER) as app:
        threading.Timer(3, app.release.set).start()
        assert ready() == 200


class TestTLS:
    def test_is_asked_without_a_look_at_the_certificate(self, start: Start) -> None:
        start(check_of("http", tls=True, path="/?status=302&header=Location:/x"))
        with running_backend(OTHER, app_tls("else.example", by_stranger=True).context) as app:
            assert ready() == 200
        assert app.targets == ["/?status=302&header=Location:/x"]

    @pytest.mark.parametrize("handler", ["http", "any"])
    def test_an_app_without_it_is_not_ready(self, start: Start, handler: str) -> None:
        start(check_of(handler, tls=True))
        with running_backend(OTHER):
            assert ready() == 503

    def test_an_app_with_it_is_not_ready_without(self, start: Start) -> None:
        start(check_of("http"))
        with running_backend(OTHER, app_tls("x").context):
            assert ready() == 503


class TestConnection:
    @pytest.mark.parametrize("answer", [200, 302, 404, 419, 500, 503, 599])
    def test_any_answer_will_do(self, start: Start, answer: int) -> None:
        start(check_of("tcp", path=f"/?status={answer}"))
        with running_backend(OTHER):
            assert ready() == 200

    @pytest.mark.parametrize("hangs", [False, True])
    def test_so_will_none(self, start: Start, hangs: bool) -> None:
        start(check_of("tcp", timeout=1))
        for _ in range(2):
            with silent_app(hangs=hangs):
                assert ready() == 200
            assert ready() == 503

    @pytest.mark.parametrize("tls", [False, True])
    def test_by_tls(self, start: Start, tls: bool) -> None:
        start(check_of("tcp", tls=True, path="/?status=500"))
        with running_backend(OTHER, app_tls("x").context if tls else None):
            assert ready() == (200 if tls else ready())


class TestGrpc:
    @pytest.mark.parametrize("tls", [False, True])
    @pytest.mark.parametrize("health", [False, True])
    def test_any_answer_of_the_health_check_will_do(self, start: Start, engine: str, tls: bool, health: bool) -> None:
        start(check_of("grpc", tls=tls))
        credentials = app_tls("x", by_stranger=True).credentials if tls else None
        for _ in range(2):
            with running_grpc_app(OTHER, health=health, credentials=credentials) as app:
                assert ready() == 200
            assert app.methods == ["/grpc.health.v1.Health/Check"]
            assert app.checks == ([b""] if health and engine == "caddy" else [])
            assert ready() == 503

    def test_another_app_is_not_ready(self, start: Start) -> None:
        start(check_of("grpc"))
        with running_backend(OTHER):
            assert ready() >= 400

    def test_what_it_passes_through_is_for_the_pod_alone(self, start: Start) -> None:
        start(check_of("grpc"))
        with running_grpc_app(OTHER) as app:
            assert request(PROBES, "/.proxy-sidecar/ready", source="192.0.2.1").status == 404
        assert app.methods == []


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("handler", ["http", "tcp", "any"])
def test_a_socket(start: Start, handler: str, tls: bool, tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        directory.chmod(0o755)
    plan = check_of(handler, socket="/run/app/app.sock", path="/a?c=$host", tls=tls)
    start(plan, directories={"/run/app": tmp_path})
    assert ready() == 503
    with running_backend(tmp_path / "app.sock", app_tls("x").context if tls else None) as app:
        assert ready() == 200
        assert app.targets == ["/a?c=$host"]


@pytest.mark.parametrize("answer", [200, 302, 404, 500])
def test_http2_alone(start: Start, answer: int) -> None:
    start(check_of("any", http2=True, path=f"/x?status={answer}", headers=(("X-A", "b"),)))
    with running_h2c_app(OTHER) as app:
        seen: list[dict[str, str]] = []
        app.observe = lambda headers: seen.append(dict(headers))
        assert ready() == (503 if answer >= 500 else 200)
    assert app.targets == [f"/x?status={answer}"]
    assert (seen[0]["X-Protocol"], seen[0]["x-a"], seen[0]["Host"]) == ("HTTP/2.0", "b", f"{LOCALHOST}:{OTHER}")
    assert ready() == 503


@pytest.mark.parametrize("settings", [{}, {"tls": True}, {"http2": True}, {"socket": "/run/none.sock"}], ids="".join)
@pytest.mark.parametrize("handler", ["http", "tcp", "grpc", "any"])
def test_an_app_that_is_away_makes_no_lines_in_the_log(start: Start, handler: str, settings: dict[str, Any]) -> None:
    server = start(check_of(handler, timeout=1, **settings))
    before = lines_of(server)
    assert [ready() for _ in range(3)] == [503] * 3
    assert lines_of(server) == before


def lines_of(server: Server) -> list[str]:
    """Return the lines in its log but those about Caddy's own storage, which it writes a while after its start."""
    return [line for line in server.stderr().splitlines() if '"logger":"tls"' not in line]


_FORGED = b"X-Remote-User: root\r\nX-Forwarded-User: root\r\nX-Original-URL: /admin\r\nCookie: s=1\r\nX-Probe: mine\r\n"


@pytest.mark.parametrize(
    "line",
    [
        b"POST /readyz?a=b HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n",
        b"DELETE /readyz HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n",
        b"GET /readyz HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade, close\r\n",
        b"GET http://x/readyz?x HTTP/1.1\r\nConnection: X-Probe, close\r\n",
    ],
)
@pytest.mark.parametrize("http2", [False, True])
def test_nothing_of_a_request_reaches_the_app(start: Start, line: bytes, http2: bool) -> None:
    """And nothing of the app's answer the client: anybody may ask, and the probe's headers may be credentials."""
    start(check_of("http", path="/ok?x=1", headers=(("X-Probe", "secret"),), http2=http2))
    seen: list[tuple[str, str]] = []
    with running_h2c_app(OTHER) if http2 else running_backend(OTHER) as app:
        app.observe = seen.extend
        body = b"1\r\na\r\n0\r\n\r\n" if b"chunked" in line else b"abc"
        answer = exchange(PROBES, line + b"Host: h\r\n" + _FORGED + b"\r\n" + body)
    assert app.targets == ["/ok?x=1"]
    assert {name.lower() for name, _ in seen} <= {"host", "connection", "x-probe", "x-protocol", "x-connection"}
    assert [value for name, value in seen if name.lower() == "x-probe"] == ["secret"]
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\n\r\nok\n" in answer
    assert b"/ok" not in answer
