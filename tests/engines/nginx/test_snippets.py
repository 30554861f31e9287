"""Directives of the user's own run where they stand, whatever else a route or a listener does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from krm_fn.engines.engine import ProxyPlan
from krm_fn.engines.paths import page_path
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    Cors,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    HeaderChanges,
    Headers,
    Listener,
    Maintenance,
    OtherUpstream,
    Page,
    Probes,
    RateLimit,
    Redirect,
    Rewrite,
    Route,
    RouteCache,
    Snippets,
    Split,
    StaticFiles,
    Substitution,
    UpstreamTLS,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import APP_PORT, LISTENER, PORT, plan_of
from tests.servers.backend import Backend, running_backend
from tests.servers.http import LOCALHOST, Response, request

pytestmark = pytest.mark.server

AUTH_PORT = APP_PORT + 1
PLAIN, EXTERNAL, BASIC, PAUSED, GRPC = PORT, PORT + 10, PORT + 20, PORT + 30, PORT + 40
USERS = "users"
STOP = "if ($arg_stop) {\n    return 403;\n}\nif ($arg_go) {\n    set $went by-$arg_go;\n}\nadd_header X-Went $went;"
FILES_STOP = STOP.replace("set $went by-$arg_go", "return 204")
LOST = Page(config_map="pages", key="lost.html")
FILES = {
    **{f"/{path}": b"file" for path in ("exact.txt", "files/a.txt", "files/index.html", "site/index.html")},
    "/files/.hidden": b"hidden",
    page_path(LOST): b"<p>lost",
}
UNCHECKED = UpstreamTLS(verify=False)
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "cache": {"cache": RouteCache(policy="immutable-for-pod")},
    "cors": {"cors": Cors(origins=("https://ui.example.com",), expose=("X-Went",))},
    "rate": {"rate_limit": RateLimit(per_second=1000, burst=1000)},
    "allow": {"allow": ("127.0.0.1/32",)},
    "substitution": {"substitution": Substitution(texts={"b": "c"})},
    "split": {"split": Split(percent=100, upstream=OtherUpstream(port=AUTH_PORT))},
    "twin": {"split": Split(percent=100, upstream=OtherUpstream(port=AUTH_PORT, protocol="https", tls=UNCHECKED))},
    "redirect": {"redirect": Redirect(to="/elsewhere")},
}
"""What a route does beside its snippet, whatever its match is."""

STATUSES = {"split": 401, "twin": 502, "redirect": 308}
"""What they answer, other than 200."""


def routes() -> Iterator[Route]:
    for name, way in WAYS.items():
        yield Route(path=f"/{name}/exact", snippet=STOP, **way)
        yield Route(path=f"/{name}/prefix", match="prefix", snippet=STOP, **way)
        yield Route(path=f"/{name}/slash/", match="prefix", snippet=STOP, **way)
        yield Route(path=f"^/{name}/regex/[a-z]+$", match="regex", snippet=STOP, **way)
    rewrite = Rewrite(prefix="/inner/")
    yield Route(path="/rewrite/slash/", match="prefix", rewrite=rewrite, snippet=STOP)
    yield Route(path="/rewrite/exact", rewrite=Rewrite(path="/inner/x"), snippet=STOP)
    site = StaticFiles(config_map="files")
    yield Route(path="/exact.txt", files=site, snippet=STOP)
    yield Route(path="/files/", match="prefix", files=site, snippet=FILES_STOP)
    yield Route(path="/site/", match="prefix", files=site.replace(fallback="index.html"), snippet=FILES_STOP)


TARGETS = [
    f"/{name}/{rest}" for name in WAYS for rest in ("exact", "prefix/x", "slash/", "slash/x", "slash", "regex/x")
]
FILE_TARGETS = ["/exact.txt", "/files/a.txt", "/files/absent", "/files/.hidden", "/files/", "/site/any/page"]
PATHS = [
    *(each for each in TARGETS if not each.endswith("/slash")),
    "/rewrite/slash/x",
    "/rewrite/exact",
    *FILE_TARGETS,
]


def also(port: int, **settings: Any) -> Listener:
    """Return a listener, whose snippet is about all of it, and none about the paths of the proxy's own."""
    snippet = (
        'add_header X-All $told;\nif ($arg_gone) { return 403; }\nif ($uri !~ "^/") { return 200; }\nset $who server;'
    )
    return LISTENER.replace(port=port, name=f"port-{port}", snippet=snippet, **settings)


def listeners() -> tuple[Listener, ...]:
    external = ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), sign_in=None)
    elsewhere = also(EXTERNAL, auth=Auth(external=external))
    opening = '\nif ($uri !~ "^/api/") { return 200 "not asked"; }\nif ($request_uri ~ auth) { return 202; }'
    pages = ErrorPages(pages=(ErrorPage(statuses=(403,), page=LOST),))
    called = Route(path="/test.Echo/", match="prefix", snippet="if ($http_stop) { return 403; }")
    return (
        also(PLAIN, routes=tuple(routes())),
        elsewhere.replace(snippet=f"{elsewhere.snippet}{opening}"),
        also(BASIC, auth=Auth(basic=BasicAuth(secret=USERS)), error_pages=pages, routes=tuple(routes())),
        also(PAUSED, maintenance=Maintenance(), routes=tuple(routes())),
        LISTENER.replace(port=GRPC, name="port-grpc", routes=(called,)),
    )


def plan() -> ProxyPlan:
    """Return a plan with all these listeners."""
    plan = plan_of(
        headers=Headers(response=HeaderChanges(set={"X-Frame-Options": "DENY"})),
        snippets=Snippets(
            allow=True,
            main="worker_priority 1;",
            http="map $who $told {\n    server by-map; # how\n    default none;\n}\nkeepalive_requests 5000;\n",
        ),
        probes=Probes(port=PORT + 1),
    )
    (usual,) = plan.listeners
    each = listeners()
    several = [usual.replace(listener=listener) for listener in each]
    several[-1] = several[-1].replace(protocols=("http", "grpc"))
    return plan.replace(spec=plan.spec.replace(listeners=each), listeners=tuple(several))


@pytest.fixture(scope="module", params=["nginx", "nginx-current"], autouse=True)
def sidecar(backend: Backend, request: pytest.FixtureRequest) -> Iterator[Backend]:
    secrets = {f"{USERS}/auth": b"alice:{PLAIN}secret\n"}
    with running_backend(AUTH_PORT) as service, running(request.param, plan(), FILES, secrets):
        service.usual_status = 401
        yield service


def answers(port: int, query: str, paths: list[str] = PATHS) -> dict[str, Response]:
    return {path: request(port, f"{path}?{query}") for path in paths}


@pytest.mark.parametrize("port", [PLAIN, BASIC, PAUSED])
@pytest.mark.parametrize("query", ["stop=1", "gone=1"])
def test_a_refusal_is_one_everywhere(port: int, query: str) -> None:
    refused = answers(port, query)
    assert {path: each.status for path, each in refused.items()} == dict.fromkeys(PATHS, 403)
    assert {each.one("X-Frame-Options") for each in refused.values()} == {"DENY"}
    if port == BASIC:
        assert {each.body for each in refused.values()} == {b"<p>lost"}
    assert request(port, f"/elsewhere?{query}").status == (
        403 if query == "gone=1" else {BASIC: 401, PAUSED: 503}.get(port, 200)
    )


def test_without_it_everything_is_as_ever() -> None:
    """Nor does an `if` that is true, and answers nothing, take anything away."""
    for query, went in (("x=1", None), ("go=1", "by-1")):
        for path, response in answers(PLAIN, query, TARGETS).items():
            elsewhere = path.endswith("/slash")  # it is another route's
            assert response.status == (200 if elsewhere else STATUSES.get(path.split("/")[1], 200)), path
            if response.status == 200:
                assert response.one("X-Went") == (None if elsewhere else went), path
            assert response.one("X-Frame-Options") == "DENY", path
    assert request(PLAIN, "/rewrite/slash/x?go=1").json()["target"] == "/inner/x?go=1"
    files = {path: each.status for path, each in answers(PLAIN, "x=1", FILE_TARGETS).items()}
    assert files == dict(zip(FILE_TARGETS, (200, 200, 404, 404, 200, 200), strict=True))
    assert answers(PLAIN, "go=1", ["/exact.txt"])["/exact.txt"].one("X-Went") == "by-1"
    assert answers(PLAIN, "go=1", ["/files/.hidden"])["/files/.hidden"].status == 204


def test_headers_of_the_listener_are_sent_everywhere() -> None:
    for path, response in answers(PLAIN, "x=1").items():
        if response.status in (200, 308):
            assert response.one("X-All") == "by-map", path
    assert request(PLAIN, "/other").one("X-All") == "by-map"
    assert request(PAUSED, "/other").status == 503


def test_the_auth_service_is_asked_whatever_the_snippet_answers(sidecar: Backend) -> None:
    sidecar.usual_status = 401
    assert request(EXTERNAL, "/x").body == b"not asked"
    assert request(EXTERNAL, "/api/x").status == 401
    assert request(EXTERNAL, "/.proxy-sidecar/auth?gone=1").status == 404
    sidecar.usual_status = 202
    assert request(EXTERNAL, "/api/x").json()["target"] == "/api/x"
    assert request(EXTERNAL, "/api/x?gone=1").status == 403
    sidecar.usual_status = 401


def test_a_refusal_of_a_call() -> None:
    with grpc.insecure_channel(f"{LOCALHOST}:{GRPC}") as channel:
        call = channel.unary_unary("/test.Echo/Say", bytes, bytes)
        for metadata, refused in (((("stop", "1"),), True), ((), False)):
            with pytest.raises(grpc.RpcError) as error:
                call(b"", metadata=metadata, timeout=10)
            assert (error.value.code() is grpc.StatusCode.PERMISSION_DENIED) == refused
