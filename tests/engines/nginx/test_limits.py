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


@pytest.mark.parametrize(
    ("first", "second", "is_other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", False),
        ("2001:db8:1:3::", "2001:0DB8:0001:0003:0:0:0:1", False),
        ("2001:db8:1:4::1", "2001:db8:1:5::1", True),
        ("2001:db8::1:0:0:1", "2001:db8:0:1::1", True),
        ("::ffff:203.0.113.21", "::ffff:203.0.113.22", True),
        ("64:ff9b::203.0.113.23", "64:ff9b::203.0.113.24", True),
        ("203.0.113.25", "203.0.113.26", True),
        ("10.10.10.10", "10.10.10.11", True),
    ],
)
def test_a_client_by_ipv6_is_a_network(first: str, second: str, is_other: bool) -> None:
    answers = [request(PORT, "/login", headers={"X-Forwarded-For": each}).status for each in (first, first, second)]
    assert answers == [200, 429, 200 if is_other else 429]


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
