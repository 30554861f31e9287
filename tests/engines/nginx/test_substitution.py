"""Text replaced in the app's answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from krm_fn.function_config.generated.values import (
    Auth,
    Compression,
    ExternalAuth,
    OtherUpstream,
    Probes,
    Route,
    RouteCache,
    Substitution,
)
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of, running_nginx
from tests.servers.backend import Backend
from tests.servers.http import request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

ODD = '$host ${x} \\ "q" \';# {{y}}'
PAGE = Substitution(texts={"</head>": "<!-- ours --></head>", "secret": "", ODD: f"[{ODD}]"})
PLAN = plan_of(
    Route(path="/page", substitution=PAGE),
    Route(path="/script", substitution=Substitution(texts={"a": "b"}, types=("text/javascript",))),
    Route(path="/kept", substitution=Substitution(texts={"a": "b"}), cache=RouteCache(policy="immutable-for-pod")),
    compression=Compression(min_length="1"),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend) -> Iterator[Server]:
    with running_nginx(PLAN) as server:
        yield server


def body(path: str, text: str, media_type: str = "text/html") -> str:
    return request(PORT, f"{path}?header=Content-Type:{media_type}&body={quote(text)}").body.decode()


def test_every_occurrence() -> None:
    assert body("/page", "<HEAD></head>secret-</head>") == "<HEAD><!-- ours --></head>-<!-- ours --></head>"


def test_text_is_taken_literally() -> None:
    assert body("/page", f"a {ODD} b") == f"a [{ODD}] b"


def test_of_some_types_alone() -> None:
    assert body("/page", "</head>", "text/plain") == "</head>"
    assert body("/script", "aaa", "text/javascript") == "bbb"
    assert body("/script", "aaa", "text/css") == "aaa"


def test_the_app_is_asked_for_plain_text_and_the_client_may_get_it_compressed() -> None:
    response = request(PORT, "/page?header=Content-Type:text/html", headers={"Accept-Encoding": "gzip"})
    assert response.one("Content-Encoding") == "gzip"
    assert "Accept-Encoding" not in dict(request(PORT, "/page?header=Content-Type:text/html").json()["headers"])


def test_in_what_is_cached() -> None:
    target = f"/kept?header=Content-Type:text/html&body={quote('aaa')}"
    answers = [request(PORT, target) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"bbb", b"bbb"]
    assert [answer.one("X-Cache-Status") for answer in answers] == ["MISS", "HIT"]


def test_elsewhere_nothing_is_replaced() -> None:
    assert body("/", "</head>secret") == "</head>secret"


@pytest.mark.parametrize("path", ["/page", "/kept"])
@pytest.mark.parametrize(("coding", "skipped"), [("", ""), ("identity", ""), ("gzip", "skipped"), ("br", "skipped")])
def test_what_the_app_compresses_unasked_is_not_touched_and_the_log_says_so(
    sidecar: Server, path: str, coding: str, skipped: str
) -> None:
    text, mark = "a</head>secret", f"for={path[1:]}-{coding}"
    encoded = f"&header=Content-Encoding:{coding}" if coding else ""
    query = f"header=Content-Type:text/html{encoded}&body={text}&{mark}."
    bodies = [request(PORT, f"{path}?{query}").body for _ in range(2)]
    request(PORT, f"/?header=Content-Encoding:gzip&{mark}.")

    def lines() -> list[bytes]:
        return [line for line in sidecar.lines() if f"{mark}.".encode() in line]

    wait_until(lambda: len(lines()) == 3)
    assert [body == text.encode() for body in bodies] == [bool(skipped)] * 2
    assert [json.loads(line)["substitution"] for line in lines()] == [skipped, skipped, ""]


@pytest.mark.parametrize("of_route", [False, True])
def test_a_service_that_decides_changes_nothing(backend: Backend, *, of_route: bool) -> None:
    """Its request is one of the same client, within the proxy: what the route sets must stay."""
    auth = Auth(external=ExternalAuth(upstream=OtherUpstream(port=APP_PORT), path="/auth", own_prefix=None))
    route = Route(path="/page", substitution=PAGE, auth=auth if of_route else None)
    other = Route(path="/kept", cache=RouteCache(policy="immutable-for-pod"))
    listener = LISTENER.replace(port=PORT + 10, auth=None if of_route else auth)
    plan = plan_of(
        route, other, listener=listener, probes=Probes(port=PORT + 11), compression=Compression(enabled=False)
    )
    with running_nginx(plan):
        for target in ("/page", *(() if of_route else ("/kept",))):
            headers = dict(request(PORT + 10, target, headers={"Accept-Encoding": "gzip"}).json()["headers"])
            assert "Accept-Encoding" not in headers
        sent = dict(request(PORT + 10, "/x", headers={"Accept-Encoding": "gzip"}).json()["headers"])
        assert sent["Accept-Encoding"] == "gzip"
