"""What one client is answered is not kept for another, where the app is told who asks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from krm_fn.engines.headers import ADDRESSES, of_trusted
from krm_fn.function_config.generated.values import Auth, ExternalAuth, OtherUpstream, Route, RouteCache
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of, running_nginx
from tests.servers.backend import Backend, running_backend
from tests.servers.http import request

pytestmark = pytest.mark.server

PLAN = plan_of(
    Route(path="/kept/", match="prefix", cache=RouteCache(policy="immutable-for-pod", bypass_cookies=())),
    listener=LISTENER.replace(
        auth=Auth(external=ExternalAuth(upstream=OtherUpstream(port=APP_PORT + 1), headers=("X-User",)))
    ),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[None]:
    with running_backend(APP_PORT + 1) as auth:
        auth.decide = lambda _path, headers: f"header=X-User:{headers['cookie'].removeprefix('user=')}"
        with running_nginx(PLAN):
            yield


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_each_client_has_answers_of_its_own(coding: str) -> None:
    target = f"/kept/{coding}?header=Content-Type:application/json"
    for status in ("MISS", "HIT"):
        for user in ("alice", "bob"):
            sent = {"Cookie": f"user={user}", "Accept-Encoding": coding, "X-User": "root", "X-Padding": "x" * 3000}
            response = request(PORT, target, headers=sent)
            assert response.one("X-Cache-Status") == status
            body = gzip.decompress(response.body) if response.one("Content-Encoding") else response.body
            assert dict(json.loads(body)["headers"])["X-User"] == user


def test_each_header_of_trusted_peers_counts_by_its_name() -> None:
    def status(name: str, value: str) -> str | None:
        return request(PORT, "/kept/trusted", headers={"Cookie": "user=alice", name: value}).one("X-Cache-Status")

    names = [name for name in of_trusted() if name not in ADDRESSES]
    expected = [(name, value, ["MISS", "HIT"]) for name in names for value in ("one", "two")]
    found = [(name, value, [status(name, value) for _ in range(2)]) for name in names for value in ("one", "two")]
    assert found == expected
    assert [status(name, "one") for name in ADDRESSES] == ["MISS", *["HIT"] * (len(ADDRESSES) - 1)]
