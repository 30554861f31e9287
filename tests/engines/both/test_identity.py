"""Headers that say who the client is: no client can say it itself, on any listener."""

from __future__ import annotations

import pytest

from krm_fn.function_config.values import Auth, BasicAuth, Listener
from tests.engines.both.guarded import received
from tests.engines.both.sidecars import running
from tests.engines.both.test_basic_auth import KEYS, USERS
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server


def test_a_listener_without_auth_passes_no_claims_either(backend: Backend, engine: str) -> None:
    basic = BasicAuth(secret=USERS, users=("alice",) if engine == "caddy" else ())
    guarded, plain = LISTENER.replace(auth=Auth(basic=basic)), Listener(name="plain", port=PORT + 10)
    plan = plan_of(listener=guarded)
    spec = plan.spec.replace(listeners=(plan.fronts[0].listener, plain))
    plan = plan.replace(spec=spec, fronts=(plan.fronts[0], plan.fronts[0].replace(listener=plain)))
    with running(engine, plan, None, KEYS):
        headers = received(request(PORT + 10, "/", headers={"X-Remote-User": "alice", "Authorization": "Bearer x"}))
    assert "x-remote-user" not in headers
    assert headers["authorization"] == "Bearer x"
