"""Streams of events and WebSockets, through every feature that could hold them up."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator
from contextlib import closing

import pytest
import websockets.sync.client

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import (
    Auth,
    Compression,
    Cors,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    HeaderChanges,
    Headers,
    OtherUpstream,
    Page,
    Rewrite,
    Route,
    RouteTimeouts,
    Split,
    Timeouts,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import LOCALHOST

pytestmark = pytest.mark.server

SAME = OtherUpstream(port=APP_PORT)
PATHS = ("/plain", "/moved/x", "/cors", "/split", "/slow")
PLAN = plan_of(
    Route(path="/moved/", match="prefix", rewrite=Rewrite(prefix="/")),
    Route(path="/cors", cors=Cors(origins=("https://ui.example.com",))),
    Route(path="/split", split=Split(percent=50, upstream=SAME)),
    Route(path="/slow", timeouts=RouteTimeouts(read="20s")),
    Route(path="/ws/", match="prefix", websocket=True, split=Split(percent=50, upstream=SAME)),
    listener=LISTENER.replace(
        auth=Auth(external=ExternalAuth(upstream=OtherUpstream(port=APP_PORT + 1))),
        error_pages=ErrorPages(pages=(ErrorPage(statuses=(502,), page=Page(config_map="files", key="50x.html")),)),
    ),
    compression=Compression(types=("text/event-stream",), min_length="1"),
    headers=Headers(response=HeaderChanges(set={"X-A": "b"}, default={"X-C": "d"}), security=True),
    timeouts=Timeouts(read="5s"),
)


def uncompressed(plan: ProxyPlan) -> ProxyPlan:
    """Return the plan without what is refused for Caddy before 2.9."""
    return plan.replace(spec=plan.spec.replace(compression=Compression()))


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running_backend(APP_PORT + 1) as auth:
        auth.usual_status = 202
        with running(engine, PLAN if engine != "caddy-oldest" else uncompressed(PLAN)):
            yield


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_event_arrives_before_the_next_one_is_there(backend: Backend, path: str, encoding: str) -> None:
    backend.release.clear()
    with closing(http.client.HTTPConnection(LOCALHOST, PORT, timeout=8)) as connection:
        connection.request("GET", f"{path}?events", headers={"Accept-Encoding": encoding})
        response = connection.getresponse()
        assert response.status == 200
        packed = response.getheader("Content-Encoding") == "gzip"
        reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
        read = b""
        while b"first" not in read:
            piece = response.read1(65536)
            assert piece, "the stream ended"
            read += reader.decompress(piece) if packed else piece
        assert b"second" not in read
        backend.release.set()
        rest = response.read()
        assert b"second" in (reader.decompress(rest) if packed else rest)


@pytest.mark.parametrize("path", [*PATHS, "/ws/x"])
def test_a_websocket_echoes(path: str) -> None:
    with websockets.sync.client.connect(f"ws://{LOCALHOST}:{PORT}{path}") as connection:
        for text in ("one", "two"):
            connection.send(text)
            assert connection.recv(5) == text
