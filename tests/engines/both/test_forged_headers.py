"""What clients send beside the headers that the app trusts: nothing forges them, and nothing takes them away."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from krm_fn.engines.headers import FAMILIES, of_trusted
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    ExternalAuth,
    HeaderChanges,
    Headers,
    Listener,
    OtherUpstream,
)
from tests.engines.both.guarded import FILES, ROUTES, received
from tests.engines.both.sidecars import running
from tests.engines.both.test_basic_auth import KEYS, USERS, login
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import LOCALHOST, OUTSIDER, request

pytestmark = pytest.mark.server

AUTH_PORT = APP_PORT + 1
BASIC, EXTERNAL, OPEN = PORT, PORT + 10, PORT + 20
PORTS = (BASIC, EXTERNAL, OPEN)
ALICE = login("alice", "wonderland")
OURS = Headers(
    request=HeaderChanges(
        set={"X-Tenant": "acme", "X-Forwarded-SSL": "on"},
        default={"X-Zone": "eu", "X-Forwarded-Roles": "none"},
        add={"X-More": "more"},
    )
)


@pytest.fixture(scope="module")
def service(loopback: None) -> Iterator[Backend]:
    with running_backend(AUTH_PORT) as app:
        app.usual_query["/oauth2/auth"] = "header=X-Auth-Request-User:alice"
        yield app


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, service: Backend, engine: str) -> Iterator[None]:
    users = ("alice",) if engine.startswith("caddy") else ()
    basic = Auth(basic=BasicAuth(secret=USERS, users=users))
    external = Auth(external=ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), headers=("X-Auth-Request-User",)))
    plan = plan_of(*ROUTES, listener=LISTENER.replace(auth=basic), headers=OURS)
    (first,) = plan.listeners
    listeners = (
        first.listener,
        first.listener.replace(name="external", port=EXTERNAL, auth=external),
        Listener(name="open", port=OPEN),
    )
    spec = plan.spec.replace(listeners=listeners)
    proxy_listeners = tuple(first.replace(listener=listener) for listener in listeners)
    with running(engine, plan.replace(spec=spec, listeners=proxy_listeners), FILES, KEYS):
        yield


def sent(port: int, headers: dict[str, str], target: str = "/x", source: str = LOCALHOST) -> dict[str, str]:
    """Return what the app gets with a request that is allowed."""
    response = request(port, target, headers={**ALICE, **headers}, source=source)
    assert response.status == 200
    return received(response)


@pytest.mark.parametrize(
    "connection",
    [
        "{}",
        "close, {}",
        "keep-alive,{}",
        "X-Other , {}",
    ],
)
def test_what_the_proxy_sends_arrives_whatever_connection_lists(service: Backend, connection: str) -> None:
    told: list[dict[str, str]] = []
    service.observe = lambda headers: told.append({name.lower(): value for name, value in headers})
    given = {"X-Request-ID": "0123456789", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Port": "443"}
    for port, identity in ((BASIC, "x-remote-user"), (EXTERNAL, "x-auth-request-user")):
        usual = sent(port, given)
        assert usual[identity] == "alice"
        listed = connection.format(", ".join((*usual, *map(str.title, usual), "Authorization", "Cookie", "Host")))
        with_all = sent(port, {**given, "Connection": listed})
        assert {**usual, "connection": ""} == {**with_all, "connection": ""}
    first, second = told
    assert {**first, "connection": ""} == {**second, "connection": ""}
    told.clear()


def test_an_upgrade_is_all_that_is_left_of_connection() -> None:
    asked = {"Connection": "X-Remote-User, upgrade", "Upgrade": "other"}
    headers = sent(BASIC, asked)
    assert (headers["x-remote-user"], headers["upgrade"]) == ("alice", "other")
    assert headers["connection"].lower() == "upgrade"
    assert "upgrade" not in sent(BASIC, {"Connection": "X-Remote-User, not-upgrade"})
    h2c = sent(BASIC, {"Connection": "Upgrade, X-Remote-User", "Upgrade": "other, h2c"})
    assert h2c["x-remote-user"] == "alice"
    assert "upgrade" not in h2c


def twins(name: str) -> Iterator[str]:
    """Yield other spellings that apps may take for the same."""
    for char in "_.!~":
        yield name.replace("-", char)
        yield char.join(name.rsplit("-", 1))


NAMES = ("X-Remote-User", "X-Auth-Request-User", "X-Forwarded-Proto", "X-Forwarded-User", "X-Real-IP", "X-Tenant")
FORGED = dict.fromkeys(itertools.chain(("Any_Thing", "_x", "x_"), *map(twins, NAMES)), "forged")


@pytest.mark.parametrize("source", [LOCALHOST, OUTSIDER])
def test_other_spellings_of_a_name_never_arrive(service: Backend, source: str) -> None:
    told: list[dict[str, str]] = []
    service.observe = lambda headers: told.append(dict(headers))
    for port, target in itertools.product(PORTS, ("/x", "/open/x")):
        headers = sent(port, FORGED, target, source)
        assert "forged" not in headers.values()
        assert not [name for name in headers if not name.replace("-", "").isalnum()]
    assert told
    for told_headers in told:
        assert "forged" not in told_headers.values()


FORWARDED = ("X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "X-Forwarded-Port")
NOT_PASSED = {"x-remote-user", "x-auth-request-user", "x-forwarded-ssl"}
"""The listeners' own auth, and the user's headers, are about these."""


def claims(names: tuple[str, ...]) -> dict[str, str]:
    return dict.fromkeys((*names, *FORWARDED), "forged")


def test_what_only_trusted_peers_may_send(engine: str) -> None:
    families = [f"{family}Any" for family in FAMILIES] if engine.startswith("caddy") else []
    half = len(of_trusted()) // 2
    for names in (of_trusted()[:half], of_trusted()[half:]):  # an app has a limit of how many it takes
        for port, target in itertools.product(PORTS, ("/x", "/open/x")):
            headers = sent(port, claims((*names, *families)), target, OUTSIDER)
            assert "forged" not in headers.values()
            assert (headers["x-forwarded-ssl"], headers["x-forwarded-roles"]) == ("on", "none")
            trusted = sent(port, claims(names), target)
            passed = {name for name, value in trusted.items() if value == "forged"} - {"x-forwarded-host"}
            assert passed == {name.lower() for name in names} - NOT_PASSED
            assert trusted.get("x-remote-user", "alice") == "alice"


def test_what_the_auth_service_gets_of_them(service: Backend) -> None:
    told: list[dict[str, str]] = []
    service.observe = lambda headers: told.append({name.lower(): value for name, value in headers})
    names = (*ORIGINAL, "X-Scheme", "X-Auth-Request-Redirect")
    sent(EXTERNAL, claims(names), source=OUTSIDER)
    sent(EXTERNAL, claims(names))
    of_strangers, of_trusted_peers = told
    assert "forged" not in of_strangers.values()
    assert of_trusted_peers["x-scheme"] == "forged"
    for headers in told:
        assert [headers[name.lower()] for name in ORIGINAL] == ["/x", "GET", "/x", "GET"]


ORIGINAL = ("X-Original-URI", "X-Original-Method", "X-Forwarded-URI", "X-Forwarded-Method")


def test_other_headers_pass() -> None:
    given = {"X-HTTP-Method-Override": "PUT", "X-Client-Version": "1", "X-Original-Filename": "a", "Cookie": "a=b"}
    for port, source in itertools.product(PORTS, (LOCALHOST, OUTSIDER)):
        assert {name.lower(): value for name, value in given.items()}.items() <= sent(
            port, given, source=source
        ).items()


def test_a_service_that_signs_in_gets_no_forged_headers(service: Backend) -> None:
    told: list[dict[str, str]] = []
    service.observe = lambda headers: told.append({name.lower(): value for name, value in headers})
    usual, service.usual_query["/oauth2/auth"] = service.usual_query["/oauth2/auth"], "status=401"
    given = {**FORGED, **claims(ORIGINAL), "Connection": "X-Auth-Request-Redirect, X-Real-IP"}
    try:
        request(EXTERNAL, "/x?y", headers=given, source=OUTSIDER)
    finally:
        service.usual_query["/oauth2/auth"] = usual
    for headers in told:
        assert "forged" not in headers.values()
        assert headers["x-real-ip"] == OUTSIDER
    assert told[1]["x-auth-request-redirect"] == "/x?y"


@pytest.mark.parametrize("method", ["TRACE", "trace", "CONNECT"])
def test_methods_that_no_app_gets(backend: Backend, engine: str, method: str) -> None:
    hits = len(backend.targets)
    refused = {405, 400} if engine.startswith("nginx") and method != "TRACE" else {405}
    targets = ("/x", "/open/x", "/file.txt", "/old", *(["169.254.169.254:80"] if method == "CONNECT" else []))
    for port, target in itertools.product(PORTS, targets):
        assert request(port, target, method, headers=ALICE).status in refused
    for target in ("/healthz", "/readyz", "/stub_status"):
        assert request(PROBES, target, method).status in refused
    assert len(backend.targets) == hits
