"""Connections that begin with the PROXY protocol: the client is the one it names."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from krm_fn.function_config.generated.values import TLS, Probes, RealIP, Route
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend
from tests.servers.certificates import certificates
from tests.servers.http import LOCALHOST, OUTSIDER, request

pytestmark = pytest.mark.server

CLIENT = "203.0.113.7"
PLAN = plan_of(
    Route(path="/inside", allow=(CLIENT,)),
    listener=LISTENER.replace(proxy_protocol=True),
    real_ip=RealIP(trusted_proxies=("127.0.0.0/8",)),
)


REDIRECT = 8082
(SECRET,) = {name.partition("/")[0] for name in certificates().secrets if name.endswith("tls.key")}
SECURE = plan_of(
    listener=LISTENER.replace(port=PORT + 10, proxy_protocol=True, tls=TLS(secret=SECRET, redirect_port=REDIRECT)),
    real_ip=RealIP(trusted_proxies=("127.0.0.0/8",)),
    probes=Probes(port=PORT + 11),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, PLAN), running(engine, SECURE, None, certificates().secrets):
        yield


def ask(
    target: str, first_line: bytes, headers: str = "", source: str = LOCALHOST, port: int = PORT
) -> tuple[str, dict[str, str]]:
    """Return the status line, and the headers that the app received."""
    text = f"GET {target} HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n{headers}\r\n".encode()
    with socket.create_connection((LOCALHOST, port), timeout=10, source_address=(source, 0)) as connection:
        connection.sendall(first_line + text)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    received = json.loads(body)["headers"] if body.startswith(b"{") else []
    return head.partition(b"\r\n")[0].decode(), {name.lower(): value for name, value in received}


def header(client: str) -> bytes:
    return f"PROXY TCP4 {client} 127.0.0.1 4711 {PORT}\r\n".encode()


def test_the_app_is_told_of_the_client() -> None:
    status, headers = ask("/", header(CLIENT))
    assert status.endswith(" 200 OK")
    assert (headers["x-forwarded-for"], headers["x-real-ip"]) == (CLIENT, CLIENT)


def test_what_the_client_says_of_itself_is_not_believed() -> None:
    claims = "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
    _, headers = ask("/", header(CLIENT), claims)
    assert headers["x-forwarded-for"] == CLIENT
    assert (headers["x-forwarded-proto"], headers["x-forwarded-host"]) == ("http", "web.example")


def test_routes_are_for_the_client() -> None:
    assert ask("/inside", header(CLIENT))[0].split()[1] == "200"
    assert ask("/inside", header("198.51.100.1"))[0].split()[1] == "403"


@pytest.mark.parametrize("first_line", [b"", header("127.0.0.1")])
def test_a_stranger_is_refused_or_is_who_it_seems_to_be(first_line: bytes) -> None:
    with suppress(ConnectionError):
        _, headers = ask("/", first_line, "X-Forwarded-For: 10.0.0.1\r\n", source=OUTSIDER)
        assert headers.get("x-forwarded-for", OUTSIDER) == OUTSIDER
        status, _ = ask("/inside", header(CLIENT), source=OUTSIDER)
        assert not status.endswith(" 200 OK")


def test_the_way_to_tls_speaks_it_as_well() -> None:
    assert ask("/", header(CLIENT), port=REDIRECT)[0].split()[1] == "308"


def test_probes_do_not_need_it() -> None:
    assert request(PROBES, "/readyz").status == 200
