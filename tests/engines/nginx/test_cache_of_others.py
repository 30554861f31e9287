"""A cached route is sent no header that the proxy sets, removes, or takes from an auth service, as the client's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import (
    Auth,
    CacheKey,
    ExternalAuth,
    HeaderChanges,
    Headers,
    OtherUpstream,
    Probes,
    Route,
    RouteCache,
    RouteHeaders,
)
from tests.engines.nginx.current import running_current_nginx
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, configuration, plan_of, running_nginx
from tests.servers.backend import running_backend
from tests.servers.http import request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

OWN = RouteHeaders(request=HeaderChanges(set={"X-Access-Token": "servers"}, remove=("ApiKey",)))
PLAN = plan_of(
    Route(path="/plain", cache=RouteCache()),
    Route(path="/own", cache=RouteCache(), headers=OWN),
    Route(path="/key", cache=RouteCache(key=CacheKey(headers=("Accept-Encoding", "X-User", "X-Theme")))),
    listener=LISTENER.replace(
        auth=Auth(
            external=ExternalAuth(upstream=OtherUpstream(port=APP_PORT + 1), headers=("X-Auth-Token", "X-User")),
        )
    ),
    headers=Headers(request=HeaderChanges(set={"X-API-Key": "servers"}, remove=("Private-Token",))),
)
KEPT = RouteCache(policy="immutable-for-pod", ttl="1h")
FORGED = {
    **dict.fromkeys(("X-Auth-Token", "X-User", "X-API-Key", "Private-Token", "X-Access-Token", "ApiKey"), "forged"),
    "X-Theme": "dark",
    "Accept-Encoding": "gzip",
}
Running = Callable[[ProxyPlan], AbstractContextManager[Server]]


@pytest.fixture(scope="module", params=[running_nginx, running_current_nginx], ids=["old", "current"], autouse=True)
def sidecar(request: pytest.FixtureRequest, backend: object) -> Iterator[Server]:
    run: Running = request.param
    with running_backend(APP_PORT + 1) as auth:
        auth.usual_headers += ["X-Auth-Token:service", "X-User:service"]
        with run(PLAN) as server:
            yield server


def got(path: str) -> list[list[str]]:
    found: list[list[str]] = request(PORT, path, headers=FORGED).json()["headers"]
    return [each for each in found if each[0] in FORGED]


def test_everywhere() -> None:
    for path in ("/plain", "/own", "/key"):
        headers = got(path)
        for name, value in (("X-Auth-Token", "service"), ("X-User", "service"), ("X-API-Key", "servers")):
            assert [each[1] for each in headers if each[0] == name] == [value], path
        assert not [each for each in headers if each[0] == "Private-Token"]
        assert [each[1] for each in headers if each[0] == "X-Theme"] == ["dark"]
        assert [each for each in headers if each[0] == "Accept-Encoding"] in ([], [["Accept-Encoding", "gzip"]])


def test_what_one_route_changes() -> None:
    own, plain = got("/own"), got("/plain")
    assert [each for each in own if each[0] in ("X-Access-Token", "ApiKey")] == [["X-Access-Token", "servers"]]
    assert sorted(each for each in plain if each[0] in ("X-Access-Token", "ApiKey")) == [
        ["ApiKey", "forged"],
        ["X-Access-Token", "forged"],
    ]


@pytest.mark.parametrize("name", ["Transfer-Encoding", "Content-Length", "Connection", "Upgrade", "proxy", "Host"])
def test_nothing_of_the_connection_is_sent_anew(name: str) -> None:
    cache = RouteCache(bypass_headers=(name,), key=CacheKey(headers=(name, "X-Theme")))
    text = configuration(plan_of(Route(path="/a", cache=cache)))
    assert "proxy_set_header X-Theme $http_x_theme;" in text
    assert f"proxy_set_header {name} $http_" not in text


def _two_listeners() -> ProxyPlan:
    plan = plan_of(Route(path="/a", cache=KEPT), probes=Probes(port=PORT + 30, name="proxy-status"))
    (one,) = plan.listeners
    first, second = (
        one.replace(listener=one.listener.replace(name=f"at-{port}", port=port)) for port in (PORT + 10, PORT + 20)
    )
    spec = plan.spec.replace(listeners=(first.listener, second.listener))
    return plan.replace(spec=spec, listeners=(first, second))


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("run", [running_nginx, running_current_nginx], ids=["old", "current"])
def test_two_listeners_share_nothing(run: Running, coding: str) -> None:
    with run(_two_listeners()):
        for port in (PORT + 10, PORT + 20):
            for expected in ("MISS", "HIT"):
                response = request(port, f"/a?{coding}", headers={"Accept-Encoding": coding})
                assert response.one("X-Cache-Status") == expected
