"""A current nginx: it reads the same configuration, and does the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import websockets.sync.client
from hypothesis import given, settings

from krm_fn.engines.engine import ProxyPlan
from tests.engines.nginx.current import current_nginx, current_volumes, running_current_nginx
from tests.engines.nginx.plans import CACHE, PORT, PROBES, scenario
from tests.engines.nginx.strategies import KEYS, plans
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.loopback import require_root
from tests.servers.sandbox import run_in_sidecar

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def sidecar(backend: Backend) -> Iterator[None]:
    with running_current_nginx(scenario(), {"/script.js": b"// changed"}) as server:
        yield
        assert "[warn]" not in server.stderr()


@pytest.mark.usefixtures("sidecar")
class TestScenario:
    def test_override(self) -> None:
        response = request(PORT, "/script.js")
        assert (response.body, response.one("Content-Type")) == (b"// changed", "text/javascript; charset=utf-8")
        assert request(PORT, "/script.js", headers={"If-None-Match": response.one("ETag") or ""}).status == 304

    def test_cache(self) -> None:
        assert [request(PORT, "/lib/a").one("X-Cache-Status") for _ in range(2)] == ["MISS", "HIT"]
        assert request(PORT, "/lib/a", headers={"Authorization": "x"}).one("X-Cache-Status") == "BYPASS"
        assert request(PORT, "/lib").json()["target"] == "/lib"

    def test_proxying(self) -> None:
        received = request(PORT, "/a%2Fb//c", headers={"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"})
        headers = dict(received.json()["headers"])
        assert received.json()["target"] == "/a%2Fb//c"
        assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("203.0.113.7, 127.0.0.1", "https")
        assert not headers.keys() & {"Connection", "Upgrade"}
        with websockets.sync.client.connect(f"ws://127.0.0.1:{PORT}/") as connection:
            connection.send("echo")
            assert connection.recv(5) == "echo"

    def test_probes(self) -> None:
        assert (request(PROBES, "/healthz").status, request(PROBES, "/readyz").status) == (200, 200)


@settings(max_examples=40, deadline=None)
@given(plan=plans())
def test_every_plan_is_one_that_it_reads(plan: ProxyPlan) -> None:
    require_root()
    command = ["nginx", "-t", "-c", plan.config_path]
    result = run_in_sidecar(current_volumes(plan, None, KEYS), [CACHE], command, program=current_nginx())
    assert result.returncode == 0, result.stderr
    lines = [
        line for line in result.stderr.splitlines() if "grpc_headers_hash" not in line
    ]  # it has no directive for it
    assert not [line for line in lines if "[warn]" in line]
