"""Limits of requests and of requests in flight: by route and client."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from krm_fn.function_config.generated.values import RateLimit, Route
from tests.engines.nginx.plans import PORT, plan_of, running_nginx
from tests.servers.backend import Backend
from tests.servers.http import OUTSIDER, request
from tests.servers.processes import wait_until

pytestmark = pytest.mark.server

PLAN = plan_of(
    Route(path="/login", rate_limit=RateLimit(per_second=1)),
    Route(path="/slow", connection_limit=1),
    Route(path="/search/", match="prefix", rate_limit=RateLimit(per_second=1, burst=3)),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[None]:
    with running_nginx(PLAN):
        yield


def statuses(path: str, times: int) -> list[int]:
    return [request(PORT, path).status for _ in range(times)]


def test_a_client_beyond_the_limit_is_told_so() -> None:
    assert statuses("/login", 3) == [200, 429, 429]
    assert request(PORT, "/login", source=OUTSIDER).status == 200  # another client
    assert request(PORT, "/login", source=OUTSIDER).status == 429


def test_a_burst_passes_at_once() -> None:
    assert statuses("/search/a", 6) == [200, 200, 200, 200, 429, 429]


def test_the_client_is_the_one_behind_trusted_proxies() -> None:
    for client in ("203.0.113.1", "203.0.113.2"):
        headers = {"X-Forwarded-For": client}
        assert [request(PORT, "/login", headers=headers).status for _ in range(2)] == [200, 429]


def test_a_client_has_so_many_requests_in_flight(backend: Backend) -> None:
    backend.release.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(request, PORT, "/slow?hold")
        wait_until(lambda: backend.hits("/slow?hold") == 1)
        assert request(PORT, "/slow").status == 429
        assert request(PORT, "/slow", source=OUTSIDER).status == 200
        backend.release.set()
        assert first.result().status == 200
    wait_until(lambda: request(PORT, "/slow").status == 200)


def test_other_routes_have_none() -> None:
    assert set(statuses("/", 30)) == {200}
