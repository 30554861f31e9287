"""gRPC beside HTTP: unary calls, streams, metadata and trailers pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from krm_fn.function_config.generated.values import TLS, OtherUpstream, Route
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.certificates import certificates
from tests.servers.grpc_app import running_grpc_app
from tests.servers.http import LOCALHOST, request

pytestmark = pytest.mark.server

GRPC_PORT = 50051
SECRET_NAME = "web-tls"  # noqa: S105 # its name
ROUTES = (Route(path="/test.Echo/", match="prefix", grpc=True, upstream=OtherUpstream(port=GRPC_PORT)),)


@pytest.fixture(scope="module", autouse=True)
def app(loopback: None) -> Iterator[None]:
    with running_grpc_app(GRPC_PORT):
        yield


@contextmanager
def plain(engine: str) -> Iterator[grpc.Channel]:
    with running(engine, plan_of(*ROUTES)), grpc.insecure_channel(f"{LOCALHOST}:{PORT}") as channel:
        yield channel


@contextmanager
def secure(engine: str) -> Iterator[grpc.Channel]:
    plan = plan_of(*ROUTES, listener=LISTENER.replace(tls=TLS(secret=SECRET_NAME)))
    credentials = grpc.ssl_channel_credentials(certificates().authority.cert_pem.bytes())
    with (
        running(engine, plan, None, certificates().secrets),
        grpc.secure_channel(f"{LOCALHOST}:{PORT}", credentials) as channel,
    ):
        yield channel


@pytest.fixture(params=[plain, secure], scope="module")
def channel(request: pytest.FixtureRequest, engine: str, backend: Backend) -> Iterator[grpc.Channel]:
    with request.param(engine) as found:
        yield found


def unary(channel: grpc.Channel, method: str) -> Any:
    return channel.unary_unary(f"/test.Echo/{method}", bytes, bytes)


def test_a_call(channel: grpc.Channel) -> None:
    answer, call = unary(channel, "Say").with_call(b"ab", metadata=(("x-sent", "1"),), timeout=10)
    trailers = dict(call.trailing_metadata())
    assert (answer, trailers["x-seen"], trailers["x-for"]) == (b"abab", "1", LOCALHOST)


def test_a_large_message(channel: grpc.Channel) -> None:
    assert unary(channel, "Say")(b"x" * 1_500_000, timeout=20) == b"x" * 3_000_000


def test_the_apps_status(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        unary(channel, "Fail")(b"", timeout=10)
    assert failed.value.code() == grpc.StatusCode.NOT_FOUND
    assert failed.value.details() == "no such thing"


def test_a_stream_in_both_directions_at_once(channel: grpc.Channel) -> None:
    said: list[bytes] = [b"a"]

    def texts() -> Iterator[bytes]:
        for _ in range(3):
            yield said[-1]

    heard = []
    for answer in channel.stream_stream("/test.Echo/Chat", bytes, bytes)(texts(), timeout=10):
        heard.append(answer)
        said.append(answer.lower() + b"b")
    assert heard[0] == b"A"
    assert len(heard) == 3


def test_http_beside_it(engine: str, backend: Backend) -> None:
    if engine != "nginx":  # an old one speaks HTTP/2 alone on such a port: the function refuses that
        with plain(engine):
            assert request(PORT, "/x").json()["target"] == "/x"
