"""The app is free once it has answered, though the client takes its time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Route
from tests.engines.nginx.plans import PORT, plan_of, running_nginx
from tests.servers.backend import Backend
from tests.servers.http import LOCALHOST, request
from tests.servers.processes import wait_until

pytestmark = pytest.mark.server

SIZE = 30_000_000
"""More than the kernel holds for a client that does not read."""


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[None]:
    with running_nginx(plan_of(Route(path="/taken-in", buffering=True))):
        yield


def asked(path: str) -> socket.socket:
    """Send a request, and read nothing of the answer."""
    connection = socket.create_connection((LOCALHOST, PORT), timeout=10)
    connection.sendall(f"GET {path}?size={SIZE} HTTP/1.1\r\nHost: web.example\r\n\r\n".encode())
    return connection


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
