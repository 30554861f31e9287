"""Strict-Transport-Security, and the presets: who gets them, and where the app or the user has a say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    ErrorPage,
    ErrorPages,
    FixedAnswer,
    HeaderChanges,
    Headers,
    Maintenance,
    Page,
    Probes,
    RealIP,
    Redirect,
    Route,
    StaticFiles,
    StrictTransportSecurity,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import OUTSIDER, request

pytestmark = pytest.mark.server

HSTS = "Strict-Transport-Security"
VALUE = "max-age=31536000; includeSubDomains; preload"
PAGE = Page(config_map="pages", key="e.html")
HEADERS = Headers(
    hsts=StrictTransportSecurity(include_sub_domains=True, preload=True),
    presets=("csp", "permissions", "opener", "embedder", "resource"),
    response=HeaderChanges(
        set={"Cross-Origin-Resource-Policy": "cross-origin"},
        default={"permissions-policy": "camera=()"},
        remove=("Cross-Origin-Embedder-Policy",),
    ),
)
ROUTES = (
    Route(path="/files/", match="prefix", files=StaticFiles(config_map="files")),
    Route(path="/old/", match="prefix", redirect=Redirect(to="/new/$1")),
    Route(path="/gone", respond=FixedAnswer(status=410)),
    Route(path="/said", respond=FixedAnswer(body="x")),
    Route(path="/closed", deny=("0.0.0.0/0",)),
)
PAUSED = PORT + 10


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    pages = ErrorPages(pages=(ErrorPage(statuses=(410, 502), page=PAGE),))
    files = {page_path(PAGE): b"PAGE", "/files/a.txt": b"a"}
    plan = plan_of(*ROUTES, listener=LISTENER.replace(error_pages=pages), headers=HEADERS)
    paused = LISTENER.replace(port=PAUSED, maintenance=Maintenance())
    with (
        running(engine, plan, files),
        running(engine, plan_of(listener=paused, headers=HEADERS, probes=Probes(port=PAUSED + 1)), files),
    ):
        yield


TARGETS = ["/", "/?status=500", "/files/a.txt", "/files/absent", "/old/x", "/gone", "/said", "/closed", "/a/../b"]
BY_TLS = {"X-Forwarded-Proto": "https"}


@pytest.mark.parametrize("target", [*TARGETS, f"/?header={HSTS}:max-age=1"])
def test_every_answer_to_a_client_that_came_by_tls_has_it(target: str) -> None:
    assert request(PORT, target, headers=BY_TLS).one(HSTS) == VALUE
    assert request(PORT, target, headers={"X-Forwarded-Proto": "HTTPS"}).one(HSTS) == VALUE


@pytest.mark.parametrize("target", [*TARGETS, f"/?header={HSTS}:max-age=1"])
def test_no_answer_to_another_client_has_it(target: str) -> None:
    assert request(PORT, target).one(HSTS) is None
    assert request(PORT, target, headers={"X-Forwarded-Proto": "http"}).one(HSTS) is None
    assert request(PORT, target, headers={"X-Forwarded-Proto": "https x"}).one(HSTS) is None
    assert request(PORT, target, headers=BY_TLS, source=OUTSIDER).one(HSTS) is None


def test_under_maintenance_as_well() -> None:
    paused = request(PAUSED, "/", headers=BY_TLS)
    assert (paused.status, paused.one(HSTS), paused.one("Cross-Origin-Opener-Policy")) == (503, VALUE, "same-origin")


@pytest.mark.parametrize("target", TARGETS)
def test_the_presets_are_sent_where_nobody_says_otherwise(target: str) -> None:
    response = request(PORT, target)
    assert response.one("Cross-Origin-Opener-Policy") == "same-origin"
    assert response.one("Cross-Origin-Resource-Policy") == "cross-origin"
    assert response.one("Cross-Origin-Embedder-Policy") is None
    assert response.one("Permissions-Policy") == "camera=()"
    assert (response.one("Content-Security-Policy") or "").startswith("default-src 'self'; ")


def test_the_apps_own_presets_stay() -> None:
    response = request(PORT, "/?header=Content-Security-Policy:x&header=Cross-Origin-Opener-Policy:unsafe-none")
    assert response.one("Content-Security-Policy") == "x"
    assert response.one("Cross-Origin-Opener-Policy") == "unsafe-none"


def test_nobody_is_believed_where_nobody_is_trusted(backend: Backend, engine: str) -> None:
    plan = plan_of(
        listener=LISTENER.replace(port=PORT + 20),
        headers=Headers(hsts=StrictTransportSecurity()),
        real_ip=RealIP(trusted_proxies=()),
        probes=Probes(port=PORT + 21),
    )
    with running(engine, plan):
        assert request(PORT + 20, "/", headers=BY_TLS).one(HSTS) is None
