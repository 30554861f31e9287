"""Headers of a page: the answer that it replaces has no say in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    Cors,
    ErrorPage,
    ErrorPages,
    HeaderChanges,
    Headers,
    Maintenance,
    OtherUpstream,
    Page,
    Probes,
    Route,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import Response, exchange, request

pytestmark = pytest.mark.server

PAGE = Page(config_map="pages", key="e.html")
FILES = {page_path(PAGE): b"PAGE"}
ORIGIN = "https://ui.example.com"
PUBLIC = Route(path="/pub/", match="prefix", anonymous=True)
ROUTES = (
    Route(path="/cors/", match="prefix", cors=Cors(origins=(ORIGIN,), credentials=True, expose=("X-Total",))),
    Route(path="/cors/down", upstream=OtherUpstream(port=9), cors=Cors(origins=(ORIGIN,))),
)
REFUSALS = ErrorPages(pages=(ErrorPage(statuses=(400, 405), page=PAGE),))
PAGES = ErrorPages(of_app=True, pages=(ErrorPage(statuses=(401, 500, 502, 503), page=PAGE),))
HEADERS = Headers(
    response=HeaderChanges(
        set={"X-Mine": "m"},
        add={"X-More": "n"},
        default={"X-Usual": "ours", "Access-Control-Max-Age": "1"},
        remove=("Referrer-Policy",),
    ),
    security=True,
)
WITH_PAGES, PLAIN, PAUSED, PAUSED_PLAIN, USERS, USERS_PLAIN, REFUSING, REFUSING_PLAIN = range(PORT, PORT + 80, 10)
ACCOUNTS = "users"
ALICE = Auth(basic=BasicAuth(secret=ACCOUNTS, users=("alice",)))


def beside(port: int, *routes: Route, **listener: object) -> ProxyPlan:
    listening = LISTENER.replace(port=port, **listener)
    return plan_of(*(routes or ROUTES), listener=listening, headers=HEADERS, probes=Probes(port=port + 1))


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    secrets = {"users/users": b"alice:$2b$04$x\n", "users/alice": b"$2b$04$x", "users/auth": b"alice:x\n"}
    with (
        running(engine, beside(WITH_PAGES, error_pages=PAGES), FILES),
        running(engine, beside(PLAIN), FILES),
        running(engine, beside(PAUSED, maintenance=Maintenance(page=PAGE)), FILES),
        running(engine, beside(PAUSED_PLAIN, maintenance=Maintenance()), FILES),
        running(engine, beside(USERS, auth=ALICE, error_pages=PAGES), FILES, secrets),
        running(engine, beside(USERS_PLAIN, auth=ALICE), FILES, secrets),
        running(engine, beside(REFUSING, PUBLIC, auth=ALICE, error_pages=REFUSALS), FILES, secrets),
        running(engine, beside(REFUSING_PLAIN, PUBLIC, auth=ALICE), FILES, secrets),
    ):
        yield


DENY = "header=X-Frame-Options:DENY&header=X-Content-Type-Options:x&header=X-Usual:theirs"
BROKEN = "header=X-Bad:x%0D%0Ano%20colon%00"
ERRORS = [
    (WITH_PAGES, "/x?status=500", 500),
    (WITH_PAGES, f"/x?status=500&{DENY}", 500),
    (WITH_PAGES, f"/x?status=200&{DENY}&{BROKEN}", 502),
    (WITH_PAGES, "/cors/down", 502),
    (PLAIN, f"/x?status=200&{DENY}&{BROKEN}", 502),
    (PLAIN, "/cors/down", 502),
    (PAUSED, f"/x?{DENY}", 503),
    (PAUSED_PLAIN, f"/x?{DENY}", 503),
    (USERS, f"/x?{DENY}", 401),
    (USERS_PLAIN, f"/x?{DENY}", 401),
]


@pytest.mark.parametrize(("port", "target", "status"), ERRORS)
def test_the_defaults_are_sent(port: int, target: str, status: int) -> None:
    response = request(port, target)
    assert response.status == status
    assert (response.body == b"PAGE") == (port in (WITH_PAGES, PAUSED, USERS))
    names = ("X-Frame-Options", "X-Content-Type-Options", "X-Usual", "Referrer-Policy")
    assert [response.one(name) for name in names] == ["SAMEORIGIN", "nosniff", "ours", None]
    assert response.one("Access-Control-Allow-Origin") is None


REFUSED = [
    ("GET /pub/../x", "a", b"400"),
    ("GET //pub/x", "a", b"400"),
    ("GET /x", "a%b", b"400"),
    ("GET /pub/../x", "a,b", b"400"),
    ("TRACE /x", "a", b"405"),
    ("TRACE /x", "a,b", b"405"),
    ("CONNECT x:1", "x:1", b"40"),
]


@pytest.mark.parametrize("port", [REFUSING, REFUSING_PLAIN])
@pytest.mark.parametrize(("asked", "host", "status"), REFUSED)
def test_a_refusal_has_the_headers_of_every_answer_and_its_page(
    port: int, asked: str, host: str, status: bytes
) -> None:
    answer = exchange(port, f"{asked} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1].startswith(status)
    names = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert [names.get(name) for name in ("x-mine", "x-more", "x-usual")] == ["m", "n", "ours"]
    assert [names.get(name) for name in ("x-content-type-options", "referrer-policy")] == ["nosniff", None]
    assert (body == b"PAGE") == (port == REFUSING)


@pytest.mark.parametrize("target", [page_path(PAGE), f"/pub/..{page_path(PAGE)}", f"/{page_path(PAGE)}"])
def test_no_client_reaches_a_page_by_its_path(target: str) -> None:
    assert request(REFUSING, target).status in (400, 401, 404)
    assert request(REFUSING, target, headers={"Host": "{a}"}).status in (400, 404)


def test_an_answer_that_is_kept_decides() -> None:
    for port in (WITH_PAGES, PLAIN):
        response = request(port, f"/x?status=404&{DENY}")
        names = ("X-Frame-Options", "X-Content-Type-Options", "X-Usual")
        assert [response.one(name) for name in names] == ["DENY", "x", "theirs"]


def cors_of(response: Response) -> list[str | None]:
    names = ("Origin", "Credentials", "Methods", "Headers")
    return [response.one(f"Access-Control-Allow-{name}") for name in names]


@pytest.mark.parametrize(
    ("port", "target", "status"),
    [
        (WITH_PAGES, "/cors/x?status=500&header=Access-Control-Allow-Origin:*", 500),
        (WITH_PAGES, f"/cors/x?header=Access-Control-Allow-Origin:*&{BROKEN}", 502),
        (PLAIN, f"/cors/x?header=Access-Control-Allow-Origin:*&{BROKEN}", 502),
        (PAUSED, "/cors/x", 503),
        (PAUSED_PLAIN, "/cors/x", 503),
        (USERS, "/cors/x", 401),
        (USERS_PLAIN, "/cors/x", 401),
    ],
)
def test_other_origins_that_may_read_the_answer_may_read_the_page(port: int, target: str, status: int) -> None:
    response = request(port, target, headers={"Origin": ORIGIN})
    assert response.status == status
    assert cors_of(response) == [ORIGIN, "true", None, None]
    assert response.one("Access-Control-Expose-Headers") == "X-Total"
    assert "Origin" in response.all("Vary")
    assert cors_of(request(port, target, headers={"Origin": "https://evil.example"})) == [None] * 4


@pytest.mark.parametrize("port", [PAUSED, PAUSED_PLAIN])
def test_a_preflight_is_answered_under_maintenance_so_that_the_page_can_be_read(port: int) -> None:
    asks = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    response = request(port, "/cors/x", "OPTIONS", headers=asks)
    assert (response.status, response.one("Access-Control-Allow-Origin")) == (204, ORIGIN)
