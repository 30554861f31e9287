"""Canaries: clients that keep their version, by a cookie or by what they are known by; values that decide."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import (
    AccessLog,
    Auth,
    ExternalAuth,
    OtherUpstream,
    RealIP,
    Route,
    Split,
    Sticky,
    StickyCookie,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, PROBES, other_ports, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import Response, exchange, request
from tests.servers.processes import Server, wait_until

pytestmark = pytest.mark.server

CANARY, AUTH = APP_PORT + 1, APP_PORT + 2
THERE = OtherUpstream(port=CANARY)
COOKIE = StickyCookie(name="web.version", lifetime="2h")
NAMES = {str(CANARY): "canary", str(APP_PORT): "stable"}


def split(path: str, percent: int = 10, sticky: Sticky | None = None, **more: Any) -> Route:
    upstream = more.pop("upstream", THERE)
    return Route(path=path, match="prefix", split=Split(percent=percent, upstream=upstream, sticky=sticky, **more))


BY_COOKIE, BY_HEADER = Sticky(set_cookie=COOKIE), Sticky(header="X-User-ID")
ROUTES = (
    split("/kept/", 30, BY_COOKIE),
    split("/kept-too/", 30, BY_COOKIE),
    split("/kept-apart/", 30, BY_COOKIE, upstream=OtherUpstream(port=CANARY, host="canary.example")),
    split("/never/", 0, BY_COOKIE),
    split("/always/", 100, BY_COOKIE),
    split("/narrow/", 50, Sticky(set_cookie=StickyCookie(name="n", path="/narrow/", lifetime=None, same_site="None"))),
    split("/user/", 10, BY_HEADER),
    split("/user-too/", 10, BY_HEADER),
    split("/user-wider/", 20, BY_HEADER),
    split("/address/", 30, Sticky(address=True)),
    split("/session/", 30, Sticky(cookie="session")),
    split("/value/", 0, None, header="X-Group", header_value="beta $1", cookie="group", cookie_value="b{e}t*a"),
    split("/pattern/", 0, None, header="X-Group", header_pattern="be?a*@*.example", cookie="group"),
    split("/first/", 30, BY_COOKIE, header="X-Group", cookie="group"),
)


def plan(*routes: Route, **settings: Any) -> ProxyPlan:
    settings.setdefault("real_ip", RealIP(trusted_proxies=("127.0.0.0/8",)))
    made = plan_of(*routes, access_log=AccessLog(), **settings)
    return made.replace(listeners=tuple(each.replace(salt="web-proxy") for each in made.listeners))


@pytest.fixture(scope="module", autouse=True)
def canary(backend: Backend) -> Iterator[Backend]:
    with running_backend(CANARY) as other:
        for app, port in ((backend, APP_PORT), (other, CANARY)):
            app.usual_headers.append(f"X-From:{port}")
        yield other
        backend.usual_headers.clear()


@pytest.fixture(scope="module", autouse=True)
def sidecar(canary: Backend, engine: str) -> Iterator[Server]:
    with running(engine, plan(*ROUTES)) as server:
        yield server


def get(target: str, port: int = PORT, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(port, target, headers=named)


def version(response: Response) -> str:
    assert response.status < 500, response
    return NAMES[str(response.one("X-From"))]


def cookie_of(response: Response) -> str:
    """Return the cookie that an answer sets, as a client sends it; empty where there is none."""
    return (response.one("Set-Cookie") or "").partition(";")[0]


def raw(target: str, *lines: str) -> str:
    """Send lines of headers, and return the version that answers; empty where the request is refused."""
    text = "".join(f"{line}\r\n" for line in ("Host: a", "Connection: close", *lines))
    answer = exchange(PORT, f"GET {target} HTTP/1.1\r\n{text}\r\n".encode("latin-1")).decode("latin-1")
    found = [name for port, name in NAMES.items() if f"X-From: {port}\r\n" in answer]
    return found[0] if found else ""


class TestByACookieOfTheProxys:
    def test_it_is_drawn_once(self) -> None:
        drawn: Counter[str] = Counter()
        for _ in range(300):
            first = get("/kept/a")
            assert cookie_of(first) == f"web.version={version(first)}"
            drawn[version(first)] += 1
        assert 50 < drawn["canary"] < 135

    @pytest.mark.parametrize("wanted", ["canary", "stable"])
    def test_it_is_kept_through_fifty_requests_and_by_all_routes(self, wanted: str) -> None:
        own = f"web.version={wanted}"
        answers = [get("/kept/a", Cookie=own) for _ in range(50)]
        answers += [get(path, Cookie=f"a=b; {own}; c=d") for path in ("/kept-too/", "/kept-apart/")]
        assert {(version(each), cookie_of(each)) for each in answers} == {(wanted, "")}

    def test_at_0_and_100_nothing_is_kept(self) -> None:
        for path, only in (("/never/", "stable"), ("/always/", "canary")):
            for cookie in ("web.version=canary", "web.version=stable", "a=b"):
                answer = get(path, Cookie=cookie)
                assert (version(answer), cookie_of(answer)) == (only, "")

    def test_attributes(self) -> None:
        (text,) = get("/kept/").all("Set-Cookie")
        assert text.partition("; ")[2] == "Path=/; Max-Age=7200; SameSite=Lax; HttpOnly"
        (text,) = get("/kept/", X_Forwarded_Proto="https").all("Set-Cookie")
        assert text.partition("; ")[2] == "Path=/; Max-Age=7200; SameSite=Lax; HttpOnly; Secure"
        (text,) = get("/narrow/").all("Set-Cookie")
        assert text.partition("; ")[2] == "Path=/narrow/; SameSite=None; HttpOnly; Secure"

    @pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (404, True), (500, False), (503, False)])
    def test_an_error_of_the_app_is_not_kept(self, status: int, kept: bool) -> None:
        answer = request(PORT, f"/kept/?status={status}")
        assert (answer.status, cookie_of(answer) != "") == (status, kept)

    def test_beside_the_cookies_of_the_app(self) -> None:
        assert len(get("/kept/?header=Set-Cookie:a=b&header=Set-Cookie:c=d").all("Set-Cookie")) == 3

    @pytest.mark.parametrize(
        "line",
        [
            *("web.version=", "web.version=canaryx", "web.version=xcanary", "web.version=Canary", "webxversion=canary"),
            *('web.version="canary"', "web.version=canary%20", "xweb.version=canary", "web.version", "=canary"),
            *("web.version=drawn-canary", "web.version=\x01canary", "web.version=1;canary", "a" * 7900, "=;" * 3900),
        ],
    )
    def test_what_is_no_version_is_drawn_anew(self, line: str) -> None:
        found = Counter(raw("/kept/", f"Cookie: {line}") for _ in range(40))
        assert found[""] in {0, 40}  # refused alike, where the engine takes no such bytes
        assert found[""] == 40 or len(found) == 2

    @pytest.mark.parametrize(
        ("lines", "wanted"),
        [
            (["Cookie: web.version=canary; web.version=stable"], "canary"),
            (["Cookie: web.version=stable; web.version=canary"], "stable"),
            (["Cookie: web.version=none; web.version=canary"], "canary"),
            (["Cookie: a=b", "Cookie: web.version=canary"], "canary"),
            (["Cookie: web.version=stable", "Cookie: web.version=canary"], "stable"),
            ([f"Cookie: {'a=b; ' * 1500}web.version=canary"], "canary"),
        ],
    )
    def test_of_several_the_first_counts(self, lines: list[str], wanted: str) -> None:
        assert {raw("/kept/", *lines) for _ in range(8)} == {wanted}

    @pytest.mark.parametrize(
        ("headers", "wanted"),
        [
            ({"X-Group": "always", "Cookie": "group=never; web.version=stable"}, "canary"),
            ({"X-Group": "never", "Cookie": "group=always; web.version=canary"}, "stable"),
            ({"X-Group": "other", "Cookie": "group=always; web.version=stable"}, "canary"),
            ({"Cookie": "group=never; web.version=canary"}, "stable"),
            ({"Cookie": "group=other; web.version=canary"}, "canary"),
        ],
    )
    def test_header_then_cookie_then_what_is_kept(self, headers: Mapping[str, str], wanted: str) -> None:
        answers = [request(PORT, "/first/", headers=headers) for _ in range(5)]
        assert {(version(each), cookie_of(each)) for each in answers} == {(wanted, "")}


class TestByWhatClientsAreKnownBy:
    def test_a_share_of_two_thousand(self) -> None:
        found = Counter(version(get("/user/", X_User_ID=f"user-{number}")) for number in range(2000))
        assert 140 < found["canary"] < 260

    def test_each_keeps_its_version(self) -> None:
        for user in ("alice", "bob", "carol", "user-17"):
            assert len({version(get("/user/", X_User_ID=user)) for _ in range(50)}) == 1

    def test_routes_agree_and_a_wider_share_moves_nobody_back(self) -> None:
        moved: Counter[tuple[str, str]] = Counter()
        for number in range(300):
            user = f"u{number}"
            paths = ("/user/", "/user-too/", "/user-wider/")
            one, same, wider = (version(get(path, X_User_ID=user)) for path in paths)
            assert one == same
            moved[one, wider] += 1
        assert moved["canary", "stable"] == 0
        assert moved["stable", "canary"] > 10

    def test_two_instances_agree_and_another_proxy_shares_out_otherwise(self, engine: str) -> None:
        twin = other_ports(plan(*ROUTES))
        twin = twin.replace(listeners=tuple(each.replace(upstream_port=APP_PORT) for each in twin.listeners))
        users = [f"u{number}" for number in range(200)]
        here = [version(get("/session/", Cookie=f"session={user}")) for user in users]
        with running(engine, twin):
            assert here == [version(get("/session/", PORT + 10, Cookie=f"session={user}")) for user in users]
        others = twin.replace(listeners=tuple(each.replace(salt="other") for each in twin.listeners))
        with running(engine, others):
            assert here != [version(get("/session/", PORT + 10, Cookie=f"session={user}")) for user in users]

    def test_by_the_address_that_is_trusted(self) -> None:
        clients = [f"203.0.113.{last}" for last in range(99)]
        found = {each: version(get("/address/", X_Forwarded_For=each)) for each in clients}
        assert 12 < Counter(found.values())["canary"] < 48
        for address, known in found.items():
            assert version(get("/address/", X_Forwarded_For=f"198.51.100.7, {address}")) == known

    @pytest.mark.parametrize("path", ["/user/", "/session/"])
    def test_without_the_key_by_the_address(self, path: str) -> None:
        for last in range(12):
            client = {"X-Forwarded-For": f"203.0.113.{last}"}
            keys: list[dict[str, str]] = [{}, {"X-User-ID": ""}, {"Cookie": "session="}]
            answers = [request(PORT, path, headers={**client, **key}) for key in keys]
            assert len(set(map(version, answers))) == 1

    @pytest.mark.parametrize(
        "lines",
        [
            *(["X_User_ID: user-1"], ["X-User_ID: user-1"]),
            *([f"X-User-ID: {'x' * 7900}"], ["X-User-ID: {env.HOME}"], ["X-User-ID: $host\xe9"]),
            ["X-User-ID: a", "X-User-ID: b"],
        ],
    )
    def test_hostile_keys(self, lines: list[str]) -> None:
        assert len({raw("/user/", *lines) for _ in range(20)}) == 1

    def test_a_twin_with_an_underscore_is_no_key(self) -> None:
        own = raw("/user/")
        assert {raw("/user/", f"X_User_ID: user-{number}") for number in range(30)} == {own}

    def test_the_app_gets_its_own_headers_alone(self) -> None:
        sent = {name.lower() for name, _ in get("/user/", X_User_ID="alice").json()["headers"]}
        assert "x-user-id" in sent
        assert not any("key" in name for name in sent)


class TestByValues:
    @pytest.mark.parametrize(
        ("headers", "wanted"),
        [
            ({"X-Group": "beta $1"}, "canary"),
            ({"X-Group": "Beta $1"}, "stable"),
            ({"X-Group": "beta $1x"}, "stable"),
            ({"X-Group": "always"}, "stable"),
            ({"Cookie": "group=b{e}t*a"}, "canary"),
            ({"Cookie": "group=b{e}tta"}, "stable"),
            ({"Cookie": "group=always"}, "stable"),
            ({"X-Group": "never", "Cookie": "group=b{e}t*a"}, "canary"),
        ],
    )
    def test_exact_values(self, headers: Mapping[str, str], wanted: str) -> None:
        assert version(request(PORT, "/value/", headers=headers)) == wanted

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [
            ("beta@a.example", "canary"),
            ("bexa1@2@b.c.example", "canary"),
            ("beta@.example", "canary"),
            ("bea@a.example", "stable"),
            ("beta@a.example.org", "stable"),
            ("xbeta@a.example", "stable"),
            ("beta@aXexample", "stable"),
            ("always", "stable"),
            ("beta" + "@" * 7900, "stable"),
        ],
    )
    def test_patterns(self, value: str, wanted: str) -> None:
        assert version(get("/pattern/", X_Group=value)) == wanted

    def test_a_cookie_decides_where_no_pattern_matches(self) -> None:
        assert version(get("/pattern/", X_Group="other", Cookie="group=always")) == "canary"
        assert version(get("/pattern/", X_Group="beta@a.example", Cookie="group=never")) == "canary"


def test_the_log_names_the_version(sidecar: Server) -> None:
    earlier = len(sidecar.stdout().splitlines())
    requests: list[tuple[str, dict[str, str]]] = [
        ("/kept/log", {"Cookie": "web.version=canary"}),
        ("/kept/log", {"Cookie": "web.version=stable"}),
        ("/kept/log", {}),
        ("/user/log", {"X-User-ID": "alice"}),
        ("/value/log", {"X-Group": "beta $1"}),
        ("/log", {}),
    ]
    answers = [request(PORT, target, headers=headers) for target, headers in requests]
    wait_until(lambda: len(sidecar.stdout().splitlines()) == earlier + len(requests))
    lines = map(json.loads, sidecar.stdout().splitlines()[earlier:])
    assert Counter(line["version"] for line in lines) == Counter([*map(version, answers[:-1]), ""])


@pytest.mark.parametrize(("sign_in", "status"), [(None, 401), ("/start", 200)])
def test_a_refusal_keeps_nobody(engine: str, sign_in: str | None, status: int) -> None:
    external = Auth(external=ExternalAuth(upstream=OtherUpstream(port=AUTH), path="/verify", sign_in=sign_in))
    routes = (split("/kept/", 50, BY_COOKIE), split("/by-user/", 50, BY_HEADER))
    listener = LISTENER.replace(port=PORT + 20, auth=external)
    guarded = plan(*routes, listener=listener, probes=plan_of().spec.probes.replace(port=PROBES + 20))
    with running_backend(AUTH) as auth, running(engine, guarded) as server:
        auth.usual_query["/verify"] = "status=401"
        for target in ("/kept/a", "/by-user/a"):
            refused = request(PORT + 20, target)
            assert (refused.status, refused.all("Set-Cookie")) == (status, [])
        wait_until(lambda: len(server.stdout().splitlines()) == 2)
        assert {json.loads(line)["version"] for line in server.stdout().splitlines()} == {""}
        auth.usual_query["/verify"] = "status=204"
        assert cookie_of(request(PORT + 20, "/kept/a")) != ""
