"""What is rendered for Caddy: the real server reads every plan, and equal plans are equal bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from krm_fn.engines.caddy import ENGINE
from krm_fn.engines.caddy.splits.choosing import can_share_clients
from krm_fn.engines.engine import ProxyListener, ProxyPlan
from krm_fn.engines.routes import destination_of
from krm_fn.function_config.generated.values import TLS, Body, Route, StaticFiles
from tests.engines.caddy.plans import CONFIG_PATH, caddy, volumes_of
from tests.engines.nginx.plans import CACHE, LISTENER, plan_of
from tests.engines.nginx.strategies import KEYS, plans
from tests.servers.sandbox import run_in_sidecar

LACKING = ("cache", "rate_limit", "connection_limit", "substitution", "buffering")
"""The fields of a route that Caddy is refused for."""


def without_caches(plan: ProxyPlan) -> ProxyPlan:
    """Return the plan without what Caddy is refused for."""
    proxy_listeners = []
    for proxy_listener in plan.listeners:
        routes = tuple(
            unshared(proxy_listener, route.replace(**dict.fromkeys(LACKING)))
            for route in proxy_listener.listener.routes
        )
        proxy_listeners.append(proxy_listener.replace(listener=proxy_listener.listener.replace(routes=routes)))
    return plan.replace(listeners=tuple(proxy_listeners))


def unshared(proxy_listener: ProxyListener, route: Route) -> Route:
    """Return the route without clients that would be shared out to upstreams that differ."""
    if route.split is None:
        return route
    grpc = route.grpc or destination_of(proxy_listener, route.upstream).protocol == "grpc"
    usual, others = (destination_of(proxy_listener, each, grpc=grpc) for each in (route.upstream, route.split.upstream))
    possible = can_share_clients(route.split, usual, others)
    return route if possible else route.replace(split=route.split.replace(sticky=None))


@pytest.mark.server
@settings(max_examples=40, deadline=None)
@given(plan=plans())
def test_every_plan_is_one_that_it_reads(plan: ProxyPlan) -> None:
    command = ["caddy", "validate", "--config", CONFIG_PATH]
    volumes = volumes_of(without_caches(plan), None, KEYS)
    result = run_in_sidecar(volumes, [CACHE], command, user_id=ENGINE.user_id, program=caddy())
    assert result.returncode == 0, result.stderr


@given(plan=plans())
def test_equal_plans_are_equal_bytes_of_json(plan: ProxyPlan) -> None:
    (once,) = ENGINE.render(without_caches(plan)).values()
    (twice,) = ENGINE.render(without_caches(plan)).values()
    assert once == twice
    assert json.loads(once)["admin"]["disabled"] is True


def test_the_file_is_named_as_the_configuration_is() -> None:
    assert list(ENGINE.render(plan_of().replace(config_path="/etc/x/own.json"))) == ["own.json"]


@pytest.mark.parametrize(
    ("plan", "seconds"),
    [
        (plan_of(), 60 + 16 * 128),
        (plan_of(Route(path="/upload", max_body_size="1g")), 60 + 1024 * 128),
        (plan_of(Route(path="/upload", max_body_size="0")), None),
        (plan_of(body=Body(max_size="0")), None),
        (plan_of(Route(path="/calls/", match="prefix", grpc=True)), None),
    ],
)
def test_requests_must_arrive_in_time(plan: ProxyPlan, seconds: int | None) -> None:
    (text,) = ENGINE.render(plan).values()
    servers = json.loads(text)["apps"]["http"]["servers"]
    assert servers.pop("listener0").get("read_timeout") == (seconds and seconds * 10**9)
    for server in servers.values():
        assert server["read_timeout"] == server["read_header_timeout"] == 60 * 10**9


def test_a_port_that_redirects_bounds_requests() -> None:
    tls = TLS(secret="cert", redirect_port=8090)  # noqa: S106 # the name of a Secret
    (text,) = ENGINE.render(plan_of(listener=LISTENER.replace(tls=tls))).values()
    redirect = json.loads(text)["apps"]["http"]["servers"]["redirect0"]
    assert redirect["read_timeout"] == redirect["read_header_timeout"] == 60 * 10**9


def test_the_types_of_files_are_said_once() -> None:
    routes = [Route(path=f"/{name}/", match="prefix", files=StaticFiles(config_map="site")) for name in "ab"]
    one, two = ("".join(ENGINE.render(plan_of(*routes[:count])).values()) for count in (1, 2))
    assert one.count("image/webp") == two.count("image/webp") == 1
    assert len(two) - len(one) < 10_000
