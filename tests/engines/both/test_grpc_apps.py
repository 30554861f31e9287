"""Apps that speak gRPC where no route says so: alone on their port, or beside HTTP; guarded as all requests are."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import grpc
import pytest

from krm_fn.engines.engine import ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import (
    TLS,
    Auth,
    BasicAuth,
    Body,
    Maintenance,
    OtherUpstream,
    Rewrite,
    Route,
    Split,
    Timeouts,
    UpstreamAuthority,
    UpstreamTLS,
)
from tests.engines.both.sidecars import running
from tests.engines.both.test_tls import secure
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, PROBES, plan_of
from tests.servers.certificates import app_tls, certificates
from tests.servers.grpc_app import GrpcApp, running_grpc_app
from tests.servers.http import LOCALHOST, Response, request
from tests.servers.mixed_app import MixedApp, running_mixed_app
from tests.servers.passwords import WONDERLAND

pytestmark = pytest.mark.server

USERS, SERVER, CLIENTS = "users", "web-tls", "web-clients"
SECRETS = {**certificates().secrets, "users/auth": b"alice:" + WONDERLAND + b"\n", "users/alice": WONDERLAND}
ALICE = "Basic " + base64.b64encode(b"alice:wonderland").decode()
CHECKED = UpstreamTLS(verify=True, ca=UpstreamAuthority(secret=CLIENTS), server_name="app.example")
CANARY = APP_PORT + 5


class Case(NamedTuple):
    """How the app is reached, and how clients connect."""

    mixed: bool
    tls_to_app: bool
    tls: bool


CASES = [
    Case(mixed, tls_to_app, tls) for mixed in (False, True) for tls_to_app in (False, True) for tls in (True, False)
]


def plan_for(case: Case, *routes: Route, **settings: Any) -> ProxyPlan:
    """Return the plan for an app that speaks as the case says."""
    of_listener = {name: settings.pop(name) for name in ("auth", "maintenance") if name in settings}
    listener = LISTENER.replace(tls=TLS(secret=SERVER) if case.tls else None, **of_listener)
    plan = plan_of(*routes, listener=listener, **settings)
    first = ("https",) if case.tls_to_app else ("http",)
    proxy_listener = plan.listeners[0].replace(
        protocols=(*first, "grpc") if case.mixed else ("grpc",), tls=CHECKED if case.tls_to_app else None
    )
    check = ReadyCheck(handler="http" if case.mixed else "grpc", port=APP_PORT, tls=case.tls_to_app)
    return plan.replace(listeners=(proxy_listener,), ready=check)


@contextmanager
def channel_to(case: Case) -> Iterator[grpc.Channel]:
    address = f"{LOCALHOST}:{PORT}"
    if not case.tls:
        with grpc.insecure_channel(address) as channel:
            yield channel
        return
    credentials = grpc.ssl_channel_credentials(certificates().authority.cert_pem.bytes())
    with grpc.secure_channel(address, credentials) as channel:
        yield channel


def unary(channel: grpc.Channel, method: str = "Say", **how: Any) -> Any:
    return channel.unary_unary(f"/test.Echo/{method}", bytes, bytes)(b"ab", timeout=10, **how)


def failure(channel: grpc.Channel, **how: Any) -> Any:
    with pytest.raises(grpc.RpcError) as failed:
        unary(channel, **how)
    return failed.value.code()


@contextmanager
def served(engine: str, case: Case, plan: ProxyPlan) -> Iterator[tuple[grpc.Channel, MixedApp | GrpcApp]]:
    """Run the app, the sidecar, and a client."""
    if engine == "nginx" and not case.tls:
        pytest.skip("an old nginx takes HTTP/2 alone on such a port: the function refuses that")
    with ExitStack() as stack:
        tls = app_tls("app.example")
        app: MixedApp | GrpcApp
        if case.mixed:
            tls.context.set_alpn_protocols(["h2", "http/1.1"])
            app = stack.enter_context(running_mixed_app(APP_PORT, tls.context if case.tls_to_app else None))
        else:
            credentials = tls.credentials if case.tls_to_app else None
            app = stack.enter_context(running_grpc_app(APP_PORT, credentials=credentials))
        stack.enter_context(running(engine, plan, None, SECRETS))
        yield stack.enter_context(channel_to(case)), app


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("case", CASES, ids=str)
class TestEveryCase:
    def test_calls_and_streams(self, engine: str, case: Case) -> None:
        with served(engine, case, plan_for(case)) as (channel, _):
            answer, call = channel.unary_unary("/test.Echo/Say", bytes, bytes).with_call(
                b"ab", metadata=(("x-sent", "1"),), timeout=10
            )
            trailers = dict(call.trailing_metadata())
            assert (answer, trailers["x-seen"], trailers["x-for"]) == (b"abab", "1", LOCALHOST)
            with pytest.raises(grpc.RpcError) as failed:
                unary(channel, "Fail")
            assert failed.value.code() == grpc.StatusCode.NOT_FOUND
            said = [b"a"]

            def texts() -> Iterator[bytes]:
                for _ in range(3):
                    yield said[-1]

            heard = []
            for text in channel.stream_stream("/test.Echo/Chat", bytes, bytes)(texts(), timeout=10):
                heard.append(text)
                said.append(text.lower() + b"b")
            assert heard[0] == b"A"
            assert len(heard) == 3
            assert request(PROBES, "/readyz").status == 200

    def test_http_is_http(self, engine: str, case: Case) -> None:
        with served(engine, case, plan_for(case)) as (channel, app):
            unary(channel)
            for kind in (
                "application/json",
                "application/grpc-web",
                "application/grpc-web+proto",
                "x/application/grpc",
            ):
                response = ask(case, "/a%2Fb?c", {"Content-Type": kind})
                if isinstance(app, MixedApp):
                    assert response.json()["target"] == "/a%2Fb?c"

    def test_bodies_are_unlimited_and_streams_idle(self, engine: str, case: Case) -> None:
        plan = plan_for(case, body=Body(max_size="1k"), timeouts=Timeouts(read="1s", send="1s"))
        with served(engine, case, plan) as (channel, app):

            def texts() -> Iterator[bytes]:
                for _ in range(3):
                    yield b"x" * 100_000
                time.sleep(2)
                yield b"x"

            assert channel.stream_unary("/test.Echo/Count", bytes, bytes)(texts(), timeout=20) == b"300001"
            if isinstance(app, MixedApp):
                assert ask(case, "/", {"Content-Type": "text/plain"}, b"x" * 2000).status == 413
                assert ask(case, "/?hold").status == 504

    def test_guards(self, engine: str, case: Case) -> None:
        routes = (
            Route(path="/test.Echo/Fail", deny=("127.0.0.0/8",)),
            Route(path="/test.Echo/Chat", allow=("10.0.0.0/8",)),
            Route(path="/test.Other/", match="prefix", anonymous=True),
        )
        auth = Auth(basic=BasicAuth(secret=USERS, users=("alice",) if "caddy" in engine else ()))
        with served(engine, case, plan_for(case, *routes, auth=auth)) as (channel, app):
            alice = (("authorization", ALICE),)
            called = (app.grpc if isinstance(app, MixedApp) else app).methods
            called.clear()
            assert failure(channel) == grpc.StatusCode.UNAUTHENTICATED
            assert failure(channel, metadata=(("authorization", "Basic eDp5"),)) == grpc.StatusCode.UNAUTHENTICATED
            for method in ("Fail", "Chat"):
                assert failure(channel, method=method, metadata=alice) == grpc.StatusCode.PERMISSION_DENIED
            assert called == []
            assert unary(channel, metadata=alice) == b"abab"
            assert channel.unary_unary("/test.Other/Say", bytes, bytes)(b"a", timeout=10) == b"aa"
            assert ask(case, "/x").status == 401

    def test_maintenance(self, engine: str, case: Case) -> None:
        with served(engine, case, plan_for(case, maintenance=Maintenance(enabled=True))) as (channel, app):
            called = (app.grpc if isinstance(app, MixedApp) else app).methods
            called.clear()
            assert failure(channel) == grpc.StatusCode.UNAVAILABLE
            assert called == []


def ask(case: Case, target: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Response:
    method = "GET" if body is None else "POST"
    if case.tls:
        return secure(PORT, target, None, headers, body)
    return request(PORT, target, method, headers=headers, body=body)


MIXED = Case(mixed=True, tls_to_app=False, tls=True)


@pytest.mark.usefixtures("loopback")
class TestMixed:
    def test_routes_that_change_http_stay_http(self, engine: str) -> None:
        route = Route(path="/test.Echo/Say", rewrite=Rewrite(path="/new"))
        with served(engine, MIXED, plan_for(MIXED, route)) as (channel, app):
            assert isinstance(app, MixedApp)
            app.grpc.methods.clear()
            failure(channel)
            assert (app.grpc.methods, app.http.targets) == ([], ["/new"])

    def test_routes_to_elsewhere_stay_as_they_are(self, engine: str) -> None:
        route = Route(path="/test.Echo/Say", upstream=OtherUpstream(port=CANARY, protocol="grpc"))
        with (
            running_grpc_app(CANARY) as other,
            served(engine, MIXED, plan_for(MIXED, route)) as (channel, app),
        ):
            assert isinstance(app, MixedApp)
            app.grpc.methods.clear()
            unary(channel)
            assert (app.grpc.methods, other.methods) == ([], ["/test.Echo/Say"])

    def test_a_split_is_for_http(self, engine: str) -> None:
        route = Route(path="/", match="prefix", split=Split(percent=100, upstream=OtherUpstream(port=APP_PORT + 1000)))
        with served(engine, MIXED, plan_for(MIXED, route)) as (channel, app):
            assert isinstance(app, MixedApp)
            assert unary(channel) == b"abab"
            assert secure(PORT, "/x").status == 200


def test_a_split_of_grpc(engine: str, loopback: None) -> None:
    case = Case(mixed=False, tls_to_app=True, tls=True)
    route = Route(
        path="/", match="prefix", split=Split(percent=50, upstream=OtherUpstream(port=CANARY, protocol="grpc"))
    )
    with running_grpc_app(CANARY) as other, served(engine, case, plan_for(case, route)) as (channel, app):
        assert isinstance(app, GrpcApp)
        app.methods.clear()
        for _ in range(60):
            unary(channel)
        assert len(other.methods) + len(app.methods) == 60
        assert 10 < len(other.methods) < 50


def test_an_upstream_of_a_route_by_grpc_with_tls(engine: str, loopback: None) -> None:
    tls = app_tls("app.example")
    case = Case(mixed=False, tls_to_app=False, tls=True)
    right, wrong = (
        OtherUpstream(port=CANARY, protocol="grpc", tls=CHECKED.replace(server_name=name))
        for name in ("app.example", "other.example")
    )
    routes = (Route(path="/test.Echo/Say", upstream=right), Route(path="/test.Echo/Fail", upstream=wrong))
    with (
        running_grpc_app(CANARY, credentials=tls.credentials) as other,
        served(engine, case, plan_for(case, *routes)) as (channel, _),
    ):
        assert unary(channel) == b"abab"
        assert failure(channel, method="Fail") == grpc.StatusCode.UNAVAILABLE
        assert other.methods == ["/test.Echo/Say"]
