"""The files of an image: folders below folders, each redirected to its path with a slash, and compressed twins."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import FilesImage, InitContainer, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import FILES, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

IMAGE = FilesImage(reference="registry.example/web/site:1")
TEXT = b"body { color: black; }\n" * 200
APP = StaticFiles(image=IMAGE, fallback="index.html", fallback_except=("*.*",))
COPIED = StaticFiles(image=IMAGE.replace(init_container=InitContainer()), charset="off")
CONTENT = {
    "/index.html": b"<root>",
    "/a/b c/index.html": b"<deep>",
    "/a/empty/x.txt": b"x",
    "/a/file": b"file",
    "/a/UP.CSS": b"x",
    "/a/x.Svg": b"x",
    "/a/INDEX.HTM": b"x",
    "/a/css": b"x",
    "/style.css": TEXT,
    "/style.css.gz": gzip.compress(TEXT, mtime=0),
    "/.git/config": b"secret",
    "/.well-known/security.txt": b"<known>",
    "/.well-known/deep/index.html": b"<deep>",
    "/.well-known/.git/config": b"secret",
    "/.well-known/deep/.env": b"secret",
    "/.well-known.bak/x": b"secret",
    "/..well-known/x": b"secret",
    "/a/.well-known/x": b"secret",
    "/docs/.well-known/x": b"<known>",
    "/docs/index.html": b"<docs>",
    "/docs/sub/index.html": b"<sub>",
    "/timed/a.css": TEXT,
    "/copied/a.css": TEXT,
    "/office/sub/index.html": b"<office>",
}


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    plan = plan_of(
        Route(
            path="/", match="prefix", files=StaticFiles(image=IMAGE, fallback="index.html", fallback_except=("*.*",))
        ),
        Route(path="/docs/", match="prefix", files=StaticFiles(image=IMAGE)),
        Route(path="/office/", match="prefix", files=StaticFiles(image=IMAGE), allow=("192.0.2.77",)),
        Route(path="/timed/", match="prefix", files=StaticFiles(image=IMAGE.replace(trust_times=True))),
        Route(path="/copied/", match="prefix", files=COPIED),
        Route(path="/api/", match="prefix"),
    )
    roots = dict.fromkeys(("/", "/docs/", "/office/", "/timed/", "/copied/"), FILES)
    plan = plan.replace(listeners=tuple(each.replace(image_roots=roots, root="/absent") for each in plan.listeners))
    with running(engine, plan, CONTENT):
        yield


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/", b"<root>"),
        ("/a/b%20c/", b"<deep>"),
        ("/a/file", b"file"),
        ("/orders/7", b"<root>"),
        ("/a/empty/", b"<root>"),
        ("/docs/", b"<docs>"),
        ("/docs/sub/", b"<sub>"),
        ("/.well-known/security.txt", b"<known>"),
        ("/%2ewell-known/security.txt", b"<known>"),
        ("/.well-known/deep/", b"<deep>"),
        ("/docs/.well-known/x", b"<known>"),
    ],
)
def test_served(target: str, body: bytes) -> None:
    response = request(PORT, target)
    assert (response.status, response.body) == (200, body)


@pytest.mark.parametrize(
    ("target", "media_type"),
    [
        ("/a/UP.CSS", "text/css; charset=utf-8"),
        ("/a/x.Svg", "image/svg+xml"),
        ("/a/INDEX.HTM", "text/html; charset=utf-8"),
        ("/a/css", "application/octet-stream"),
        ("/copied/a.css", "text/css"),
    ],
)
def test_a_type_goes_by_the_ending_in_any_case(target: str, media_type: str) -> None:
    assert request(PORT, target).one("Content-Type") == media_type


@pytest.mark.parametrize("target", ["/a/b%20c", "/docs/sub", "/docs"])
def test_a_folder_is_redirected_to_its_path_with_a_slash(target: str) -> None:
    response = request(PORT, f"{target}?x=%2Fy")
    assert response.status in (301, 307, 308)
    location = str(response.one("Location"))
    assert location.replace(" ", "%20") == f"{target}/?x=%2Fy"
    assert response.all("Cache-Control") in (["no-cache"], [])


@pytest.mark.parametrize("target", ["/docs/absent", "/docs/sub/absent/", "/a/gone.js", "/.git/config", "/docs/%2egit"])
def test_not_found(target: str) -> None:
    assert request(PORT, target).status == 404


@pytest.mark.parametrize(
    "target",
    [
        *("/.well-known", "/.well-known/", "/.well-known/absent", "/.well-known/.git/config", "/.well-known/deep/.env"),
        *("/.well-known/%2egit/config", "/.well-known.bak/x", "/..well-known/x", "/a/.well-known/x", "/x/.well-known/"),
        *("/.WELL-KNOWN/security.txt", "/.well-known%2f.git/config", "/.well-known//.git/config"),
    ],
)
def test_only_what_is_well_known_may_begin_with_a_dot(target: str) -> None:
    response = request(PORT, target)
    assert (response.status, b"secret" in response.body) == (404, False)


@pytest.mark.parametrize(
    "target", ["//evil.example", "//evil.example/", "/a/b%20c%0d%0aX-Bad:%201", "/%5cevil.example"]
)
def test_nothing_redirects_elsewhere(target: str) -> None:
    response = request(PORT, target)
    assert response.status in (200, 400, 404)
    assert response.one("X-Bad") is None


@pytest.mark.parametrize("target", ["/office/sub", "/office/sub/", "/office/absent", "/office"])
def test_a_guard_is_before_the_redirect(target: str) -> None:
    response = request(PORT, target)
    expected = {"/office": (307, "/office/")}.get(target, (403, None))
    assert (response.status, response.one("Location")) == expected


def test_a_twin(engine: str) -> None:
    response = request(PORT, "/style.css", headers={"Accept-Encoding": "gzip"})
    assert response.one("Content-Encoding") == "gzip"
    assert gzip.decompress(response.body) == TEXT
    if engine != "nginx-current":  # this build lacks the module, and compresses it itself
        assert response.body == CONTENT["/style.css.gz"]


@pytest.mark.parametrize("target", ["/style.css", "/", "/docs/sub/", "/orders/7"])
def test_times_of_an_image_are_not_trusted(target: str) -> None:
    dates = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-None-Match": "*"}
    for headers in ({}, {name: dates[name] for name in dates}, {"If-Modified-Since": dates["If-Modified-Since"]}):
        response = request(PORT, target, headers=headers)
        assert response.status == 200
        assert (response.one("ETag"), response.one("Last-Modified")) == (None, None)


@pytest.mark.parametrize("target", ["/timed/a.css", "/copied/a.css"])
def test_times_that_are_right(target: str) -> None:
    response = request(PORT, target)
    assert response.one("Last-Modified")
    again = request(PORT, target, headers={"If-None-Match": str(response.one("ETag"))})
    assert again.status == 304


def test_the_rest_is_the_apps() -> None:
    assert request(PORT, "/api/x").json()["target"] == "/api/x"
