"""What a cached route keeps and for whom, where its settings say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.headers import API_KEYS
from krm_fn.function_config.generated.values import (
    CachedStatus,
    CacheKey,
    CacheLock,
    CacheStale,
    OtherUpstream,
    Route,
    RouteCache,
)
from krm_fn.function_config.models.routes.caching import RouteCache as Model
from tests.engines.nginx.current import running_current_nginx
from tests.engines.nginx.plans import APP_PORT, PORT, plan_of, running_nginx
from tests.servers.backend import Backend, running_backend
from tests.servers.http import exchange, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

AWAY = APP_PORT + 1
FIXED = RouteCache(policy="immutable-for-pod", ttl="1h", bypass_cookies=("session",))
CACHES = {
    "usual": FIXED,
    "named": FIXED.replace(bypass_headers=("X-One", "X-Two")),
    "nobody": FIXED.replace(bypass_headers=()),
    "statuses": FIXED.replace(statuses=(CachedStatus(status=404, ttl="1h"), CachedStatus(status=302, ttl="1s"))),
    "one": FIXED.replace(ignore_vary=True),
    "cookies": FIXED.replace(drop_set_cookie=True),
    "only": FIXED.replace(key=CacheKey(only_query=("v", "w"))),
    "none": FIXED.replace(key=CacheKey(only_query=())),
    "ignore": FIXED.replace(key=CacheKey(ignore_query=("utm_*", "fbclid"))),
    "beside": FIXED.replace(key=CacheKey(headers=("X-Theme",), cookies=("theme",))),
    "locked": FIXED.replace(lock=CacheLock(wait="1s", renew="1s")),
}
STALE = {
    "strict": CacheStale(unreachable=False, statuses=(), updating=False),
    "away": CacheStale(statuses=()),
    "errors": CacheStale(unreachable=False, statuses=(404, 500), updating=False),
}
BRIEF = FIXED.replace(ttl="1s")
PLAN = plan_of(
    *(Route(path=f"/{name}/", match="prefix", cache=cache) for name, cache in CACHES.items()),
    *(
        Route(path=f"/{name}/", match="prefix", cache=BRIEF.replace(stale=stale), upstream=OtherUpstream(port=AWAY))
        for name, stale in STALE.items()
    ),
)
Running = Callable[[ProxyPlan], AbstractContextManager[Server]]


@pytest.fixture(scope="module", params=[running_nginx, running_current_nginx], ids=["old", "current"], autouse=True)
def sidecar(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Server]:
    run: Running = request.param
    with run(PLAN) as server:
        yield server


@pytest.fixture(params=["gzip", "identity"])
def coding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def status_of(target: str, coding: str = "identity", **headers: str) -> str | None:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(PORT, target, headers={**names, "Accept-Encoding": coding}).one("X-Cache-Status")


def statuses_of(*targets: str, coding: str = "identity") -> list[str | None]:
    return [status_of(target, coding) for target in targets]


class TestKeysAndTokens:
    @pytest.mark.parametrize("name", API_KEYS)
    def test_bypass(self, name: str, coding: str) -> None:
        target = f"/usual/{name}-{coding}"
        assert status_of(target, coding, **{name: "one"}) == "BYPASS"
        assert [status_of(target, coding), status_of(target, coding, **{name: "0"})] == ["MISS", "BYPASS"]

    def test_the_documentation_names_them(self) -> None:
        text = " ".join((Model.model_fields["bypass_headers"].description or "").split())
        assert ", ".join(API_KEYS[:-1]) + f" and {API_KEYS[-1]}" in text

    def test_others(self) -> None:
        assert [status_of("/named/a", X_Two="1"), status_of("/named/a", X_API_Key="1")] == ["BYPASS", "MISS"]
        assert status_of("/nobody/a", X_API_Key="1") == "MISS"

    @pytest.mark.parametrize("path", ["/usual/", "/beside/"])
    def test_of_several_lines_the_app_gets_what_the_cache_goes_by(self, path: str, coding: str) -> None:
        lines = "X-API-Key:\r\nX-API-Key: secret\r\nX-Theme:\r\nX-Theme: dark\r\n"
        head = f"GET {path}lines-{coding} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n"
        answer = exchange(PORT, f"{head}{lines}\r\n".encode())
        assert (b"BYPASS" in answer) == (b"secret" in answer)


class TestStatuses:
    def test_others_are_kept(self, coding: str) -> None:
        assert statuses_of(*[f"/statuses/a?status=404&{coding}"] * 2, coding=coding) == ["MISS", "HIT"]
        assert statuses_of(*[f"/statuses/a?status=200&{coding}"] * 2, coding=coding) == ["MISS", "HIT"]
        assert statuses_of(*[f"/statuses/a?status=410&{coding}"] * 2, coding=coding) == ["MISS", "MISS"]
        assert statuses_of(*[f"/usual/a?status=404&{coding}"] * 2, coding=coding) == ["MISS", "MISS"]

    def test_each_for_its_time(self) -> None:
        target = "/statuses/a?status=302&header=Location:/x"
        assert statuses_of(target, target) == ["MISS", "HIT"]
        wait_until(lambda: status_of(target) == "STALE")

    def test_one_that_sets_a_cookie_is_not(self) -> None:
        assert statuses_of(*["/statuses/a?status=404&header=Set-Cookie:a=b"] * 2) == ["MISS", "MISS"]


class TestVary:
    @pytest.mark.parametrize("value", ["X-Tenant", "*", "Accept-Encoding", "User-Agent, Cookie"])
    def test_ignored(self, value: str, coding: str) -> None:
        target = f"/one/{coding}?header=Vary:{value.replace(' ', '%20')}"
        assert [status_of(target, coding, X_Tenant=each) for each in "ab"] == ["MISS", "HIT"]
        answered = ",".join(request(PORT, target, headers={"Accept-Encoding": coding}).all("Vary"))
        assert value in answered or value == "Accept-Encoding"  # an answer that is compressed for nobody is for all

    def test_a_star_is_obeyed_elsewhere(self) -> None:
        assert statuses_of(*["/usual/star?header=Vary:*"] * 2) == ["MISS", "MISS"]


class TestSetCookie:
    def test_it_is_kept_and_given_to_nobody(self, coding: str) -> None:
        target = f"/cookies/{coding}?header=Set-Cookie:session=secret&header=Set-Cookie:b=c"
        for status in ("MISS", "HIT"):
            response = request(PORT, target, headers={"Accept-Encoding": coding})
            assert (response.one("X-Cache-Status"), response.all("Set-Cookie")) == (status, [])
        response = request(PORT, target, headers={"Cookie": "session=1"})
        assert (response.one("X-Cache-Status"), response.all("Set-Cookie")) == ("BYPASS", [])


class TestQuery:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("?v=1", "?v=1&x=2"),
            ("?v=1", "?x=2&v=1"),
            ("?v=1&w=2", "?w=2&y&v=1"),
            ("", "?x=1"),
            ("?v=a?v=b", "?x=1&v=a?v=b"),
            ("?v", "?v&x"),
        ],
    )
    def test_only_some_count(self, first: str, second: str, coding: str) -> None:
        place = f"/only/{abs(hash((first, second, coding)))}"
        assert statuses_of(place + first, place + second, coding=coding) == ["MISS", "HIT"]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("?v=1", "?v=2"),
            ("?v=1", ""),
            ("?v=", ""),
            ("?v=1", "?v=1&v=2"),
            ("?v=2", "?v=1&v=2"),
            ("?v=1", "?V=1"),
            ("", "?V=1"),
            ("?v=1", "?v=1&V=2"),
            ("", "?%76=2"),
            ("?v=1", "?v=1&%76=2"),
            ("?v=1", "?v=1;v=2"),
            ("?v=1", "?x=1;v=1"),
            ("", "?x=1;v=1"),
            ("", "?v[]=1"),
            ("?v=1", "?v=1&v[]=2"),
            ("", "?+v=2"),
            ("?v=1&w=2", "?v=1&w=3"),
            ("?v=1", "?w=1"),
            ("?v=1%20w=2", "?v=1&w=2"),
            ("?v=a?w=1", "?v=a&w=1"),
            ("", "?v.=1"),
        ],
    )
    def test_what_differs_otherwise_does(self, first: str, second: str) -> None:
        place = f"/only/{abs(hash((first, second)))}"
        assert statuses_of(place + first, place + second, place + first) == ["MISS", "MISS", "HIT"]

    @pytest.mark.parametrize("query", ["", "?a", "?a=1&b=2", "?"])
    def test_none_count(self, query: str) -> None:
        place = f"/none/{len(query)}"
        assert statuses_of(place, place + query) == ["MISS", "HIT"]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("", "?utm_source=x"),
            ("?v=1", "?v=1&utm_source=x&utm_medium=y&fbclid=z&utm_campaign"),
            ("?v=1&w=2", "?v=1&utm_a=1&w=2"),
            ("?v=1", "?fbclid=&v=1"),
        ],
    )
    def test_some_do_not_count(self, first: str, second: str, coding: str) -> None:
        place = f"/ignore/{abs(hash((first, second, coding)))}"
        assert statuses_of(place + first, place + second, coding=coding) == ["MISS", "HIT"]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("?v=1", "?v=2&utm_a=1"),
            ("", "?xutm_source=1"),
            ("", "?utm_source=1;admin=1"),
            ("", "?fbclid=1&fbclid=2"),
            ("", "?fbclid2=1"),
            ("", "?FBCLID=1"),
            ("", "?utm_a%5b=1"),
            ("?v=1", "?v=1%26fbclid=2"),
        ],
    )
    def test_all_others_do(self, first: str, second: str) -> None:
        place = f"/ignore/{abs(hash((first, second)))}"
        assert statuses_of(place + first, place + second, place + first) == ["MISS", "MISS", "HIT"]

    def test_a_path_is_no_query(self) -> None:
        assert statuses_of("/ignore/a&fbclid=1", "/ignore/a", "/ignore/a&fbclid=2?x") == ["MISS", "MISS", "MISS"]

    def test_the_app_gets_it_all(self, backend: Backend, coding: str) -> None:
        target = f"/ignore/whole?utm_a={coding}&v={coding}"
        assert status_of(target, coding) == "MISS"
        assert backend.targets[-1] == target


class TestBeside:
    def test_headers(self, coding: str) -> None:
        target = f"/beside/header-{coding}"
        statuses = [status_of(target, coding, X_Theme=each) for each in ("a", "b", "a", "b")]
        assert statuses == ["MISS", "MISS", "HIT", "HIT"]

    def test_cookies(self, coding: str) -> None:
        target = f"/beside/cookie-{coding}"
        cookies = (
            "theme=a; x=1",
            "y=2; theme=b",
            "x=2; theme=a",
            "theme=b",
            "theme=a; theme=b",
            "x=theme=a",
            "xtheme=a",
        )
        statuses = [status_of(target, coding, Cookie=each) for each in cookies]
        assert statuses == ["MISS", "MISS", "HIT", "HIT", "MISS", "MISS", "HIT"]
        assert status_of(target, coding, Cookie="theme=a; session=1") == "BYPASS"

    @pytest.mark.parametrize(
        "cookie",
        [
            *(
                "x=1 theme=dark",
                "x=1,theme=dark",
                'foo="a; theme=dark; b"',
                "theme =dark",
                "th%65me=dark",
                "Theme=dark",
            ),
            *(
                "theme=dark; Theme=light",
                "theme[x]=dark",
                "x=1;theme=dark",
                "x=1;  theme=dark",
                "theme=dark;",
                "theme=",
            ),
            *("x; theme=dark", '"theme=dark'),
        ],
    )
    def test_what_an_app_could_read_otherwise_is_for_nobody_else(self, cookie: str) -> None:
        target = f"/beside/odd-{abs(hash(cookie))}"
        assert status_of(target, Cookie=cookie) == "MISS"
        assert [status_of(target), status_of(target, Cookie="theme=dark")] == ["MISS", "MISS"]
        assert status_of(target, Cookie=cookie) == "HIT"

    def test_the_app_gets_the_lines_of_cookies_as_one(self, coding: str) -> None:
        lines = "Cookie: x=1\r\nCookie: theme=dark\r\n"
        head = f"GET /beside/two-{coding} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{lines}\r\n"
        assert b'["Cookie", "x=1; theme=dark"]' in exchange(PORT, head.encode())

    def test_no_value_stands_for_another(self) -> None:
        assert status_of("/beside/x", X_Theme="a", Cookie="theme=b") == "MISS"
        assert status_of("/beside/x", X_Theme="b", Cookie="theme=a") == "MISS"
        assert status_of("/beside/x", X_Theme="a") == "MISS"
        assert status_of("/beside/x", Cookie="theme=a") == "MISS"


class TestStale:
    def test_while_the_app_is_away(self, coding: str) -> None:
        with running_backend(AWAY):
            for path in STALE:
                assert status_of(f"/{path}/a?{coding}", coding) == "MISS"
        wait_until(lambda: status_of(f"/away/a?{coding}", coding) in ("STALE", "UPDATING"))
        for path in ("strict", "errors"):
            wait_until(_answers(f"/{path}/a?{coding}", coding, 502))

    def test_in_place_of_some_statuses(self, coding: str) -> None:
        with running_backend(AWAY) as app:
            for path in ("errors", "strict"):
                assert status_of(f"/{path}/{coding}", coding) == "MISS"
            app.usual_status = 404
            wait_until(lambda: status_of(f"/errors/{coding}", coding) == "STALE")
            wait_until(_answers(f"/strict/{coding}", coding, 404))


def _answers(target: str, coding: str, status: int) -> Callable[[], bool]:
    return lambda: request(PORT, target, headers={"Accept-Encoding": coding}).status == status
