"""Authentication of routes of their own, and an address in place of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    HeaderChanges,
    Headers,
    Maintenance,
    OtherUpstream,
    Page,
    Probes,
    Rewrite,
    Route,
    RouteCache,
    StaticFiles,
)
from tests.engines.both.guarded import received
from tests.engines.both.sidecars import running
from tests.engines.both.test_basic_auth import login
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import exchange, request
from tests.servers.passwords import BUILDER, WONDERLAND

pytestmark = pytest.mark.server

AUTH_PORT, OTHER_AUTH_PORT = APP_PORT + 1, APP_PORT + 2
USERS, ADMINS = "users", "admins"
SECRETS = {
    **{f"users/{key}": text + b"\n" for key, text in (("auth", b"alice:" + WONDERLAND), ("alice", WONDERLAND))},
    **{f"admins/{key}": text + b"\n" for key, text in (("auth", b"bob:" + BUILDER), ("bob", BUILDER))},
}
ALICE, BOB = login("alice", "wonderland"), login("bob", "builder")
LIAR = login("root", "junk")
OFFICE, OUTSIDE, VISITOR = "203.0.113.7", "198.51.100.1", "203.0.113.9"
OPEN = ("203.0.113.0/24", "2001:db8:1::/48")
PAGE = Page(config_map="files", key="403.html")
FILES = {"/f/a.txt": b"file", page_path(PAGE): b"our page"}


def by(address: str, headers: dict[str, str] | None = None) -> dict[str, str]:
    return {"X-Forwarded-For": address, **(headers or {})}


@pytest.fixture(scope="module")
def service(loopback: None) -> Iterator[Backend]:
    with running_backend(AUTH_PORT) as app:
        yield app


@pytest.fixture(scope="module")
def other_service(loopback: None) -> Iterator[Backend]:
    with running_backend(OTHER_AUTH_PORT) as app:
        yield app


@pytest.fixture(scope="module", autouse=True)
def sidecars(backend: Backend, service: Backend, other_service: Backend, engine: str) -> Iterator[None]:
    is_caddy = engine.startswith("caddy")
    users = Auth(basic=BasicAuth(secret=USERS, users=("alice",) if is_caddy else ()))
    admins = Auth(basic=BasicAuth(secret=ADMINS, users=("bob",) if is_caddy else (), realm="admins"))
    names = ("X-Auth-Request-User", "X-Name")
    external = ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), headers=names[:1], cookies=("s",))
    other = ExternalAuth(
        upstream=OtherUpstream(port=OTHER_AUTH_PORT),
        path="/verify",
        sign_in=None,
        own_prefix=None,
        headers=names[1:],
        cookies=("s",),
    )
    either = Route(path="/either/", match="prefix", allow=OPEN, deny=(f"{VISITOR}/32",), satisfy="any")
    routes = (
        Route(path="/admin/", match="prefix", auth=admins),
        Route(path="/reports/", match="prefix", auth=Auth(external=external)),
        Route(path="/api/", auth=Auth(external=other), match="prefix"),
        either,
        either.replace(path="/either/admin/", auth=admins),
        either.replace(path="/asked/", auth=Auth(external=external)),
        either.replace(path="/f/", files=StaticFiles(config_map="files")),
        Route(path="/both/", match="prefix", allow=OPEN),
        either.replace(path="/moved/", rewrite=Rewrite(prefix="/new/")),
        Route(path="/open", anonymous=True),
    )
    changes = Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"}))
    pages = ErrorPages(pages=(ErrorPage(statuses=(403,), page=PAGE),))
    first = plan_of(*routes, listener=LISTENER.replace(auth=users, error_pages=pages), headers=changes)
    second = plan_of(
        Route(path="/admin/", match="prefix", auth=admins),
        Route(path="/api/", match="prefix", auth=Auth(external=other)),
        either,
        Route(path="/open", anonymous=True),
        listener=LISTENER.replace(port=PORT + 10, auth=Auth(external=external)),
        probes=Probes(port=PORT + 11),
    )
    third = plan_of(
        Route(path="/", match="prefix", auth=Auth(external=other.replace(headers=("Authorization",)))),
        listener=LISTENER.replace(port=PORT + 20),
        probes=Probes(port=PORT + 21),
    )
    fourth = plan_of(
        either,
        listener=LISTENER.replace(port=PORT + 30, auth=users, maintenance=Maintenance(allow=(f"{OFFICE}/32",))),
        probes=Probes(port=PORT + 31),
    )
    with (
        running(engine, first, FILES, SECRETS),
        running(engine, second, FILES, SECRETS),
        running(engine, third, FILES, SECRETS),
        running(engine, fourth, FILES, SECRETS),
    ):
        yield


@pytest.fixture(autouse=True)
def answers(service: Backend, other_service: Backend) -> dict[str, str]:
    for each in (service, other_service):
        each.usual_query.clear()
        each.targets.clear()
    other_service.usual_query["/verify"] = "status=202&header=X-Name:carol&header=Authorization:Bearer carol"
    return service.usual_query


LETS_IN = "status=202&header=X-Auth-Request-User:carol"


def test_each_route_has_its_own_users(backend: Backend) -> None:
    assert received(request(PORT, "/x", headers=ALICE))["x-remote-user"] == "alice"
    assert received(request(PORT, "/admin/x", headers=BOB))["x-remote-user"] == "bob"
    hits = len(backend.targets)
    for target, headers, realm in (
        ("/x", BOB, "restricted"),
        ("/admin/x", ALICE, "admins"),
        ("/admin", ALICE, "admins"),
        ("/admin/x", {}, "admins"),
        ("/admin/x", LIAR, "admins"),
    ):
        response = request(PORT, target, headers={**headers, "X-Remote-User": "bob"})
        assert (response.status, response.one("WWW-Authenticate")) == (401, f'Basic realm="{realm}"')
    assert len(backend.targets) == hits


def test_a_service_decides_on_one_route(service: Backend, answers: dict[str, str]) -> None:
    """What a client claims of itself is not the app's to read, also where another route checks it."""
    answers["/oauth2/auth"] = LETS_IN + "&header=Set-Cookie:s%3D1"
    claims = {"X-Remote-User": "root", "X-Auth-Request-User": "root", "X-Name": "root"}
    for given in (LIAR, ALICE, {}):
        response = request(PORT, "/reports/x", headers={**given, **claims})
        headers = received(response)
        assert headers["x-auth-request-user"] == "carol"
        assert not {"x-remote-user", "x-name"} & headers.keys()
        assert headers.get("authorization") == given.get("Authorization")
        assert (response.one("Set-Cookie"), response.one("X-Frame-Options")) == ("s=1", "DENY")
    assert service.targets == ["/oauth2/auth"] * 3
    answers["/oauth2/auth"] = "status=401"
    answers["/oauth2/start"] = "status=302&header=Location:https://id.example/"
    assert request(PORT, "/reports/x", headers=ALICE).status == 302
    assert request(PORT, "/reports", headers=ALICE).status == 302
    assert request(PORT, "/oauth2/callback").status == 200


def test_another_service_decides_on_another_route(other_service: Backend, answers: dict[str, str]) -> None:
    answers["/oauth2/auth"] = "status=403"
    for port in (PORT, PORT + 10):
        headers = received(request(port, "/api/x", headers={"X-Auth-Request-User": "root", "X-Remote-User": "root"}))
        assert headers["x-name"] == "carol"
        assert not {"x-auth-request-user", "x-remote-user"} & headers.keys()
    assert other_service.targets == ["/verify"] * 2
    other_service.usual_query["/verify"] = "status=401&header=WWW-Authenticate:Bearer"
    for port in (PORT, PORT + 10):
        response = request(port, "/api/x", headers=ALICE)
        assert (response.status, response.one("WWW-Authenticate")) == (401, "Bearer")


def test_passwords_beside_a_service(service: Backend, answers: dict[str, str]) -> None:
    """A client without a password is not sent to sign in where no service knows it."""
    answers["/oauth2/auth"] = LETS_IN
    assert received(request(PORT + 10, "/admin/x", headers=BOB))["x-remote-user"] == "bob"
    assert "authorization" not in received(request(PORT + 10, "/admin/x", headers=BOB))
    assert service.targets == []
    for headers in ({}, ALICE, LIAR):
        response = request(PORT + 10, "/admin/x", headers=headers)
        assert (response.status, response.one("WWW-Authenticate")) == (401, 'Basic realm="admins"')
    headers = received(request(PORT + 10, "/x", headers={**LIAR, "X-Remote-User": "root"}))
    assert headers["x-auth-request-user"] == "carol"
    assert "x-remote-user" not in headers
    assert headers["authorization"] == LIAR["Authorization"]
    assert "x-remote-user" not in received(request(PORT + 10, "/open", headers={**BOB, "X-Remote-User": "root"}))


def test_a_service_of_the_only_route(other_service: Backend, backend: Backend) -> None:
    assert received(request(PORT + 20, "/x", headers=ALICE))["authorization"] == "Bearer carol"
    hits = len(backend.targets)
    for target in ("/pub/../admin/x", "/pub/%2e%2e/admin", "//x/admin"):
        line = f"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        assert exchange(PORT + 20, line.encode()).startswith(b"HTTP/1.1 400 ")
    other_service.usual_query["/verify"] = "status=403"
    assert request(PORT + 20, "/x").status == 403
    assert len(backend.targets) == hits


@pytest.mark.parametrize("address", [OFFICE, f"::ffff:{OFFICE}", "2001:db8:1:2::3"])
@pytest.mark.parametrize("given", [{}, LIAR, ALICE, {"X-Remote-User": "root"}])
def test_an_address_in_place_of_a_password(address: str, given: dict[str, str]) -> None:
    """Whose password is not checked has no name."""
    for target in ("/either/x", "/either", "/either/admin/x", "/moved/x"):
        headers = received(request(PORT, target, headers=by(address, given)))
        assert not {"x-remote-user", "authorization"} & headers.keys()
    assert request(PORT, "/f/a.txt", headers=by(address, given)).body == b"file"


def test_a_password_in_place_of_an_address(backend: Backend) -> None:
    for target, password, user in (("/either/x", ALICE, "alice"), ("/either/admin/x", BOB, "bob")):
        headers = received(request(PORT, target, headers=by(OUTSIDE, password)))
        assert headers["x-remote-user"] == user
        assert "authorization" not in headers
    assert request(PORT, "/f/a.txt", headers=by(OUTSIDE, ALICE)).body == b"file"
    hits = len(backend.targets)
    for target in ("/either/x", "/either", "/either/admin/x", "/moved/x", "/f/a.txt", "/f/none.txt"):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PATCH"):
            for headers in ({}, LIAR, {"X-Real-IP": OFFICE, "True-Client-IP": OFFICE}):
                response = request(PORT, target, method, headers=by(OUTSIDE, headers))
                assert (response.status, response.one("X-Frame-Options")) == (401, "DENY")
                assert str(response.one("WWW-Authenticate")).startswith("Basic realm=")
    assert request(PORT, "/either/admin/x", headers=by(OUTSIDE, ALICE)).status == 401
    assert len(backend.targets) == hits


@pytest.mark.parametrize("given", [{}, ALICE, LIAR])
def test_who_is_denied_gets_nothing(backend: Backend, given: dict[str, str], answers: dict[str, str]) -> None:
    answers["/oauth2/auth"] = LETS_IN
    hits = len(backend.targets)
    for target in ("/either/x", "/either", "/f/a.txt", "/asked/x", "/moved/x"):
        for address in (VISITOR, f"::ffff:{VISITOR}"):
            response = request(PORT, target, headers=by(address, given))
            assert (response.status, response.body) == (403, b"our page")
            assert response.one("X-Frame-Options") == "DENY"
    assert len(backend.targets) == hits


def test_an_address_in_place_of_a_service(service: Backend, answers: dict[str, str]) -> None:
    answers["/oauth2/auth"] = "status=401"
    answers["/oauth2/start"] = "status=302&header=Location:https://id.example/"
    claims = {"X-Auth-Request-User": "root", "X-Remote-User": "root", "X-Name": "root"}
    for port, target in ((PORT, "/asked/x"), (PORT + 10, "/either/x")):
        headers = received(request(port, target, headers=by(OFFICE, {**LIAR, **claims})))
        assert not {name.lower() for name in claims} & headers.keys()
        assert headers["authorization"] == LIAR["Authorization"]
        assert service.targets == []
        assert request(port, target, headers=by(OUTSIDE, claims)).status == 302
        assert service.targets == ["/oauth2/auth", "/oauth2/start"]
        answers["/oauth2/auth"] = LETS_IN
        assert received(request(port, target, headers=by(OUTSIDE, claims)))["x-auth-request-user"] == "carol"
        for status, answered in ((403, 403), (500, 500)):
            answers["/oauth2/auth"] = f"status={status}"
            assert request(port, target, headers=by(OUTSIDE)).status == answered
        answers["/oauth2/auth"] = "status=401"
        service.targets.clear()


def test_both_are_needed_elsewhere() -> None:
    assert request(PORT, "/both/x", headers=by(OFFICE, ALICE)).status == 200
    assert request(PORT, "/both/x", headers=by(OFFICE)).status == 401
    assert request(PORT, "/both/x", headers=by(OUTSIDE, ALICE)).status == 403
    assert request(PORT, "/x", headers=by(OFFICE)).status == 401


@pytest.mark.parametrize(
    "target",
    [
        *("/either/../x", "/either/..%2fx", "/either/%2e%2e/x", "/either/..;/x", "//either/x", "/either/..\\x"),
        *("/either//../x", "/either/.%2e/x", "/x/../either/x", "/EITHER/x", "/either%2fx", "/either%2Fadmin/x"),
        *("/either/admin%2fx", "/either/ADMIN/x", "/either/admin;a/x", "/either\\admin/x", "/either#/../x"),
        *("/either//admin/x", "/either/admin%3bx", "/either/admin%20/x", "/either/admin./x"),
    ],
)
def test_no_spelling_reaches_another_guard(backend: Backend, target: str) -> None:
    hits = len(backend.targets)
    for version, absolute in (("1.1", ""), ("1.0", ""), ("1.1", "http://either.example")):
        headers = f"Host: h\r\nX-Forwarded-For: {OFFICE}\r\nConnection: close\r\n\r\n"
        text = f"GET {absolute}{target} HTTP/{version}\r\n{headers}"
        assert exchange(PORT, text.encode()).split(b" ")[1] in (b"400", b"401")
    assert len(backend.targets) == hits


def test_no_address_in_place_of_maintenance() -> None:
    assert request(PORT + 30, "/either/x", headers=by("203.0.113.8", ALICE)).status == 503
    assert request(PORT + 30, "/either/x", headers=by(OFFICE)).status == 200
    assert request(PORT + 30, "/x", headers=by(OFFICE)).status == 401


def test_probes_are_open() -> None:
    for port in (PORT + 1, PORT + 11, PORT + 21):
        assert request(port, "/readyz").status == 200


def test_nobody_reaches_the_question_from_outside(service: Backend, other_service: Backend) -> None:
    for index in range(12):
        request(PORT, f"/.proxy-sidecar/auth_{PORT}_{index}", headers=ALICE)
    assert service.targets == other_service.targets == []


def test_what_is_kept_for_a_user_is_not_for_an_address(
    backend: Backend, service: Backend, answers: dict[str, str], engine: str
) -> None:
    if engine.startswith("caddy"):
        pytest.skip("Caddy has no cache")
    external = ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), own_prefix=None, sign_in=None, cookies=("s",))
    kept = Route(path="/kept/", match="prefix", allow=OPEN, satisfy="any", cache=RouteCache(policy="immutable-for-pod"))
    listener = LISTENER.replace(port=PORT + 40, auth=Auth(external=external))
    answers["/oauth2/auth"] = LETS_IN
    with running(engine, plan_of(kept, listener=listener, probes=Probes(port=PORT + 41))):

        def user(address: str) -> tuple[str | None, str | None]:
            response = request(PORT + 40, "/kept/x", headers=by(address))
            return received(response).get("x-auth-request-user"), response.one("X-Cache-Status")

        assert [user(OUTSIDE), user(OUTSIDE)] == [("carol", "MISS"), ("carol", "HIT")]
        assert [user(OFFICE), user(OFFICE)] == [(None, "MISS"), (None, "HIT")]
        answers["/oauth2/auth"] = LETS_IN.replace("carol", "dave")
        assert user(OUTSIDE) == ("dave", "MISS")
        answers["/oauth2/auth"] = "status=401"
        assert request(PORT + 40, "/kept/x", headers=by(OUTSIDE)).status == 401
        assert user(OFFICE) == (None, "HIT")
