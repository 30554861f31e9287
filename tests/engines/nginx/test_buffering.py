"""The app is free once it has answered, though the client takes its time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from krm_fn.function_config.generated.values import Body, Route
from tests.engines.nginx.plans import PORT, configuration, plan_of, running_nginx, workers_of
from tests.servers.backend import Backend
from tests.servers.http import LOCALHOST, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

SIZE = 30_000_000
"""More than the kernel holds for a client that does not read."""


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[Server]:
    small = Route(path="/form", max_body_size="16k")
    with running_nginx(plan_of(Route(path="/taken-in", buffering=True), small)) as server:
        yield server


def asked(path: str, size: int = SIZE) -> socket.socket:
    """Send a request, and read nothing of the answer."""
    connection = socket.create_connection((LOCALHOST, PORT), timeout=10)
    connection.sendall(f"GET {path}?size={size} HTTP/1.1\r\nHost: web.example\r\n\r\n".encode())
    return connection


def deleted_bytes(server: Server) -> int:
    """Return how much lies in deleted files that the workers have open."""
    files = [file for pid in workers_of(server) for file in Path(f"/proc/{pid}/fd").iterdir()]
    return sum(file.stat().st_size for file in files if file.readlink().name.endswith(" (deleted)"))


def test_a_slow_client_holds_the_app_up_on_other_routes_alone(backend: Backend) -> None:
    with asked("/other"):
        wait_until(lambda: backend.hits(f"/other?size={SIZE}") == 1)
        before = backend.answered
        with asked("/taken-in"):
            wait_until(lambda: backend.answered == before + 1)
        time.sleep(0.3)
        assert backend.answered == before + 1


def test_the_whole_answer_arrives() -> None:
    assert len(request(PORT, f"/taken-in?size={SIZE}").body) == SIZE


def test_an_eighth_of_the_volume_is_the_most_for_a_response(sidecar: Server) -> None:
    """The app waits with what is beyond; the file is deleted, and seen by its descriptor alone."""
    with asked("/taken-in", 4 * SIZE):
        wait_until(lambda: deleted_bytes(sidecar) > SIZE)
        time.sleep(0.3)
        assert SIZE < deleted_bytes(sidecar) <= 34 * 2**20


@pytest.mark.parametrize("head", ["Content-Length: 16384\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n4000\r\n"])
def test_a_slow_client_with_a_small_body_does_not_hold_the_app(backend: Backend, sidecar: Server, head: str) -> None:
    """The limit of the route is what the proxy holds in memory."""
    before = backend.hits("/form")
    with socket.create_connection((LOCALHOST, PORT), timeout=10) as connection:
        connection.sendall(f"POST /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{head}".encode())
        connection.sendall(b"x" * 16383)
        time.sleep(0.3)
        assert backend.hits("/form") == before
        assert deleted_bytes(sidecar) == 0
        connection.sendall(b"x\r\n0\r\n\r\n" if "chunked" in head else b"x")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"length": 16384' in answer


@pytest.mark.parametrize(("size", "streams"), [("16k", False), ("17k", True), ("16385", True), ("0m", True)])
def test_only_bodies_that_fit_in_memory_are_taken_in(size: str, streams: bool) -> None:
    for plan in (plan_of(Route(path="/form", max_body_size=size)), plan_of(body=Body(max_size=size))):
        assert ("client_body_buffer_size 32k;" in configuration(plan)) is not streams
