"""Requests that go elsewhere: other ports and Services, Unix sockets, other paths, and a share for a canary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import (
    OtherUpstream,
    Probes,
    Rewrite,
    Route,
    ServiceAddress,
    Split,
    Upstream,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import request

pytestmark = pytest.mark.server

OTHER_PORT, SERVICE_PORT = APP_PORT + 1, APP_PORT + 2
OTHER = OtherUpstream(port=OTHER_PORT)
SERVICE = OtherUpstream(service=ServiceAddress(name="api", namespace="back", port=SERVICE_PORT))
PLAN = plan_of(
    Route(path="/other/", match="prefix", upstream=OTHER),
    Route(path="/service/", match="prefix", upstream=SERVICE),
    Route(path="/near", upstream=OtherUpstream(service=ServiceAddress(name="near", port=SERVICE_PORT))),
    Route(path="/socket", upstream=OtherUpstream(socket="/run/app/other.sock")),
    Route(path="/strip/", match="prefix", rewrite=Rewrite(prefix="/")),
    Route(path="/longer/", match="prefix", rewrite=Rewrite(prefix="/a/b;c=d,&+:e@/"), upstream=OTHER),
    Route(path="/one", rewrite=Rewrite(path="/two")),
    Route(path=r"^/blog/(\d+)/([a-z]+)$", match="regex", rewrite=Rewrite(path="/posts/$2/n$1")),
    Route(path="/all", split=Split(percent=100, upstream=OTHER)),
    Route(path="/none", split=Split(percent=0, upstream=OTHER)),
    Route(path="/half", split=Split(percent=50, upstream=OTHER)),
    Route(
        path="/told/",
        match="prefix",
        split=Split(percent=0, upstream=OTHER, header="X-Canary", cookie="canary.1-a"),
        rewrite=Rewrite(prefix="/"),
    ),
)


@pytest.fixture(scope="module")
def other(loopback: None) -> Iterator[Backend]:
    with running_backend(OTHER_PORT) as app:
        yield app


@pytest.fixture(scope="module")
def service(loopback: None) -> Iterator[Backend]:
    with running_backend(SERVICE_PORT) as app:
        yield app


@pytest.fixture(scope="module", autouse=True)
def sidecar(
    backend: Backend, other: Backend, service: Backend, engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    directory = tmp_path_factory.mktemp("run")
    directory.parent.chmod(0o755)
    directory.chmod(0o755)
    with (
        running_backend(directory / "other.sock"),
        running_backend(directory / "app.sock"),
        running(engine, PLAN, directories={"/run/app": directory}),
        running(engine, _beside(), directories={"/run/app": directory}),
    ):
        yield


def _beside() -> ProxyPlan:
    """Return a plan whose listener speaks to the app's socket, on other ports."""
    listener = LISTENER.replace(port=PORT + 10, upstream=Upstream(socket="/run/app/app.sock"))
    return plan_of(listener=listener, ready_path=None, probes=Probes(port=PORT + 11))


@pytest.fixture(autouse=True)
def forgotten(backend: Backend, other: Backend, service: Backend) -> None:
    for each in (backend, other, service):
        each.targets.clear()


def test_another_port(backend: Backend, other: Backend) -> None:
    assert request(PORT, "/other/a%2Fb?q").json()["target"] == "/other/a%2Fb?q"
    assert request(PORT, "/other").json()["target"] == "/other"
    assert (other.targets, backend.targets) == (["/other/a%2Fb?q"], ["/other"])


def test_another_service(service: Backend) -> None:
    received = request(PORT, "/service/x", headers={"Host": "web.example"}).json()
    assert dict(received["headers"])["Host"] == "web.example"
    assert request(PORT, "/near").status == 200
    assert service.targets == ["/service/x", "/near"]


def test_a_socket() -> None:
    assert request(PORT, "/socket").json()["target"] == "/socket"
    assert request(PORT + 10, "/any").json()["target"] == "/any"
    assert request(PORT + 11, "/readyz").status == 200


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/strip/", "/"),
        ("/strip/a%20b?q=%2F", "/a%20b?q=%2F"),
        ("/strip/a$b", "/a$b"),
        ("/strip", "/strip"),
        ("/one?a=b", "/two?a=b"),
        ("/one/more", "/one/more"),
        ("/blog/12/abc?x=1", "/posts/abc/n12?x=1"),
        ("/blog/x/abc", "/blog/x/abc"),
    ],
)
def test_another_path(backend: Backend, asked: str, target: str) -> None:
    assert request(PORT, asked).status == 200
    assert backend.targets == [target]


def test_another_path_and_port(other: Backend) -> None:
    assert request(PORT, "/longer/x/y").status == 200
    assert other.targets == ["/a/b;c=d,&+:e@/x/y"]


def test_a_share_of_requests(backend: Backend, other: Backend) -> None:
    for target in ("/all", "/none"):
        for _ in range(8):
            assert request(PORT, target).status == 200
    assert (other.targets, backend.targets) == (["/all"] * 8, ["/none"] * 8)
    for _ in range(120):
        request(PORT, "/half")
    assert 20 < other.hits("/half") < 100
    assert other.hits("/half") + backend.hits("/half") == 120


@pytest.mark.parametrize(
    ("headers", "there"),
    [
        ({}, False),
        ({"X-Canary": "always"}, True),
        ({"X-Canary": "never", "Cookie": "canary.1-a=always"}, False),
        ({"Cookie": "a=b; canary.1-a=always; c=d"}, True),
        ({"X-Canary": "perhaps", "Cookie": "canary.1-a=always"}, True),
        ({"Cookie": "canaryx1-a=always"}, False),
        ({"Cookie": "canary.1-a=alwaysnot"}, False),
        ({"X-Canary": "alwaysnot"}, False),
    ],
)
def test_a_request_that_says_where_to(backend: Backend, other: Backend, headers: dict[str, str], there: bool) -> None:
    assert request(PORT, "/told/x", headers=headers).status == 200
    assert (other.targets, backend.targets) == ((["/x"], []) if there else ([], ["/x"]))
