"""Headers that are set and taken out, redirects, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import HeaderChanges, Headers, Redirect, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import OUTSIDER, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

ODD = 'a\\b {env.HOME} ${x} $host "q" \';# {{y}} \\{z}'
PLAN = plan_of(
    Route(path="/old", redirect=Redirect(to="/new?a=$host&b={}".replace("{}", "(1)"))),
    Route(path="/away/", match="prefix", redirect=Redirect(to="https://example.com/x", permanent=False)),
    Route(path="/inside", allow=("127.0.0.0/8", "203.0.113.0/24")),
    Route(path="/nobody", allow=()),
    Route(path="/outside", deny=("127.0.0.0/8", "198.51.100.7")),
    Route(path="/some", allow=("203.0.113.0/24",), deny=("203.0.113.7",)),
    Route(path="/files/", match="prefix", files=StaticFiles(config_map="files"), allow=("127.0.0.1",)),
    headers=Headers(
        request=HeaderChanges(
            set={"X-Tenant": ODD, "Accept-Language": "de"},
            default={"X-Usual": ODD},
            add={"X-More": ODD},
            remove=("Cookie",),
        ),
        response=HeaderChanges(
            set={"X-Frame-Options": "DENY", "X-Odd": ODD},
            default={"X-Else": ODD},
            add={"Link": "</a.css>; rel=preload"},
            remove=("X-Powered-By",),
        ),
    ),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running(engine, PLAN, {"/files/a.txt": b"a"}) as server:
        yield server


def test_the_app_is_sent_the_users_headers_and_no_others_of_these_names() -> None:
    given = {"x-tenant": "spoofed", "Accept-Language": "en", "Cookie": "a=b", "X-Kept": "1"}
    headers = [(name.lower(), value) for name, value in request(PORT, "/", headers=given).json()["headers"]]
    assert [value for name, value in headers if name == "x-tenant"] == [ODD]
    assert [value for name, value in headers if name == "accept-language"] == ["de"]
    assert ("x-kept", "1") in headers
    assert "cookie" not in dict(headers)


@pytest.mark.parametrize("target", ["/", "/?status=404", "/?status=500", "/files/a.txt", "/files/absent", "/old"])
def test_the_client_is_sent_the_users_headers_whatever_the_status(target: str) -> None:
    mark = "&" if "?" in target else "?"
    response = request(PORT, f"{target}{mark}header=X-Frame-Options:ALLOWALL&header=X-Powered-By:php")
    assert [value for name, value in response.headers if name.lower() == "x-frame-options"] == ["DENY"]
    assert response.one("X-Odd") == ODD
    assert response.one("X-Powered-By") is None


def test_headers_beside_those_of_the_client() -> None:
    def sent(given: dict[str, str]) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in request(PORT, "/", headers=given).json()["headers"]:
            values.setdefault(name.lower(), []).append(value)
        return values

    assert sent({})["x-usual"] == [ODD]
    assert sent({"X-Usual": "theirs"})["x-usual"] == ["theirs"]
    assert ", ".join(sent({})["x-more"]) == ODD
    assert ", ".join(sent({"X-More": "theirs"})["x-more"]) == f"theirs, {ODD}"


@pytest.mark.parametrize("target", ["/", "/?status=404", "/files/a.txt", "/files/absent"])
def test_headers_beside_those_of_the_app(target: str) -> None:
    response = request(PORT, target)
    assert response.one("X-Else") == ODD
    assert response.all("Link") == ["</a.css>; rel=preload"]


def test_headers_of_the_app_stay_beside_ours() -> None:
    response = request(PORT, "/?header=X-Else:theirs&header=Link:theirs")
    assert response.one("X-Else") == "theirs"
    assert sorted(response.all("Link")) == ["</a.css>; rel=preload", "theirs"]


def test_other_headers_pass() -> None:
    assert request(PORT, "/?header=X-Other:1").one("X-Other") == "1"


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        ("/old", 308, "/new?a=$host&b=(1)"),
        ("/away/x?y", 307, "https://example.com/x?y"),
        ("/away/", 307, "https://example.com/x"),
    ],
)
def test_redirects(target: str, status: int, location: str) -> None:
    response = request(PORT, target, "POST", body=b"x")
    assert (response.status, response.one("Location")) == (status, location)


@pytest.mark.parametrize("target", ["/older", "/old/", "/away"])
def test_other_paths_are_the_apps(target: str) -> None:
    assert request(PORT, target).json()["target"] == target


def test_only_some_clients_may_ask() -> None:
    assert request(PORT, "/inside").status == 200
    assert request(PORT, "/inside", source=OUTSIDER).status == 403
    assert request(PORT, "/inside", source=OUTSIDER, headers={"X-Forwarded-For": "127.0.0.1"}).status == 403
    assert request(PORT, "/inside", headers={"X-Forwarded-For": "203.0.113.7"}).status == 200
    assert request(PORT, "/inside", headers={"X-Forwarded-For": "198.51.100.7"}).status == 403
    assert request(PORT, "/nobody").status == 403
    assert request(PORT, "/outside").status == 403
    assert request(PORT, "/outside", source=OUTSIDER).status == 200
    assert request(PORT, "/outside", headers={"X-Forwarded-For": "198.51.100.7"}).status == 403
    assert request(PORT, "/some", headers={"X-Forwarded-For": "203.0.113.7"}).status == 403
    assert request(PORT, "/some", headers={"X-Forwarded-For": "203.0.113.8"}).status == 200
    assert request(PORT, "/some").status == 403
    assert request(PORT, "/files/a.txt").body == b"a"
    assert request(PORT, "/files/a.txt", source=OUTSIDER).status == 403
    assert request(PORT, "/", source=OUTSIDER).status == 200
