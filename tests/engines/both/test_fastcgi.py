"""Apps behind PHP-FPM: which script a path runs, what it is told, and what is never served or run."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from krm_fn.function_config.generated.values import (
    Block,
    FastCGI,
    HeaderChanges,
    Headers,
    OtherUpstream,
    RealIP,
    Route,
    ServiceAddress,
    Upstream,
)
from tests.engines.both.php_apps import (
    LIKE_NEXTCLOUD,
    LIKE_WORDPRESS,
    USERS,
    php_plan,
    ran,
    running_app,
    script_of,
    users_of,
    variables_of,
    without_old_caddy,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, PROBES
from tests.servers.http import OUTSIDER, exchange, request
from tests.servers.php_fpm import NEXTCLOUD, WORDPRESS, open_folder, running_php_fpm
from tests.servers.processes import Server

pytestmark = pytest.mark.server
FRONT = "/index.php"


@pytest.fixture(scope="class")
def wordpress(engine: str, loopback: None) -> Iterator[Server]:
    without_old_caddy(engine)
    with running_app(engine, WORDPRESS, LIKE_WORDPRESS) as server:
        yield server


@pytest.mark.usefixtures("wordpress")
class TestWordPress:
    @pytest.mark.parametrize(
        ("target", "script"),
        [
            ("/", FRONT),
            ("/2026/11/hello/?replytocom=1", FRONT),
            ("/wp-login.php?action=lostpassword", "/wp-login.php"),
            ("/%77p-login%2ephp", "/wp-login.php"),
            ("/wp-admin/", "/wp-admin/index.php"),
            ("/wp-admin/admin-ajax.php?action=x", "/wp-admin/admin-ajax.php"),
            ("/wp-admin", FRONT),
            ("/wp-login.php/", FRONT),
            ("/wp-login.php/x", FRONT),
            ("/wp-login.php%0a", FRONT),
            ("/wp-login.php%20", FRONT),
            ("/wp-login.php.", FRONT),
            ("/wp-login.PHP", FRONT),
            ("/WP-LOGIN.php", FRONT),
            ("/wp-config.php", FRONT),
            ("/wp-config.php.bak", FRONT),
            ("/wp-config.php/", FRONT),
            ("/wp-content/style.css/x.php", FRONT),
            ("/wp-content/uploads/evil.php", FRONT),
            ("/wp-content/uploads/evil.jpg/x.php", FRONT),
            ("/wp-content/uploads/evil.jpg%2fx.php", FRONT),
            ("/wp-content/uploads/evil/x.php", FRONT),
            ("/wp-content/uploads/evil", FRONT),
            ("/wp-content/notes.txt", FRONT),
            ("/wp-content/missing.css", FRONT),
            ("/wp-content/", FRONT),
            ("/wp-content/../wp-config.php", FRONT),
            ("/wp-admin/.hidden.css", FRONT),
            ("/wp-admin/a/b.php", FRONT),
            ("/wp-admin/../wp-config.php", FRONT),
        ],
    )
    def test_a_path_runs_one_of_the_scripts(self, target: str, script: str) -> None:
        assert ran(target) == (script, None)
        assert variables_of(request(PORT, target))["REQUEST_URI"] == target

    def test_paths_below_the_front_controller_are_its_own(self) -> None:
        assert ran("/index.php/a%2Fb//c?d=e") in {(FRONT, "/a/b/c"), (FRONT, "/a/b//c")}
        assert ran("/index.php") == (FRONT, None)
        assert ran("/index.php/{env.PATH}$host${1}") == (FRONT, "/{env.PATH}$host${1}")
        assert variables_of(request(PORT, "/{env.PATH}?{env.PATH}"))["QUERY_STRING"] == "{env.PATH}"

    @pytest.mark.parametrize("target", ["/x%00.php", "/wp-content/style.css%00.php", "/wp-login.php%00"])
    def test_no_zero_byte_passes(self, target: str) -> None:
        assert request(PORT, target).status == 400

    def test_a_script_that_there_is_not_is_not_found(self) -> None:
        response = request(PORT, "/wp-admin/missing.php")
        assert (response.status, b"evil" in response.body) == (404, False)

    def test_assets_are_served_without_php(self) -> None:
        response = request(PORT, "/wp-content/style.css", headers={"Accept-Encoding": "gzip"})
        assert (response.status, response.one("Content-Type"), response.one("Content-Encoding")) == (
            200,
            "text/css; charset=utf-8",
            "gzip",
        )
        assert response.one("Cache-Control") == "no-cache"
        tag = request(PORT, "/wp-content/style.css").one("ETag")
        assert request(PORT, "/wp-content/style.css", headers={"If-None-Match": tag or ""}).status == 304
        assert request(PORT, "/wp-content/UPPER.JPG").one("Content-Type") == "image/jpeg"
        assert request(PORT, "/wp-content/uploads/evil.jpg").body.startswith(b"<?php")
        assert request(PORT, "/wp-content/style.css", "POST", body=b"a").status == 405

    def test_no_link_in_the_volume_is_followed_where_secrets_could_lie(self, engine: str) -> None:
        root = Path(variables_of(request(PORT, "/"))["DOCUMENT_ROOT"])
        (root / "wp-content" / "link.jpg").symlink_to("/etc/hosts")
        response = request(PORT, "/wp-content/link.jpg")
        assert (response.status == 403) is ("nginx" in engine)  # beside Secrets the function refuses Caddy

    def test_the_app_knows_its_client(self) -> None:
        forged = {
            **dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "Client-IP", "Forwarded"), "9.9.9.9"),
            **dict.fromkeys(("Proxy", "Remote-User", "X-Remote-User", "Remote_User", "X_Forwarded_For"), "evil"),
            **dict.fromkeys(("REMOTE_USER", "HTTPS", "X-Forwarded-Proto", "X_Forwarded_Proto"), "https"),
            **dict.fromkeys(("Script_Filename", "Document-Root", "Redirect-URL", "Path-Info"), "/etc/passwd"),
        }
        headers = {"Host": "web.example:8443", "X-Tenant": "a", **forged}
        variables = variables_of(request(PORT, "/a?b=c", headers=headers, source=OUTSIDER))
        told = {name: variables.get(name) for name in (*_TOLD, *_NEVER)}
        assert told == {**_TOLD, **dict.fromkeys(_NEVER)}
        assert variables["HTTP_X_TENANT"] == "a"
        assert not [name for name, value in variables.items() if value in ("evil", "9.9.9.9")]

    def test_the_word_of_a_trusted_peer_counts(self) -> None:
        said = {"Host": "web.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
        variables = variables_of(request(PORT, "/", headers=said))
        names = ("HTTPS", "REQUEST_SCHEME", "SERVER_PORT", "REMOTE_ADDR", "HTTP_X_FORWARDED_PROTO")
        assert [variables.get(name) for name in names] == ["on", "https", "443", "203.0.113.7", "https"]
        more = variables_of(request(PORT, "/", headers={**said, "X-Forwarded-Port": "8443"}))
        assert more["SERVER_PORT"] == "8443"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PROPFIND", "REPORT", "DELETE", "MKCOL", "LOCK"])
    @pytest.mark.parametrize("size", [0, 10, 16_384, 3_000_000])
    def test_methods_and_bodies_pass(self, method: str, size: int) -> None:
        body = os.urandom(size)
        response = request(PORT, "/a", method, body=body)
        received = response.json()
        assert variables_of(response)["REQUEST_METHOD"] == method
        assert (received["length"], received["hash"]) == (size, hashlib.md5(body).hexdigest())  # noqa: S324 # PHP's

    def test_no_connection_is_used_again(self) -> None:
        assert {request(PORT, "/a", "POST", body=b"a" * 20_000).status for _ in range(100)} == {200}

    def test_a_body_of_unknown_length_is_whole_or_refused(self) -> None:
        for chunks in (1, 3):
            text = b"POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            text += (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * chunks + b"0\r\n\r\n"
            assert exchange(PORT, text).split()[1] == b"411"
        text = b"POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = exchange(PORT, text + b"2\r\nab\r\n0\r\n\r\n")
        assert answer.split()[1] == b"411" or b'"length":2,' in answer

    def test_answers_pass(self) -> None:
        response = request(PORT, "/a?status=503&header[]=X-A:+b&header[]=Set-Cookie:+c%3Dd&header[]=Set-Cookie:+e%3Df")
        assert (response.status, response.one("X-A"), response.all("Set-Cookie")) == (503, "b", ["c=d", "e=f"])
        assert request(PORT, "/a?status=204").body == b""
        assert request(PORT, "/a", "HEAD").body == b""
        assert len(request(PORT, "/a?size=5000000").body) == 5_000_000
        assert request(PORT, "/a?header[]=X-Accel-Redirect:+/wp-content/style.css").body.startswith(b"{")

    def test_readiness_needs_a_process_and_runs_nothing(self) -> None:
        assert request(PROBES, "/readyz").status == 200


_TOLD = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": FRONT,
    "QUERY_STRING": "b=c",
    "DOCUMENT_URI": "/a",
    "REQUEST_SCHEME": "http",
    "SERVER_NAME": "web.example",
    "SERVER_PORT": "8443",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "web.example:8443",
    "REMOTE_ADDR": OUTSIDER,
    "HTTP_X_REAL_IP": OUTSIDER,
    "HTTP_X_FORWARDED_FOR": OUTSIDER,
    "HTTP_X_FORWARDED_PROTO": "http",
    "REDIRECT_STATUS": "200",
}
_NEVER = (
    *("HTTP_PROXY", "HTTPS", "REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_CLIENT_IP"),
    *("HTTP_FORWARDED", "HTTP_HTTPS", "HTTP_CONNECTION", "REDIRECT_URL", "PATH_INFO"),
)


def test_nextcloud(engine: str, loopback: None) -> None:
    without_old_caddy(engine)
    routes = (
        Route(path="/core/", match="prefix", methods=("GET",)),
        Route(path="/other/", match="prefix", upstream=_other()),
        Route(path="/elsewhere/", match="prefix", upstream=_elsewhere()),
        Route(path="/small/", match="prefix", max_body_size="16k"),
    )
    with running_app(engine, NEXTCLOUD, LIKE_NEXTCLOUD, *routes):
        assert ran("/index.php/apps/files/?dir=/") == (FRONT, "/apps/files/")
        assert ran("/remote.php/dav/files/alice/a%20b.txt") == ("/remote.php", "/dav/files/alice/a b.txt")
        assert ran("/remote.php") == ("/remote.php", None)
        assert ran("/ocs/v1.php/cloud/user?format=json") == ("/ocs/v1.php", "/cloud/user")
        assert ran("/status.php") == ("/status.php", None)
        assert ran("/status.php/x") == (FRONT, None)
        assert ran("/config/config.php") == (FRONT, None)
        assert ran("/data/alice/photo.jpg") == (FRONT, None)
        assert ran("/apps/files", method="PROPFIND") == (FRONT, None)
        assert request(PORT, "/core/main.js").body == b"let x = 1;"
        assert request(PORT, "/core/main.js", "POST", body=b"a").status == 405
        assert ran("/elsewhere/x") == ("/remote.php", None)
        text = b"POST /small/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b'"length":2,' in exchange(PORT, text + b"2\r\nab\r\n0\r\n\r\n")
        assert ran("/other/x") == ("/status.php", "/other/x")
        assert ran("/other/remote.php/x") == ("/status.php", "/other/remote.php/x")


def _other() -> OtherUpstream:
    return OtherUpstream(port=APP_PORT, protocol="fastcgi", fastcgi=FastCGI(index="status.php", path_info=True))


def _elsewhere() -> OtherUpstream:
    """Return the same PHP-FPM by the name of a Service."""
    service = ServiceAddress(name="php", namespace="shop", port=APP_PORT)
    return OtherUpstream(service=service, protocol="fastcgi", fastcgi=FastCGI(index="remote.php"))


def test_a_socket_and_a_ping(engine: str, loopback: None) -> None:
    without_old_caddy(engine)
    with open_folder() as shared, open_folder() as root:
        _by_socket(engine, shared, root)


def _by_socket(engine: str, shared: Path, root: Path) -> None:
    settings = LIKE_WORDPRESS.replace(root=str(root), assets=())
    plan = php_plan(settings, listener=LISTENER.replace(upstream=Upstream(socket="/run/php/php.sock")))
    ping = plan.ready.replace(handler="http", path="/ping", script="/ping")
    mounts = {"/run/php": shared}
    with running_php_fpm(root, WORDPRESS, socket=shared / "php.sock") as php:
        with running(engine, plan, directories=mounts):
            assert ran("/wp-login.php") == ("/wp-login.php", None)
            assert request(PROBES, "/readyz").status == 200
            # PHP-FPM serves no assets: the app itself answers.
            assert ran("/wp-content/style.css") == (FRONT, None)
        with running(engine, plan.replace(ready=ping), directories=mounts):
            assert request(PROBES, "/readyz").status == 200
            php.send(signal.SIGSTOP)  # stops the master alone: its processes still answer
            assert ran("/") == (FRONT, None)
            php.send(signal.SIGCONT)
        wrong = ping.replace(path="/pong", script="/pong")
        with running(engine, plan.replace(ready=wrong), directories=mounts):
            assert request(PROBES, "/readyz").status == 503
    with running(engine, plan, directories=mounts):
        assert request(PROBES, "/readyz").status == 503
        assert request(PORT, "/").status == 502


GUARDED = (
    Route(path="/wp-login.php", allow=("203.0.113.0/24",)),
    Route(path="/wp-admin/", match="prefix", allow=("203.0.113.0/24",)),
    Route(path="^/secret$", match="regex", allow=()),
)


def test_guards_hold(engine: str, loopback: None) -> None:
    without_old_caddy(engine)
    with running_app(
        engine, WORDPRESS, LIKE_WORDPRESS, *GUARDED, block=Block(presets=("dotfiles",), paths=("/wp-config.php",))
    ):
        for target in (
            *("/wp-login.php", "/%77p-login.php", "//wp-login.php", "/wp-login%2Ephp", "/wp-admin/", "/wp-admin"),
            *("/wp-admin/admin-ajax.php", "/wp-admin//admin-ajax.php", "/wp-admin/index.php", "/wp-admin/.hidden.css"),
            *("/x/../wp-login.php", "/x/%2e%2e/wp-admin/", "/wp-login.php?a=/x", "/wp-admin%2findex.php"),
            *("/index.php/wp-admin/", "/index.php/wp-admin/x", "/index.php//wp-admin/x", "/index.php/wp-login.php"),
            *("/index.php/WP-Admin/x", "/index%2ephp/wp-admin/x", "/index.php/%77p-admin/", "/index.php/secret"),
            *("/wp-login.php;x", "/wp-login.php%0a", "/wp-login.php%20", "/WP-LOGIN.PHP", "/wp-config.php"),
            *("/wp-config.php/", "/wp-config%2ephp", "/.env", "/secret"),
        ):
            for method in ("GET", "POST", "HEAD", "PROPFIND"):
                response = request(PORT, target, method)
                refused = response.status in (400, 403)
                assert refused, (target, method, response)
        lines = (
            b"GET http://a/wp-login.php HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            b"GET /wp-login.php HTTP/1.0\r\n\r\n",
        )
        assert {exchange(PORT, line).split()[1] for line in lines} == {b"403"}
        allowed = {"X-Forwarded-For": "203.0.113.7"}
        assert ran("/wp-login.php", headers=allowed) == ("/wp-login.php", None)
        assert ran("/wp-admin/", headers=allowed) == ("/wp-admin/index.php", None)
        assert request(PORT, "/index.php/2026/").status == 400  # a regular expression may be about what is below
        assert ran("/2026/") == (FRONT, None)


def test_users_pages_and_headers(engine: str, loopback: None) -> None:
    without_old_caddy(engine)
    listener = LISTENER.replace(auth=users_of(engine))
    headers = Headers(
        request=HeaderChanges(
            set={"X-Set": "a$b{c}", "Content-Type": "text/x"}, default={"X-Default": "d"}, remove=("X-Gone",)
        ),
        response=HeaderChanges(set={"X-Answer": "e"}, remove=("X-Powered-By",)),
    )
    routes = (Route(path="/open/", match="prefix", anonymous=True),)
    with running_app(
        engine,
        WORDPRESS,
        LIKE_WORDPRESS,
        *routes,
        listener=listener,
        headers=headers,
        secrets=USERS,
        real_ip=RealIP(trusted_proxies=()),
    ):
        for target in ("/", "/wp-login.php", "/wp-content/style.css", "/index.php/x"):
            refused = request(PORT, target, headers={"X-Remote-User": "root"})
            assert (refused.status, refused.one("X-Answer")) == (401, "e"), target
        known = {"Authorization": "Basic YWxpY2U6d29uZGVybGFuZA==", "X-Gone": "1", "Remote-User": "root"}
        response = request(PORT, "/", headers=known)
        variables = variables_of(response)
        names = ("REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_AUTHORIZATION", "HTTP_X_GONE", "HTTP_REMOTE_USER")
        assert [variables.get(name) for name in names] == ["alice", "alice", None, None, None]
        assert (variables["HTTP_X_SET"], variables["HTTP_X_DEFAULT"]) == ("a$b{c}", "d")
        assert (variables["CONTENT_TYPE"], response.one("X-Answer")) == ("text/x", "e")
        asset = request(PORT, "/wp-content/style.css", headers=known)
        assert (asset.status, asset.one("X-Answer")) == (200, "e")
        opened = variables_of(request(PORT, "/open/", headers={"Remote-User": "root", "Authorization": "Bearer x"}))
        assert [opened.get(name) for name in names] == [None, None, "Bearer x", None, None]
        assert script_of(request(PORT, "/open/x")) == FRONT
