"""Static files of ConfigMaps, under exact routes and prefixes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

FILES = StaticFiles(config_map="files")
PLAN = plan_of(
    Route(path="/docs/", match="prefix", files=FILES),
    Route(path="/.well-known/", match="prefix", files=FILES),
    Route(path="/latin.txt", files=StaticFiles(config_map="files", charset="off")),
    Route(path="/.hidden.css", files=FILES),
    Route(path="/a b/$x {1};.js", files=FILES),
    Route(path="/absent.js", files=FILES),
    Route(path="/app $x/", match="prefix", files=StaticFiles(config_map="files", fallback="main.html")),
    Route(path="/api/", match="prefix"),
)
CONTENT = {
    "/app $x/main.html": b"<main>",
    "/app $x/a.js": b"//",
    "/app $x/sub/index.html": b"<sub>",
    "/docs/index.html": b"<!doctype html>",
    "/docs/page.html": b"<p>page",
    "/docs/.secret": b"secret",
    "/docs/app.wasm": b"\0asm",
    "/docs/data.json": b"{}",
    "/docs/logo.svg": b"<svg/>",
    "/docs/file.unknown": b"?",
    "/docs/other.mjs": b"//",
    "/.well-known/security.txt": b"Contact:",
    "/.well-known/.secret": b"secret",
    "/latin.txt": b"\xe9",
    "/.hidden.css": b"a {}",
    "/a b/$x {1};.js": b"//",
}


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, PLAN, CONTENT):
        yield


@pytest.mark.parametrize(
    ("target", "content_type"),
    [
        ("/docs/page.html", "text/html; charset=utf-8"),
        ("/docs/other.mjs", "text/javascript; charset=utf-8"),
        ("/docs/app.wasm", "application/wasm"),
        ("/docs/data.json", "application/json"),
        ("/docs/logo.svg", "image/svg+xml"),
        ("/docs/file.unknown", "application/octet-stream"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8"),
        ("/latin.txt", "text/plain"),
        ("/.hidden.css", "text/css; charset=utf-8"),
        ("/a%20b/$x%20%7B1%7D;.js", "text/javascript; charset=utf-8"),
    ],
)
def test_served_with_its_type(target: str, content_type: str) -> None:
    response = request(PORT, target)
    assert (response.status, response.one("Content-Type")) == (200, content_type)
    assert response.one("Cache-Control") == "no-cache"
    assert response.one("ETag")


def test_index_of_a_prefix() -> None:
    response = request(PORT, "/docs/")
    assert (response.status, response.body) == (200, CONTENT["/docs/index.html"])
    assert response.one("Content-Type") == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "target",
    [
        "/docs/.secret",
        "/docs/..data/page.html",
        "/docs/..2026_01_01_00_00_00.000000001/docs/page.html",
        "/docs/%2e%2edata/page.html",
        "/docs/sub/.secret",
        "/.well-known/.secret",
        "/.well-known/..data/security.txt",
        "/.well-known/",
        "/docs/missing",
        "/docs/page.html/",
        "/absent.js",
    ],
)
def test_not_found(target: str) -> None:
    response = request(PORT, target)
    assert response.status == 404
    assert response.one("Cache-Control") == "no-cache"
    assert b"page" not in response.body


@pytest.mark.parametrize("target", ["/..data/docs/page.html", "/docs.html"])
def test_all_else_is_the_apps(target: str) -> None:
    assert request(PORT, target).json()["target"] == target


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize("target", ["/docs/page.html", "/.hidden.css"])
def test_files_can_only_be_read(target: str, method: str) -> None:
    assert request(PORT, target, method).status == 405


@pytest.mark.parametrize(
    ("target", "body", "content_type"),
    [
        ("/app%20$x/", b"<main>", "text/html; charset=utf-8"),
        ("/app%20$x/orders/7", b"<main>", "text/html; charset=utf-8"),
        ("/app%20$x/orders/7/", b"<main>", "text/html; charset=utf-8"),
        ("/app%20$x/absent.js", b"<main>", "text/html; charset=utf-8"),
        ("/app%20$x/a.js", b"//", "text/javascript; charset=utf-8"),
        ("/app%20$x/sub/", b"<sub>", "text/html; charset=utf-8"),
    ],
)
def test_a_single_page_app_answers_for_what_is_no_file(target: str, body: bytes, content_type: str) -> None:
    response = request(PORT, target)
    assert (response.status, response.body, response.one("Content-Type")) == (200, body, content_type)
    assert response.one("Cache-Control") == "no-cache"


@pytest.mark.parametrize("target", ["/app%20$x/.git/config", "/app%20$x/..data/main.html"])
def test_a_single_page_app_does_not_answer_for_what_is_hidden(target: str) -> None:
    assert request(PORT, target).status == 404
