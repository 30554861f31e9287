"""Patches of every kind: all that may be patched, by the table, and random ones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from krm_fn.engines.caddy.configuration import configuration
from krm_fn.engines.caddy.patch import kinds, table
from krm_fn.engines.engine import ProxyPlan
from krm_fn.function_config.generated.values import (
    TLS,
    AccessLog,
    Auth,
    BasicAuth,
    ClientCertificates,
    Companions,
    Cors,
    ErrorPage,
    ErrorPages,
    ExternalAuth,
    Maintenance,
    Metrics,
    OtherUpstream,
    Page,
    Route,
    Split,
    StaticFiles,
)
from tests.engines.nginx.plans import LISTENER, plan_of
from tests.engines.nginx.strategies import CLIENTS

Operation = dict[str, Any]
SERVER = "/apps/http/servers/listener0"
USERS, KEYS = "users", "web-tls"
_BASIC = Auth(basic=BasicAuth(secret=USERS, users=("alice",)))
_ELSEWHERE = OtherUpstream(port=9099)
GUARDED = plan_of(
    Route(path="/inside/", match="prefix", allow=("10.0.0.0/8",)),
    Route(path="/open/", match="prefix", anonymous=True, max_body_size="1k"),
    listener=LISTENER.replace(auth=_BASIC),
)
"""What is asked of real servers: a password, an address, a limit."""
PLANS = [
    GUARDED,
    plan_of(
        Route(path="/f", files=StaticFiles(config_map="files")),
        Route(path="/s", split=Split(upstream=_ELSEWHERE, percent=20), cors=Cors(origins=("https://a.example",))),
        listener=LISTENER.replace(
            auth=Auth(external=ExternalAuth(upstream=_ELSEWHERE)),
            tls=TLS(secret=KEYS, redirect_port=8090, clients=ClientCertificates(secret=CLIENTS)),
            maintenance=Maintenance(allow=("10.0.0.0/8",)),
        ),
        companions=Companions(metrics=Metrics(port=9145)),
    ),
    plan_of(
        Route(path="/quiet", access_log=False),
        listener=LISTENER.replace(
            error_pages=ErrorPages(pages=(ErrorPage(statuses=(404,), page=Page(config_map="p", key="a.html")),))
        ),
        access_log=AccessLog(enabled=False),
    ),
]
DOCUMENTS = [configuration(plan) for plan in PLANS]


def patched_plan(plan: ProxyPlan, operations: list[Operation]) -> ProxyPlan:
    """Return the plan with the operations as its patch."""
    return plan.replace(
        spec=plan.spec.replace(snippets=plan.spec.snippets.replace(allow=True, patch=tuple(operations)))
    )


# All that the table allows.


def allowed(ours: Any, kind: Any = table.CONFIGURATION, at: str = "") -> Iterator[Operation]:
    """Yield an operation for each thing that may be set or added in a configuration of ours."""
    match kind:
        case kinds.Value():
            yield {"op": "replace", "path": at, "value": kind.example}
        case kinds.Fields() | kinds.OneOf() | kinds.Servers():
            for name, below in _fields(ours, kind).items():
                if name in ours:
                    yield from allowed(ours[name], below, f"{at}/{name}")
                elif below.may_be_added:
                    yield {"op": "add", "path": f"{at}/{name}", "value": next(examples(below))}
        case kinds.Named():
            yield {"op": "add", "path": f"{at}/{kind.example}", "value": next(examples(kind.kind))}
        case kinds.Parts():
            for index, each in reversed(list(enumerate(ours))):  # what is added does not move what comes later
                if kind.added:
                    yield from (
                        {"op": "add", "path": f"{at}/{index + 1}", "value": one} for one in examples(kind.added)
                    )
                yield from allowed(each, kind.ours, f"{at}/{index}")


def _fields(ours: dict[str, Any], kind: Any) -> dict[str, Any]:
    if isinstance(kind, kinds.OneOf):
        chosen = kind.choices.get(ours[kind.key])
        return dict(chosen.fields) if chosen else {}
    if isinstance(kind, kinds.Servers):
        return {name: kind.kind for name in ours if name not in kind.fixed}
    return dict(kind.fields)


def examples(kind: Any, above: tuple[int, ...] = ()) -> Iterator[Any]:
    """Yield values that may be added, which have every field; of what contains itself, one within another."""
    within = (*above, id(kind))
    match kind:
        case kinds.Value():
            yield kind.example
        case kinds.Several():
            yield list(examples(kind.kind, within))
        case kinds.Named():
            yield {kind.example: next(examples(kind.kind, within))}
        case kinds.Fields():
            yield {
                name: next(examples(below, within))
                for name, below in kind.fields.items()
                if within.count(id(below)) < 2 and below.may_be_added
            }
        case kinds.OneOf():
            for name, choice in kind.choices.items():
                if within.count(id(choice)) < 2:
                    yield {kind.key: name, **next(examples(choice, within))}


# Random ones.

HOSTILE: list[Any] = [
    *(
        "{env.HOME}",
        "{file./etc/passwd}",
        "{system.hostname}",
        "{$HOME}",
        "{http.vars.root}",
        "{http.request.header.Cookie}",
    ),
    *("\\\\{env.HOME}", "{http.{http.request.host}}", "{file.{http.request.uri.path}}", "/etc/passwd", "\ud800", "\0"),
    *(None, True, False, 0, 1, -1, 1.0, 1e400, 10**30, "", [], {}, [[]], "1s", "0", "DEBUG", "unix//run/x", ":9999"),
    *("static_response", "file_server", "reverse_proxy", "subroute", "terminal", "group", "route", "access", "admin"),
    {"handler": "file_server", "root": "/", "browse": {}},
    {"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:9093"}]},
    {"handler": "reverse_proxy", "dynamic_upstreams": {"source": "a", "name": "x", "port": "80"}},
    {"handler": "templates", "file_root": "/"},
    {"handler": "rewrite", "uri": "/open/x"},
    {"handler": "vars", "log_skip": True, "root": "/"},
    {"handler": "map", "source": "{http.request.uri}", "destinations": ["{ready_host}"], "defaults": ["x"]},
    {"handler": "headers", "request": {"set": {"X-Remote-User": ["root"]}}},
    {"handler": "request_body", "max_size": 0},
    *({"handler": name} for name in ("invoke", "push", "tracing", "intercept", "copy_response", "metrics", "encode")),
    {"Handler": "file_server"},
    {"handler": "static_response", "Body": "{env.HOME}"},
    {"handle": [{"handler": "static_response", "body": "{file./etc/passwd}"}]},
    {"handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:9093"}]}], "terminal": True},
    {"match": [{"expression": "ph(req, 'file./etc/passwd') != ''"}], "handle": [{"handler": "static_response"}]},
    {"match": [{"file": {"root": "/", "try_files": ["/etc/passwd"]}}], "handle": []},
    {"match": [{"vars": {"{env.HOME}": ["/root"]}}], "handle": []},
    {"match": [{"vars_regexp": {"{file./etc/passwd}": {"name": "l", "pattern": "(.*)"}}}]},
    {"match": [{"path_regexp": {"name": "route", "pattern": "(.*)"}}], "handle": [], "group": "route"},
    {"format": "filter", "fields": {}},
    {"output": "file", "filename": "/var/x"},
    {"include": ["http"], "writer": {"output": "net", "address": "x:1"}},
    {"module": "acme", "email": "{env.HOME}"},
]
"""Values that no patch may bring in, and odd ones that may be right somewhere."""
_ROUTES = list(examples(table.ROUTE))
FRIENDLY: list[Any] = [
    *_ROUTES,
    *_ROUTES[0]["handle"],
    {"handle": [{"handler": "static_response", "status_code": 403, "body": "no"}], "match": [{"path": ["/no/*"]}]},
    {"handle": [{"handler": "headers", "response": {"set": {"X-A": ["{http.request.host}"]}}}]},
    *("10s", 10**9, 4096),
]


def places(data: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each place in a configuration, and what is there."""
    yield at, data
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, each in entries:
        yield from places(each, f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}")


def random_patch(ours: dict[str, Any], right: list[Operation], random: Random) -> list[Operation]:
    """Return one to three operations: wild ones, or those that are right with a part of them replaced."""
    every = list(places(ours))
    return [_operation(every, right, random) for _ in range(random.choice((1, 1, 2, 3)))]


_NAMES = ("handler", "root", "routes", "match", "name", "terminal", "listen", "read_timeout", "x")


def _operation(every: list[tuple[str, Any]], right: list[Operation], random: Random) -> Operation:
    what = random.random()
    if what < 0.4:
        operation = random.choice(right)
        return operation if what < 0.1 else {**operation, "value": _spoilt(operation["value"], every, random)}
    path, there = random.choice(every)
    if isinstance(there, list) and random.random() < 0.5:
        path += f"/{random.choice((*range(len(there) + 1), '-'))}"
    elif isinstance(there, dict) and random.random() < 0.5:
        path += f"/{random.choice(_NAMES)}"
    op = random.choice(("add", "add", "replace", "remove"))
    return {"op": op, "path": path} if op == "remove" else {"op": op, "path": path, "value": _value(every, random)}


def _value(every: list[tuple[str, Any]], random: Random) -> Any:
    """Return one that is hostile or friendly, or a part of ours, with its entries in another order perhaps."""
    which = random.random()
    if which < 0.7:
        return random.choice(HOSTILE if which < 0.35 else FRIENDLY)
    part = random.choice(every)[1]
    return random.sample(part, random.randint(0, len(part))) if isinstance(part, list) else part


def _spoilt(value: Any, every: list[tuple[str, Any]], random: Random) -> Any:
    """Return the value with one part of it, or one more, of another kind."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        name = random.choice(list(value))
        if random.random() < 0.2:
            other = random.choice((name.upper(), "{env.HOME}", "handler", "root", "request", "vars", "name"))
            return {**value, other: _value(every, random)}
        return {**value, name: _spoilt(value[name], every, random)}
    if isinstance(value, list) and value and random.random() < 0.9:
        index = random.randrange(len(value))
        return [*value[:index], _spoilt(value[index], every, random), *value[index + 1 :]]
    return _value(every, random)


# What must hold, said in another way than the program does.

_HARMLESS = {"static_response", "error", "headers"}
_TUNED = ("transport", "load_balancing", "health_checks", "flush_interval", "stream_timeout", "stream_close_delay")
_BUFFERS = ("request_buffers", "response_buffers")


def assert_the_doors_hold(ours: dict[str, Any], finished: dict[str, Any]) -> None:
    """Fail where a patched configuration lacks, moves or goes around something of ours, or reads more than ours."""
    assert _outline(ours) == _outline(finished)
    for name, server in ours["apps"]["http"]["servers"].items():
        patched = finished["apps"]["http"]["servers"][name]
        for routes, others in ((server["routes"], patched["routes"]), (_errors(server), _errors(patched))):
            before, after = list(_steps(routes)), list(_steps(others))
            assert [step for step in before if _can_reach(step)] == [step for step in after if _can_reach(step)]
            rest = iter(after)
            assert all(step in rest for step in before), "something of ours is gone, or elsewhere"
    assert _files(ours) == _files(finished)
    known = set(_texts(ours))
    for text in _texts(finished):
        assert text in known or not any(each in text for each in ("env.", "file.", "system.", "{$", "ph(", "vars.root"))


def _outline(data: dict[str, Any]) -> dict[str, Any]:
    """Return what no patch may change at all, in a form that can be compared."""
    servers = data["apps"]["http"]["servers"]
    fields = (
        "listen",
        "automatic_https",
        "protocols",
        "trusted_proxies",
        "listener_wrappers",
        "logs",
        "strict_sni_host",
    )
    return {
        "rest": [data["admin"], data["apps"].get("tls"), sorted(data), sorted(data["apps"])],
        "http": sorted(set(data["apps"]["http"]) - {"shutdown_delay"}),
        "fixed": [servers["probes"], servers.get("metrics")],
        "servers": {name: [server.get(field) for field in fields] for name, server in servers.items()},
        "clients": [
            policy.get("client_authentication")
            for server in servers.values()
            for policy in server.get("tls_connection_policies", ())
        ],
        "logs": {
            name: [log["writer"], log.get("include"), log.get("exclude")]
            for name, log in data["logging"]["logs"].items()
        },
    }


def _errors(server: dict[str, Any]) -> list[Any]:
    return list(server.get("errors", {}).get("routes", []))


def _steps(routes: list[Any], way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the handlers in order, each with the matchers on the way to it, and without what may be tuned."""
    for route in routes:
        there = (*way, repr([route.get(name) for name in ("match", "group", "terminal")]))
        for handler in route.get("handle", ()):
            if handler["handler"] == "subroute":
                yield from _steps(handler.get("routes", []), there)
                continue
            kept = {name: each for name, each in handler.items() if name not in (*_TUNED, *_BUFFERS)}
            yield there, {**kept, "tls": handler.get("transport", {}).get("tls")}


def _can_reach(step: tuple[tuple[str, ...], dict[str, Any]]) -> bool:
    """Whether a step reaches the app or a file, or changes the request."""
    return step[1]["handler"] not in _HARMLESS or "request" in step[1]


def _files(data: Any) -> list[str]:
    """Return the paths of files and folders."""
    named = ((place.rpartition("/")[2], each) for place, each in places(data))
    return sorted(each for name, each in named if name in ("root", "file_root", "filename") and isinstance(each, str))


def _texts(data: Any) -> Iterator[str]:
    for place, each in places(data):
        yield place.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if isinstance(each, str):
            yield each
