"""Pages of other origins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Cors, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import Response, request

pytestmark = pytest.mark.server

UI, DEV = "https://ui.example.com", "https://a.b.dev.example.com"
CORS = Cors(
    origins=(UI, "https://*.dev.example.com", "http://localhost:3000"),
    methods=("GET", "PUT"),
    headers=("Authorization", "X-Tenant"),
    expose=("X-Total",),
    credentials=True,
)
PLAN = plan_of(
    Route(path="/api/", match="prefix", cors=CORS),
    Route(path="/open", cors=Cors(origins=(UI,))),
    Route(path="/file.js", files=StaticFiles(config_map="files"), cors=CORS),
    Route(path="/denied", allow=(), cors=CORS),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, PLAN, {"/file.js": b"//"}):
        yield


def allowed(response: Response) -> dict[str, str]:
    names = [name.lower() for name, _ in response.headers if name.lower().startswith("access-control-")]
    assert len(names) == len(set(names))
    return {name.lower().removeprefix("access-control-"): str(response.one(name)) for name in names}


@pytest.mark.parametrize("origin", [UI, DEV, "http://localhost:3000"])
@pytest.mark.parametrize("target", ["/api/x", "/api/x?status=404", "/file.js", "/denied"])
def test_answers_to_pages_of_these_origins(target: str, origin: str) -> None:
    response = request(PORT, target, headers={"Origin": origin})
    assert allowed(response) == {"allow-origin": origin, "allow-credentials": "true", "expose-headers": "X-Total"}
    assert "Origin" in ", ".join(response.all("Vary"))


@pytest.mark.parametrize(
    "origin",
    [
        "https://ui.example.com.evil.example",
        "https://evil-ui.example.com",
        "http://ui.example.com",
        "https://ui.example.com:8443",
        "https://dev.example.com",
        "https://xdev.example.com",
        "https://uixexample.com",
        "https://a.dev.example.com.evil.example",
        "https://evil.example/https://ui.example.com",
        "null",
        "",
    ],
)
def test_other_origins_are_told_nothing(origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        response = request(PORT, "/api/x?header=Access-Control-Allow-Origin:*", method, headers=headers)
        assert (response.status, allowed(response)) == (200, {})
        assert "Origin" in ", ".join(response.all("Vary"))


def test_the_apps_own_headers_are_set_aside() -> None:
    app = "header=Access-Control-Allow-Origin:*&header=Access-Control-Allow-Methods:DELETE&header=Vary:Cookie"
    response = request(PORT, f"/api/?{app}", headers={"Origin": UI})
    assert allowed(response) == {"allow-origin": UI, "allow-credentials": "true", "expose-headers": "X-Total"}
    assert {"Cookie", "Origin"} <= {part.strip() for value in response.all("Vary") for part in value.split(",")}
    assert allowed(request(PORT, f"/elsewhere?{app}")) == {"allow-origin": "*", "allow-methods": "DELETE"}


@pytest.mark.parametrize("target", ["/api/x", "/file.js", "/denied"])
def test_preflights_are_answered(backend: Backend, target: str) -> None:
    hits = len(backend.targets)
    headers = {"Origin": UI, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-tenant"}
    response = request(PORT, target, "OPTIONS", headers=headers)
    assert (response.status, response.body) == (204, b"")
    assert allowed(response) == {
        "allow-origin": UI,
        "allow-credentials": "true",
        "allow-methods": "GET, PUT",
        "allow-headers": "Authorization, X-Tenant",
        "max-age": "600",
    }
    assert len(backend.targets) == hits


def test_what_is_left_out_is_not_said() -> None:
    headers = {"Origin": UI, "Access-Control-Request-Method": "POST"}
    assert allowed(request(PORT, "/open", "OPTIONS", headers=headers)) == {
        "allow-origin": UI,
        "allow-methods": "GET, HEAD, POST",
        "max-age": "600",
    }
    assert allowed(request(PORT, "/open", headers=headers)) == {"allow-origin": UI}


def test_an_options_request_that_is_no_preflight_is_the_apps() -> None:
    assert request(PORT, "/api/x", "OPTIONS", headers={"Origin": UI}).json()["method"] == "OPTIONS"
