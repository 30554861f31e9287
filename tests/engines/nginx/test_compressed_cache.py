"""The cache's two variants of an answer: compressed once for clients that take gzip, and as it is for others."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    DNS,
    AccessLog,
    Compression,
    ErrorPage,
    ErrorPages,
    OtherUpstream,
    Page,
    Rewrite,
    Route,
    RouteCache,
    RouteTimeouts,
    ServiceAddress,
    Split,
    Sticky,
    StickyCookie,
    Substitution,
)
from tests.engines.nginx.current import running_current_nginx
from tests.engines.nginx.plans import (
    APP_PORT,
    CACHE,
    LISTENER,
    PORT,
    PROBES,
    configuration,
    other_ports,
    plan_of,
    running_nginx,
)
from tests.servers.backend import Backend, running_backend
from tests.servers.certificates import app_tls
from tests.servers.h2c_app import running_h2c_app
from tests.servers.http import OUTSIDER, Response, exchange, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

ASSETS = RouteCache(policy="immutable-for-pod", ttl="1h", bypass_cookies=("session",))
COMPRESSOR = "127.90.0.1"
GONE, OTHER, SECURE = APP_PORT + 1, APP_PORT + 2, APP_PORT + 3
PAGES = ErrorPages(pages=(ErrorPage(statuses=(502, 504), page=Page(config_map="pages", key="error.html")),))
PAGE = {page_path(PAGES.pages[0].page): b"sorry"}
PLAN = plan_of(
    Route(path="/assets/", match="prefix", cache=ASSETS),
    Route(path="/brief/", match="prefix", cache=ASSETS.replace(ttl="1s")),
    Route(path="/origin/", match="prefix", cache=RouteCache(ttl="1h")),
    Route(path="/old/", match="prefix", cache=ASSETS, rewrite=Rewrite(prefix="/new/")),
    Route(path="/whole", cache=ASSETS, rewrite=Rewrite(path="/other path")),
    Route(path="/split", cache=ASSETS, split=Split(percent=0, upstream=OtherUpstream(port=OTHER), header="X-Go")),
    Route(
        path="/sticky",
        cache=RouteCache(policy="immutable-for-pod", ttl="1h"),
        split=Split(percent=50, upstream=OtherUpstream(port=OTHER), sticky=Sticky(set_cookie=StickyCookie(name="v"))),
    ),
    Route(path="/patient", cache=ASSETS, timeouts=RouteTimeouts(read="1s")),
    Route(path="/off/", match="prefix", cache=ASSETS.replace(compressed=False)),
    Route(path="/changed", cache=ASSETS, substitution=Substitution(texts={"xx": "yy"}, types=("text/css",))),
    Route(path="/gone", cache=ASSETS, upstream=OtherUpstream(port=GONE)),
    Route(path="/other", cache=ASSETS, upstream=OtherUpstream(port=OTHER)),
    Route(path="/secure", cache=ASSETS, upstream=OtherUpstream(port=SECURE, protocol="https")),
    listener=LISTENER.replace(error_pages=PAGES),
    access_log=AccessLog(),
)
Running = Callable[..., AbstractContextManager[Server]]


@pytest.fixture(scope="module", params=[running_nginx, running_current_nginx], ids=["old", "current"])
def sidecar(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Server]:
    run: Running = request.param
    with running_backend(OTHER), running_backend(SECURE, app_tls("app").context), run(_plan(run), PAGE) as server:
        yield server


@pytest.fixture(autouse=True)
def app(sidecar: Server, backend: Backend) -> Iterator[Backend]:
    backend.targets.clear()
    yield backend
    backend.observe = lambda _headers: None
    backend.release.clear()


def _plan(run: Running) -> ProxyPlan:
    """The build of the current version has no sub_filter."""
    (listener,) = PLAN.listeners
    routes = tuple(each for each in listener.listener.routes if run is running_nginx or not each.substitution)
    listener = listener.replace(listener=listener.listener.replace(routes=routes))
    return PLAN.replace(listeners=(listener,), spec=PLAN.spec.replace(listeners=(listener.listener,)))


def sends(path: str, *headers: str, size: int = 5000, more: str = "") -> str:
    """Return a target for which the app sends these headers."""
    return f"{path}?size={size}{more}" + "".join(f"&header={quote(each)}" for each in headers)


def get(target: str, coding: str | None = "gzip", method: str = "GET", **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    names |= {"Accept-Encoding": coding} if coding is not None else {}
    return request(PORT, target, method, headers=names)


def seen(response: Response) -> tuple[str | None, str | None, bytes]:
    """Return the cache's status, the coding and the decoded body."""
    coding = response.one("Content-Encoding")
    body = gzip.decompress(response.body) if coding == "gzip" and response.body else response.body
    return response.one("X-Cache-Status"), coding, body


CSS = "Content-Type:text/css"
TAKES_GZIP = ("gzip", "GZIP", "br, gzip", "br,gzip;q=0.5", "deflate, gzip ; q=1.0, *;q=0.1", "gzip;q=0.001", "gzip, br")
NO_GZIP = (None, "", "identity", "br", "gzip;q=0", "gzip;q=0.0", "gzip;q=0.000", "xgzip", "gzipx", "gzip-2", "*")
ANSWERS = {
    "compressible": ((CSS,), 5000, "gzip"),
    "with a charset": (("Content-Type:text/css; charset=utf-8",), 5000, "gzip"),
    "small": ((CSS,), 20, None),
    "a picture": (("Content-Type:image/png",), 5000, None),
    "compressed by the app": ((CSS, "Content-Encoding:br"), 5000, "br"),
}


class TestTable:
    @pytest.mark.parametrize("answer", ANSWERS)
    @pytest.mark.parametrize("coding", TAKES_GZIP)
    def test_clients_that_take_gzip(self, coding: str, answer: str, app: Backend) -> None:
        headers, size, expected = ANSWERS[answer]
        target = sends(f"/assets/{quote(coding)}", *headers, size=size)
        for status in ("MISS", "HIT", "HIT"):
            response = get(target, coding)
            assert seen(response) == (status, expected, b"x" * size)
            assert response.one("Vary") == ("Accept-Encoding" if expected == "gzip" else None)
        assert app.hits(target) == 1

    @pytest.mark.parametrize("answer", ANSWERS)
    @pytest.mark.parametrize("coding", NO_GZIP)
    def test_clients_that_do_not(self, coding: str | None, answer: str, app: Backend) -> None:
        headers, size, expected = ANSWERS[answer]
        target = sends(f"/assets/no-{quote(coding or str(coding))}", *headers, size=size)
        get(target)
        for status in ("MISS", "HIT"):
            response = get(target, coding)
            assert seen(response) == (status, None if expected == "gzip" else expected, b"x" * size)
            assert response.one("Vary") == ("Accept-Encoding" if expected == "gzip" else None)
        assert app.hits(target) == 2

    def test_http_1_0_is_not_compressed(self) -> None:
        target = sends("/assets/1.0", CSS)
        get(target)
        response = exchange(PORT, f"GET {target} HTTP/1.0\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        assert b"Content-Encoding" not in response
        assert response.endswith(b"x" * 5000)

    @pytest.mark.parametrize("path", ["/old/a", "/whole", "/split", "/patient", "/other", "/secure", "/brief/a"])
    def test_every_kind_of_route(self, path: str) -> None:
        target = sends(path, CSS)
        statuses = [seen(get(target)) for _ in range(2)]
        assert statuses == [("MISS", "gzip", b"x" * 5000), ("HIT", "gzip", b"x" * 5000)]
        assert seen(get(target, None)) == ("MISS", None, b"x" * 5000)
        assert seen(get(target, None, Cookie="session=1")) == ("BYPASS", None, b"x" * 5000)

    def test_both_sides_of_a_split(self) -> None:
        for side in ("never", "always"):
            assert [seen(get(sends("/split", CSS, "X-A:1"), X_Go=side))[0] for _ in range(2)] == ["MISS", "HIT"]

    @pytest.mark.parametrize("coding", ["gzip", None])
    def test_versions_that_clients_keep_do_not_mix(self, coding: str | None, app: Backend) -> None:
        target = sends("/sticky", CSS, f"X-A:{coding}")
        for version, hits in (("stable", 1), ("canary", 1)):
            answers = [get(target, coding, Cookie=f"v={version}") for _ in range(3)]
            assert [seen(each)[:2] for each in answers] == [(status, coding) for status in ("MISS", "HIT", "HIT")]
            assert {each.one("Set-Cookie") for each in answers} == {None}
            assert app.hits(target) == hits
        fresh = [get(target, coding) for _ in range(30)]
        assert {seen(each)[0] for each in fresh} == {"HIT"}
        assert {(each.one("Set-Cookie") or "").partition(";")[0] for each in fresh} == {"v=stable", "v=canary"}
        assert seen(get(target, coding, Cookie="v=canary; session=1"))[0] == "BYPASS"

    def test_where_it_is_off_one_variant_is_compressed_for_each(self, app: Backend) -> None:
        target = sends("/off/a", CSS)
        assert [seen(get(target)), seen(get(target))] == [(s, "gzip", b"x" * 5000) for s in ("MISS", "HIT")]
        assert seen(get(target, None)) == ("HIT", None, b"x" * 5000)


def test_an_app_that_speaks_http_2(loopback: None) -> None:
    plan = other_ports(plan_of(Route(path="/assets/", match="prefix", cache=ASSETS)))
    plan = plan.replace(listeners=(plan.listeners[0].replace(protocols=("h2c",)),))
    with running_h2c_app(APP_PORT + 10), running_current_nginx(plan):
        for coding in ("gzip", "identity"):
            target = sends("/assets/h2c", CSS)
            answers = [request(PORT + 10, target, headers={"Accept-Encoding": coding}) for _ in range(2)]
            assert [seen(each)[0] for each in answers] == ["MISS", "HIT"]
            assert {seen(each)[1:] for each in answers} == {("gzip" if coding == "gzip" else None, b"x" * 5000)}


class TestWhatTheAppGets:
    """The same with the other server between as without it."""

    @pytest.mark.parametrize("source", ["127.0.0.1", OUTSIDER])
    @pytest.mark.parametrize("path", ["/assets/r", "/old/r%2Fs//t", "/old/a b".replace(" ", "%20"), "/whole"])
    def test_the_same_request(self, path: str, source: str) -> None:
        forged = {
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Port": "1",
            "X-Real-IP": "203.0.113.9",
            "X-Forwarded-User": "root",
            "X-Request-ID": "12345678",
            "Forwarded": "for=evil",
            "X-Accel-Redirect": "/x",
            "Connection": "X-Gone",
            "X-Gone": "1",
            "User-Agent": "a\tb",
            "Cookie": "a=b; c=d",
            "Range": "bytes=0-3",
            "If-None-Match": '"x"',
            "If-Range": '"x"',
            "TE": "trailers",
            "Keep-Alive": "1",
            "Proxy": "evil",
            "Upgrade": "h2c",
        }
        got: list[dict[str, Any]] = []
        for number, coding in enumerate(("identity", "gzip")):
            target = f"{path}?q=%41{source}"
            response = request(PORT, target, headers={**forged, "Accept-Encoding": coding}, source=source)
            assert response.one("X-Cache-Status") == "MISS", number
            got.append(response.json())
        assert got[0] == got[1]

    def test_what_bypasses_goes_straight_and_is_compressed_for_itself(self) -> None:
        target = sends("/assets/bypass", CSS)
        assert seen(get(target, Authorization="Bearer x")) == ("BYPASS", "gzip", b"x" * 5000)
        assert seen(get(target)) == ("MISS", "gzip", b"x" * 5000)

    def test_other_methods_go_straight(self) -> None:
        received = request(PORT, "/assets/post", "POST", headers={"Accept-Encoding": "gzip"}, body=b"x").json()
        assert (received["method"], received["length"]) == ("POST", 1)

    def test_one_line_in_the_log(self, sidecar: Server) -> None:
        before = len(sidecar.lines())
        for _ in range(2):
            get("/assets/logged?size=5000")
        wait_until(lambda: len(sidecar.lines()) >= before + 2)
        lines = [json.loads(line) for line in sidecar.lines()[before:]]
        assert [(each["cache"], each["upstream_status"]) for each in lines] == [("MISS", 200), ("HIT", None)]


class TestConditions:
    def test_head_fills_the_cache(self, app: Backend) -> None:
        target = sends("/assets/head", CSS)
        for status in ("MISS", "HIT"):
            response = get(target, method="HEAD")
            assert (response.status, seen(response)) == (200, (status, "gzip", b""))
        assert seen(get(target)) == ("HIT", "gzip", b"x" * 5000)
        assert app.hits(target) == 1

    @pytest.mark.parametrize("tag", ['"one"', 'W/"one"'])
    @pytest.mark.parametrize("coding", ["gzip", "identity"])
    def test_tags(self, coding: str, tag: str) -> None:
        target = sends(f"/assets/tag-{coding}", CSS, f"ETag:{tag}")
        for status in ("MISS", "HIT"):
            response = get(target, coding)
            assert response.one("X-Cache-Status") == status
            answered = response.one("ETag") or ""
            assert get(target, coding, If_None_Match=answered).status == 304
            assert get(target, coding, If_None_Match='"other"').status == 200
            received = request(PORT, "/assets/a", "PUT", headers={"If-Match": answered}).json()
            assert dict(received["headers"])["If-Match"] == '"one"'
        not_modified = get(target, "gzip", If_None_Match=get(target).one("ETag") or "")
        assert (not_modified.status, not_modified.one("Vary")) == (304, "Accept-Encoding")

    @pytest.mark.parametrize("coding", ["gzip", "identity"])
    def test_the_app_revalidates_its_own_tag(self, coding: str, app: Backend) -> None:
        conditions: list[str | None] = []
        app.observe = lambda headers: conditions.append(dict(headers).get("If-None-Match"))
        target = sends(f"/origin/mine-{coding}", CSS, 'ETag:"one"', "Cache-Control:max-age=1")
        assert get(target, coding).one("X-Cache-Status") == "MISS"
        wait_until(lambda: get(target, coding).one("X-Cache-Status") == "EXPIRED")
        assert conditions == [None, '"one"']

    def test_revalidated(self, app: Backend) -> None:
        whole = sends("", CSS, 'ETag:"one"', "Cache-Control:max-age=1")[1:]
        app.decide = lambda _path, headers: "status=304&body=" if "if-none-match" in headers else whole
        try:
            assert get("/origin/revalidated").one("X-Cache-Status") == "MISS"
            wait_until(lambda: seen(get("/origin/revalidated")) == ("REVALIDATED", "gzip", b"x" * 5000))
        finally:
            app.decide = lambda path, _headers: app.usual_query.get(path, "")

    def test_ranges_of_what_is_not_compressed(self) -> None:
        for coding, header in (("identity", CSS), ("gzip", "Content-Type:image/png")):
            target = sends("/assets/ranged", header, "Accept-Ranges:bytes")
            for _ in range(2):
                response = get(target, coding, Range="bytes=0-3")
                assert (response.status, response.body) == (206, b"xxxx")

    def test_no_range_of_what_is_compressed(self) -> None:
        target = sends("/assets/unranged", CSS, "Accept-Ranges:bytes")
        for _ in range(2):
            response = get(target, Range="bytes=0-3")
            assert (response.status, seen(response)[1:]) == (200, ("gzip", b"x" * 5000))

    def test_vary_of_the_app(self, request: pytest.FixtureRequest) -> None:
        target, is_old = sends("/assets/vary", CSS, "Vary:X-Tenant"), "[old]" in request.node.name
        for status in ("MISS", "HIT"):
            for tenant in ("a", "b"):
                response = get(target, X_Tenant=tenant)
                assert response.one("X-Cache-Status") == ("MISS" if is_old else status)
                assert sorted(response.all("Vary")) == ["Accept-Encoding", "X-Tenant"]

    def test_vary_of_the_app_by_coding(self, request: pytest.FixtureRequest) -> None:
        target = sends("/assets/vary-coding", CSS, "Vary:Accept-Encoding")
        first, second = get(target, "gzip, br"), get(target, "br, gzip")
        is_old = "[old]" in request.node.name
        assert [first.one("Vary"), second.one("Vary")] == ["Accept-Encoding"] * 2
        assert [first.one("X-Cache-Status"), second.one("X-Cache-Status")] == ["MISS", "MISS" if is_old else "HIT"]

    def test_a_name_that_only_begins_so_is_another(self) -> None:
        answered = get(sends("/assets/vary-longer", CSS, "Vary:Accept-Encoding-Of-Mine")).all("Vary")
        assert sorted(answered) == ["Accept-Encoding", "Accept-Encoding-Of-Mine"]

    @pytest.mark.parametrize("coding", ["gzip", "identity"])
    def test_vary_in_several_lines(self, coding: str, request: pytest.FixtureRequest) -> None:
        lines = ("Vary:Accept-Encoding", "Vary:X-Tenant", "Vary:X-Language")
        target, is_old = sends(f"/assets/vary-lines-{coding}", CSS, *lines), "old" in request.node.name
        statuses = [get(target, coding, X_Tenant=each).one("X-Cache-Status") for each in "aab"]
        assert statuses == ["MISS", "MISS" if is_old else "HIT", "MISS"]

    @pytest.mark.parametrize("header", ["Cache-Control:no-store", "X-Accel-Expires:0", "Set-Cookie:a=b", "Vary:*"])
    def test_what_is_not_kept(self, header: str) -> None:
        target = sends("/origin/not", CSS, header)
        assert [seen(get(target)), seen(get(target))] == [("MISS", "gzip", b"x" * 5000)] * 2

    def test_renewed_behind_the_client(self, app: Backend) -> None:
        target = sends("/brief/renewed", CSS)
        assert seen(get(target))[0] == "MISS"
        wait_until(lambda: seen(get(target)) == ("STALE", "gzip", b"x" * 5000))
        wait_until(lambda: app.hits(target) == 2)
        wait_until(lambda: seen(get(target))[0] in ("HIT", "STALE"))

    def test_a_header_that_is_hidden_from_clients_still_counts(self) -> None:
        target = sends("/origin/expires", CSS, "X-Accel-Expires:1")
        assert [get(target).one("X-Cache-Status") for _ in range(2)] == ["MISS", "HIT"]
        wait_until(lambda: get(target).one("X-Cache-Status") == "EXPIRED")


class TestErrors:
    @pytest.mark.parametrize("coding", ["gzip", "identity"])
    def test_the_app_is_away(self, coding: str, sidecar: Server) -> None:
        before = len(sidecar.lines())
        for _ in range(3):
            response = get("/gone", coding)
            assert (response.status, response.body) == (502, b"sorry")
        wait_until(lambda: len(sidecar.lines()) >= before + 3)
        assert {json.loads(line)["upstream_status"] for line in sidecar.lines()[before:]} == {502}

    def test_and_comes_back(self) -> None:
        target = sends("/gone", CSS)
        assert get(target).status == 502
        with running_backend(GONE):
            assert seen(get(target)) == ("MISS", "gzip", b"x" * 5000)
        assert seen(get(target))[0] == "HIT"
        assert get(sends("/gone", CSS, "X-A:b")).status == 502

    @pytest.mark.parametrize("status", [404, 500, 502, 503, 504])
    def test_an_error_of_the_app_is_the_apps(self, status: int) -> None:
        response = get(sends("/assets/failing", CSS, "X-App:1", more=f"&status={status}"))
        assert (response.status, response.one("X-App"), seen(response)[2]) == (status, "1", b"x" * 5000)

    @pytest.mark.parametrize("coding", ["gzip", "identity"])
    def test_an_app_that_does_not_answer(self, coding: str, app: Backend, sidecar: Server) -> None:
        before = len(sidecar.lines())
        response = get(f"/patient?hold&{coding}", coding)
        assert (response.status, response.body) == (504, b"sorry")
        app.release.set()
        wait_until(lambda: len(sidecar.lines()) > before)
        line = json.loads(sidecar.lines()[before])
        assert (line["upstream_status"], line["duration"] < 1.9) == (504, True)
        assert app.hits(f"/patient?hold&{coding}") == 1

    def test_what_is_stale_in_place_of_an_error(self, app: Backend) -> None:
        with running_backend(GONE) as backend:
            backend.usual_headers = [CSS]
            assert seen(get("/gone?stale&size=5000"))[0] == "MISS"
        assert seen(get("/gone?stale&size=5000")) == ("HIT", "gzip", b"x" * 5000)


class TestDoor:
    def test_no_other_address_than_its_own_leads_there(self) -> None:
        assert request(PROBES, "/assets/a", source=OUTSIDER).status == 404
        assert request(PROBES, "/assets/a").status == 404
        assert request(PROBES, "/assets/a", headers={"Host": COMPRESSOR}).status == 404
        assert request(PROBES, "/healthz").status == 200

    def test_another_peer_is_refused(self) -> None:
        trusted = {"X-Forwarded-For": "127.0.0.1"}
        assert request(PROBES, "/assets/a", headers=trusted, source=OUTSIDER, address=COMPRESSOR).status == 403

    def test_nothing_stays_in_the_volume(self, sidecar: Server) -> None:
        get("/assets/a")
        volume = sidecar.root / CACHE.lstrip("/")
        assert [path for path in volume.rglob("*") if path.is_socket()] == []


@pytest.mark.parametrize(
    "route",
    [
        Route(path="/a", cache=ASSETS, substitution=Substitution(texts={"a": "b"})),
        Route(path="/a", cache=ASSETS.replace(compressed=False)),
        Route(path="/a", cache=ASSETS, snippet="gzip off;"),
        Route(path="/a", cache=ASSETS, snippet="charset utf-8;"),
        Route(path="/a", cache=ASSETS, snippet="chunked_transfer_encoding off;"),
        Route(path="/a", cache=ASSETS, snippet="proxy_buffer_size 128k; proxy_buffers 8 128k;"),
        Route(path="/a", cache=ASSETS, upstream=OtherUpstream(socket="/run/app/app.sock")),
    ],
)
def test_there_is_none_where_it_cannot_be_right(route: Route) -> None:
    assert "gzip_vary off" not in configuration(plan_of(route))


def test_there_is_none_without_compression() -> None:
    plan = plan_of(Route(path="/a", cache=ASSETS), compression=Compression(enabled=False))
    assert "gzip_vary off" not in configuration(plan)
    assert "gzip_vary off" in configuration(plan_of(Route(path="/a", cache=ASSETS, snippet="limit_rate 1k;")))


def test_there_is_none_where_a_variable_names_the_service() -> None:
    plan = plan_of(Route(path="/a", cache=ASSETS, upstream=SERVICE), dns=DNS(resolver="127.0.0.1"))
    assert "gzip_vary off" not in configuration(plan)
    assert "gzip_vary off" in configuration(plan.replace(version=(1, 27, 3)))


def test_a_service_that_does_not_answer_is_an_error_of_the_proxy() -> None:
    assert "error_page 502 504 = @unreachable" in configuration(
        plan_of(Route(path="/a", cache=ASSETS, upstream=SERVICE))
    )


SERVICE = OtherUpstream(service=ServiceAddress(name="api", namespace="web", port=80))
