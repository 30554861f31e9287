"""Directives of the user's own, in their places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krm_fn.engines.nginx import ENGINE
from krm_fn.function_config.generated.values import HeaderChanges, Headers, Route, Snippets
from krm_fn.function_config.load import load
from krm_fn.result import FunctionError
from tests.engines.nginx.plans import CACHE, CONFIG, LISTENER, PORT, plan_of, running_nginx, volumes_of
from tests.function_config.documents import document
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.loopback import require_root
from tests.servers.sandbox import run_in_sidecar

pytestmark = pytest.mark.server

PLAN = plan_of(
    Route(path="/gone", snippet="return 410;"),
    Route(path="/told/", match="prefix", snippet="add_header X-Told $told always; # how"),
    listener=LISTENER.replace(snippet='set $who "server";'),
    headers=Headers(response=HeaderChanges(set={"X-All": "1"})),
    snippets=Snippets(
        allow=True, main="worker_priority 1;", http="map $who $told {\n    server by-map;\n    default none;\n}\n"
    ),
)


@pytest.fixture(scope="module")
def sidecar(backend: Backend) -> Iterator[None]:
    with running_nginx(PLAN):
        yield


@pytest.mark.usefixtures("sidecar")
def test_they_stand_in_their_places() -> None:
    assert request(PORT, "/gone").status == 410
    response = request(PORT, "/told/x")
    assert (response.one("X-Told"), response.one("X-All")) == ("by-map", "1")
    assert request(PORT, "/").one("X-Told") is None


PIECES = st.sampled_from(
    [
        "}",
        "{",
        ";",
        " ",
        "\n",
        "'",
        '"',
        "\\",
        "#",
        "$",
        "${",
        "set $a b;",
        "server",
        "location /",
        "if",
        "x",
        "return 200;",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8).map("".join))
def test_none_that_is_taken_leaves_its_place(loopback: None, text: str) -> None:
    """Whatever the rules take, nginx either refuses, or reads with the block of the probes where it was."""
    listeners = [{"routes": [{"path": "/a", "snippet": text}]}]
    try:
        config = load(document({"snippets": {"allow": True}, "listeners": listeners}))
    except FunctionError:
        return
    require_root()
    (route,) = config.spec.listeners[0].routes
    plan = plan_of(route, snippets=config.spec.snippets)
    (rendered,) = ENGINE.render(plan).values()
    marked = rendered.replace("location = /healthz {", "location = /healthz { proxy_sidecar_mark;")
    volumes = {**volumes_of(plan), CONFIG: {"nginx.conf": marked.encode()}}
    result = run_in_sidecar(volumes, [CACHE], ["nginx", "-t", "-c", plan.config_path])
    own_fault = result.returncode != 0 and "proxy_sidecar_mark" not in result.stderr
    line = marked[: marked.index("proxy_sidecar_mark")].count("\n") + 1
    assert own_fault or f'unknown directive "proxy_sidecar_mark" in {plan.config_path}:{line}' in result.stderr
