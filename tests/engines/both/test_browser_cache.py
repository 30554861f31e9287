"""What browsers may keep of static files, paths without a fallback, names of an index, and types by the file's name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.function_config.generated.values import BrowserCache, ErrorPage, ErrorPages, Page, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import request

pytestmark = pytest.mark.server

CACHE = BrowserCache(hashed=True, immutable=("assets/*",), max_age={"*.woff2": "30d", "start.htm": "5m"})
YEAR = "public, max-age=31536000, immutable"
SITE = StaticFiles(
    config_map="site",
    index=("start.htm", "index.html"),
    fallback="start.htm",
    fallback_except=("*.*", "assets/*"),
    browser_cache=CACHE,
)
GUARDED = StaticFiles(config_map="site", browser_cache=CACHE)
AGES = {"*": "1d", "*.svg": "1h", "?.svg": "2h", "b*.svg": "3h", "b?.svg": "4h", "images/*": "5h", "/x.svg": "6h"}
AGED = {"x.svg": 6, "images/x.svg": 5, "y.svg": 2, "bb.svg": 4, "bbb.svg": 3, "yyy.svg": 1, "x.txt": 24}
"""Files, with the hours for which they are kept."""
PLAN = plan_of(
    Route(path="/a $p+/", match="prefix", files=SITE),
    Route(
        path="/office/", match="prefix", files=StaticFiles(config_map="site", browser_cache=CACHE), deny=("10.0.0.1",)
    ),
    *(
        Route(
            path=f"/{place}/",
            match="prefix",
            files=StaticFiles(config_map="site", browser_cache=BrowserCache(max_age={key: AGES[key] for key in keys})),
        )
        for place, keys in {"given": [*AGES], "sorted": sorted(AGES), "reversed": sorted(AGES, reverse=True)}.items()
    ),
    Route(path="/login", files=StaticFiles(config_map="site", key="login.html", browser_cache=CACHE)),
    Route(path="/a.js", files=StaticFiles(config_map="site", key="conf.json")),
    Route(path="/UP.CSS", files=StaticFiles(config_map="site")),
    Route(path="/up", files=StaticFiles(config_map="site", key="UP.Json")),
    Route(path="/font", files=StaticFiles(config_map="site", key="a.woff2", browser_cache=CACHE)),
    Route(path="/gone", files=StaticFiles(config_map="site", key="b.woff2", browser_cache=CACHE)),
    listener=LISTENER.replace(
        error_pages=ErrorPages(pages=(ErrorPage(statuses=(404,), page=Page(config_map="site", key="404.html")),))
    ),
)
CONTENT = {
    "/a $p+/start.htm": b"<start>",
    "/a $p+/main.8e0d2c1f.js": b"//",
    "/a $p+/sub/index-BxYkqZLm.css": b"/**/",
    "/a $p+/report-20260101.js": b"//",
    "/a $p+/app-settings.js": b"//",
    "/a $p+/jquery-3.7.1.min.js": b"//",
    "/a $p+/photo-1024x768.png": b"x",
    "/a $p+/page-8e0d2c1f.html": b"<p>",
    "/a $p+/main.8e0d2c1f.js.map": b"{}",
    "/a $p+/assets/deep/x.png": b"x",
    "/a $p+/fonts/a.woff2": b"x",
    "/a $p+/sub/index.html": b"<sub>",
    "/a $p+/no-index/x.txt": b"x",
    "/office/main.8e0d2c1f.js": b"//",
    **{f"/{place}/{name}": b"x" for place in ("given", "sorted", "reversed") for name in AGED},
    "/login": b"<login>",
    "/a.js": b"{}",
    "/font": b"x",
    "/UP.CSS": b"x",
    "/up": b"{}",
    "/.proxy-sidecar/site/404.html": b"<404>",
}


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[None]:
    with running(engine, PLAN, CONTENT):
        yield


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/a%20$p+/main.8e0d2c1f.js", YEAR),
        ("/a%20$p+/main.8e0d2c1f.js.map", YEAR),
        ("/a%20$p+/sub/index-BxYkqZLm.css", YEAR),
        ("/a%20$p+/assets/deep/x.png", YEAR),
        ("/a%20$p+/fonts/a.woff2", "public, max-age=2592000"),
        ("/a%20$p+/", "public, max-age=300"),
        ("/a%20$p+/start.htm", "public, max-age=300"),
        ("/a%20$p+/orders/7", "public, max-age=300"),
        ("/a%20$p+/sub/", "no-cache"),
        ("/a%20$p+/report-20260101.js", "no-cache"),
        ("/a%20$p+/app-settings.js", "no-cache"),
        ("/a%20$p+/jquery-3.7.1.min.js", "no-cache"),
        ("/a%20$p+/photo-1024x768.png", "no-cache"),
        ("/a%20$p+/page-8e0d2c1f.html", "no-cache"),
        ("/office/main.8e0d2c1f.js", "private, max-age=31536000, immutable"),
        ("/font", "public, max-age=2592000"),
        ("/login", "no-cache"),
    ],
)
def test_how_long_a_file_is_kept(target: str, expected: str) -> None:
    response = request(PORT, target)
    assert (response.status, response.all("Cache-Control")) == (200, [expected])
    again = request(PORT, target, headers={"If-None-Match": str(response.one("ETag"))})
    assert (again.status, again.all("Cache-Control")) == (304, [expected])


@pytest.mark.parametrize("place", ["given", "sorted", "reversed"])
@pytest.mark.parametrize("name", AGED)
def test_the_order_of_a_map_means_nothing(place: str, name: str) -> None:
    response = request(PORT, f"/{place}/{name}")
    assert response.all("Cache-Control") == [f"public, max-age={AGED[name] * 3600}"]


def test_a_part_of_a_file() -> None:
    response = request(PORT, "/a%20$p+/main.8e0d2c1f.js", headers={"Range": "bytes=0-0"})
    assert (response.status, response.all("Cache-Control")) == (206, ["no-cache"])


@pytest.mark.parametrize(
    "target",
    [
        "/a%20$p+/gone.8e0d2c1f.js",
        "/a%20$p+/deep/gone.8e0d2c1f.js",
        "/a%20$p+/assets/gone",
        "/a%20$p+/assets/gone/",
        "/office/gone.8e0d2c1f.js",
        "/gone",
    ],
)
def test_what_is_missing_is_not_kept(target: str) -> None:
    response = request(PORT, target)
    assert (response.status, response.all("Cache-Control"), response.body) == (404, ["no-cache"], b"<404>")


@pytest.mark.parametrize("header", ["Range", "If-Match"])
def test_what_fails_is_not_kept(header: str) -> None:
    value = {"Range": "bytes=99-", "If-Match": '"other"'}[header]
    response = request(PORT, "/a%20$p+/main.8e0d2c1f.js", headers={header: value})
    assert response.status in (412, 416)
    assert set(response.all("Cache-Control")) <= {"no-cache"}


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/a%20$p+/", b"<start>"),
        ("/a%20$p+/sub/", b"<sub>"),
        ("/a%20$p+/no-index/", b"<start>"),
        ("/a%20$p+/orders/7", b"<start>"),
        ("/a%20$p+/orders/", b"<start>"),
    ],
)
def test_index_and_fallback(target: str, body: bytes) -> None:
    response = request(PORT, target)
    assert (response.status, response.body, response.one("Content-Type")) == (200, body, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("target", "content_type"),
    [
        *(("/login", "text/html; charset=utf-8"), ("/a.js", "application/json"), ("/font", "font/woff2")),
        *(("/UP.CSS", "text/css; charset=utf-8"), ("/up", "application/json")),
    ],
)
def test_the_type_is_of_the_file(target: str, content_type: str) -> None:
    response = request(PORT, target)
    assert (response.status, response.one("Content-Type")) == (200, content_type)
