"""Users with passwords: who has none gets nowhere, and the app gets the name alone."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Auth, BasicAuth
from tests.engines.both.guarded import FILES, ROUTES, received
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.passwords import BUILDER, WONDERLAND

pytestmark = pytest.mark.server

HASHES = {
    "alice": WONDERLAND,
    "bob": BUILDER,
}
USERS = "users"
KEYS = {
    "users/auth": b"".join(user.encode() + b":" + text + b"\n" for user, text in HASHES.items()),
    **{f"users/{user}": text + b"\n" for user, text in HASHES.items()},
}


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    users = ("alice", "bob") if engine.startswith("caddy") else ()
    basic = BasicAuth(secret=USERS, users=users, realm="the app", user_header="X-User")
    plan = plan_of(*ROUTES, listener=LISTENER.replace(auth=Auth(basic=basic)))
    with running(engine, plan, FILES, KEYS):
        yield


def login(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize(("user", "password"), [("alice", "wonderland"), ("bob", "builder")])
def test_a_user_gets_in_and_the_app_gets_the_name(user: str, password: str) -> None:
    headers = received(request(PORT, "/x", headers=login(user, password)))
    assert headers["x-user"] == user
    assert "authorization" not in headers
    assert request(PORT, "/file.txt", headers=login(user, password)).body == b"file"


@pytest.mark.parametrize("target", ["/", "/x?status=500", "/file.txt", "/open"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        login("alice", "builder"),
        login("carol", "wonderland"),
        login("alice", ""),
        login("../users/alice", ""),
    ],
)
def test_others_do_not(backend: Backend, target: str, headers: dict[str, str]) -> None:
    hits = len(backend.targets)
    response = request(PORT, target, headers={**headers, "X-User": "alice"})
    assert response.status == 401
    assert response.one("WWW-Authenticate") == 'Basic realm="the app"'
    assert len(backend.targets) == hits


def test_anybody_may_ask_for_what_is_open() -> None:
    headers = received(request(PORT, "/open/x", headers={**login("alice", "wrong"), "X-User": "alice"}))
    assert "x-user" not in headers
    assert "authorization" in headers
    assert request(PORT, "/open.txt").body == b"open"
    assert request(PORT, "/old").status == 308
    assert request(PORT + 1, "/readyz").status == 200
