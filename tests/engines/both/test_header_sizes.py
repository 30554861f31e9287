"""How long headers may be: by default those of sign-in proxies pass, and the two fields say otherwise."""

from __future__ import annotations

import pytest

from krm_fn.function_config.generated.values import (
    Auth,
    ExternalAuth,
    Headers,
    OtherUpstream,
    Probes,
    Route,
    RouteCache,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import exchange, request

pytestmark = pytest.mark.server

AUTH_PORT = 9099


def cookies(count: int, size: int) -> list[str]:
    """Return headers of an answer that set so many cookies of this size."""
    return [f"Set-Cookie:c{number}={'x' * (size - 20)}; Path=/" for number in range(count)]


def sent(port: int, size: int) -> bytes:
    """Return the status for a request with a cookie of this size."""
    head = f"GET /x HTTP/1.1\r\nHost: web\r\nCookie: s={'x' * (size - 2)}\r\nConnection: close\r\n\r\n"
    return exchange(port, head.encode()).split(b" ")[1]


def answered(port: int, backend: Backend, count: int, size: int, path: str = "/x") -> tuple[int, int]:
    """Return the status of an answer with so many cookies, and how many of them arrive."""
    backend.usual_headers[:] = cookies(count, size)
    try:
        response = request(port, path)
    finally:
        backend.usual_headers.clear()
    return response.status, len(response.all("Set-Cookie"))


def test_the_cookies_of_a_sign_in_proxy_pass_by_default(backend: Backend, engine: str) -> None:
    cached = Route(path="/cached/", match="prefix", cache=RouteCache())
    with running(engine, plan_of(*([] if engine.startswith("caddy") else [cached]))):
        assert sent(PORT, 16 * 1024) == b"200"
        assert sent(PORT, 30 * 1024) == b"200"
        assert sent(PORT, 90 * 1024) in (b"400", b"431")
        assert answered(PORT, backend, 5, 4096) == (200, 5)
        assert answered(PORT, backend, 7, 4096) == (200, 7)
        assert answered(PORT, backend, 5, 4096, "/cached/x") == (200, 5)


def test_an_auth_service_sets_large_cookies(backend: Backend, engine: str) -> None:
    external = ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), cookies=tuple(f"c{each}" for each in range(5)))
    with running_backend(AUTH_PORT) as service:
        service.usual_headers[:] = cookies(5, 4096)
        plan = plan_of(listener=LISTENER.replace(auth=Auth(external=external)))
        with running(engine, plan):
            response = request(PORT, "/x", headers={"Cookie": "s=" + "x" * 16000})
    assert (response.status, len(response.all("Set-Cookie"))) == (200, 5)


def test_the_fields_allow_more(backend: Backend, engine: str) -> None:
    headers = Headers(max_request_size="256k", max_response_size="200k")
    buffered = Route(path="/buffered/", match="prefix", buffering=True)
    plan = plan_of(*([] if engine.startswith("caddy") else [buffered]), headers=headers)
    with running(engine, plan):
        assert sent(PORT, 60 * 1024) == b"200"  # the app takes no longer line
        assert sent(PORT, 400 * 1024) in (b"400", b"431")
        assert answered(PORT, backend, 40, 4096) == (200, 40)
        assert answered(PORT, backend, 40, 4096, "/buffered/x") == (200, 40)


def test_the_fields_allow_less(backend: Backend, engine: str) -> None:
    plan = plan_of(headers=Headers(max_request_size="8k", max_response_size="8k"), probes=Probes(port=PORT + 1))
    with running(engine, plan):
        assert sent(PORT, 3 * 1024) == b"200"
        assert sent(PORT, 30 * 1024) in (b"400", b"431")
        assert answered(PORT, backend, 1, 4096) == (200, 1)
        assert answered(PORT, backend, 5, 4096)[0] == 502


@pytest.mark.parametrize("size", ["8k", "16k", "20k", "33k", "48k", "50001", "64k", "100k", "333k", "1m"])
def test_each_size_is_one_that_the_proxy_starts_with(backend: Backend, engine: str, size: str) -> None:
    with running(engine, plan_of(headers=Headers(max_request_size=size, max_response_size=size))):
        assert request(PORT, "/").status == 200
