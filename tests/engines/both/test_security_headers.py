"""Security headers: where neither the app nor the user has a say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import HeaderChanges, Headers, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

CHANGES = HeaderChanges(remove=("Referrer-Policy",))
PLAN = plan_of(
    Route(path="/files/", match="prefix", files=StaticFiles(config_map="files")),
    headers=Headers(security=True, response=CHANGES),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running(engine, PLAN, {"/files/a.txt": b"a"}) as server:
        yield server


@pytest.mark.parametrize("target", ["/", "/?status=404", "/files/a.txt", "/files/absent"])
def test_are_sent_where_the_app_sends_none(target: str) -> None:
    response = request(PORT, target)
    assert response.one("X-Content-Type-Options") == "nosniff"
    assert response.one("X-Frame-Options") == "SAMEORIGIN"
    assert response.one("Referrer-Policy") is None


def test_the_apps_own_stays() -> None:
    response = request(PORT, "/?header=X-Frame-Options:DENY")
    assert [value for name, value in response.headers if name.lower() == "x-frame-options"] == ["DENY"]
    assert response.one("Content-Security-Policy") is None
