"""What a listener does, in front of PHP-FPM: an auth service, pages, maintenance, TLS, compression, blocks."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    TLS,
    Auth,
    Block,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    HeaderChanges,
    Headers,
    Maintenance,
    OtherUpstream,
    Page,
    Route,
)
from tests.engines.both.php_apps import LIKE_WORDPRESS, running_app, variables_of, without_old_caddy
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT
from tests.servers.backend import running_backend
from tests.servers.certificates import certificates, client_context
from tests.servers.http import LOCALHOST, OUTSIDER, request
from tests.servers.php_fpm import WORDPRESS

pytestmark = pytest.mark.server

AUTH_PORT = APP_PORT + 1
DOWN, LOST = Page(config_map="pages", key="50x.html"), Page(config_map="pages", key="lost.html")
PAGES = {page_path(DOWN): b"<p>down", page_path(LOST): b"<p>lost"}
FRAME = Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"}))


@pytest.fixture
def start(engine: str, loopback: None) -> Iterator[Any]:
    without_old_caddy(engine)
    with ExitStack() as stack:
        yield lambda *routes, **how: stack.enter_context(
            running_app(engine, WORDPRESS, LIKE_WORDPRESS, *routes, static=PAGES, headers=FRAME, **how)
        )


def test_an_auth_service(start: Any) -> None:
    external = ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), headers=("X-Auth-Request-User",))
    external = external.replace(path="/verify", sign_in=None, own_prefix=None)
    with running_backend(AUTH_PORT) as service:
        start(
            Route(path="/open/", match="prefix", anonymous=True),
            listener=LISTENER.replace(auth=Auth(external=external)),
        )
        service.usual_query["/verify"] = "status=403"
        for target in ("/", "/wp-login.php", "/wp-content/style.css", "/index.php/open/x"):
            assert request(PORT, target, headers={"X-Auth-Request-User": "root"}).status in (400, 403), target
        assert "HTTP_X_AUTH_REQUEST_USER" not in variables_of(
            request(PORT, "/open/", headers={"X-Auth-Request-User": "root"})
        )
        service.usual_query["/verify"] = "status=202&header=X-Auth-Request-User:alice"
        response = request(PORT, "/x", "POST", headers={"X-Auth-Request-User": "root"}, body=b"a" * 100_000)
        assert (variables_of(response)["HTTP_X_AUTH_REQUEST_USER"], response.json()["length"]) == ("alice", 100_000)
        assert request(PORT, "/wp-content/style.css").status == 200


def test_pages_in_place_of_errors(start: Any) -> None:
    pages = (ErrorPage(statuses=(502, 503), page=DOWN), ErrorPage(statuses=(404, 411), page=LOST))
    start(
        Route(path="/away", upstream=OtherUpstream(port=9, protocol="fastcgi")),
        listener=LISTENER.replace(error_pages=ErrorPages(pages=pages, of_app=True)),
        block=Block(methods=("PROPFIND",), paths=("/wp-config.php",), status=404),
    )
    wanted = {
        "/?status=503": (503, b"<p>down"),
        "/wp-admin/missing.php": (404, b"<p>lost"),
        "/away": (502, b"<p>down"),
        "/wp-config.php": (404, b"<p>lost"),
    }
    for target, (status, body) in wanted.items():
        response = request(PORT, target)
        assert (response.status, response.body, response.one("X-Frame-Options")) == (status, body, "DENY"), target
    assert request(PORT, "/", "PROPFIND").status == 404
    assert request(PORT, "/?status=500").body.startswith(b"{")


def test_maintenance(start: Any) -> None:
    start(listener=LISTENER.replace(maintenance=Maintenance(page=DOWN, allow=(OUTSIDER,))))
    assert [request(PORT, each).status for each in ("/", "/wp-login.php", "/wp-content/style.css")] == [503] * 3
    assert variables_of(request(PORT, "/wp-login.php", source=OUTSIDER))["SCRIPT_NAME"] == "/wp-login.php"


def test_compression_and_tags(start: Any) -> None:
    start()
    target = "/?size=5000&header[]=Content-Type:+text/css&header[]=ETag:+%22v1%22"
    response = request(PORT, target, headers={"Accept-Encoding": "gzip"})
    assert (gzip.decompress(response.body), response.one("Vary")) == (b"x" * 5000, "Accept-Encoding")
    tag = response.one("ETag")
    again = request(PORT, "/", headers={"Accept-Encoding": "gzip", "If-None-Match": tag or ""})
    assert json.loads(gzip.decompress(again.body))["server"]["HTTP_IF_NONE_MATCH"] == '"v1"'
    assert response.one("X-Frame-Options") == "DENY"


def test_tls(start: Any) -> None:
    start(listener=LISTENER.replace(tls=TLS(secret="web-tls")), secrets=certificates().secrets)  # noqa: S106 # a name
    for said, wanted in ((None, ("on", "https", "443")), ("http", ("-", "http", "80"))):
        headers = {"Host": "web.example", **({"X-Forwarded-Proto": said} if said else {})}
        with (
            client_context() as context,
            closing(http.client.HTTPSConnection(LOCALHOST, PORT, timeout=10, context=context)) as connection,
        ):
            connection.request("GET", "/", headers=headers)
            variables = json.loads(connection.getresponse().read())["server"]
        https = variables.get("HTTPS", "-")
        found = ("-" if https == "off" else https, variables["REQUEST_SCHEME"], variables["SERVER_PORT"])
        assert found == wanted
