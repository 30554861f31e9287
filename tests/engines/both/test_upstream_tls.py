"""TLS to the app and to other upstreams: who is believed, what is shown, and that nothing passes otherwise."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from krm_fn.engines.engine import ProxyPlan, ReadyCheck
from krm_fn.function_config.generated.values import (
    TLS,
    Auth,
    ExternalAuth,
    HeaderChanges,
    Headers,
    OtherUpstream,
    Probes,
    Route,
    ServiceAddress,
    Split,
    Upstream,
    UpstreamAuthority,
    UpstreamTLS,
)
from tests.engines.both.sidecars import running
from tests.engines.both.test_tls import secure
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.certificates import app_tls, certificates, client_secret
from tests.servers.http import exchange, request

pytestmark = pytest.mark.server

SERVICE, STRANGER, MUTUAL, PLAIN, AUTH = (APP_PORT + 100 + number for number in range(5))
SERVICE_NAME = "api.back.svc"
CLIENTS, SERVER = "web-clients", "web-tls"
CA = UpstreamAuthority(secret=CLIENTS)
CHECKED = UpstreamTLS(ca=CA)
SECRETS = {
    **certificates().secrets,
    **client_secret("alice"),
    "configMaps/ca/own.crt": certificates().secrets["web-clients/ca.crt"],
}
UPSTREAM = Upstream(protocol="https", tls=UpstreamTLS())


def at(port: int, tls: UpstreamTLS | None = None) -> OtherUpstream:
    return OtherUpstream(port=port, protocol="https", tls=tls)


def service(port: int, tls: UpstreamTLS = CHECKED) -> OtherUpstream:
    return OtherUpstream(service=ServiceAddress(name="api", namespace="back", port=port), tls=tls)


def to(path: str, upstream: OtherUpstream, **settings: Any) -> Route:
    return Route(path=path, upstream=upstream, **settings)


ROUTES = (
    to("/service", service(SERVICE)),
    to("/by-config-map", service(SERVICE, UpstreamTLS(ca=UpstreamAuthority(config_map="ca", key="own.crt")))),
    to("/stranger", service(STRANGER)),
    to("/stranger-unchecked", service(STRANGER, UpstreamTLS(verify=False))),
    to("/other-name", service(SERVICE, UpstreamTLS(ca=CA, server_name="other.example"))),
    to("/port", at(SERVICE)),
    to("/port-checked", at(SERVICE, UpstreamTLS(verify=True, ca=CA, server_name=SERVICE_NAME))),
    to("/port-wrong-name", at(SERVICE, UpstreamTLS(verify=True, ca=CA, server_name="web.example"))),
    to("/stranger-port", at(STRANGER)),
    to("/stranger-port-checked", at(STRANGER, UpstreamTLS(verify=True, ca=CA, server_name=SERVICE_NAME))),
    to("/mutual", at(MUTUAL, UpstreamTLS(certificate="alice"))),
    to("/mutual-none", at(MUTUAL)),
    to("/no-tls-there", at(PLAIN)),
    to("/tls-there", OtherUpstream(port=SERVICE)),
    to("/socket", OtherUpstream(socket="/run/app/app.sock", protocol="https")),
    to(
        "/socket-checked",
        OtherUpstream(socket="/run/app/app.sock", tls=UpstreamTLS(verify=True, ca=CA, server_name="app")),
    ),
    to(
        "/socket-other",
        OtherUpstream(socket="/run/app/app.sock", tls=UpstreamTLS(verify=True, ca=CA, server_name="ap")),
    ),
    Route(path="/split-all", split=Split(percent=100, upstream=service(SERVICE))),
    Route(path="/split-none", split=Split(percent=0, upstream=service(SERVICE))),
    Route(path="/split-half", split=Split(percent=50, upstream=service(SERVICE)), max_body_size="1k"),
    Route(path="/split-told/", match="prefix", split=Split(percent=0, upstream=service(STRANGER), header="X-Canary")),
    to("/split-plain", OtherUpstream(port=PLAIN), split=Split(percent=50, upstream=at(SERVICE))),
)


def proxy_plan(**settings: Any) -> ProxyPlan:
    listener = LISTENER.replace(upstream=UPSTREAM, **settings)
    plan = plan_of(*ROUTES, listener=listener)
    (proxy_listener,) = plan.listeners
    secure = proxy_listener.replace(protocols=("https",), tls=UPSTREAM.tls)
    return plan.replace(listeners=(secure,), ready=ReadyCheck(handler="http", port=APP_PORT, tls=True))


@pytest.fixture(scope="module")
def apps(loopback: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int | str, Backend]]:
    directory = tmp_path_factory.mktemp("run")
    directory.parent.chmod(0o755)
    directory.chmod(0o755)
    with ExitStack() as stack:

        def run(port: int | Path, tls: ssl.SSLContext | None) -> Backend:
            backend = stack.enter_context(running_backend(port, tls))
            backend.usual_headers.append(f"X-From:{port}")
            return backend

        yield {
            APP_PORT: run(APP_PORT, app_tls("whoever", by_stranger=True).context),
            SERVICE: run(SERVICE, app_tls(SERVICE_NAME).context),
            STRANGER: run(STRANGER, app_tls(SERVICE_NAME, by_stranger=True).context),
            MUTUAL: run(MUTUAL, app_tls("mutual", clients=True).context),
            PLAIN: run(PLAIN, None),
            "socket": run(directory / "app.sock", app_tls("app").context),
            "directory": directory,  # type: ignore[dict-item]
        }


@pytest.fixture(scope="module", autouse=True)
def sidecar(apps: dict[int | str, Any], engine: str) -> Iterator[None]:
    with running(engine, proxy_plan(), None, SECRETS, directories={"/run/app": apps["directory"]}):
        yield


@pytest.mark.parametrize("path", ["/service", "/by-config-map", "/port", "/port-checked"])
def test_who_is_believed(path: str) -> None:
    response = request(PORT, f"{path}?a=%2F", headers={"Host": "web.example"})
    assert (response.status, response.one("X-From")) == (200, str(SERVICE))
    assert ["Host", "web.example"] in response.json()["headers"]


def test_host_is_as_for_other_upstreams(engine: str, apps: dict[int | str, Backend]) -> None:
    assert b'["Host", "localhost"]' in exchange(PORT, b"GET /service HTTP/1.0\r\n\r\n")
    received = request(PORT, "/split-all", headers={"Host": "web.example:1"}).json()
    assert ["Host", "web.example:1"] in received["headers"]
    headers = Headers(request=HeaderChanges(set={"Host": "own.example"}))
    plan = plan_of(
        to("/s", service(SERVICE)),
        listener=LISTENER.replace(port=PORT + 20),
        probes=Probes(port=PROBES + 20),
        headers=headers,
    )
    with running(engine, plan, None, SECRETS):
        assert ["Host", "own.example"] in request(PORT + 20, "/s").json()["headers"]


@pytest.mark.parametrize(
    ("path", "port"),
    [("/", APP_PORT), ("/stranger-unchecked", STRANGER), ("/stranger-port", STRANGER), ("/mutual", MUTUAL)],
)
def test_who_need_not_be(path: str, port: int) -> None:
    response = request(PORT, path, "POST", body=b"x" * 100)
    assert (response.status, response.one("X-From"), response.json()["length"]) == (200, str(port), 100)


@pytest.mark.parametrize(
    "path",
    [
        "/stranger",
        "/other-name",
        "/port-wrong-name",
        "/stranger-port-checked",
        "/mutual-none",
        "/no-tls-there",
        "/socket-other",
    ],
)
def test_who_is_not(path: str, apps: dict[int | str, Backend]) -> None:
    for app in (SERVICE, STRANGER, MUTUAL, PLAIN, "socket"):
        apps[app].targets.clear()
    for _ in range(2):
        assert request(PORT, path).status == 502
    assert not any(apps[app].targets for app in (SERVICE, STRANGER, MUTUAL, PLAIN, "socket"))


def test_connections_of_one_upstream_are_not_those_of_another(apps: dict[int | str, Backend]) -> None:
    """What is kept alive, or resumed, after a check passed must not spare another upstream its own."""
    for _ in range(3):
        assert request(PORT, "/stranger-port").status == 200
        assert request(PORT, "/stranger-port-checked").status == 502
        assert request(PORT, "/service").status == 200
        assert request(PORT, "/port-wrong-name").status == 502
        assert request(PORT, "/mutual").status == 200
        assert request(PORT, "/mutual-none").status == 502


def test_connections_are_kept_alive(apps: dict[int | str, Backend]) -> None:
    request(PORT, "/service")
    before = apps[SERVICE].connections
    for _ in range(3):
        assert request(PORT, "/service").status == 200
    assert apps[SERVICE].connections == before


def test_plain_http_to_tls_is_no_answer_of_the_app(apps: dict[int | str, Backend]) -> None:
    assert request(PORT, "/tls-there").status == 502


@pytest.mark.parametrize("path", ["/socket", "/socket-checked"])
def test_a_socket(path: str) -> None:
    assert request(PORT, path).json()["target"] == path


class TestSplit:
    def test_all_and_none(self) -> None:
        assert {request(PORT, "/split-all").one("X-From") for _ in range(5)} == {str(SERVICE)}
        assert {request(PORT, "/split-none").one("X-From") for _ in range(5)} == {str(APP_PORT)}

    @pytest.mark.parametrize(("path", "usual"), [("/split-half", APP_PORT), ("/split-plain", PLAIN)])
    def test_a_share(self, path: str, usual: int) -> None:
        found = [request(PORT, f"{path}?a=%2F") for _ in range(60)]
        assert {response.json()["target"] for response in found} == {f"{path}?a=%2F"}
        assert 10 < [response.one("X-From") for response in found].count(str(SERVICE)) < 50
        assert {response.one("X-From") for response in found} == {str(SERVICE), str(usual)}

    def test_limits_hold_on_both_sides(self) -> None:
        assert {request(PORT, "/split-half", "POST", body=b"x" * 2000).status for _ in range(12)} == {413}

    def test_a_stranger_gets_no_share(self, apps: dict[int | str, Backend]) -> None:
        apps[STRANGER].targets.clear()
        assert request(PORT, "/split-told/a", headers={"X-Canary": "always"}).status == 502
        assert request(PORT, "/split-told/a").one("X-From") == str(APP_PORT)
        assert request(PORT, "/split-told").one("X-From") == str(APP_PORT)
        assert apps[STRANGER].targets == []


def test_server_name(engine: str, apps: dict[int | str, Backend]) -> None:
    names: list[str | None] = []
    routes = (
        to("/default", service(APP_PORT + 200)),
        to("/own", service(APP_PORT + 200, UpstreamTLS(verify=False, server_name="own.example"))),
        to("/port", at(APP_PORT + 200)),
    )
    plan = plan_of(*routes, listener=LISTENER.replace(port=PORT + 20), probes=Probes(port=PROBES + 20))
    context = app_tls(SERVICE_NAME).context
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with running_backend(APP_PORT + 200, context), running(engine, plan, None, SECRETS):
        for path in ("/default", "/own", "/port"):
            assert request(PORT + 20, path).status == 200
    assert names == [SERVICE_NAME, "own.example", None]


@pytest.mark.parametrize(("upstream", "status"), [(service(AUTH), 200), (at(AUTH), 200), (service(STRANGER), 502)])
def test_an_auth_service(engine: str, upstream: OtherUpstream, status: int, apps: dict[int | str, Backend]) -> None:
    external = ExternalAuth(upstream=upstream, sign_in=None, own_prefix=None, headers=("X-User",))
    listener = LISTENER.replace(port=PORT + 20, auth=Auth(external=external))
    plan = plan_of(
        Route(path="/", match="prefix", upstream=OtherUpstream(port=PLAIN)),
        listener=listener,
        probes=Probes(port=PROBES + 20),
    )
    apps[PLAIN].targets.clear()
    with running_backend(AUTH, app_tls(SERVICE_NAME).context) as auth, running(engine, plan, None, SECRETS):
        auth.usual_headers.append("X-User:alice")
        found = request(PORT + 20, "/x")
        assert found.status in ((200,) if status == 200 else (500, 502))
        if status == 200:
            assert ["X-User", "alice"] in [[name.title(), value] for name, value in found.json()["headers"]]
            auth.usual_status = 403
            assert request(PORT + 20, "/x").status == 403
    assert len(apps[PLAIN].targets) == (1 if status == 200 else 0)


def test_tls_on_both_sides(engine: str, apps: dict[int | str, Backend]) -> None:
    plan = proxy_plan(tls=TLS(secret=SERVER))
    (proxy_listener,) = plan.listeners
    listener = proxy_listener.listener.replace(port=PORT + 20)
    spec = plan.spec.replace(listeners=(listener,), probes=Probes(port=PROBES + 20))
    plan = plan.replace(spec=spec, listeners=(proxy_listener.replace(listener=listener),))
    with running(engine, plan, None, SECRETS, directories={"/run/app": apps["directory"]}):
        response = secure(PORT + 20, "/a")
        assert (response.status, response.one("X-From")) == (200, str(APP_PORT))
        assert ["X-Forwarded-Proto", "https"] in response.json()["headers"]
        assert secure(PORT + 20, "/service").status == 200
        assert secure(PORT + 20, "/stranger").status == 502
        assert request(PROBES + 20, "/readyz").status == 200


class TestReadiness:
    def test_of_an_app_with_tls(self) -> None:
        assert request(PROBES, "/readyz").status == 200

    def test_shows_the_listeners_certificate(self, engine: str, apps: dict[int | str, Backend]) -> None:
        for certificate, status in (("alice", 200), (None, 502)):
            tls = UpstreamTLS(certificate=certificate)
            listener = LISTENER.replace(port=PORT + 20, upstream=Upstream(protocol="https", tls=tls))
            plan = plan_of(listener=listener, probes=Probes(port=PROBES + 20))
            proxy_listener = plan.listeners[0].replace(protocols=("https",), tls=tls, upstream_port=MUTUAL)
            ready = ReadyCheck(handler="any", port=MUTUAL, tls=True)
            with running(engine, plan.replace(listeners=(proxy_listener,), ready=ready), None, SECRETS):
                assert request(PROBES + 20, "/readyz").status == (200 if certificate else 503)
                assert request(PORT + 20, "/").status == status
