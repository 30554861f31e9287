"""Which requests are logged."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, PROBES, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

PLAN = plan_of(
    Route(path="/quiet/", match="prefix", access_log=False),
    Route(path="/quiet.txt", files=StaticFiles(config_map="files"), access_log=False),
)


@pytest.fixture(scope="module")
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running(engine, PLAN, {"/quiet.txt": b"quiet"}) as server:
        yield server


def logged(server: Server) -> list[str]:
    """Return the targets that were logged."""
    return [json.loads(line)["request"]["uri"] for line in server.stdout().splitlines()]


def test_a_route_may_be_left_out(sidecar: Server) -> None:
    for target in ("/quiet/x", "/quiet/x?status=500", "/quiet.txt", "/loud?a=b"):
        request(PORT, target)
    request(PROBES, "/readyz")
    wait_until(lambda: logged(sidecar) != [])
    assert logged(sidecar) == ["/loud?a=b"]
