"""The path by which a route is chosen, and the path that the app is sent, lead to the same: else the answer is 400."""

from __future__ import annotations

import itertools

import pytest

from krm_fn.function_config.generated.values import Auth, BasicAuth, RateLimit, Redirect, Rewrite, Route, StaticFiles
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, plan_of
from tests.servers.backend import Backend
from tests.servers.http import exchange, request
from tests.servers.passwords import WONDERLAND

pytestmark = pytest.mark.server

EVERYBODY = ("0.0.0.0/0", "::/0")
SECRET = "users"  # noqa: S105 # its name
USERS = {"users/auth": b"alice:" + WONDERLAND, "users/alice": WONDERLAND}


def answer(target: str, engine: str) -> tuple[int, str]:
    """Return the status for a target, sent as it is, and the target that the app was sent."""
    text = exchange(PORT, f"GET {target} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".encode())
    head, _, body = text.partition(b"\r\n\r\n")
    sent = body.partition(b'"target": "')[2].partition(b'"')[0].decode()
    if engine.startswith("caddy"):  # it escapes what no URI may hold
        sent = sent.replace("%7B1%7D", "{1}")
    return int(head.split(b" ")[1]), sent


def test_a_rewritten_path_is_decoded_once(backend: Backend, engine: str) -> None:
    plan = plan_of(
        Route(path="/mq/", match="prefix", rewrite=Rewrite(prefix="/")),
        Route(path="/to/", match="prefix", rewrite=Rewrite(prefix="/n;w/")),
        Route(path="/é.x/", match="prefix", rewrite=Rewrite(prefix="/e/")),
        Route(path="^/u/(.+)$", match="regex", rewrite=Rewrite(path="/users/$1")),
        Route(path=r"^/files/([\w .-]+)/(x*)", match="regex", rewrite=Rewrite(path="/f/$2$1y")),
        Route(path="/same", rewrite=Rewrite(path="/other")),
    )
    sent = {
        "/mq/queues/%2F/q": "/queues/%2F/q",
        "/mq/a//b?x=%2F&/../": "/a//b?x=%2F&/../",
        "/%6dq/a%3Fb%23c%25d?e": "/a%3Fb%23c%25d?e",
        "/mq/": "/",
        "/mq//": "//",
        "/to/%2F;a": "/n;w/%2F;a",
        "/%C3%a9.x/%2f": "/e/%2f",
        "/u/group%2Fproject": "/users/group%2Fproject",
        "/u/x?q=1": "/users/x?q=1",
        "/u/..%252f..%252fadmin": "/users/..%252f..%252fadmin",
        "/u/x%3Fadmin=1?q=1": "/users/x%3Fadmin=1?q=1",
        "/u/x%23y": "/users/x%23y",
        "/u/$1%7Bhttp.request.uri%7D${1}": "/users/$1%7Bhttp.request.uri%7D${1}",
        "/%75/a%20b?c": "/users/a%20b?c",
        "/files/my%20file.txt/xxz?q": "/f/xxmy%20file.txty?q",
        "/files/a.txt/xxz%2Fw?q": "/f/xxa.txty?q",
        "//files//a%2E/x": "/f/xa.y",
        "//files/my%20file/x%2Fy": "",
        "/same?a=b%2F": "/other?a=b%2F",
        "/rest/a%2Fb//c": "/rest/a%2Fb//c",
    }
    with running(engine, plan):
        assert {target: answer(target, engine)[1] for target in sent} == sent


DOTS = [
    before + dots + after
    for before, dots, after in itertools.product(
        ("/", "/a/", "/a%2f", "/a%2F", "/a\\", "/a%5c", "/a%5C"),
        (".", "..", "%2e", "%2E.", ".%2e", "%2e%2E", "..%20", "..%09"),
        ("", "/", "/b", "%2fb", "\\b", "%5cb", ";", ";x/b", "%3bx", "?b"),
    )
]


def test_no_rewrite_makes_a_dot_segment(backend: Backend, engine: str) -> None:
    """Nor the beginning of a URL with a host, where guards differ."""
    plan = plan_of(
        Route(path="^/static(.*)$", match="regex", rewrite=Rewrite(path="/pub/$1")),
        Route(path="^/dl-([^-]*)-(.*)$", match="regex", rewrite=Rewrite(path="/pub/$1$2")),
        Route(path="/pre", match="prefix", rewrite=Rewrite(prefix="/pub/")),
        Route(path="/open/", match="prefix", rewrite=Rewrite(prefix="/")),
        Route(path="/admin/", match="prefix", deny=EVERYBODY),
    )
    hits = len(backend.targets)
    with running(engine, plan):
        for target in (
            *("/static../admin/x", "/static%2e%2e/admin/x", "/stati%63../admin/x", "/static..%2fadmin/x"),
            *("/dl-.-./admin/x", "/dl-%2e-%2e/admin/x", "/dl--../admin/x"),
            *("/pre../admin/x", "/pr%65.%2E/admin/x", "//pre../admin/x", "/open//x/admin/x", "/open/\\x/admin/x"),
        ):
            assert (target, request(PORT, target).status) == (target, 400)
        assert len(backend.targets) == hits
        for target, sent in (("/static/a?..", "/pub//a?.."), ("/pre..a", "/pub/..a"), ("/open/..x", "/..x")):
            assert request(PORT, target).json()["target"] == sent


def test_a_dot_segment_is_refused_in_any_spelling(backend: Backend, engine: str) -> None:
    with running(engine, plan_of(Route(path="/x", access_log=False))):
        assert {target for target in DOTS if answer(target, engine)[0] != 400} == set()
        harmless = [
            "/.../x",
            "/.well-known/x",
            "/x..",
            "/x../y",
            "/..x",
            "/a%252e%252e/%2e%2e%2ea",
            "/x?/../y",
            "/a%2Fb//c;d",
        ]
        assert {target: answer(target, engine)[1] for target in harmless} == {target: target for target in harmless}


def test_where_no_route_is_chosen_paths_pass_as_they_came(backend: Backend, engine: str) -> None:
    targets = ["//a/../b/./c", "/a/%2e%2e/b", "/..;/x", "//", "/A%2fb;c"]
    with running(engine, plan_of()):
        assert {target: answer(target, engine)[1] for target in targets} == {target: target for target in targets}


def test_a_guard_holds_however_its_path_is_spelled(backend: Backend, engine: str) -> None:
    plan = plan_of(
        Route(path="/admin/", match="prefix", deny=EVERYBODY),
        Route(path="/a.b/c/", match="prefix", deny=EVERYBODY),
        Route(path="^/api/v[0-9]+/admin", match="regex", deny=EVERYBODY),
        Route(path="/open/", match="prefix"),
    )
    kept = [
        *("/admin/", "/admin", "/%61dmin/x", "//admin/x", "/admin%2fx", "/%2fadmin/x", "/admin//x", "/api/v1/admin"),
        *("/ADMIN/", "/Admin", "/%41dmin/x", "/admin;a", "/admin;a=b/x", "/admin%3ba/x", "/;/admin/x", "/;a/admin/x"),
        *("/\\admin/x", "/admin\\x", "/admin%5cx", "/%5cadmin/x", "/admin./x", "/admin%20/x", "/admin%0a", "/admin%00"),
        *("/admin%20", "/admin.", "/admin%2e/", "/admin%09;x", "/a.b;/c/x", "/a.B/c/x", "/a.b\\c/x", "/a.b%5Cc/"),
        *("/API/v1/admin", "/api/v1;a/admin", "/api;/v1/admin", "/api/v1/ADMIN/x", "/api/v1\\admin", "/api/v1./admin"),
    ]
    passed = [
        *("/other/a%2Fb//c;d/e.", "/x%252e%252e/%252fadmin?/../admin/", "/adminx//a;b", "/a.b//d", "/a-b/c;d/"),
        *("/open//x;y", "/open%2fx", "/api/x", "/administrator%20", "/x/admin/", "/x//admin;/"),
    ]
    with running(engine, plan):
        assert {target for target in kept if answer(target, engine)[0] not in (400, 403)} == set()
        assert {target: answer(target, engine)[1] for target in passed} == {target: target for target in passed}


def test_an_open_path_opens_no_other(backend: Backend, engine: str) -> None:
    users = ("alice",) if engine.startswith("caddy") else ()
    listener = LISTENER.replace(auth=Auth(basic=BasicAuth(secret=SECRET, users=users)))
    plan = plan_of(
        Route(path="/pub/", match="prefix", anonymous=True),
        Route(path="/pub/staff/", match="prefix"),
        Route(path="/login", anonymous=True),
        listener=listener,
    )
    kept = [
        *("/admin/x", "/PUB/x", "/pub", "//pub/x", "/%2fpub/x", "/%2Fpub%2fx", "/pub%2Fx", "//login", "/%2flogin"),
        *("/;/pub/x", "/\\pub/x", "/pub;a/x", "/pub\\x", "/login;a", "/login/", "/login%2f", "/Login"),
        *("/pub/staff/x", "/pub/Staff/x", "/pub//staff/x", "/pub/%2fstaff/x", "/pub/;/staff/x", "/pub/staff;a/x"),
        *("/pub/\\staff/x", "/pub/STAFF", "/pub/staff%20", "/pub/staff%2fx", "/pub;/staff/x", "/pub/staff./x"),
    ]
    passed = ["/pub/", "/pub/a%2Fb//c;d", "/pub/staffing//x", "/login", "/login?a", "/log%69n", "/pub/x;y/z."]
    with running(engine, plan, secrets=USERS):
        assert {target for target in kept if answer(target, engine)[0] not in (400, 401)} == set()
        assert {target: answer(target, engine)[1] for target in passed} == {target: target for target in passed}


def test_the_directory_of_files_is_redirected_with_its_query(backend: Backend, engine: str) -> None:
    files = StaticFiles(config_map="docs")
    plan = plan_of(
        Route(path="/docs/", match="prefix", files=files),
        Route(path="/a b{c}$/", match="prefix", files=files),
        Route(path="/own/", match="prefix", files=files),
        Route(path="^/own$", match="regex", websocket=True),
        Route(path="/told", redirect=Redirect(to="/docs/")),
    )
    with running(engine, plan, {"/docs/index.html": b"docs"}):
        where = {
            target: (answer.status, answer.one("Location"))
            for target in ("/docs", "/docs?a=%2F&b", "/a%20b%7bc%7d$?d", "/told?a", "/docs/", "/own")
            for answer in [request(PORT, target)]
        }
    assert where == {
        "/docs": (307, "/docs/"),
        "/docs?a=%2F&b": (307, "/docs/?a=%2F&b"),
        "/a%20b%7bc%7d$?d": (307, "/a%20b%7Bc%7D$/?d"),
        "/told?a": (308, "/docs/?a"),
        "/docs/": (200, None),
        "/own": (200, None),
    }


def test_a_limit_counts_every_spelling(backend: Backend, engine: str) -> None:
    if engine.startswith("caddy"):
        pytest.skip("Caddy has no rate limit")
    plan = plan_of(
        Route(path="/login", rate_limit=RateLimit(per_second=1)),
        Route(path="/login/", rate_limit=RateLimit(per_second=1)),
    )
    with running(engine, plan):
        assert [answer(target, engine)[0] for target in ("/login", "/log%69n", "/LOGIN", "/login;a")] == [
            200,
            429,
            400,
            400,
        ]
