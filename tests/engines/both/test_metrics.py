"""What Prometheus is told of the proxy: by an exporter beside nginx, by Caddy itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from krm_fn.companions.metrics import companion
from krm_fn.engines import engine_named
from krm_fn.function_config.generated.values import Companions, Metadata, Metrics, ProxySidecar
from tests.engines.both.conftest import SLOW
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.exporters import running_exporter
from tests.servers.http import LOCALHOST, OUTSIDER, request
from tests.servers.processes import wait_until

pytestmark = pytest.mark.server

METRICS = Metrics(port=PORT + 20)
PLAN = plan_of(companions=Companions(metrics=METRICS))
COUNTERS = {
    "nginx": r"^nginx_http_requests_total (\d+)$",
    "caddy": r'^caddy_http_requests_total\{handler="subroute",server="listener0"\} (\d+)$',
}


@pytest.fixture(scope="module", params=["nginx", "caddy", pytest.param("caddy-oldest", marks=SLOW["caddy-oldest"])])
def engine(request: pytest.FixtureRequest) -> str:
    """Name each engine but the current nginx, for its build lacks the status page."""
    return str(request.param)


@pytest.fixture(scope="module", autouse=True)
def pod(backend: Backend, engine: str) -> Iterator[None]:
    config = ProxySidecar(metadata=Metadata(name="web"), spec=PLAN.spec)
    beside = companion(METRICS, config, "web", engine_named(engine.partition("-")[0]))
    with ExitStack() as stack:
        stack.enter_context(running(engine, PLAN))
        for container in beside.containers:
            stack.enter_context(running_exporter(container))
        yield


def counted(engine: str, source: str = "127.0.0.1") -> int:
    """Return the number of requests that Prometheus is told of."""
    response = request(METRICS.port, "/metrics", source=source)
    assert response.status == 200
    found = re.findall(COUNTERS[engine.partition("-")[0]], response.body.decode(), re.MULTILINE)
    return sum(map(int, found))


def test_requests_are_counted(engine: str) -> None:
    before = counted(engine)
    for _ in range(5):
        assert request(PORT, "/").status == 200
    wait_until(lambda: before + 5 <= counted(engine), what="the counter")  # a server counts after its answer
    assert counted(engine) <= before + 10


def test_prometheus_may_ask_from_elsewhere(engine: str) -> None:
    request(PORT, "/")
    wait_until(lambda: counted(engine, OUTSIDER) > 0, what="the counter")
    assert request(PORT, "/metrics").json()["target"] == "/metrics", "the app's own"


MESH = "127.0.0.6"
"""The address from which Istio's proxy in the Pod connects."""


@pytest.mark.parametrize("address", [LOCALHOST, OUTSIDER])
@pytest.mark.parametrize("source", [LOCALHOST, OUTSIDER, MESH])
def test_the_status_page_is_for_the_exporter_alone(engine: str, source: str, address: str) -> None:
    is_open = engine == "nginx" and source == address == LOCALHOST
    for headers in ({}, {"X-Forwarded-For": LOCALHOST}, {"X-Real-IP": LOCALHOST}):
        response = request(PLAN.spec.probes.port, "/stub_status", headers=headers, source=source, address=address)
        assert response.status == (200 if is_open else 404)
