"""TLS from a Secret, certificates of clients, and the way there from a port without it."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import trustme

from krm_fn.function_config.generated.values import TLS, ClientCertificates, Route
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend
from tests.servers.certificates import certificates, client_context
from tests.servers.http import LOCALHOST, Response, exchange, request

pytestmark = pytest.mark.server

REDIRECT, MUTUAL, OPTIONAL = 8082, PORT + 10, PORT + 20
NAMES = ("web-tls", "web-clients")
CLIENTS = ClientCertificates(secret=NAMES[1])
PLAN = plan_of(
    Route(path="/x", max_body_size="1k"), listener=LISTENER.replace(tls=TLS(secret=NAMES[0], redirect_port=REDIRECT))
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    first = PLAN.listeners[0]
    proxy_listeners = [first]
    for port, required in ((MUTUAL, True), (OPTIONAL, False)):
        tls = TLS(secret=NAMES[0], clients=CLIENTS.replace(required=required))
        proxy_listeners.append(first.replace(listener=LISTENER.replace(port=port, name=f"tls-{port}", tls=tls)))
    spec = PLAN.spec.replace(listeners=tuple(proxy_listener.listener for proxy_listener in proxy_listeners))
    with running(engine, PLAN.replace(spec=spec, listeners=tuple(proxy_listeners)), None, certificates().secrets):
        yield


def secure(
    port: int,
    target: str,
    certificate: trustme.LeafCert | None = None,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Response:
    with client_context(certificate) as context:
        connection = http.client.HTTPSConnection(LOCALHOST, port, timeout=10, context=context)
        with closing(connection):
            connection.request("GET" if body is None else "POST", target, body, headers or {})
            response = connection.getresponse()
            return Response(response.status, response.getheaders(), response.read())


def received(response: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.json()["headers"]}


def test_the_app_is_told_of_tls() -> None:
    headers = received(secure(PORT, "/a%2Fb"))
    assert headers["x-forwarded-proto"] == "https"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions(version: ssl.TLSVersion) -> None:
    with client_context(None, "h2", "http/1.1") as context:
        context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection((LOCALHOST, PORT)) as plain,
            context.wrap_socket(plain, server_hostname="web.example") as connection,
        ):
            assert connection.selected_alpn_protocol() == "h2"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_versions_are_refused() -> None:
    with client_context() as context:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        with (
            socket.create_connection((LOCALHOST, PORT)) as plain,
            pytest.raises(OSError, match=r"(?i)alert|protocol|reset"),
        ):
            context.wrap_socket(plain, server_hostname="web.example")


def test_a_client_without_tls_is_sent_there() -> None:
    for method in ("GET", "POST"):
        response = request(REDIRECT, "/a%2Fb?c=d", method, headers={"Host": f"web.example:{REDIRECT}"})
        assert (response.status, response.one("Location")) == (308, "https://web.example/a%2Fb?c=d")
    assert request(REDIRECT, "/", headers={"Host": "a b"}).status == 400


@pytest.mark.parametrize(
    ("target", "host", "location"),
    [
        ("/a HTTP/1.0", "web.example", "https://web.example/a"),
        ("/a%2Fb//c?d=%2F HTTP/1.1", "[::1]:8082", "https://[::1]/a%2Fb//c?d=%2F"),
        ("//other.example/a HTTP/1.1", "web.example", "https://web.example//other.example/a"),
        ("http://other.example/a?b HTTP/1.1", "web.example", "https://other.example/a?b"),
        ("http://other.example:80/a%2Fb HTTP/1.0", None, "https://other.example/a%2Fb"),
        ("http://other.example HTTP/1.1", "web.example", "https://other.example/"),
        ("/a HTTP/1.0", None, None),
        ("/a HTTP/1.0", "", None),
        ("/a HTTP/1.1", None, None),
        ("/a HTTP/1.1", "", None),
        ("* HTTP/1.1", "web.example", None),
        ("/a HTTP/1.1", "web.example/x", None),
        ("/a HTTP/1.1", "a@web.example", None),
    ],
)
def test_the_host_and_path_of_the_way_there(target: str, host: str | None, location: str | None) -> None:
    line = "" if host is None else f"Host: {host}\r\n"
    head = exchange(REDIRECT, f"GET {target}\r\n{line}Connection: close\r\n\r\n".encode()).decode()
    found = [line.partition(": ")[2] for line in head.splitlines() if line.startswith("Location: ")]
    assert (head.split()[1], found) == (("308", [location]) if location else ("400", []))


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_methods_without_a_way_there(engine: str, method: str) -> None:
    assert request(REDIRECT, "/x", method).status in ({400, 405} if engine.startswith("nginx") else {405})


def test_probes_need_no_tls() -> None:
    assert [request(PROBES, path).status for path in ("/healthz", "/readyz")] == [200, 200]


class TestClientCertificates:
    @pytest.mark.parametrize("port", [MUTUAL, OPTIONAL])
    def test_the_app_is_told_whose(self, port: int) -> None:
        headers = received(secure(port, "/", certificates().client, {"X-Client-DN": "CN=root"}))
        assert "CN=alice" in headers["x-client-dn"]
        listed = received(secure(port, "/", certificates().client, {"Connection": "close, X-Client-DN"}))
        assert listed["x-client-dn"] == headers["x-client-dn"]

    def test_who_has_none_is_turned_away(self, backend: Backend) -> None:
        hits = len(backend.targets)
        with suppress(ssl.SSLError, ConnectionError):  # turned away while connecting
            assert secure(MUTUAL, "/").status == 400
        assert len(backend.targets) == hits

    @pytest.mark.parametrize("port", [MUTUAL, OPTIONAL])
    def test_a_strangers_is_worth_nothing(self, backend: Backend, port: int) -> None:
        hits = len(backend.targets)
        with suppress(ssl.SSLError, ConnectionError):
            assert secure(port, "/", certificates().stranger).status == 400
        assert len(backend.targets) == hits

    @pytest.mark.parametrize("port", [PORT, OPTIONAL])
    def test_a_claim_is_not_passed(self, port: int) -> None:
        assert "x-client-dn" not in received(secure(port, "/", None, {"X-Client-DN": "CN=root", "x-client-dn": "y"}))
