"""Headers of one route: its own win over those of all routes, also where a page or a refusal is the answer."""

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
    OtherUpstream,
    Page,
    Redirect,
    Rewrite,
    Route,
    RouteHeaders,
    StaticFiles,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import Response, exchange, request

pytestmark = pytest.mark.server

ODD = 'a\\b {env.HOME} ${x} $host "q" \';# {{y}} \\{z}'
PAGE = Page(config_map="pages", key="e.html")
OWN = RouteHeaders(
    request=HeaderChanges(
        set={"X-Tenant": "own", "x-usual": "set", "X-New": ODD},
        default={"X-If": "own"},
        add={"X-More": "own"},
        remove=("X-Gone",),
    ),
    response=HeaderChanges(
        set={"x-frame-options": "DENY", "X-New": ODD, "X-Either": "own"},
        default={"X-Else": "own", "X-Said": "own"},
        add={"Link": "<own>"},
        remove=("X-Mine", "Referrer-Policy"),
    ),
)
LESS = RouteHeaders(response=HeaderChanges(remove=("X-Said",), default={"X-Mine": "usual"}))
PLAN = plan_of(
    Route(path="/own/", match="prefix", headers=OWN),
    Route(path="/own/other/", match="prefix"),
    Route(path="/less/", match="prefix", headers=LESS),
    Route(path="^/regex/.*x$", match="regex", headers=OWN, rewrite=Rewrite(path="/y")),
    Route(path="/down/", match="prefix", headers=OWN, upstream=OtherUpstream(port=9)),
    Route(path="/denied/", match="prefix", headers=OWN, deny=("0.0.0.0/0",)),
    Route(path="/methods/", match="prefix", headers=OWN, methods=("POST",)),
    Route(
        path="/files/", match="prefix", headers=RouteHeaders(response=OWN.response), files=StaticFiles(config_map="f")
    ),
    Route(path="/moved/", match="prefix", headers=RouteHeaders(response=OWN.response), redirect=Redirect(to="/to/$1")),
    Route(path="/said", headers=RouteHeaders(response=OWN.response), respond=FixedAnswer(body="x")),
    Route(path="/gone", headers=RouteHeaders(response=OWN.response), respond=FixedAnswer(status=410)),
    listener=LISTENER.replace(error_pages=ErrorPages(pages=(ErrorPage(statuses=(403, 404, 410, 502), page=PAGE),))),
    headers=Headers(
        security=True,
        request=HeaderChanges(
            set={"X-Tenant": "all", "X-Usual": "all"}, default={"X-If": "all", "X-New": "all"}, add={"X-More": "all"}
        ),
        response=HeaderChanges(
            set={"X-Mine": "all", "X-Said": "all"},
            default={"X-Else": "all"},
            add={"Link": "<all>"},
            remove=("X-Either",),
        ),
    ),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, PLAN, {page_path(PAGE): b"PAGE", "/files/a.txt": b"a"}):
        yield


def shown(response: Response) -> dict[str, list[str]]:
    names = ("X-Frame-Options", "X-New", "X-Either", "X-Else", "X-Said", "Link", "X-Mine", "Referrer-Policy")
    return {name: response.all(name) for name in names if response.all(name)}


ALL = {
    "X-Frame-Options": ["SAMEORIGIN"],
    "X-Else": ["all"],
    "X-Said": ["all"],
    "Link": ["<all>"],
    "X-Mine": ["all"],
    "Referrer-Policy": ["strict-origin-when-cross-origin"],
}
MINE = {
    "X-Frame-Options": ["DENY"],
    "X-New": [ODD],
    "X-Either": ["own"],
    "X-Else": ["own"],
    "X-Said": ["own"],
    "Link": ["<own>"],
}


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [
        ("/own/x", "GET", 200),
        ("/own/x?status=500", "GET", 500),
        ("/own/x?status=404", "GET", 404),
        ("/regex/x", "GET", 200),
        ("/down/x", "GET", 502),
        ("/denied/x", "GET", 403),
        ("/methods/x", "GET", 405),
        ("/files/a.txt", "GET", 200),
        ("/files/absent", "GET", 404),
        ("/files/.x", "GET", 404),
        ("/files/a.txt", "POST", 405),
        ("/moved/x", "GET", 308),
        ("/said", "GET", 200),
        ("/gone", "GET", 410),
    ],
)
def test_every_answer_of_a_route_has_its_headers(target: str, method: str, status: int) -> None:
    response = request(PORT, target, method)
    assert (response.status, shown(response)) == (status, MINE)


def test_the_apps_own_give_way_or_stay() -> None:
    names = {**ALL, **MINE}
    sent = "&".join(f"header={name}:app" for name in names)
    stays = {"X-Else": ["app"], "X-Said": ["app"], "Link": ["<own>", "app"]}
    own = shown(request(PORT, f"/own/x?{sent}"))
    assert {name: sorted(values) for name, values in own.items()} == {**MINE, **stays}
    assert shown(request(PORT, "/?header=X-Mine:app&header=X-Either:app&header=X-Said:app")) == ALL
    less = shown(request(PORT, "/less/?header=X-Mine:app&header=X-Said:app"))
    assert less == {name: value for name, value in {**ALL, "X-Mine": ["app"]}.items() if name != "X-Said"}
    assert request(PORT, "/less/").one("X-Mine") == "usual"


@pytest.mark.parametrize("target", ["/", "/own/other/x", "/other", "/?status=404", "/own", "/regex/y"])
def test_no_other_route_has_them(target: str) -> None:
    assert shown(request(PORT, target)) == ALL


def test_a_refusal_before_any_route_has_those_of_all() -> None:
    text = exchange(PORT, b"GET /own/../x HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n").decode().lower()
    assert text.split(" ")[1] == "400"
    assert "x-frame-options: " in text


def received(target: str, headers: dict[str, str] | None = None) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in request(PORT, target, headers=headers).json()["headers"]:
        values.setdefault(name.lower(), []).append(value)
    names = ("x-tenant", "x-usual", "x-if", "x-new", "x-more", "x-gone")
    return {
        name: ", ".join(values[name]).split(", ") if name != "x-new" else values[name]
        for name in names
        if name in values
    }


CLIENTS = dict.fromkeys(("X-Tenant", "X-Usual", "X-If", "X-New", "X-More", "X-Gone"), "client")


@pytest.mark.parametrize("target", ["/own/x", "/regex/x"])
def test_the_app_gets_the_routes_headers(target: str) -> None:
    usual = {"x-tenant": ["own"], "x-usual": ["set"], "x-if": ["own"], "x-new": [ODD], "x-more": ["own"]}
    assert received(target) == usual
    assert received(target, CLIENTS) == {**usual, "x-if": ["client"], "x-more": ["client", "own"]}


@pytest.mark.parametrize("target", ["/x", "/own/other/x", "/less/x"])
def test_the_app_gets_the_usual_ones_elsewhere(target: str) -> None:
    usual = {"x-tenant": ["all"], "x-usual": ["all"], "x-if": ["all"], "x-new": ["all"], "x-more": ["all"]}
    assert received(target) == usual
    changed = {"x-if": ["client"], "x-new": ["client"], "x-more": ["client", "all"], "x-gone": ["client"]}
    assert received(target, CLIENTS) == {**usual, **changed}
