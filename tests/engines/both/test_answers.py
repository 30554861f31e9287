"""Answers of the proxy's own: where a redirect leads, whatever the path holds; fixed answers; methods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    Cors,
    ErrorPage,
    ErrorPages,
    FixedAnswer,
    HeaderChanges,
    Headers,
    Page,
    Probes,
    Redirect,
    Route,
    StaticFiles,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import exchange, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

TEXT = 'User-agent: *\nDisallow: /\t# $host ${x} {env.HOME} \\n "q" \\{a}; é\n'
PAGE = Page(config_map="pages", key="e.html")
PAGES = ErrorPages(pages=(ErrorPage(statuses=(405, 410), page=PAGE),))
OTHER, GUARDED = PORT + 10, PORT + 20
PLAN = plan_of(
    *(Route(path=f"/{status}", redirect=Redirect(to="/to", status=status)) for status in (301, 302, 303, 307, 308)),
    Route(path="/plain", redirect=Redirect(to="/new")),
    Route(path="/dropped", redirect=Redirect(to="/new", query="drop")),
    Route(path="/own", redirect=Redirect(to="/new?a=b#top")),
    Route(path="/both", redirect=Redirect(to="/new?a=b#top", query="keep")),
    Route(path="/fragment", redirect=Redirect(to="/new#top")),
    Route(path="/old/", match="prefix", redirect=Redirect(to="/new/$1", status=301)),
    Route(path="/é.x/", match="prefix", redirect=Redirect(to="/e/$1")),
    Route(path="/root/", match="prefix", redirect=Redirect(to="/$1")),
    Route(path="/away/", match="prefix", redirect=Redirect(to="https://example.com/x/$1?y=$0#$z")),
    Route(path="/to/", match="prefix", redirect=Redirect(to="https://example.com/$1")),
    Route(path=r"^/blog/(\d+)/(.+)$", match="regex", redirect=Redirect(to="/posts/$2-$1?id=$1", query="keep")),
    Route(path="^/ü/([ü ]+)(.*)$", match="regex", redirect=Redirect(to="/u/$1$2", status=302)),
    Route(path="^/any/(.*)$", match="regex", redirect=Redirect(to="/$1")),
    Route(path="^/x(y)?/to$", match="regex", redirect=Redirect(to="/$1/to")),
    Route(path="/robots.txt", respond=FixedAnswer(body=TEXT)),
    Route(path="/made.json", respond=FixedAnswer(status=418, body="{}", content_type="application/json")),
    Route(path="/nothing", respond=FixedAnswer(status=204)),
    Route(path="/fine", respond=FixedAnswer()),
    Route(path="/gone", respond=FixedAnswer(status=410)),
    Route(path="/lost/", match="prefix", respond=FixedAnswer(status=404)),
    headers=Headers(response=HeaderChanges(set={"X-Mine": "m"}), security=True),
    listener=LISTENER.replace(error_pages=PAGES),
)
METHODS = plan_of(
    Route(path="/only/", match="prefix", methods=("GET", "POST")),
    Route(path="/only/answer", respond=FixedAnswer(body="yes"), methods=("PUT",)),
    Route(path="/files/", match="prefix", files=StaticFiles(config_map="files"), methods=("GET",)),
    Route(
        path="/shared/", match="prefix", methods=("GET",), cors=Cors(origins=("https://a.example",), methods=("GET",))
    ),
    headers=Headers(response=HeaderChanges(set={"X-Mine": "m"}), security=True),
    listener=LISTENER.replace(error_pages=PAGES, port=OTHER),
    probes=Probes(port=OTHER + 1),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    files = {page_path(PAGE): b"PAGE", "/files/a.txt": b"a"}
    with running(engine, PLAN, files) as server, running(engine, METHODS, files):
        yield server


def sent(target: str) -> tuple[int, str | None]:
    """Return the status for a target, sent as it is, and where it leads."""
    text = exchange(PORT, f"GET {target} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".encode())
    head, *_ = text.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = [line.split(": ", 1) for line in lines]
    assert [value for name, value in headers if name.lower() == "x-mine"] == ["m"]
    assert [value for name, value in headers if name.lower() == "x-frame-options"] == ["SAMEORIGIN"]
    locations = [value for name, value in headers if name.lower() == "location"]
    assert len(locations) < 2
    return int(first.split(" ")[1]), locations[0] if locations else None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_has_its_status(status: int) -> None:
    assert sent(f"/{status}") == (status, "/to")


QUERIES = {
    "/plain": "/new",
    "/plain?a=%2F&b": "/new?a=%2F&b",
    "/plain?a=%0d%0aX-Mine:1": "/new?a=%0d%0aX-Mine:1",
    "/dropped?a": "/new",
    "/own?c": "/new?a=b#top",
    "/both?c=d&e": "/new?a=b&c=d&e#top",
    "/both": "/new?a=b#top",
    "/fragment?c": "/new?c#top",
}


@pytest.mark.parametrize("target", QUERIES)
def test_the_query_stays_where_it_should(target: str) -> None:
    assert sent(target)[1] == QUERIES[target]


KEPT = {
    "/old/": "/new/",
    "/old/a/b?c=d": "/new/a/b?c=d",
    "/old/a%2Fb//c;d": "/new/a%2Fb//c;d",
    "/old//evil.example": "/new//evil.example",
    "//old/a": "/new/a",
    "/%6fld/a%20b": "/new/a%20b",
    "/old/%0d%0aSet-Cookie:%20a=b": "/new/%0d%0aSet-Cookie:%20a=b",
    "/old/%E2%80%A8%25": "/new/%E2%80%A8%25",
    "/old/$1%7Bhttp.request.uri%7D${1}$host$args": "/new/$1%7Bhttp.request.uri%7D${1}$host$args",
    "/%C3%a9.x/b": "/e/b",
    "/root/a?b": "/a?b",
    "/root/": "/",
    "/root/%2Fevil.example": "/%2Fevil.example",
    "/root/%5Cevil.example": "/%5Cevil.example",
    "/root/%09/evil.example": "/%09/evil.example",
    "/root/@evil.example": "/@evil.example",
    "/root/https://evil.example": "/https://evil.example",
    "/away/a?b": "https://example.com/x/a?y=$0#$z",
    "/to//evil.example": "https://example.com//evil.example",
    "/to/@evil.example": "https://example.com/@evil.example",
    "/blog/7/a-b%2Fc?d=e": "/posts/a-b%2Fc-7?id=7&d=e",
    "/blog/7/a": "/posts/a-7?id=7",
    "/%C3%BC/%C3%BC%20/a%20b?c=%20": "/u/%C3%BC%20/a%20b?c=%20",
    "/any/a/b": "/a/b",
    "/xy/to": "/y/to",
}


@pytest.mark.parametrize("target", KEPT)
def test_what_stays_of_a_path_is_as_the_client_sent_it(target: str, engine: str) -> None:
    location = sent(target)[1]
    if engine.startswith("caddy") and location:  # it escapes what no URI may hold
        location = location.replace("$%7B1%7D", "${1}")
    assert location == KEPT[target]


ELSEWHERE = [
    *("/root//evil.example", "/root/\\evil.example", "/root///evil.example", "/root//", "/any//evil.example"),
    *("/any/\\evil.example", "/x/to", "/%72oot//evil.example", "//root//evil.example", "//root/\\evil.example"),
    *("/root/..//evil.example", "/root/.//evil.example", "/any/%2e%2e//evil.example", "/%61ny//evil.example"),
    *("/root/..%2F/evil.example", "/root/%2e/evil.example", "/%61ny/\\/evil.example", "/%61ny/%5Cevil.example"),
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_path_leads_to_another_host(target: str) -> None:
    status, location = sent(target)
    assert status == 400 or location in ("/%5Cevil.example", "/%5C/evil.example", "/evil.example")


@pytest.mark.parametrize("target", ["/root/a\rb", "/root/a\x0bb", "/root/a\tb", "/root/a\x00b", "/root/a b"])
def test_no_control_character_is_sent_back(target: str) -> None:
    text = exchange(PORT, f"GET {target} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".encode())
    assert text.split(b" ")[1] == b"400"
    assert b"ocation" not in text


def test_a_fixed_answer_is_what_it_says() -> None:
    robots = request(PORT, "/robots.txt?a")
    assert (robots.status, robots.one("Content-Type")) == (200, "text/plain; charset=utf-8")
    assert robots.body.decode() == TEXT
    assert robots.one("X-Mine") == "m"
    head = request(PORT, "/robots.txt", "HEAD")
    assert (head.status, head.body) == (200, b"")
    made = request(PORT, "/made.json", "POST", body=b"x")
    assert (made.status, made.body, made.one("X-Mine")) == (418, b"{}", "m")
    assert made.one("Content-Type") in ("application/json", "application/json; charset=utf-8")
    assert (request(PORT, "/nothing").status, request(PORT, "/nothing").body) == (204, b"")
    assert (request(PORT, "/fine").status, request(PORT, "/fine").body) == (200, b"")


def test_an_error_has_its_page() -> None:
    gone, lost = request(PORT, "/gone"), request(PORT, "/lost/x")
    assert (gone.status, gone.body, gone.one("X-Mine")) == (410, b"PAGE", "m")
    assert (lost.status, lost.one("X-Mine")) == (404, "m")
    assert b"404" in lost.body


def test_other_methods_are_refused() -> None:
    for method in ("GET", "HEAD", "POST"):
        assert request(OTHER, "/only/x", method).status == 200
    refused = request(OTHER, "/only/x", "DELETE")
    assert (refused.status, refused.one("Allow"), refused.body) == (405, "GET, POST, HEAD", b"PAGE")
    assert refused.one("X-Mine") == "m"
    assert request(OTHER, "/", "DELETE").one("Allow") is None
    assert request(OTHER, "/?header=Allow:GET", "OPTIONS").one("Allow") == "GET"
    assert (request(OTHER, "/only/answer", "PUT").status, request(OTHER, "/only/answer").status) == (200, 405)
    files = request(OTHER, "/files/a.txt", "POST", body=b"x")
    assert (files.status, files.one("Allow")) == (405, "GET, HEAD")
    assert request(OTHER, "/files/a.txt").body == b"a"
    assert request(OTHER, "/files/.x", "POST").status in (404, 405)


@pytest.mark.parametrize("target", ["/ONLY/x", "/only;a/x", "//only/x", "/%6fnly/x", "/only", "/only%2fx", "/only\\x"])
def test_methods_are_refused_in_every_spelling(target: str) -> None:
    text = exchange(OTHER, f"DELETE {target} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".encode())
    assert text.split(b" ")[1] in (b"400", b"405")


@pytest.mark.parametrize("method", ["get", "GETS", "PROPFIND", "X-GET", "GET-X"])
def test_no_other_spelling_of_a_method_passes(method: str) -> None:
    text = exchange(OTHER, f"{method} /only/x HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".encode())
    assert text.split(b" ")[1] in (b"400", b"405")


def test_a_preflight_passes() -> None:
    asks = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    assert request(OTHER, "/shared/x", "OPTIONS", headers=asks).status == 204
    assert request(OTHER, "/shared/x", "OPTIONS").status == 405


def test_an_answer_of_the_proxys_own_opens_nothing_else(backend: Backend, engine: str) -> None:
    auth = Auth(basic=BasicAuth(secret="users", users=("alice",) if engine.startswith("caddy") else ()))  # noqa: S106
    plan = plan_of(
        Route(path="/old/", match="prefix", redirect=Redirect(to="/new/$1")),
        Route(path="/robots.txt", respond=FixedAnswer(body="x")),
        listener=LISTENER.replace(auth=auth, port=GUARDED),
        probes=Probes(port=GUARDED + 1),
    )
    with running(engine, plan, secrets={"users/auth": b"alice:x\n", "users/alice": b"$2b$04$x"}):
        assert request(GUARDED, "/old/x").status == 308
        assert request(GUARDED, "/robots.txt").body == b"x"
        for target in ("/new/x", "/robots.txt/", "/old", "/robots.txt%00", "/old/../x"):
            assert request(GUARDED, target).status in (400, 401)
