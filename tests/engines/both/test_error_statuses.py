"""Every error status of the app's: with its own page, without one, and beside inner steps of the configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines import caddy, nginx
from krm_fn.engines.engine import Engine, ProxyPlan
from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    ErrorPage,
    ErrorPages,
    Maintenance,
    OtherUpstream,
    Page,
    Probes,
    Route,
    Split,
    UpstreamTLS,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import OUTSIDER, exchange, request

pytestmark = pytest.mark.server

PAGE = Page(config_map="pages", key="e.html")
FILES = {page_path(PAGE): b"PAGE"}
OF_APP, OF_PROXY, INNER_STEPS = PORT, PORT + 10, PORT + 20
EVERY = range(400, 600)


def facts(engine: str) -> Engine:
    return nginx.ENGINE if engine.startswith("nginx") else caddy.ENGINE


def beside(port: int, statuses: tuple[int, ...], *routes: Route, of_app: bool, **listener: object) -> ProxyPlan:
    pages = ErrorPages(of_app=of_app, pages=(ErrorPage(statuses=statuses, page=PAGE),))
    listening = LISTENER.replace(port=port, error_pages=pages, **listener)
    return plan_of(*routes, listener=listening, probes=Probes(port=port + 1))


@pytest.fixture(scope="module", autouse=True)
def answered(backend: Backend, engine: str) -> Iterator[tuple[int, ...]]:
    """Run the sidecars, and return the statuses that the engine can answer with a page."""
    every = tuple(status for status in EVERY if status not in facts(engine).not_answered)
    by_tls = OtherUpstream(port=9, tls=UpstreamTLS(verify=False))
    split = Route(path="/", match="prefix", split=Split(percent=0, upstream=by_tls, header="X-Other"))
    pause = Maintenance(page=PAGE, allow=(OUTSIDER,))
    with (
        running(engine, beside(OF_APP, every, of_app=True), FILES),
        running(engine, beside(OF_PROXY, every, of_app=False), FILES),
        running(engine, beside(INNER_STEPS, (500,), split, of_app=True, maintenance=pause), FILES),
    ):
        yield every


def bodies(port: int, source: str) -> dict[int, tuple[int, bytes]]:
    """Return what comes back for each status of the app's."""
    answers = {status: request(port, f"/?status={status}&body=APP", source=source) for status in EVERY}
    return {status: (answer.status, answer.body) for status, answer in answers.items()}


def test_each_has_its_page_and_stays(answered: tuple[int, ...]) -> None:
    for status in answered:
        answer = request(OF_APP, f"/?status={status}&body=APP")
        assert (answer.status, answer.body) == (status, b"PAGE")


def test_each_passes_where_pages_are_for_the_proxys_own() -> None:
    assert bodies(OF_PROXY, OUTSIDER) == {status: (status, b"APP") for status in EVERY}


def test_none_sets_off_an_inner_step(backend: Backend) -> None:
    hits = len(backend.targets)
    assert bodies(INNER_STEPS, OUTSIDER) == {status: (status, b"PAGE" if status == 500 else b"APP") for status in EVERY}
    assert len(backend.targets) == hits + len(EVERY)


def test_the_inner_steps_work(engine: str) -> None:
    answer = request(INNER_STEPS, "/?status=200")
    assert (answer.status, answer.body) == (503, b"PAGE")
    assert request(INNER_STEPS, "/?status=200", source=OUTSIDER, headers={"X-Other": "always"}).status == 502
    assert request(INNER_STEPS, "/?status=200", source=OUTSIDER, headers={"X-Other": "never"}).status == 200


def test_a_page_of_400_is_also_for_what_nginx_itself_numbers_otherwise(engine: str) -> None:
    if engine.startswith("nginx"):
        line = b"X-Long: " + b"x" * 40000
        answer = exchange(OF_PROXY, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + line + b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.endswith(b"PAGE")
