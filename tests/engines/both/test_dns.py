"""Services whose names are looked up again: one that is not there yet, one that moves, and one that goes away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import (
    DNS,
    Auth,
    ExternalAuth,
    Keepalive,
    OtherUpstream,
    Rewrite,
    Route,
    ServiceAddress,
    Split,
    Timeouts,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx import plans
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.dns import Names, running_dns
from tests.servers.http import LOCALHOST, OUTSIDER, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

SERVICE_PORT = APP_PORT + 1
HERE, ELSEWHERE = LOCALHOST, OUTSIDER


def service(name: str) -> OtherUpstream:
    return OtherUpstream(service=ServiceAddress(name=name, namespace="back", port=SERVICE_PORT))


def dns(engine: str) -> DNS | None:
    """Return the settings, which Caddy does not need."""
    return None if engine.startswith("caddy") else DNS(resolver=LOCALHOST)


def plan(engine: str) -> ProxyPlan:
    return plan_of(
        Route(path="/api/", match="prefix", upstream=service("api"), rewrite=Rewrite(prefix="/v1/")),
        Route(path="/absent", upstream=service("absent")),
        Route(path="/split", split=Split(percent=0, header="X-Canary", upstream=service("api"))),
        dns=dns(engine),
        timeouts=Timeouts(connect="500ms"),
        keepalive=Keepalive(idle="1s"),
    )


@pytest.fixture(scope="module")
def names(loopback: None) -> Iterator[Names]:
    with running_dns() as server:
        yield server


@pytest.fixture
def sidecar(names: Names, backend: Backend, engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(plans, "other_hosts", lambda _plan: [])
    names.addresses.clear()
    domain = "" if engine.startswith("caddy") else ".cluster.local"
    names.addresses[f"api.back.svc{domain}"] = HERE
    with running_backend(SERVICE_PORT), running(engine, plan(engine)) as server:
        yield server


def status(target: str = "/api/x", **headers: str) -> int:
    return request(PORT, target, headers=headers).status


def test_one_that_is_not_there_stops_neither_the_start_nor_other_routes(sidecar: Server, names: Names) -> None:
    assert status("/absent") == 502
    assert status("/") == 200
    wait_until(lambda: status() == 200)
    assert request(PORT, "/api/x?y=%2F").json()["target"] == "/v1/x?y=%2F"
    assert status("/split", **{"X-Canary": "always"}) == 200
    assert status("/split") == 200


def test_one_that_gets_another_address_is_followed(sidecar: Server, names: Names) -> None:
    wait_until(lambda: status() == 200)
    (name,) = names.addresses
    names.addresses[name] = ELSEWHERE  # where nothing listens
    wait_until(lambda: status() == 502, 20, pause=1.5)  # the connections that are kept have ended
    names.addresses[name] = HERE
    wait_until(lambda: status() == 200, 20)


def test_connections_are_kept_where_the_version_looks_up_in_blocks(
    names: Names, backend: Backend, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "other_hosts", lambda _plan: [])
    domain = "" if engine.startswith("caddy") else ".cluster.local"
    names.addresses[f"api.back.svc{domain}"] = HERE
    with running_backend(SERVICE_PORT) as api, running(engine, plan(engine)):
        wait_until(lambda: status() == 200)
        before = api.connections
        for _ in range(5):
            assert status() == 200
        assert api.connections - before == (5 if engine == "nginx" else 0)


def test_an_auth_service_is_looked_up_too(
    names: Names, backend: Backend, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "other_hosts", lambda _plan: [])
    names.addresses.clear()
    external = ExternalAuth(upstream=service("auth"), path="/check", sign_in="/start")
    guarded = plan_of(listener=LISTENER.replace(auth=Auth(external=external)), dns=dns(engine))
    domain = "" if engine.startswith("caddy") else ".cluster.local"
    with running_backend(SERVICE_PORT) as auth, running(engine, guarded):
        assert status("/") in (500, 502)
        names.addresses[f"auth.back.svc{domain}"] = HERE
        wait_until(lambda: status("/") == 200, 20)
        auth.usual_query = {"/check": "status=401", "/start": "status=302"}
        assert status("/") == 302
        assert "/start" in auth.targets
