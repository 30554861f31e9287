"""Apps as the manifests of the examples say, behind real proxies from the function's own output.

/readyz is compared with what the kubelet would have said of the app by the app's own probe.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml

from krm_fn.function import process
from tests.engines.nginx.current import current_nginx, without_lacking
from tests.servers.backend import Backend, running_backend
from tests.servers.certificates import app_tls
from tests.servers.grpc_app import running_grpc_app
from tests.servers.h2c_app import running_h2c_app
from tests.servers.http import LOCALHOST, request
from tests.servers.loopback import private_loopback, require_root
from tests.servers.mixed_app import running_mixed_app
from tests.servers.pod import Pod

pytestmark = pytest.mark.server

EXAMPLES = Path(__file__).parents[1] / "examples"
SLOW = 3
"""Seconds: longer than the proxy waits for an app whose probe says nothing of that."""


@pytest.fixture(params=["nginx", "caddy"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Served:
    """The Pod of an example, with its sidecar."""

    def __init__(self, example: str, engine: str, change: dict[str, Any] | None = None) -> None:
        document = yaml.safe_load((EXAMPLES / example / "input.yaml").read_bytes())
        spec = document["functionConfig"]["spec"]
        spec["engine"] = engine
        app = document["items"][0]["spec"]["template"]["spec"]["containers"][0]
        app.update(change or {})
        outcome = process(yaml.safe_dump(document, sort_keys=False).encode())
        assert outcome.exit_code == 0, outcome.results
        proxy = document["functionConfig"]["metadata"]["name"]
        self.pod = Pod(yaml.safe_load(outcome.stdout)["items"], document["items"][0]["kind"], proxy)
        self.probe = app.get("readinessProbe", {})
        self.app_port = int(app["ports"][0]["containerPort"])

    @contextmanager
    def running(self) -> Iterator[int]:
        """Run the sidecar; yield the listener's port. What Debian's nginx cannot do runs on the current one."""
        files = self.pod.files()
        newer = any(
            b"http2 on;" in text or b"http_version 2;" in text for each in files.values() for text in each.values()
        )
        if newer:
            files = {path: {name: without_lacking(text) for name, text in each.items()} for path, each in files.items()}
        with self.pod.running(files, current_nginx() if newer else None):
            yield int(self.pod.sidecar["ports"][0]["containerPort"])

    def is_ready(self) -> bool:
        """Return what the kubelet says of the proxy, by the sidecar's own probe."""
        probe = self.pod.sidecar["readinessProbe"]
        port = self.pod.port(probe["httpGet"]["port"])
        with suppress(TimeoutError):
            began = time.monotonic()
            status = request(port, probe["httpGet"]["path"], headers={"Host": f"10.0.0.1:{port}"}).status
            return is_good(status) and time.monotonic() - began < probe["timeoutSeconds"]
        return False

    def app_is_ready(self) -> bool:
        """Return what the kubelet says of the app, by the app's own httpGet."""
        get = self.probe["httpGet"]
        headers = {
            "Host": f"10.0.0.1:{self.app_port}",
            **{each["name"]: each["value"] for each in get.get("httpHeaders", ())},
        }
        if get.get("scheme") == "HTTPS":
            unchecked = ssl._create_unverified_context()  # noqa: S323 # as the kubelet does
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                LOCALHOST, self.app_port, context=unchecked
            )
        else:
            connection = http.client.HTTPConnection(LOCALHOST, self.app_port)
        connection.timeout = self.probe.get("timeoutSeconds", 1)
        with closing(connection), suppress(OSError):
            connection.request("GET", get.get("path", "/"), headers=headers)
            return is_good(connection.getresponse().status)
        return False


def is_good(status: int) -> bool:
    """Return whether a status is one of those that the kubelet takes for ready."""
    return http.HTTPStatus.OK <= status < http.HTTPStatus.BAD_REQUEST


def said(port: int) -> bytes:
    """Return what the app answers by gRPC, through the listener."""
    with grpc.insecure_channel(f"{LOCALHOST}:{port}") as channel:
        say: Any = channel.unary_unary("/test.App/Say")
        return bytes(say(b"yes ", timeout=10))


@contextmanager
def same_as_the_kubelet(served: Served, app: Backend) -> Iterator[None]:
    """Compare while the app is well, while it fails, and when it is gone, which it is behind the block."""
    assert served.is_ready() is served.app_is_ready() is True
    for status in (302, 404, 500):
        app.usual_status = status
        assert served.is_ready() is served.app_is_ready() is is_good(status)
    app.usual_status = 200
    assert served.is_ready() is True
    yield


@pytest.mark.parametrize("example", ["traffic-https-everywhere", "traffic-https-probe-only"])
def test_an_app_that_speaks_tls(example: str, engine: str) -> None:
    require_root()
    served = Served(example, engine)
    with private_loopback(), served.running() as port:
        with running_backend(served.app_port, app_tls("app").context) as app, same_as_the_kubelet(served, app):
            assert request(port, "/hello").status == 200
        assert served.is_ready() is served.app_is_ready() is False
        with running_backend(served.app_port):  # one that speaks HTTP without TLS is not the app
            assert served.is_ready() is served.app_is_ready() is False


def test_an_app_that_speaks_grpc(engine: str) -> None:
    require_root()
    served = Served("traffic-grpc-port-name", engine)
    with private_loopback(), served.running() as port:
        assert served.is_ready() is False
        with running_grpc_app(served.app_port):
            assert said(port) == b"yes yes "
            assert served.is_ready() is True
        with running_backend(served.app_port):
            assert served.is_ready() is False


def test_an_app_that_speaks_http_and_grpc_on_one_port(engine: str) -> None:
    require_root()
    served = Served("traffic-grpc-beside-http", engine)
    with private_loopback(), served.running() as port, running_mixed_app(served.app_port):
        assert said(port) == b"yes yes "
        assert request(port, "/hello").status == 200
        assert served.is_ready() is True


def test_an_app_that_speaks_http_2_without_tls(engine: str) -> None:
    require_root()
    served = Served("traffic-h2c", engine)
    with private_loopback(), served.running() as port:
        assert served.is_ready() is False
        with running_h2c_app(served.app_port):
            assert request(port, "/hello").status == 200
            assert served.is_ready() is True


def test_an_app_that_guards_its_hosts(engine: str) -> None:
    require_root()
    served = Served("traffic-probe-headers", engine)
    with private_loopback(), served.running() as port, running_backend(served.app_port) as app:
        app.decide = lambda _path, headers: "" if headers["host"] == "site.example.com" else "status=400"
        assert served.is_ready() is served.app_is_ready() is True
        assert request(port, "/", headers={"Host": "site.example.com"}).status == 200
        assert request(port, "/").status == 400


def test_an_app_that_is_slow_to_answer_its_probe(engine: str) -> None:
    require_root()
    served = Served("traffic-probe-timeout", engine)
    hasty = Served(
        "traffic-probe-timeout", engine, {"readinessProbe": {"httpGet": {"path": "/health", "port": "http"}}}
    )
    with private_loopback(), running_backend(served.app_port) as app:
        app.observe = lambda _headers: time.sleep(SLOW)
        with served.running():
            assert served.is_ready() is served.app_is_ready() is True
        with hasty.running():
            assert hasty.is_ready() is hasty.app_is_ready() is False


def test_an_app_that_starts_slowly(engine: str) -> None:
    require_root()
    served = Served("traffic-probe-timeout", engine)
    with private_loopback(), served.running() as port:
        assert served.is_ready() is served.app_is_ready() is False
        with running_backend(served.app_port) as app, same_as_the_kubelet(served, app):
            assert request(port, "/hello").status == 200


def test_an_app_that_answers_500(engine: str) -> None:
    require_root()
    by_tcp = Served("traffic-probe-timeout", engine, {"readinessProbe": {"tcpSocket": {"port": "http"}}})
    unprobed = Served("traffic-probe-timeout", engine, {"readinessProbe": {"exec": {"command": ["true"]}}})
    with private_loopback(), running_backend(by_tcp.app_port) as app:
        app.usual_status = 500
        with by_tcp.running():  # the kubelet only connects
            assert by_tcp.is_ready() is True
        with unprobed.running():
            assert unprobed.is_ready() is False
            app.usual_status = 404
            assert unprobed.is_ready() is True
