"""What requests hold of the proxy and the app: no disk, and neither for ever, however slow the client is."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from stat import S_ISREG

import pytest
import websockets.sync.client

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import OtherUpstream, Route, Snippets
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import LOCALHOST, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

DEAF = APP_PORT + 1
"""The port of an app that accepts connections, and reads nothing."""
UPLOADS, SIZE = 60, 15_000_000
HEADERS, BODY = 1, 2
"""Seconds, in place of the timeouts that are usual."""


def plan_for(engine: str) -> ProxyPlan:
    routes = (
        Route(path="/unread", upstream=OtherUpstream(port=DEAF)),
        Route(path="/small", max_body_size="1k"),
    )
    if engine.startswith("nginx"):
        snippet = f"client_header_timeout {HEADERS}s; client_body_timeout {BODY}s;"
        return plan_of(*routes, listener=LISTENER.replace(snippet=snippet))
    fields = {"read_header_timeout": HEADERS, "read_timeout": BODY}
    patch = tuple(
        {"op": "replace", "path": f"/apps/http/servers/listener0/{field}", "value": seconds * 10**9}
        for field, seconds in fields.items()
    )
    return plan_of(*routes, snippets=Snippets(patch=patch))


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with socket.create_server((LOCALHOST, DEAF), backlog=2 * UPLOADS), running(engine, plan_for(engine)) as server:
        yield server


def bytes_in_files(server: Server) -> int:
    """Return how much the files hold that the server's processes have open, with those that are deleted."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    found = {}
    for pid in (str(server.pid), *children):
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                status = os.stat(file)  # a Path would follow the name of a deleted file
                if S_ISREG(status.st_mode):
                    found[status.st_dev, status.st_ino] = status.st_size
    return sum(found.values())


class TestUploads:
    def test_that_the_app_does_not_read_hold_no_disk(self, sidecar: Server) -> None:
        before = bytes_in_files(sidecar)
        sent = [0] * UPLOADS
        head = f"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: {SIZE}\r\n\r\n".encode()
        with ExitStack() as stack:
            clients = [stack.enter_context(socket.create_connection((LOCALHOST, PORT))) for _ in sent]
            for client in clients:
                client.sendall(head)
                client.setblocking(False)
            moved, quiet = True, 0
            while quiet < 5:
                moved = False
                for index, client in enumerate(clients):
                    with suppress(BlockingIOError):
                        count = client.send(bytes(min(65536, SIZE - sent[index])))
                        sent[index] += count
                        moved = moved or count > 0
                quiet = 0 if moved else quiet + 1
                time.sleep(0 if moved else 0.1)
            assert bytes_in_files(sidecar) - before < 1_000_000

    def test_all_arrive_whole(self, backend: Backend) -> None:
        with ThreadPoolExecutor(4) as pool:
            bodies = pool.map(lambda _: request(PORT, "/", "POST", body=bytes(2_000_000)).json(), range(8))
            assert {body["length"] for body in bodies} == {2_000_000}

    def test_keep_their_length(self) -> None:
        headers = {name.lower(): value for name, value in request(PORT, "/", "POST", body=b"12345").json()["headers"]}
        assert headers["content-length"] == "5"
        assert "transfer-encoding" not in headers

    @pytest.mark.parametrize(
        ("path", "size", "status"), [("/", 3000, 200), ("/small", 1000, 200), ("/small", 3000, 413)]
    )
    def test_without_a_length(self, path: str, size: int, status: int) -> None:
        with closing(http.client.HTTPConnection(LOCALHOST, PORT, timeout=10)) as connection:
            connection.request("POST", path, body=iter([bytes(size - 1), b"x"]), encode_chunked=True)
            response = connection.getresponse()
            body = response.read()
            assert response.status == status
            assert status != 200 or f'"length": {size}'.encode() in body

    def test_that_wait_for_consent_get_it(self) -> None:
        with socket.create_connection((LOCALHOST, PORT), timeout=5) as connection:
            head = (
                b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            )
            connection.sendall(head)
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            connection.sendall(b"12345")
            received = b""
            while b"HTTP/1.1 200" not in received:  # after the app's own consent, perhaps
                piece = connection.recv(100)
                assert piece
                received += piece


class TestSlowClients:
    def test_headers_must_come_in_time(self) -> None:
        start = time.monotonic()
        with socket.create_connection((LOCALHOST, PORT), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n")
            with suppress(OSError):
                for number in range(100):
                    connection.sendall(f"X-{number}: a\r\n".encode())
                    time.sleep(0.1)
        assert time.monotonic() - start < HEADERS + 3

    def test_a_body_that_stops_does_not_hold_the_app(self, backend: Backend) -> None:
        given_up = threading.Event()
        backend.observe = lambda _headers: given_up.set()
        with socket.create_connection((LOCALHOST, PORT)) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf-")
            assert given_up.wait(BODY + 3)
        backend.observe = lambda _headers: None

    def test_a_body_may_be_slow_within_the_bound(self, engine: str) -> None:
        """nginx bounds each pause; Caddy the whole."""
        pieces = 8 if engine.startswith("nginx") else 3
        with socket.create_connection((LOCALHOST, PORT), timeout=5) as connection:
            head = f"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {pieces}\r\n\r\n"
            connection.sendall(head.encode())
            for _ in range(pieces):
                time.sleep(0.4)
                connection.sendall(b"x")
            assert connection.recv(12) == b"HTTP/1.1 200"

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_streams_outlive_the_bounds(self, backend: Backend, method: str) -> None:
        backend.release.clear()
        threading.Timer(BODY + 1, backend.release.set).start()
        assert b"second" in request(PORT, "/?events", method, body=b"x" if method == "POST" else None).body

    def test_websockets_outlive_the_bounds(self) -> None:
        with websockets.sync.client.connect(f"ws://{LOCALHOST}:{PORT}/") as connection:
            time.sleep(BODY + 1)
            connection.send("still there")
            assert connection.recv(5) == "still there"


class TestHeaders:
    COOKIES = "&".join(f"header=Set-Cookie:c{number}={'x' * 3900}" for number in range(5))

    def test_five_full_cookies_pass(self) -> None:
        assert len(request(PORT, f"/?{self.COOKIES}").all("Set-Cookie")) == 5

    def test_a_long_cookie_passes(self) -> None:
        got = dict(request(PORT, "/", headers={"Cookie": "x" * 30000}).json()["headers"])
        assert len(got["Cookie"]) == 30000
