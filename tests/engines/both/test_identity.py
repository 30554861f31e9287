"""Headers that say who the client is: no client can say it itself, on any listener."""

from __future__ import annotations

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import Auth, BasicAuth, ExternalAuth, Listener, OtherUpstream, Route
from tests.engines.both.guarded import received
from tests.engines.both.sidecars import running
from tests.engines.both.test_basic_auth import KEYS, USERS, login
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import request

pytestmark = pytest.mark.server

OTHER_PORT = PORT + 10


def with_auths(one: Auth, other: Auth | None = None) -> ProxyPlan:
    """Return the plan of two listeners in front of one app, each with its own auth."""
    plan = plan_of(Route(path="/open", anonymous=True), listener=LISTENER.replace(auth=one))
    (proxy_listener,) = plan.listeners
    second = Listener(name="other", port=OTHER_PORT, auth=other)
    spec = plan.spec.replace(listeners=(proxy_listener.listener, second))
    return plan.replace(spec=spec, listeners=(proxy_listener, proxy_listener.replace(listener=second)))


def basic_of(engine: str) -> Auth:
    return Auth(basic=BasicAuth(secret=USERS, users=("alice",) if engine.startswith("caddy") else ()))


def test_a_listener_without_auth_passes_no_claims_either(backend: Backend, engine: str) -> None:
    with running(engine, with_auths(basic_of(engine)), None, KEYS):
        headers = received(request(OTHER_PORT, "/", headers={"X-Remote-User": "alice", "Authorization": "Bearer x"}))
    assert "x-remote-user" not in headers
    assert headers["authorization"] == "Bearer x"


def test_authorization_is_what_the_service_says_whatever_other_listeners_do(backend: Backend, engine: str) -> None:
    external = ExternalAuth(upstream=OtherUpstream(port=APP_PORT + 1), headers=("Authorization",))
    plan = with_auths(Auth(external=external), basic_of(engine))
    seen: list[dict[str, str]] = []
    with running_backend(APP_PORT + 1) as service, running(engine, plan, None, KEYS):
        service.usual_query["/oauth2/auth"] = "header=Authorization:Token%20alice"
        service.observe = lambda headers: seen.append({name.lower(): value for name, value in headers})
        told = received(request(PORT, "/", headers={"Authorization": "Bearer x"}))
        service.usual_query["/oauth2/auth"] = ""
        silent = received(request(PORT, "/", headers={"Authorization": "Bearer x"}))
        basic = received(request(OTHER_PORT, "/", headers=login("alice", "wonderland")))
        anonymous = received(request(PORT, "/open", headers={"Authorization": "Bearer x"}))
    assert seen[0]["authorization"] == "Bearer x", "the service decides by it"
    assert told["authorization"] == "Token alice"
    for headers in (silent, basic, anonymous):
        assert "authorization" not in headers
    assert basic["x-remote-user"] == "alice"
