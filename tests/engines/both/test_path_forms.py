"""Whatever form a path has: no guarded view of a real framework answers, and what means no harm arrives as it is."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import NamedTuple

import pytest

from krm_fn.engines.engine import ProxyListener, ProxyPlan
from krm_fn.function_config.generated.values import (
    Auth,
    BasicAuth,
    ExternalAuth,
    Listener,
    OtherUpstream,
    Probes,
    Route,
    StaticFiles,
)
from tests.engines.both.sidecars import running
from tests.engines.nginx.plans import FILES, plan_of
from tests.frameworks.apps import PORTS, running_apps
from tests.frameworks.path_forms import HARMLESS, LEAF, attempts
from tests.servers.backend import running_backend
from tests.servers.http import exchange
from tests.servers.passwords import WONDERLAND

pytestmark = pytest.mark.server

AUTH_PORT = 9100
USERS = "users"
KEYS = {"users/auth": b"alice:" + WONDERLAND, "users/alice": WONDERLAND}
LOGIN = b"Authorization: Basic " + base64.b64encode(b"alice:wonderland") + b"\r\n"
WITHOUT_WAITRESS = tuple(app for app in PORTS if app != "flask-waitress")
"""Its answers are those of Flask behind gunicorn, so that one of them is enough at most doors."""
NOBODY = ("0.0.0.0/0", "::/0")
BASIC = Auth(basic=BasicAuth(secret=USERS))
EXTERNAL = Auth(external=ExternalAuth(upstream=OtherUpstream(port=AUTH_PORT), sign_in=None, own_prefix=None))


class Door(NamedTuple):
    """A listener that guards some views."""

    routes: tuple[Route, ...]
    guarded: str
    """The path that clients try to reach."""
    opened: str
    """A path beside or above it that is open, or that no route has."""
    views: frozenset[str]
    """The views that must not answer."""
    auth: Auth | None = None
    apps: tuple[str, ...] = tuple(PORTS)


def open_below(path: str) -> Route:
    return Route(path=path, match="prefix", anonymous=True)


def guard(path: str, deny: tuple[str, ...] = ()) -> tuple[Route, Route]:
    """Return the routes for a path and for all below it."""
    return Route(path=path, deny=deny), Route(path=f"{path}/", match="prefix", deny=deny)


BUT_PUB = frozenset({"admin", "login", "api", "api-admin"})
DOORS = {
    "auth": Door((open_below("/pub/"),), "/admin", "/pub", BUT_PUB, BASIC),
    "external": Door((open_below("/pub/"),), "/admin", "/pub", BUT_PUB, EXTERNAL, ("express-url",)),
    "nested": Door(
        (open_below("/pub/"), *guard("/pub/admin")),
        "/pub/admin",
        "/pub",
        BUT_PUB | {"pub-admin"},
        BASIC,
        WITHOUT_WAITRESS,
    ),
    "all-but-admin": Door(
        (open_below("/"), Route(path="/admin/", match="prefix")),
        "/admin",
        "/pub",
        frozenset({"admin"}),
        BASIC,
        ("flask-waitress", "express-url"),
    ),
    "deny": Door(guard("/admin", deny=NOBODY), "/admin", "/pub", frozenset({"admin"})),
    "regex": Door(
        (Route(path="^/api/v[0-9]+/admin", match="regex", deny=NOBODY),),
        "/api/v1/admin",
        "/api/x",
        frozenset({"api-admin"}),
        apps=WITHOUT_WAITRESS,
    ),
    "dots": Door(
        (Route(path="^/pub/admin(/.*)?$", match="regex", deny=NOBODY),),
        "/pub/admin",
        "/pub",
        frozenset({"pub-admin"}),
        apps=WITHOUT_WAITRESS,
    ),
    "one-segment": Door(
        (Route(path="^/pub/admin/[^/]+$", match="regex", deny=NOBODY),),
        "/pub/admin",
        "/pub",
        frozenset(),  # some of what attempts() has is not meant by the expression
        apps=("express-routers",),
    ),
    "any-admin": Door(
        (Route(path="/admin(/|$)", match="regex", deny=NOBODY),),
        "/pub/admin",
        "/pub",
        frozenset({"admin", "pub-admin", "api-admin"}),
        apps=("flask-waitress", "starlette-uvicorn", "express-routers", "express-url"),
    ),
    "no-slash": Door(
        (Route(path="/docs/", match="prefix", files=StaticFiles(config_map="docs")), open_below("/pub")),
        "/admin",
        "/pub",
        BUT_PUB,
        BASIC,
        ("express-routers",),
    ),
}
LISTENERS = {
    pair: 10000 + number for number, pair in enumerate((name, app) for name in DOORS for app in DOORS[name].apps)
}
"""The port of each door before each of its apps."""


@pytest.fixture(scope="module")
def apps(loopback: None) -> Iterator[None]:
    """Run the apps, and a service that admits nobody."""
    with running_apps(), running_backend(AUTH_PORT) as service:
        service.usual_query["/oauth2/auth"] = "status=401"
        yield


@pytest.fixture(scope="module")
def sidecar(apps: None, engine: str) -> Iterator[None]:
    with running(engine, plan_of_all(engine), {"/docs/index.html": b"<p>docs</p>"}, KEYS):
        yield


def plan_of_all(engine: str) -> ProxyPlan:
    """Return the plan of one proxy that has every listener."""
    listeners = []
    for (name, app), port in LISTENERS.items():
        door = DOORS[name]
        auth = door.auth
        if auth and auth.basic and engine.startswith("caddy"):
            auth = auth.replace(basic=auth.basic.replace(users=("alice",)))
        listener = Listener(name=f"l{port}", port=port, auth=auth, routes=door.routes)
        listeners.append(ProxyListener(listener=listener, upstream_port=PORTS[app], root=FILES))
    plan = plan_of(probes=Probes(port=9999), ready_path=None)
    spec = plan.spec.replace(listeners=tuple(each.listener for each in listeners))
    return plan.replace(spec=spec, listeners=tuple(listeners), ready=plan.ready.replace(port=AUTH_PORT))


def get(port: int, target: bytes, headers: bytes = b"") -> bytes:
    lines = b"GET %s HTTP/1.1\r\nHost: app.example\r\n%sConnection: close\r\n\r\n"
    return exchange(port, lines % (target, headers))


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def view_of(answer: bytes) -> str | None:
    found = re.search(rb"^VIEW=([a-z-]+)", answer, re.MULTILINE)
    return found[1].decode() if found else None


def target_of(answer: bytes) -> bytes | None:
    found = re.search(rb"^VIEW=[a-z-]+ TARGET=(.*)$", answer, re.MULTILINE)
    return found[1] if found else None


@pytest.mark.parametrize("name", DOORS)
def test_no_guarded_view_answers(sidecar: None, name: str) -> None:
    door = DOORS[name]
    tries = list(product(door.apps, attempts(door.guarded, door.opened)))
    with ThreadPoolExecutor(4) as pool:
        views = pool.map(lambda each: view_of(get(LISTENERS[name, each[0]], each[1])), tries)
        holes = [f"{app} {view} {form!r}" for (app, form), view in zip(tries, views, strict=True) if view in door.views]
    assert not holes, "\n".join(holes)


@pytest.mark.parametrize("name", [name for name in DOORS if name not in ("any-admin", "dots")])
def test_what_means_no_harm_arrives_as_it_is(sidecar: None, name: str) -> None:
    """Where an expression may match at any place of a folder, no place there is known to be harmless."""
    door = DOORS[name]
    forms = [form.encode() for form in HARMLESS if door.auth is not EXTERNAL or form.startswith("/pub/")]
    for app in door.apps:
        arrived = [target_of(get(LISTENERS[name, app], form, LOGIN if door.auth else b"")) for form in forms]
        assert arrived == forms


def test_no_header_leads_to_a_guarded_view(sidecar: None) -> None:
    """Gunicorn takes SCRIPT_NAME off the path where the peer is this machine, as the sidecar is."""
    target, header = b"/pub/admin/page.txt", b"SCRIPT_NAME: /pub\r\n"
    assert view_of(get(PORTS["flask-gunicorn"], target, header)) == "admin"
    assert view_of(get(LISTENERS["auth", "flask-gunicorn"], target, header)) == "pub-admin"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/admin/x", 401),
        ("/admin/../pub/x", 400),
        ("/admin/%2e%2e/pub/x", 400),
        ("/admin/..%2fpub/x", 400),
        ("/pub/..;/admin/x", 400),
        ("/pub/..%5cadmin/x", 400),
        ("/pub/x", 200),
    ],
)
def test_dot_segments_are_refused(sidecar: None, target: str, status: int) -> None:
    for app in DOORS["auth"].apps:
        assert status_of(get(LISTENERS["auth", app], target.encode())) == status


@pytest.mark.parametrize(
    ("target", "status"),
    [("x", 403), ("x%2Fy", 400), ("x%2f", 400), ("x%0ay", 400), ("x;y", 400), ("x/y", 200), ("x%20y", 403)],
)
def test_an_expression_holds_for_what_an_app_takes_for_one_segment(sidecar: None, target: str, status: int) -> None:
    answer = get(LISTENERS["one-segment", "express-routers"], f"/pub/admin/{target}".encode())
    assert status_of(answer) == status


def test_a_prefix_and_its_slash(sidecar: None) -> None:
    """The folder of files is found without its slash; a prefix without a slash is for all that begins so."""
    (app,) = DOORS["no-slash"].apps
    port = LISTENERS["no-slash", app]
    assert get(port, b"/docs/", LOGIN).endswith(b"<p>docs</p>")
    redirect = get(port, b"/docs", LOGIN)
    assert status_of(redirect) in (301, 307, 308)
    assert re.search(rb"^location: (http://app\.example)?/docs/\r$", redirect, re.MULTILINE | re.IGNORECASE)
    assert view_of(get(port, b"/pub/x")) == "pub"
    assert view_of(get(port, b"/public")) == "any"


@pytest.mark.parametrize("name", [name for name in DOORS if DOORS[name].auth is BASIC])
def test_who_has_a_password_gets_in(sidecar: None, name: str) -> None:
    door = DOORS[name]
    for app in door.apps:
        assert view_of(get(LISTENERS[name, app], f"{door.guarded}/{LEAF}".encode(), LOGIN)) in door.views


@pytest.mark.parametrize("app", PORTS)
def test_without_a_door_many_forms_lead_to_the_guarded_view(apps: None, app: str) -> None:
    """So that a table whose forms lead nowhere is noticed."""
    door = DOORS["deny"]
    forms = attempts(door.guarded, door.opened)
    reached = {form for form in forms if view_of(get(PORTS[app], form)) in door.views}
    assert len(reached) > len(forms) / 4
    assert (b"/admin/../pub/x" in reached) is (app != "express-url")
    assert (b"//pub/admin/page.txt" in reached) is (app == "express-url")
    assert (b"/ADMIN" in reached) is (app == "express-routers")
