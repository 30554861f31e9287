"""What does not go with an app that speaks gRPC, where only the manifests say that it does."""

from __future__ import annotations

from typing import Any

import pytest

from krm_fn.engines.grpc_conflicts import grpc_conflicts
from krm_fn.function_config.generated.values import (
    Listener,
    OtherUpstream,
    Redirect,
    Rewrite,
    Route,
    RouteCache,
    Split,
    StaticFiles,
    Substitution,
)

ELSEWHERE = OtherUpstream(port=9000)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"grpc": True},
        {"redirect": Redirect(to="/x")},
        {"files": StaticFiles(config_map="files")},
        {"upstream": ELSEWHERE, "cache": RouteCache()},
        {"split": Split(percent=5, upstream=ELSEWHERE)},
        {"split": Split(percent=5, upstream=ELSEWHERE.replace(protocol="grpc"))},
    ],
)
def test_what_goes_with_it(settings: dict[str, Any]) -> None:
    assert list(grpc_conflicts(Listener(routes=(Route(path="/a", **settings),)))) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"cache": RouteCache()},
        {"websocket": True},
        {"buffering": True},
        {"substitution": Substitution(texts={"a": "b"})},
        {"rewrite": Rewrite(path="/b")},
    ],
)
def test_what_does_not(settings: dict[str, Any]) -> None:
    (field,) = settings
    route = Route(path="/a", **settings)
    found = [(f"routes[1].{field}", "must be removed where the app serves gRPC")]
    assert list(grpc_conflicts(Listener(routes=(Route(path="/b"), route)))) == found
    by_route = route.replace(upstream=ELSEWHERE.replace(protocol="grpc"))
    assert list(grpc_conflicts(Listener(routes=(Route(path="/b"), by_route)))) == found
    assert list(grpc_conflicts(Listener(routes=(route,)), ("http", "grpc"))) == []


def test_a_share_of_another_protocol() -> None:
    by_http = Listener(routes=(Route(path="/a", split=Split(percent=5, upstream=ELSEWHERE.replace(protocol="http"))),))
    by_grpc = Listener(routes=(Route(path="/a", split=Split(percent=5, upstream=ELSEWHERE.replace(protocol="grpc"))),))
    path = "routes[0].split.upstream.protocol"
    assert list(grpc_conflicts(by_http)) == [(path, "must be grpc, as of the route's other upstream")]
    assert list(grpc_conflicts(by_grpc, ("http", "grpc"))) == [(path, "must not be grpc: the app serves HTTP")]
    assert list(grpc_conflicts(by_http, ("http",))) == []
