"""A service that decides about each request."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    Auth,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    FixedAnswer,
    HeaderChanges,
    Headers,
    OtherUpstream,
    Page,
    Probes,
    Route,
)
from tests.engines.both.guarded import FILES, ROUTES, received
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import exchange, request

pytestmark = pytest.mark.server


AUTH_PORT = APP_PORT + 1


@pytest.fixture(scope="module")
def service(loopback: None) -> Iterator[Backend]:
    with running_backend(AUTH_PORT) as app:
        yield app


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, service: Backend, engine: str) -> Iterator[None]:
    upstream = OtherUpstream(port=AUTH_PORT)
    headers = ("X-Auth-Request-User", "X-Auth-Request-Groups")
    cookies = ("s_1", "s_2")
    with_page = ExternalAuth(upstream=upstream, headers=headers, cookies=cookies)
    without = with_page.replace(path="/verify", sign_in=None, own_prefix=None)
    first = plan_of(
        *ROUTES,
        listener=LISTENER.replace(auth=Auth(external=with_page)),
        headers=Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"})),
    )
    listener = LISTENER.replace(port=PORT + 10, auth=Auth(external=without))
    second = plan_of(*ROUTES, listener=listener, probes=Probes(port=PORT + 11))
    with running(engine, first, FILES), running(engine, second, FILES):
        yield


@pytest.fixture(autouse=True)
def answer(service: Backend) -> dict[str, str]:
    service.usual_query.clear()
    service.targets.clear()
    return service.usual_query


LETS_IN = "status=202&header=X-Auth-Request-User:alice&header=X-Auth-Request-Groups:"


def test_whom_the_service_lets_in(service: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = LETS_IN
    spoofed = {"X-Auth-Request-User": "root", "x-auth-request-groups": "admins", "Cookie": "s=1"}
    response = request(PORT, "/x?y", "POST", headers=spoofed, body=b"four")
    headers = received(response)
    assert headers["x-auth-request-user"] == "alice"
    assert headers.get("x-auth-request-groups", "") == ""
    assert response.json()["length"] == 4
    assert response.json()["target"] == "/x?y"
    assert service.targets == ["/oauth2/auth"]
    assert request(PORT, "/file.txt").body == b"file"


def test_what_the_service_is_told(service: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = "status=403"
    assert request(PORT, "/x").status == 403
    answer["/oauth2/auth"] = ""
    answer["/oauth2/start"] = ""
    answer["/verify"] = ""
    seen: list[dict[str, str]] = []
    service.observe = lambda headers: seen.append({name.lower(): value for name, value in headers})
    given = {"Host": "web.example", "Cookie": "s=1", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    request(PORT, "/a%20b?c=d&e", "PUT", headers=given, body=b"body")
    (told,) = seen
    assert told["x-original-uri"] == told["x-forwarded-uri"] == "/a%20b?c=d&e"
    assert told["x-original-method"] == told["x-forwarded-method"] == "PUT"
    assert (told["cookie"], told["host"]) == ("s=1", "web.example")
    assert (told["x-forwarded-proto"], told["x-forwarded-for"]) == ("https", "203.0.113.9, 127.0.0.1")
    assert told.get("content-length", "0") == "0"


@pytest.mark.parametrize("target", [b"http://other.example/admin/x?y=http://z", b"/admin/x?y=http://z"])
def test_the_service_is_told_what_the_app_gets(backend: Backend, service: Backend, target: bytes) -> None:
    seen: list[dict[str, str]] = []
    service.observe = lambda headers: seen.append({name.lower(): value for name, value in headers})
    exchange(PORT, b"GET %s HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n" % target)
    assert backend.targets[-1] == "/admin/x?y=http://z"
    assert seen[0]["x-original-uri"] == seen[0]["x-forwarded-uri"] == "/admin/x?y=http://z"


def test_a_path_that_can_be_read_in_two_ways_is_not_asked_about(
    backend: Backend, service: Backend, engine: str
) -> None:
    """Also where all requests have one route: the service decides by the path."""
    auth = Auth(external=ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), sign_in=None, own_prefix=None))
    listener = LISTENER.replace(port=PORT + 20, auth=auth)
    hits = len(backend.targets)
    with running(engine, plan_of(listener=listener, probes=Probes(port=PORT + 21))):
        for target in ("/pub/../admin/x", "/pub/%2e%2e/admin", "/pub/..%2fadmin", "//x/admin", "/a%0ab"):
            line = f"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            assert exchange(PORT + 20, line.encode()).startswith(b"HTTP/1.1 400 ")
        assert len(backend.targets) == hits
        assert request(PORT + 20, "/a%2Fb//c;d").json()["target"] == "/a%2Fb//c;d"


def test_a_client_is_asked_to_sign_in(backend: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = "status=401"
    answer["/oauth2/start"] = "status=302&header=Location:https://id.example/&header=Set-Cookie:csrf%3D1"
    hits = len(backend.targets)
    for method in ("GET", "POST"):
        response = request(PORT, "/x?a=b&c", method, body=b"x" if method == "POST" else None)
        assert (response.status, response.one("Location")) == (302, "https://id.example/")
        assert response.one("Set-Cookie") == "csrf=1"
    assert len(backend.targets) == hits


def test_where_the_client_was_going_is_told(service: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = "status=401"
    seen: list[dict[str, str]] = []
    service.observe = lambda headers: seen.append({name.lower(): value for name, value in headers})
    response = request(PORT, "/x?a=b&c").json()
    assert (response["target"], response["method"]) == ("/oauth2/start", "GET")
    assert seen[-1]["x-auth-request-redirect"] == "/x?a=b&c"


def test_a_client_gets_the_401_where_there_is_no_page(answer: dict[str, str]) -> None:
    answer["/verify"] = "status=401"
    assert request(PORT + 10, "/x").status == 401
    answer["/verify"] = LETS_IN
    assert received(request(PORT + 10, "/oauth2/x"))["x-auth-request-user"] == "alice"


@pytest.mark.parametrize(("status", "answered"), [(403, 403), (500, 500), (302, 500), (404, 500)])
def test_other_answers_let_nobody_in(backend: Backend, answer: dict[str, str], status: int, answered: int) -> None:
    answer["/oauth2/auth"] = f"status={status}"
    hits = len(backend.targets)
    assert request(PORT, "/x").status == answered
    assert request(PORT, "/file.txt").status == answered
    assert len(backend.targets) == hits


def test_cookies_of_the_service_reach_the_client(answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = LETS_IN + "&header=Set-Cookie:fresh%3D1"
    response = request(PORT, "/x?header=Set-Cookie:app%3D1")
    assert sorted(response.all("Set-Cookie")) == ["app=1", "fresh=1"]
    assert request(PORT, "/file.txt").one("Set-Cookie") == "fresh=1"


ATTRIBUTES = "; Path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT; HttpOnly; SameSite=Lax"
SPLIT = [f"s_{number}={'v|,=:' * 700}{number}{ATTRIBUTES}" for number in range(3)]


def sends(name: str, *values: str) -> str:
    """Return the part of a query with which the backend sends one line for each value."""
    return "".join(f"&header={quote(f'{name}:{value}')}" for value in values)


OVER = ["s_0=; Max-Age=0", "s_1=; Max-Age=0"]


@pytest.mark.parametrize("lines", [SPLIT[:2], SPLIT, SPLIT[1:], ["s_0", "s_1=a"], OVER])
def test_several_cookies_are_several_lines(answer: dict[str, str], engine: str, lines: list[str]) -> None:
    answer["/oauth2/auth"] = LETS_IN + sends("Set-Cookie", *lines)
    if engine == "nginx" and lines == OVER:
        lines = lines[:1]  # this version cannot tell an empty value from none
    response = request(PORT, "/x?header=Set-Cookie:app%3D1")
    assert sorted(response.all("Set-Cookie")) == sorted([*lines, "app=1"])
    assert request(PORT, "/file.txt").all("Set-Cookie") == lines


def test_cookies_with_attributes_of_their_own(answer: dict[str, str], engine: str) -> None:
    lines = [f"c{number}=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT; Path=/{number}" for number in range(10)]
    answer["/oauth2/auth"] = LETS_IN + sends("Set-Cookie", *lines, *(["c10=1"] if engine.startswith("nginx") else []))
    passed = lines[:1] if engine == "nginx" else lines
    assert request(PORT, "/file.txt").all("Set-Cookie") == passed


def test_cookies_of_a_refusal(answer: dict[str, str]) -> None:
    for status in (401, 403):
        answer["/verify"] = f"status={status}" + sends("Set-Cookie", *SPLIT[:2])
        response = request(PORT + 10, "/x")
        assert (response.status, response.all("Set-Cookie")) == (status, SPLIT[:2])


def test_the_challenge_reaches_the_client(answer: dict[str, str], engine: str) -> None:
    challenges = ['Bearer realm="api", error="invalid_token"', 'Basic realm="api"']
    for lines in (challenges[:1], challenges):
        answer["/verify"] = "status=401" + sends("WWW-Authenticate", *lines)
        response = request(PORT + 10, "/x")
        passed = lines[:1] if engine == "nginx" else lines
        assert (response.status, response.all("WWW-Authenticate")) == (401, passed)
    answer["/verify"] = "status=401"
    assert request(PORT + 10, "/x").all("WWW-Authenticate") == []


def test_the_answer_to_signing_in_arrives_as_sent(answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = "status=401"
    cookies = ["csrf=1; Path=/", *SPLIT[:2]]
    answer["/oauth2/start"] = "status=302&header=Location:https://id.example/?a%26b" + sends("Set-Cookie", *cookies)
    response = request(PORT, "/x")
    assert (response.status, response.one("Location")) == (302, "https://id.example/?a&b")
    assert response.all("Set-Cookie") == cookies


def test_conditions_are_for_the_app(service: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = LETS_IN
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    given = {"If-Match": '"a"', "If-None-Match": '"b"', "If-Range": '"c"', "Range": "bytes=0-1"}
    given |= {"If-Modified-Since": date, "If-Unmodified-Since": date}
    seen: list[dict[str, str]] = []
    service.observe = lambda headers: seen.append({name.lower(): value for name, value in headers})
    sent = received(request(PORT, "/x", headers=given))
    names = {name.lower() for name in given}
    assert {name: sent[name] for name in names} == {name.lower(): value for name, value in given.items()}
    assert not names & set(seen[-1])


def test_the_services_own_paths_are_open(service: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = "status=401"
    response = request(PORT, "/oauth2/callback?code=1", headers={"X-Auth-Request-User": "root"})
    assert response.json()["target"] == "/oauth2/callback?code=1"
    assert service.targets == ["/oauth2/callback?code=1"]


def test_anybody_may_ask_for_what_is_open(service: Backend) -> None:
    headers = received(request(PORT, "/open/x", headers={"X-Auth-Request-User": "root"}))
    assert "x-auth-request-user" not in headers
    assert request(PORT, "/open.txt").body == b"open"
    assert request(PORT, "/old").status == 308
    assert service.targets == []


def test_nobody_reaches_the_question_from_outside(service: Backend, answer: dict[str, str]) -> None:
    answer["/oauth2/auth"] = "status=401"
    request(PORT, "/.proxy-sidecar/auth")
    assert "/.proxy-sidecar/auth" not in service.targets


@pytest.mark.parametrize("with_page", [False, True])
def test_a_fixed_401_is_no_invitation_to_sign_in(answer: dict[str, str], engine: str, *, with_page: bool) -> None:
    answer["/oauth2/auth"] = "status=401"
    answer["/oauth2/start"] = "status=302&header=Location:https://id.example/"
    page = Page(config_map="pages", key="e.html")
    pages = ErrorPages(pages=(ErrorPage(statuses=(401, 403, 405), page=page),)) if with_page else ErrorPages()
    external = Auth(external=ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT)))
    plan = plan_of(
        Route(path="/gone", respond=FixedAnswer(status=401), methods=("GET",)),
        Route(path="/text", respond=FixedAnswer(status=401, body="text")),
        listener=LISTENER.replace(port=PORT + 30, auth=external, error_pages=pages),
        headers=Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"})),
        probes=Probes(port=PORT + 31),
    )
    with running(engine, plan, {page_path(page): b"PAGE"}):
        gone, text, refused = (
            request(PORT + 30, target, method)
            for target, method in (("/gone", "GET"), ("/text", "GET"), ("/gone", "POST"))
        )
        assert (gone.status, gone.one("Location"), gone.one("X-Frame-Options")) == (401, None, "DENY")
        assert (gone.body == b"PAGE") == with_page
        assert (text.status, text.body) == (401, b"text")
        assert (refused.status, refused.body == b"PAGE") == (405, with_page)
        assert request(PORT + 30, "/x").status == 302
