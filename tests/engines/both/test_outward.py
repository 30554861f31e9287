"""What leaves in headers of the app's answers: its own addresses, paths and cookies; and the Host header it gets."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from krm_fn.function_config.generated.values import (
    CookieChanges,
    LocationChange,
    OtherUpstream,
    Rewrite,
    Route,
    ServiceAddress,
    Split,
    Upstream,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, other_ports, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import Response, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

OTHER = APP_PORT + 1
SERVICE = OtherUpstream(service=ServiceAddress(name="api", namespace="back", port=OTHER), host="upstream")
_PATHS = {"/": "/all/", "/a/": "/b/", "/a/deep/": "/c/"}
PLAN = plan_of(
    Route(path="/app/", match="prefix", rewrite=Rewrite(prefix="/")),
    Route(path="/mounted/", match="prefix", rewrite=Rewrite(prefix="/", answers=True)),
    Route(path="/short/", match="prefix", rewrite=Rewrite(prefix="/short/v2/", answers=True)),
    Route(path="/service/", match="prefix", upstream=SERVICE),
    Route(path="/named/", match="prefix", upstream=OtherUpstream(port=OTHER, host="shop.example.com")),
    Route(path="/kept/", match="prefix", upstream=OtherUpstream(port=OTHER, rewrite_location=False)),
    Route(
        path="/listed/",
        match="prefix",
        locations=(
            LocationChange(start="https://intern.example/old/", to="/new/"),
            LocationChange(start="https://intern.example/", to="/"),
            LocationChange(start="/new/", to="https://other.example/"),
        ),
    ),
    Route(
        path="/cookies/",
        match="prefix",
        cookies=CookieChanges(
            domains={"intern.example": "shop.example", "shop.example": "third.example", "gone.example": ""},
            paths={"/a/": "/b/", "/b/": "/c/"},
            secure=True,
            http_only=False,
            same_site="Lax",
        ),
    ),
    *(
        Route(path=f"/{place}/", match="prefix", cookies=CookieChanges(paths={key: _PATHS[key] for key in keys}))
        for place, keys in {"given": [*_PATHS], "sorted": sorted(_PATHS), "reversed": sorted(_PATHS)[::-1]}.items()
    ),
    Route(path="/split", split=Split(percent=100, upstream=OtherUpstream(port=OTHER))),
    Route(path="/split-host", split=Split(percent=100, upstream=OtherUpstream(port=OTHER, host="b.example:99"))),
)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    with running_backend(OTHER), running(engine, PLAN) as server:
        yield server


def answer(path: str, *headers: str, status: int = 302, port: int = PORT) -> Response:
    """Request an answer with these headers."""
    given = "".join(f"&header={quote(header)}" for header in headers)
    return request(port, f"{path}?status={status}{given}", headers={"Host": "shop.example:8443"})


def location(path: str, value: str, status: int = 302) -> str | None:
    return answer(path, f"Location:{value}", status=status).one("Location")


OWN = f"http://localhost:{APP_PORT}"


class TestLocation:
    @pytest.mark.parametrize(
        ("sent", "seen"),
        [
            (f"{OWN}/a/?b=c%2F#d", "/a/?b=c%2F#d"),
            (f"http://127.0.0.1:{APP_PORT}/", "/"),
            (f"HTTPS://LocalHost:{APP_PORT}", "/"),
            (f"http://[::1]:{APP_PORT}/x", "/x"),
        ],
    )
    def test_of_the_app_is_made_a_path(self, sent: str, seen: str) -> None:
        assert location("/", sent) == seen
        assert location("/x", sent, status=201) == seen
        assert answer("/", f"Refresh:3; url={sent}", status=200).one("Refresh") == f"3; url={seen}"

    @pytest.mark.parametrize(
        "value",
        [
            *("/x", "x", "?x", f"{OWN}?x", "//other.example/", "https://shop.example:8443/x", "http://app_9093/x"),
            *("http://localhost/x", "http://localhost:1/x", f"http://localhost:{APP_PORT}1/x", f"{OWN}.evil.example/"),
            *(
                f"http://evil.example:{APP_PORT}/",
                f"http://localhost:{APP_PORT}@evil.example/",
                f"https://e.example/{OWN}/",
            ),
            *(f"{OWN}//evil.example/", f"{OWN}/\\evil.example/", f"{OWN}/\t/evil.example", f"http://user@{OWN[7:]}/"),
        ],
    )
    def test_of_others_and_what_would_name_a_host_stay(self, value: str) -> None:
        assert location("/", value) == value

    def test_below_a_replaced_prefix_gets_the_routes_path(self) -> None:
        for sent, seen in (
            (f"{OWN}/login?a", "/app/login?a"),
            (f"{OWN}/", "/app/"),
            (OWN, "/"),
            (f"{OWN}/app/login", "/app/login"),
            (f"{OWN}/app", "/app"),
            (f"{OWN}/apple", "/app/apple"),
            ("/login", "/login"),
        ):
            assert location("/app/x", sent) == seen, sent

    def test_of_an_app_that_does_not_know_where_it_is_mounted(self) -> None:
        for sent, seen in (
            ("/login", "/mounted/login"),
            ("/", "/mounted/"),
            ("/mounted/login", "/mounted/login"),
            ("/mounted", "/mounted"),
            (f"{OWN}/login", "/mounted/login"),
            ("//other.example/", "//other.example/"),
            ("/\\other.example/", "/\\other.example/"),
            ("https://other.example/", "https://other.example/"),
            ("login", "login"),
        ):
            assert location("/mounted/x", sent) == seen, sent
        for sent in ("/short/x", "/", "/short/v2x"):
            assert location("/short/x", sent) == sent
        assert location("/short/x", "/short/v2/x") == "/short/x"
        assert location("/short/x", "/short/v2?a") == "/short?a"

    def test_changes_as_the_route_lists(self) -> None:
        for sent, seen in (
            ("https://intern.example/old/a", "/new/a"),
            ("https://intern.example/a?b", "/a?b"),
            ("/new/a", "https://other.example/a"),
            ("https://intern.example//evil.example/", "https://intern.example//evil.example/"),
            ("https://intern.example.evil.example/", "https://intern.example.evil.example/"),
            (f"{OWN}/new/a", "/new/a"),
        ):
            assert location("/listed/", sent) == seen, sent

    def test_of_another_upstream(self) -> None:
        assert location("/service/", f"http://api.back.svc:{OTHER}/x") == "/x"
        assert location("/service/", f"http://api.back:{OTHER}/x") == "/x"
        assert location("/service/", f"{OWN}/x") == f"{OWN}/x"
        assert location("/named/", "https://shop.example.com/x") == "/x"
        assert location("/named/", f"http://localhost:{OTHER}/x") == "/x"
        assert location("/kept/", f"http://localhost:{OTHER}/x") == f"http://localhost:{OTHER}/x"
        assert location("/split", f"http://localhost:{OTHER}/x") == "/x"
        assert location("/split-host", "http://b.example:99/x") == "/x"


class TestHost:
    @pytest.mark.parametrize(
        ("path", "host"),
        [
            ("/", "shop.example:8443"),
            ("/service/", f"api.back.svc:{OTHER}"),
            ("/named/", "shop.example.com"),
            ("/split", "shop.example:8443"),
            ("/split-host", "b.example:99"),
        ],
    )
    def test_is_what_the_upstream_says(self, path: str, host: str) -> None:
        headers = dict(request(PORT, path, headers={"Host": "shop.example:8443"}).json()["headers"])
        assert headers["Host"] == host
        assert {name.lower(): value for name, value in headers.items()}["x-forwarded-host"] == "shop.example:8443"

    def test_of_the_listeners_own(self, backend: Backend, engine: str) -> None:
        upstream = Upstream(host="upstream", rewrite_location=False)
        plan = other_ports(plan_of(listener=LISTENER.replace(upstream=upstream)))
        with running_backend(APP_PORT + 10), running(engine, plan):
            headers = dict(request(PORT + 10, "/", headers={"Host": "shop.example"}).json()["headers"])
            assert headers["Host"] == f"localhost:{APP_PORT + 10}"
            sent = f"http://localhost:{APP_PORT + 10}/x"
            assert answer("/", f"Location:{sent}", port=PORT + 10).one("Location") == sent


def cookies(path: str, *values: str) -> list[dict[str, str]]:
    """Return the attributes of the cookies of an answer, in lower case, without those that are empty."""
    found = []
    for line in answer(path, *(f"Set-Cookie:{value}" for value in values), status=200).all("Set-Cookie"):
        parts = [part.strip().partition("=") for part in line.split(";")]
        found.append({name.lower(): value for name, equals, value in parts if value or not equals})
    return found


class TestCookies:
    def test_change_each(self) -> None:
        assert cookies(
            "/cookies/",
            "a=1; Domain=.intern.example; Path=/a/x; HttpOnly; SameSite=None; Max-Age=5",
            "b=Domain=intern.example; path=/b/; secure; domain=shop.example",
            "c=3; Domain=  gone.example; Path=/other",
            "d=4",
        ) == [
            {"a": "1", "domain": "shop.example", "path": "/b/x", "secure": "", "samesite": "Lax", "max-age": "5"},
            {"b": "Domain=intern.example", "domain": "third.example", "path": "/c/", "secure": "", "samesite": "Lax"},
            {"c": "3", "path": "/other", "secure": "", "samesite": "Lax"},
            {"d": "4", "secure": "", "samesite": "Lax"},
        ]

    def test_of_an_app_that_does_not_know_where_it_is_mounted(self) -> None:
        given = ("a=1; Path=/", "b=1; Path=/x", "c=1; Path=/mounted/x", "d=1; Path=/mounted", "e=1")
        paths = [cookie.get("path") for cookie in cookies("/mounted/x", *given)]
        assert paths == ["/mounted/", "/mounted/x", "/mounted/x", "/mounted", None]

    @pytest.mark.parametrize("place", ["given", "sorted", "reversed"])
    def test_the_longest_path_counts_in_any_order(self, place: str) -> None:
        given = ("a=1; Path=/", "b=1; Path=/a/x", "c=1; Path=/a/deep/x", "d=1; Path=/a/deep")
        paths = [cookie.get("path") for cookie in cookies(f"/{place}/", *given)]
        assert paths == ["/all/", "/b/x", "/c/x", "/b/deep"]

    def test_stay_elsewhere(self) -> None:
        line = "a=1; Domain=intern.example; Path=/; HttpOnly"
        assert answer("/", f"Set-Cookie:{line}").all("Set-Cookie") == [line]
        assert answer("/app/", f"Set-Cookie:{line}").all("Set-Cookie") == [line]
