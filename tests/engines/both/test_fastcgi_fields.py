"""Each field of a route and of an upstream, where the app speaks FastCGI: it works, or it is refused by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from krm_fn.function_config.generated.values import (
    Bandwidth,
    Cors,
    HeaderChanges,
    RateLimit,
    Route,
    RouteHeaders,
    RouteTimeouts,
    Snippets,
    Substitution,
)
from krm_fn.function_config.models.routes.route import Route as RouteModel
from krm_fn.function_config.models.routes.upstreams import OtherUpstream, Upstream
from krm_fn.function_config.rules.routes.fastcgi import NOT_WITH_FASTCGI
from tests.engines.both.php_apps import (
    LIKE_WORDPRESS,
    USERS,
    running_app,
    users_of,
    variables_of,
    without_old_caddy,
)
from tests.engines.nginx.plans import LISTENER, PORT
from tests.servers.http import Response, request
from tests.servers.php_fpm import WORDPRESS

NOTHING_TO_SEND = {"files", "redirect", "respond"}
"""No request of the route goes to the app."""
WHICH = {"path", "match", "upstream"}
"""Which requests go where: `test_fastcgi.py` is about that."""
UPSTREAM = {"port", "socket", "protocol", "fastcgi", "service"}
REFUSED_OF_UPSTREAMS = {"tls", "host", "rewriteLocation"}
ORIGIN = "https://ui.example.com"
ALICE = {"Authorization": "Basic YWxpY2U6d29uZGVybGFuZA=="}


class Shown(NamedTuple):
    """A field, and what shows that it works."""

    settings: dict[str, Any]
    check: Callable[[], bool]
    nginx_only: bool = False
    spec: Mapping[str, Any] = MappingProxyType({})


def ask(target: str = "/x/", method: str = "GET", **how: Any) -> Response:
    return request(PORT, target, method, **how)


def took_too_long() -> bool:
    start = time.monotonic()
    return ask("/x/?sleep=5").status == 504 and time.monotonic() - start < 4


def names_who_signs_in() -> bool:
    variables = variables_of(ask(headers=ALICE))
    named = (variables["REMOTE_USER"], variables["HTTP_X_REMOTE_USER"], variables.get("HTTP_AUTHORIZATION"))
    return ask(headers={"Remote-User": "root"}).status == 401 and named == ("alice", "alice", None)


def admits_by_address_or_password() -> bool:
    variables = variables_of(ask(headers={**ALICE, "X-Remote-User": "root"}))
    elsewhere = [ask(headers=headers, source="127.0.0.2").status for headers in ({}, ALICE)]
    return not {"REMOTE_USER", "HTTP_X_REMOTE_USER"} & variables.keys() and elsewhere == [401, 200]


def sends_slowly() -> bool:
    start = time.monotonic()
    return len(ask("/x/?size=600000").body) == 600_000 and time.monotonic() - start > 2


def sends_whole_answer() -> bool:
    return len(ask("/x/?size=300000").body) == 300_000


SHOWN = {
    "methods": Shown({"methods": ("GET",)}, lambda: [ask(method=each).status for each in ("GET", "PUT")] == [200, 405]),
    "headers": Shown(
        {
            "headers": RouteHeaders(
                request=HeaderChanges(set={"X-Own": "a"}, remove=("X-Gone", "Content-Type")),
                response=HeaderChanges(set={"X-Answer": "b"}, remove=("X-App",)),
            )
        },
        lambda: (
            (
                response := ask(
                    "/x/?header[]=X-App:+1&header[]=Content-Type:+application/json",
                    headers={"X-Gone": "1", "Content-Type": "text/x"},
                )
            ).one("X-Answer")
            == "b"
            and response.one("X-App") is None
            and variables_of(response)["HTTP_X_OWN"] == "a"
            and not {"HTTP_X_GONE", "CONTENT_TYPE", "HTTP_CONTENT_TYPE"} & set(variables_of(response))
        ),
    ),
    "allow": Shown({"allow": ()}, lambda: ask().status == 403),
    "deny": Shown({"deny": ("127.0.0.1",)}, lambda: ask().status == 403),
    "anonymous": Shown(
        {"anonymous": True},
        lambda: [ask(each).status for each in ("/x/", "/", "/wp-content/style.css")] == [200, 401, 401],
        spec={"auth": True},
    ),
    "auth": Shown({}, names_who_signs_in),
    "satisfy": Shown({"allow": ("127.0.0.1",), "satisfy": "any"}, admits_by_address_or_password),
    "bandwidth": Shown({"bandwidth": Bandwidth(rate="100k", after="100k")}, sends_slowly, nginx_only=True),
    "rateLimit": Shown(
        {"rate_limit": RateLimit(per_second=1)}, lambda: [ask().status for _ in "ab"] == [200, 429], nginx_only=True
    ),
    "connectionLimit": Shown({"connection_limit": 5}, lambda: ask().status == 200, nginx_only=True),
    "cors": Shown(
        {"cors": Cors(origins=(ORIGIN,))},
        lambda: (
            ask(headers={"Origin": ORIGIN}).one("Access-Control-Allow-Origin") == ORIGIN
            and ask(method="OPTIONS", headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}).status == 204
        ),
    ),
    "substitution": Shown(
        {"substitution": Substitution(texts={"GATEWAY_INTERFACE": "replaced"}, types=("application/json",))},
        lambda: (
            b"replaced" in ask(headers={"Accept-Encoding": "gzip;q=0"}).body
            and b"HTTP_ACCEPT_ENCODING" not in ask(headers={"Accept-Encoding": "deflate"}).body
        ),
        nginx_only=True,
    ),
    "buffering": Shown({"buffering": True}, sends_whole_answer, nginx_only=True),
    "timeouts": Shown({"timeouts": RouteTimeouts(read="1s", send="1s")}, took_too_long, nginx_only=True),
    "maxBodySize": Shown(
        {"max_body_size": "20k"},
        lambda: [ask(method="PUT", body=b"x" * size).status for size in (20_000, 30_000)] == [200, 413],
    ),
    "snippet": Shown(
        {"snippet": 'add_header X-Snippet "a";'},
        lambda: ask().one("X-Snippet") == "a",
        nginx_only=True,
        spec={"snippets": Snippets(allow=True)},
    ),
    "accessLog": Shown({"access_log": False}, lambda: ask().status == 200),
}


def names_of(model: Any) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_no_field_is_forgotten() -> None:
    assert names_of(RouteModel) == {*SHOWN, *NOT_WITH_FASTCGI, *NOTHING_TO_SEND, *WHICH}
    assert names_of(Upstream) | names_of(OtherUpstream) == UPSTREAM | REFUSED_OF_UPSTREAMS


@pytest.mark.server
@pytest.mark.parametrize("field", SHOWN)
def test_what_works(engine: str, loopback: None, field: str) -> None:
    without_old_caddy(engine)
    shown = SHOWN[field]
    if shown.nginx_only and "caddy" in engine:
        pytest.skip("it is refused with this engine")
    if field == "substitution" and engine == "nginx-current":
        pytest.skip("its build cannot replace text")
    route = Route(path="/x/", match="prefix", **shown.settings)
    spec, how = dict(shown.spec), dict[str, Any]()
    if field in ("auth", "satisfy"):
        route, how = route.replace(auth=users_of(engine)), {"secrets": USERS}
    if spec.pop("auth", None):
        how = {
            "listener": LISTENER.replace(auth=users_of(engine)),
            "secrets": USERS,
        }
    with running_app(engine, WORDPRESS, LIKE_WORDPRESS, route, **spec, **how) as server:
        assert shown.check()
        if field == "accessLog":
            ask("/logged")
            time.sleep(0.2)
            assert ("/logged" in server.stdout(), "/x/" in server.stdout()) == (True, False)
