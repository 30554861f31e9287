"""Compressed twins of static files: served to clients that take gzip, and the file itself to others."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import Compression, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

TEXT = b"body { color: black; }\n" * 200
TWIN = gzip.compress(TEXT + b"/* the twin */", mtime=0)
FILES = {
    "/one.css": TEXT,
    "/one.css.gz": TWIN,
    "/site/app.css": TEXT,
    "/site/app.css.gz": TWIN,
    "/site/alone.css": TEXT,
    "/more/app.js": TEXT,
    "/more/app.js.br": b"brotli",
    "/more/app.js.zst": b"zstandard",
    "/more/page": TEXT,
    "/more/page.br": b"brotli",
}


def plan() -> ProxyPlan:
    files = StaticFiles(config_map="files")
    more = files.replace(twins=("br", "zstd"))
    found = plan_of(
        Route(path="/one.css", files=files),
        Route(path="/site/", match="prefix", files=files),
        Route(path="/more/", match="prefix", files=more),
        Route(path="/more/page", files=more.replace(key="page.html")),
        compression=Compression(enabled=False),
    )
    return found.replace(
        listeners=tuple(proxy_listener.replace(precompressed=True) for proxy_listener in found.listeners)
    )


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, plan(), FILES):
        yield


@pytest.mark.parametrize("target", ["/one.css", "/site/app.css"])
def test_the_twin_is_served_to_who_takes_it(engine: str, target: str) -> None:
    if engine == "nginx-current":
        return  # this build lacks the module
    response = request(PORT, target, headers={"Accept-Encoding": "gzip"})
    assert (response.status, response.one("Content-Encoding")) == (200, "gzip")
    assert gzip.decompress(response.body) == TEXT + b"/* the twin */"
    assert response.one("Content-Type") == "text/css; charset=utf-8"
    assert response.one("Vary") == "Accept-Encoding"


@pytest.mark.parametrize("target", ["/one.css", "/site/app.css", "/site/alone.css"])
@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0"])
def test_the_file_is_served_to_others(target: str, accepted: str) -> None:
    response = request(PORT, target, headers={"Accept-Encoding": accepted})
    assert (response.status, response.body, response.one("Content-Encoding")) == (200, TEXT, None)


def test_a_file_without_a_twin() -> None:
    assert request(PORT, "/site/alone.css", headers={"Accept-Encoding": "gzip"}).body == TEXT


@pytest.mark.parametrize(
    ("target", "accepted", "coding", "content_type"),
    [
        ("/more/app.js", "gzip, br", "br", "text/javascript; charset=utf-8"),
        ("/more/app.js", "zstd, gzip", "zstd", "text/javascript; charset=utf-8"),
        ("/more/app.js", "gzip", None, "text/javascript; charset=utf-8"),
        ("/more/app.js", "br;q=0", None, "text/javascript; charset=utf-8"),
        ("/more/page", "br", "br", "text/html; charset=utf-8"),
    ],
)
def test_twins_of_other_kinds(engine: str, target: str, accepted: str, coding: str | None, content_type: str) -> None:
    if engine.startswith("nginx"):
        return  # the field is refused
    response = request(PORT, target, headers={"Accept-Encoding": accepted})
    body = {"br": b"brotli", "zstd": b"zstandard", None: TEXT}[coding]
    assert (response.status, response.one("Content-Encoding"), response.body) == (200, coding, body)
    assert (response.one("Content-Type"), response.one("Vary")) == (content_type, "Accept-Encoding")
