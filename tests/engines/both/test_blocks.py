"""What is refused on every listener: by the path in each of its spellings, by the client's program, by the method."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.formats.text import is_blocked_path
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    Block,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    HeaderChanges,
    Headers,
    OtherUpstream,
    Page,
    Probes,
    Rewrite,
    Route,
    StaticFiles,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import LISTENER, PORT, PROBES, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import exchange, request
from tests.servers.processes import Server

pytestmark = pytest.mark.server

BLOCK = Block(
    presets=("dotfiles", "backups", "sources"),
    paths=("/internal/", "/a.b/c_d", "*.map"),
    user_agents=("BadBot", "evil.*/(1)"),
    methods=("PROPFIND", "DELETE"),
)
PAGE = Page(config_map="pages", key="e.html")
HEADERS = Headers(response=HeaderChanges(set={"X-Mine": "m"}), security=True)
FILES = {page_path(PAGE): b"PAGE", "/files/a.txt": b"a", "/files/a.bak": b"b"}
ROUTED, USERS, AUTH_PORT = PORT + 10, PORT + 20, 9099


@pytest.fixture(scope="module", autouse=True)
def sidecar(backend: Backend, engine: str) -> Iterator[Server]:
    pages = ErrorPages(pages=(ErrorPage(statuses=(403, 404), page=PAGE),))
    users = Auth(basic=BasicAuth(secret="users", users=("alice",) if engine.startswith("caddy") else ()))  # noqa: S106
    secrets = {"users/auth": b"alice:x\n", "users/alice": b"$2b$04$x"}
    routed = plan_of(
        Route(path="/files/", match="prefix", files=StaticFiles(config_map="files")),
        Route(path="/x/", match="prefix", deny=("0.0.0.0/0",)),
        listener=LISTENER.replace(port=ROUTED, error_pages=pages),
        headers=HEADERS,
        block=BLOCK.replace(status=404),
        probes=Probes(port=ROUTED + 1),
    )
    guarded = plan_of(
        listener=LISTENER.replace(port=USERS, auth=users, error_pages=pages),
        block=BLOCK,
        probes=Probes(port=USERS + 1),
    )
    with (
        running(engine, plan_of(block=BLOCK, headers=HEADERS)) as server,
        running(engine, routed, FILES),
        running(engine, guarded, FILES, secrets),
    ):
        yield server


def status(port: int, target: str, method: str = "GET") -> int:
    """Return the status for a target, sent as it is."""
    text = exchange(port, f"{method} {target} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".encode())
    return int(text.split(b" ")[1])


REFUSED = [
    *(
        "/.git/config",
        "/.env",
        "/a/.git",
        "/.GIT/config",
        "//.git",
        "/%2egit/config",
        "/%2Egit",
        "/.gi%74",
        "/a%2f.git",
    ),
    *("/a/../.git", "/a\\.git", "/a%5c.git", "/%252egit", "/a%252f.git", "/.git;x", "/;/.git", "/..a"),
    *("/.well-known/.git", "/.well-know/x", "/.well-knownx", "/.WELL-KNOWN/x", "/.htaccess", "/a/.DS_Store?x=y"),
    *(
        "/a.bak",
        "/A.BAK",
        "/a.php.old",
        "/dump.sql",
        "/dump.sql.gz",
        "/a.s%71l",
        "/a~",
        "/a.php~",
        "/%23a%23",
        "/.a.swp",
    ),
    *("/a.swp", "/a.bak/", "/a.bak;x", "/a.bak.", "/a.bak%20", "/a.bak%0a", "/a.bak%2f", "/a.bak%2500", "/a.bak?x"),
    *("/app.ini", "/nginx.conf", "/a.log", "/run.sh", "/x.inc", "/a.orig", "/a.save"),
    *("/internal/", "/internal", "/internal/x", "/INTERNAL/x", "//internal/x", "/internal;a/x", "/;a/internal/x"),
    *("/%69nternal/x", "/internal%2fx", "/internal\\x", "/internal./x", "/internal%20/x", "/a/../internal/x"),
    *("/a.b/c_d", "/a.b//c_d/x", "/a.b;x/c_d", "/A.B%2fC_D", "/app.js.map", "/app.MAP", "/app.map/"),
]
PASSED = [
    *(
        "/.well-known/acme-challenge/x",
        "/.well-known",
        "/.well-known/",
        "/a/.well-known/x",
        "/a.b",
        "/a..b",
        "/x?/.git",
    ),
    *("/internals", "/internal.json", "/x/internal", "/a.b/c", "/axb/c_d", "/a.map.js", "/amap", "/~user/x", "/a~b"),
    *("/a.bakery", "/a.sqlx", "/backup", "/bak", "/a.bak/x", "/a.sh/x", "/a.login", "/x?y=a.bak", "/%23a"),
]


@pytest.mark.parametrize("target", REFUSED)
def test_a_path_is_refused_in_every_spelling(target: str, backend: Backend) -> None:
    hits = len(backend.targets)
    for method in ("GET", "HEAD", "POST"):
        assert status(PORT, target, method) == 403
        assert status(ROUTED, target, method) in (400, 404)
        assert status(USERS, target, method) in (400, 403)
    assert len(backend.targets) == hits


@pytest.mark.parametrize("target", PASSED)
def test_other_paths_pass(target: str) -> None:
    assert status(PORT, target) == 200


def test_a_refusal_has_its_page_and_the_headers_of_every_answer() -> None:
    plain, page = request(PORT, "/.git/config"), request(ROUTED, "/.git/config")
    assert (plain.status, plain.one("X-Mine"), plain.one("X-Frame-Options")) == (403, "m", "SAMEORIGIN")
    assert (page.status, page.one("X-Mine"), page.body) == (404, "m", b"PAGE")
    assert request(USERS, "/.git/config").body == b"PAGE"
    assert request(ROUTED, "/x/y").body == b"PAGE"
    assert request(USERS, "/x").status == 401


def test_static_files_are_refused_as_well() -> None:
    assert request(ROUTED, "/files/a.txt").body == b"a"
    assert request(ROUTED, "/files/a.bak").status == 404
    for target in (page_path(PAGE), "/.proxy-sidecar/auth", "/.proxy-sidecar/x"):
        assert request(ROUTED, target).status == 404


@pytest.mark.parametrize("agent", ["BadBot", "Mozilla (badbot/2)", "x evil.*/(1) y"])
def test_a_client_is_refused_by_its_user_agent(agent: str) -> None:
    assert request(PORT, "/", headers={"User-Agent": agent}).status == 403


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0", "evilx/1", "é", "x" * 9000])
def test_other_clients_pass(agent: str) -> None:
    answer = exchange(PORT, f"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] == b"200"
    assert status(PORT, "/") == 200


@pytest.mark.parametrize("method", ["PROPFIND", "DELETE", "delete", "Delete"])
def test_a_method_is_refused(method: str) -> None:
    assert status(PORT, "/", method) in (400, 403)


def test_other_methods_pass() -> None:
    assert [status(PORT, "/", method) for method in ("GET", "PUT", "PATCH", "OPTIONS")] == [200] * 4


def test_a_very_long_path_is_not_let_through() -> None:
    assert status(PORT, "/" + "a.bak" * 4000 + "/.git") == 403
    assert status(PORT, "/" + "a/" * 8000) in (200, 403)


def test_probes_are_not_affected() -> None:
    headers = {"User-Agent": "BadBot"}
    assert request(PROBES, "/healthz", headers=headers).status == 200
    assert request(PROBES, "/readyz", headers=headers).status == 200


def test_an_auth_service_is_still_asked(backend: Backend, engine: str) -> None:
    external = ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), cookies=("a",))
    listener = LISTENER.replace(auth=Auth(external=external), port=USERS + 10)
    with running_backend(AUTH_PORT) as service:
        service.decide = lambda path, headers: "status=202" if headers.get("cookie") == "a=b" else "status=401"
        with running(engine, plan_of(listener=listener, block=BLOCK, probes=Probes(port=USERS + 11))):
            for cookie, status in (("a=b", 200), ("a=c", 401)):
                assert request(USERS + 10, "/x", headers={"Cookie": cookie}).status == status
                assert request(USERS + 10, "/.env", headers={"Cookie": cookie}).status == 403


@pytest.mark.parametrize("path", ["/a" * 50, "/" + "." * 99, "/" + "a" * 99, "*" + ".a" * 49])
def test_the_longest_paths_are_read(backend: Backend, engine: str, path: str) -> None:
    assert is_blocked_path(path)
    block = Block(paths=(path,), user_agents=("." * 200, "a" * 200, '"$\\' * 66))
    listener = LISTENER.replace(port=USERS + 20)
    with running(engine, plan_of(listener=listener, block=block, probes=Probes(port=USERS + 21))):
        assert status(USERS + 20, path.replace("*", "/x")) == 403
        assert status(USERS + 20, "/other") == 200


def test_no_rewrite_leads_around(backend: Backend, engine: str) -> None:
    plan = plan_of(
        Route(path="/v1/", match="prefix", rewrite=Rewrite(prefix="/")),
        Route(path="^/v2(.*)$", match="regex", rewrite=Rewrite(path="/$1")),
        Route(path="^/v3/(.*)$", match="regex", rewrite=Rewrite(path="/inter$1")),
        Route(path="^/x/([^/]*)/(.*)$", match="regex", rewrite=Rewrite(path="/$2/$1")),
        Route(path="^/raw-(.*)-raw$", match="regex", rewrite=Rewrite(path="/$1")),
        Route(path="/same", rewrite=Rewrite(path="/other")),
        listener=LISTENER.replace(port=PORT + 30),
        block=BLOCK.replace(status=404),
        headers=HEADERS,
        probes=Probes(port=PORT + 31),
    )
    hits = len(backend.targets)
    with running(engine, plan):
        for target in (
            *(
                "/v1/internal/x",
                "/v1/internal",
                "/v1/INTERNAL/x",
                "/v1//internal/x",
                "/v1/%69nternal/x",
                "//v1/internal",
            ),
            *(
                "/v1/internal%2Fx",
                "/v1/%2Finternal/x",
                "/v1/internal;a/x",
                "/v1/internal\\x",
                "/v1/;a/internal",
                "/v1/internal%3B",
            ),
            *(
                "//v1/internal",
                "/v1/internal.",
                "/v1/internal%20/x",
                "/v1/internal?x=y",
                "/%761/internal/x",
                "/v1/internal%3Bx",
            ),
            *("/v2.git/config", "/v2%2egit", "/v2internal/x", "/v3/nal/x", "/v3/n%61l", "/v1/a%2Eb/c_d"),
            *("/x/a/internal", "/x/a/intern%61l", "/x/x/internal/b", "/x/y%2Fz/internal", "/x/.git/", "/x/b.bak/a"),
            *("/raw-internal/x-raw", "/raw-a.sql-raw", "/raw-app.js.map-raw", "/r%61w-internal/x-raw", "/raw-.git-raw"),
        ):
            assert (target, status(PORT + 30, target)) in ((target, 404), (target, 400))
        assert len(backend.targets) == hits
        refused = request(PORT + 30, "/v1/internal/x")
        assert (refused.status, refused.one("X-Mine")) == (404, "m")
        for target, sent in (
            ("/v1/internals", "/internals"),
            ("/v1/x/internal", "/x/internal"),
            ("/v1/internal%41", "/internal%41"),
            ("/v1/%2Fa", "/%2Fa"),
            ("/v2b.git", "/b.git"),
            ("/x/a/b", "/b/a"),
            ("/raw-a/internal-raw", "/a/internal"),
            ("/same?/.git", "/other?/.git"),
        ):
            assert request(PORT + 30, target).json()["target"] == sent
