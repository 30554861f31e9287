"""Snippets about Location stand in place of what the proxy does with it, which nginx would not take beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from krm_fn.function_config.generated.values import Rewrite, Route, RouteCache, Snippets
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

OWN = f"http://localhost:{APP_PORT}/x"
ALLOWED = Snippets(allow=True)


def location(path: str) -> str | None:
    return request(PORT, f"{path}?status=302&header=Location:{OWN}").one("Location")


def test_of_a_route(start: Callable[..., object], backend: Backend) -> None:
    start(
        plan_of(
            Route(path="/kept/", match="prefix", rewrite=Rewrite(prefix="/"), snippet="proxy_redirect off;"),
            Route(path="/other", snippet=f"proxy_redirect http://localhost:{APP_PORT}/ /other/;"),
            Route(path="/cached/", match="prefix", cache=RouteCache(), rewrite=Rewrite(prefix="/")),
            snippets=ALLOWED,
        )
    )
    assert location("/kept/") == OWN
    assert location("/other") == "/other/x"
    assert location("/cached/") == "/cached/x"
    assert location("/") == "/x"


def test_of_a_listener(start: Callable[..., object], backend: Backend) -> None:
    routes = (Route(path="/app/", match="prefix", rewrite=Rewrite(prefix="/")),)
    start(plan_of(*routes, listener=LISTENER.replace(snippet="proxy_redirect off;"), snippets=ALLOWED))
    assert location("/") == OWN
    assert location("/app/") == "/app/x"
