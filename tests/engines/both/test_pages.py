"""Pages of the proxy's own: for errors, and under maintenance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    ErrorPage,
    ErrorPages,
    HeaderChanges,
    Headers,
    Maintenance,
    OtherUpstream,
    Page,
    Probes,
    Redirect,
    Route,
    StaticFiles,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend
from tests.servers.http import OUTSIDER, request

pytestmark = pytest.mark.server

DOWN, LOST = Page(config_map="pages", key="50x.html"), Page(config_map="pages", key="lost.html")
FILES = {page_path(DOWN): b"<p>down", page_path(LOST): b"<p>lost", "/file.txt": b"file"}
ROUTES = (
    Route(path="/down", upstream=OtherUpstream(port=9)),
    Route(path="/denied", allow=()),
    Route(path="/file.txt", files=StaticFiles(config_map="files")),
    Route(path="/files/", match="prefix", files=StaticFiles(config_map="files")),
    Route(path="/old", redirect=Redirect(to="/new")),
)
PAGES = ErrorPages(
    pages=(ErrorPage(statuses=(502, 503, 504), page=DOWN), ErrorPage(statuses=(403, 404), page=LOST)),
)
CONDITIONS = {
    "If-None-Match": "*",
    "If-Match": '"other"',
    "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
    "If-Unmodified-Since": "Fri, 01 Jan 1990 00:00:00 GMT",
    "Range": "bytes=0-1",
}
FRAME = Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"}), security=True)


def beside(plan_port: int, **listener: object) -> ProxyPlan:
    listening = LISTENER.replace(port=plan_port, **listener)
    return plan_of(*ROUTES, listener=listening, headers=FRAME, probes=Probes(port=plan_port + 1))


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    pause = Maintenance(page=DOWN, retry_after=120, allow=(OUTSIDER,))
    with (
        running(engine, beside(PORT, error_pages=PAGES), FILES),
        running(engine, beside(PORT + 10, error_pages=PAGES.replace(of_app=True)), FILES),
        running(engine, beside(PORT + 20, maintenance=pause), FILES),
        running(engine, beside(PORT + 30, maintenance=Maintenance(retry_after=60)), FILES),
        running(engine, beside(PORT + 40, maintenance=pause.replace(enabled=False)), FILES),
    ):
        yield


class TestErrors:
    @pytest.mark.parametrize("port", [PORT, PORT + 10])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(
        ("target", "status", "body"),
        [("/down", 502, b"<p>down"), ("/denied", 403, b"<p>lost"), ("/files/absent", 404, b"<p>lost")],
    )
    def test_the_proxys_own_have_a_page(self, port: int, method: str, target: str, status: int, body: bytes) -> None:
        if (method, target) == ("POST", "/files/absent"):
            return  # 405: files can only be read
        response = request(port, target, method)
        assert (response.status, response.body) == (status, body)
        assert response.one("Content-Type") == "text/html; charset=utf-8"
        assert response.one("Cache-Control") == "no-cache"
        assert (response.one("X-Frame-Options"), response.one("X-Content-Type-Options")) == ("DENY", "nosniff")

    @pytest.mark.parametrize("name", CONDITIONS)
    def test_a_page_is_whole_whatever_the_conditions(self, name: str) -> None:
        for port, target, status in (
            (PORT, "/down", 502),
            (PORT, "/denied", 403),
            (PORT, "/files/absent", 404),
            (PORT + 10, "/?status=503", 503),
            (PORT + 20, "/", 503),
        ):
            usual = request(port, target)
            response = request(port, target, headers={name: CONDITIONS[name]})
            assert (response.status, response.body) == (status, usual.body)
            assert (response.body[:3], response.one("Content-Range")) == (b"<p>", None)

    def test_the_apps_own_are_untouched(self) -> None:
        for status in (403, 404, 503):
            response = request(PORT, f"/?status={status}&body=app")
            assert (response.status, response.body) == (status, b"app")

    def test_the_apps_own_have_one_where_that_is_asked_for(self) -> None:
        assert request(PORT + 10, "/?status=503&body=app").body == b"<p>down"
        response = request(PORT + 10, "/?status=404&body=app")
        assert (response.status, response.body) == (404, b"<p>lost")
        assert request(PORT + 10, "/?status=500&body=app").body == b"app"
        assert request(PORT + 10, "/?status=200&body=app").body == b"app"

    def test_pages_are_not_the_apps_paths(self) -> None:
        assert request(PORT, page_path(DOWN)).body != b"<p>down"


class TestMaintenance:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("target", ["/", "/x?status=404", "/file.txt", "/files/a", "/old", "/down"])
    def test_the_page_is_all_there_is(self, backend: Backend, target: str, method: str) -> None:
        hits = len(backend.targets)
        response = request(PORT + 20, target, method)
        assert (response.status, response.body) == (503, b"<p>down")
        assert response.one("Retry-After") == "120"
        assert response.one("X-Frame-Options") == "DENY"
        assert len(backend.targets) == hits

    def test_some_clients_pass(self) -> None:
        assert request(PORT + 20, "/", source=OUTSIDER).status == 200
        assert request(PORT + 20, "/file.txt", source=OUTSIDER).body == b"file"

    def test_without_a_page(self) -> None:
        response = request(PORT + 30, "/")
        assert (response.status, response.body) == (503, b"503 Service Unavailable\n")
        assert (response.one("Retry-After"), response.one("Content-Type")) == ("60", "text/plain")

    def test_probes_are_not_concerned(self) -> None:
        assert [request(PROBES + 20, path).status for path in ("/healthz", "/readyz")] == [200, 200]

    def test_turned_off(self) -> None:
        assert request(PORT + 40, "/").status == 200
