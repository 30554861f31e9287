"""Limits that count by something else than the client's address, exempt clients, and the rate of responses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    Auth,
    Bandwidth,
    BasicAuth,
    ErrorPage,
    ErrorPages,
    HeaderChanges,
    Headers,
    Maintenance,
    Page,
    Probes,
    RateLimit,
    RateLimitKey,
    RealIP,
    Redirect,
    Route,
    RouteCache,
    StaticFiles,
)
from tests.engines.both.test_basic_auth import login
from tests.engines.nginx.current import running_current_nginx
from tests.engines.nginx.plans import LISTENER, PORT, plan_of, running_nginx
from tests.servers.backend import Backend
from tests.servers.http import OUTSIDER, exchange, request
from tests.servers.passwords import WONDERLAND

pytestmark = pytest.mark.server

ONE = RateLimit(per_second=1)
USERS = "users"
PAGE = Page(config_map="files", key="429.html")
FILES = {page_path(PAGE): b"slow down", "/f/big.txt": b"x" * 300_000}
ADDRESSES = (f"203.0.113.{number}" for number in count(1))
CLIENTS = (f"198.51.{number // 200}.{number % 200 + 1}" for number in count())


def by(**key: Any) -> RateLimit:
    return ONE.replace(key=RateLimitKey(**key))


@pytest.fixture(scope="module", params=["nginx", "nginx-current"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, version: str) -> Iterator[None]:
    users = Auth(basic=BasicAuth(secret=USERS))
    first = plan_of(
        Route(path="/header", rate_limit=by(header="X-API-Key")),
        Route(path="/token", rate_limit=by(header="Authorization")),
        Route(path="/trusted", rate_limit=by(header="X-Auth-Request-User")),
        Route(path="/cookie", rate_limit=by(cookie="connect.sid")),
        Route(path="/user", auth=users, rate_limit=by(of="user")),
        Route(path="/all", rate_limit=by(of="all")),
        Route(path="/exempt", rate_limit=ONE.replace(exempt=("10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"))),
        Route(path="/exempt-all", rate_limit=by(of="all").replace(exempt=("10.0.0.0/8",))),
        listener=LISTENER.replace(error_pages=ErrorPages(pages=(ErrorPage(statuses=(429,), page=PAGE),))),
        headers=Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"})),
        real_ip=RealIP(trusted_proxies=("127.0.0.0/8",)),
    )
    rate = Bandwidth(rate="100k")
    second = plan_of(
        Route(path="/own", rate_limit=by(header="X-API-Key"), bandwidth=Bandwidth(rate="100k", after="400k")),
        Route(path="/f/", match="prefix", files=StaticFiles(config_map="files")),
        Route(path="/old", redirect=Redirect(to="/new")),
        Route(path="/kept/", match="prefix", cache=RouteCache()),
        listener=LISTENER.replace(port=PORT + 10, rate_limit=RateLimit(per_second=1, burst=1), bandwidth=rate),
        probes=Probes(port=PORT + 11),
    )
    third = plan_of(
        listener=LISTENER.replace(port=PORT + 20, rate_limit=ONE, maintenance=Maintenance()),
        probes=Probes(port=PORT + 21),
    )
    running = running_nginx if version == "nginx" else running_current_nginx
    keys = {"users/auth": b"alice:" + WONDERLAND + b"\n"}
    with running(first, FILES, keys), running(second, FILES), running(third):
        yield


def statuses(target: str, *headers: dict[str, str], client: str = "") -> list[int]:
    """Return the statuses of requests by one client, or by a new one each."""
    return [
        request(PORT, target, headers={"X-Forwarded-For": client or next(CLIENTS), **each}).status for each in headers
    ]


def lines(target: str, client: str, *more: str) -> int:
    """Return the status of a request with these lines of headers."""
    sent = "".join(f"{line}\r\n" for line in ("Host: h", f"X-Forwarded-For: {client}", *more, "Connection: close"))
    return int(exchange(PORT, f"GET {target} HTTP/1.1\r\n{sent}\r\n".encode()).split(b" ")[1])


def test_a_header_counts_whoever_sends_it() -> None:
    one, other = {"X-API-Key": "one"}, {"X-API-Key": "other"}
    assert statuses("/header", one, one, other, other) == [200, 429, 200, 429]
    client = next(ADDRESSES)
    longer = {"X-API-Key": "a" * 3000 + "-"}
    assert statuses("/header", *({"X-API-Key": f"k{each}"} for each in range(3)), client=client) == [200] * 3
    assert statuses("/header", longer, {"X-API-Key": "b" + "a" * 3000 + "-"}) == [200, 429]


@pytest.mark.parametrize("value", ["", "a,b", "a, b", "a b c", "a\tb", "é", '1 "', "bearer  x", ",", "x y,z"])
def test_what_is_none_or_not_plain_counts_for_the_address(value: str) -> None:
    """An empty key would not be counted at all."""
    client = next(ADDRESSES)
    given = {"X-API-Key": value.encode().decode("latin-1")}
    assert statuses("/header", given, given, {}, client=client)[1:] == [429, 429]


def test_a_header_on_several_lines(version: str) -> None:
    if version == "nginx":
        pytest.skip("the function refuses it for this version")
    client = next(ADDRESSES)
    sent = [("X-API-Key: one-of-two", f"X-API-Key: junk{number}") for number in range(3)]
    sent += [each[::-1] for each in sent]
    sent += [("X-API-Key: one-of-two", "X-API-Key:"), ("X-API-Key:", "x-api-key: one-of-two")]
    assert [lines("/header", client, *each) for each in sent] == [200] + [429] * 7


def test_a_header_with_an_underscore_is_none() -> None:
    client = next(ADDRESSES)
    assert [lines("/header", client, f"X_API_Key: {each}") for each in "abc"] == [200, 429, 429]


def test_a_scheme_does_not_count(version: str) -> None:
    given = [{"Authorization": f"{scheme}token"} for scheme in ("Bearer ", "bearer ", "BEARER ", "")]
    assert statuses("/token", *given) == [200, 429, 429, 429]
    client = next(ADDRESSES)
    several = [lines("/token", client, "Authorization: Bearer t2", f"Authorization: Bearer {each}") for each in "abc"]
    if version != "nginx":
        assert several.count(200) <= 1


def test_a_header_of_trusted_peers_counts_where_they_send_it() -> None:
    given = [{"X-Auth-Request-User": name} for name in ("a1", "a2", "a1")]
    assert statuses("/trusted", *given) == [200, 200, 429]
    answers = [request(PORT, "/trusted", headers=each, source=OUTSIDER).status for each in given]
    assert answers == [200, 429, 429]


def test_a_cookie_counts_whoever_sends_it() -> None:
    one, other = {"Cookie": "a=b; connect.sid=s%3Aone.sig"}, {"Cookie": "connect.sid=other; c=d"}
    assert statuses("/cookie", one, one, other, other) == [200, 429, 200, 429]
    longer = [{"Cookie": f"connect.sid={start}{'s' * 2000}"} for start in "ab"]
    assert statuses("/cookie", *longer) == [200, 429]


@pytest.mark.parametrize(
    "cookies",
    [
        *(
            "",
            "connect.sid=",
            "connect.sid",
            "connect.sid=real; connect.sid=JUNK",
            "connect.sid=JUNK; connect.sid=real",
        ),
        *("connect.sid=real; connect_sid=JUNK", "connect_sid=JUNK", "CONNECT.SID=JUNK; connect.sid=real"),
        *('connect.sid="JUNK"', "a=b,c; connect.sid=JUNK", "connect.sid=JUNK;connect.sid=real", "x; connect.sid=JUNK"),
        *("%63onnect.sid=JUNK; connect.sid=real", "connect%2esid=JUNK", 'a="; connect.sid=JUNK', "connect.sid=JUNK x"),
        *(" connect.sid =JUNK", "connect.sid=real,connect.sid=JUNK", "connect.sid=real;\tconnect.sid=JUNK"),
    ],
)
def test_cookies_that_could_be_read_otherwise_count_for_the_address(cookies: str) -> None:
    client = next(ADDRESSES)
    given = [{"Cookie": cookies.replace("JUNK", f"junk{number}")} for number in range(3)]
    assert statuses("/cookie", *given, client=client) == [200, 429, 429]


def test_cookies_on_several_lines() -> None:
    client = next(ADDRESSES)
    sent = [("Cookie: connect.sid=r1", f"Cookie: connect.sid=junk{number}") for number in range(3)]
    assert [lines("/cookie", client, *each) for each in sent] == [200, 429, 429]


def test_a_user_counts_from_everywhere(backend: Backend) -> None:
    alice = login("alice", "wonderland")
    assert statuses("/user", alice, alice, login("alice", "wrong")) == [200, 429, 429]
    hits = len(backend.targets)
    client = next(ADDRESSES)
    assert statuses("/user", *[{}] * 3, client=client) == [401, 429, 429]
    assert statuses("/user", *(login(f"u{number}", "x") for number in range(3)), client=client) == [401] * 3
    assert statuses("/user", *[login("x" * 200, "x")] * 2, client=client) == [429, 429]
    assert len(backend.targets) == hits


def test_all_count_together() -> None:
    assert statuses("/all", {}, {}, {}) == [200, 429, 429]
    assert statuses("/exempt-all", {}, {}, {}) == [200, 429, 429]
    assert statuses("/exempt-all", *[{}] * 3, client="10.1.2.3") == [200] * 3


@pytest.mark.parametrize("client", ["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.77", "2001:db8:1::1", "2001:0DB8:0:0::2"])
def test_who_is_exempt(client: str) -> None:
    assert statuses("/exempt", *[{}] * 5, client=client) == [200] * 5


@pytest.mark.parametrize("client", ["11.1.2.3", "::ffff:11.1.2.3", "2001:db9::1", "2002:db8::"])
def test_who_is_not(client: str) -> None:
    assert statuses("/exempt", *[{}] * 3, client=client)[1:] == [429, 429]


def test_nobody_names_an_exempt_address() -> None:
    headers = {"X-Forwarded-For": "10.1.2.3"}
    answers = [request(PORT, "/header", headers=headers, source=OUTSIDER).status for _ in range(3)]
    assert answers == [200, 429, 429]


def test_the_answer_has_its_page_and_headers() -> None:
    statuses("/all", {}, {})
    response = request(PORT, "/all")
    assert (response.status, response.body, response.one("X-Frame-Options")) == (429, b"slow down", "DENY")


def test_the_listeners_limit_holds_beside_a_routes() -> None:
    def by_client(target: str, client: str, **headers: str) -> int:
        return request(PORT + 10, target, headers={"X-Forwarded-For": client, **headers}).status

    client = next(ADDRESSES)
    answers = [by_client("/own", client, **{"X-API-Key": f"key{number}"}) for number in range(4)]
    assert answers == [200, 200, 429, 429]
    assert by_client("/x", client) == by_client("/f/none.txt", client) == by_client("/kept/x", client) == 429
    assert by_client("/old", client) == 308
    client = next(ADDRESSES)
    assert [by_client(each, client) for each in ("/x", "/f/none.txt", "/y")] == [200, 404, 429]
    assert by_client("/own", next(ADDRESSES), **{"X-API-Key": "same"}) == 200
    assert by_client("/own", next(ADDRESSES), **{"X-API-Key": "same"}) == 429


def test_what_the_proxy_answers_does_not_count() -> None:
    client = {"X-Forwarded-For": next(ADDRESSES)}
    assert [request(PORT + 20, "/x", headers=client).status for _ in range(5)] == [503] * 5
    assert request(PORT + 21, "/readyz").status == 200


@pytest.mark.parametrize(
    ("target", "is_slow"),
    [
        ("/x?size=300000", True),
        ("/f/big.txt", True),
        ("/kept/x?size=300000", True),
        ("/kept/x?size=300000&a", True),
        ("/upgraded?size=300000", True),
        ("/own?size=300000", False),
    ],
)
def test_a_response_has_its_rate(target: str, *, is_slow: bool) -> None:
    began = time.monotonic()
    response = request(PORT + 10, target, headers={"X-Forwarded-For": next(ADDRESSES)})
    assert (response.status, len(response.body)) == (200, 300_000)
    assert (time.monotonic() - began > 1) == is_slow
