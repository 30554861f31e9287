"""Routes of Caddy: the first of a group that matches takes the request, so they stand in the order of their claim.

An exact path comes first, then the longest prefix, then regular expressions in the order given, then the app.
"""

from __future__ import annotations

from krm_fn.engines.caddy.values import literal, nanoseconds, pattern, size
from krm_fn.engines.media_types import DEFAULT_TYPE, MEDIA_TYPES, WITH_CHARSET
from krm_fn.engines.request_target import request_target
from krm_fn.engines.security_headers import security_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.proxy import Front
    from krm_fn.function_config.values import Route, Spec

_CLAIM = {"exact": 0, "prefix": 1, "regex": 2}
_GROUP = "route"
_IDLE_WEBSOCKET = "1h"
_FILE_SERVER = {"handler": "file_server", "canonical_uris": False, "index_names": ["index.html"]}
_FORWARDED = ("X-Forwarded-Port", "X-Forwarded-Prefix")
_PORT = r"^[0-9]{1,5}$"


def routes_of(front: Front, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes of a front: the user's, and the one of everything else."""
    ordered = sorted(front.listener.routes, key=lambda route: (_CLAIM[route.match], _shorter(route)))
    routes = [_grouped(handlers(route, front, spec), _matcher(route)) for route in ordered]
    return [*routes, _grouped(proxied(front, spec, None), None)]


def _shorter(route: Route) -> int:
    """Return what sorts a longer prefix before a shorter one, and leaves the order of regular expressions."""
    return -len(route.path) if route.match == "prefix" else 0


def _matcher(route: Route) -> dict[str, Any]:
    text = route.path if route.match == "regex" else "^" + pattern(route.path) + ("$" if route.match == "exact" else "")
    return _path(text)


def _grouped(handle: list[dict[str, Any]], matcher: dict[str, Any] | None) -> dict[str, Any]:
    match = {"match": [matcher]} if matcher else {}
    return {"group": _GROUP, **match, "handle": [{"handler": "subroute", "routes": handle}]}


def handlers(route: Route, front: Front, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes inside of a route: those that send elsewhere, turn away, serve files, or ask the app."""
    if route.redirect:
        status = 308 if route.redirect.permanent else 307
        headers = {"Location": [route.redirect.to]}
        return [{"handle": [{"handler": "static_response", "status_code": status, "headers": headers}]}]
    allowed = _files(route, front) if route.files else proxied(front, spec, route)
    if route.allow is None:
        return allowed
    others: dict[str, Any] = {"match": [{"not": [{"client_ip": {"ranges": list(route.allow)}}]}]} if route.allow else {}
    return [{**others, "handle": [{"handler": "error", "status_code": 403}]}, *allowed]


def proxied(front: Front, spec: Spec, route: Route | None) -> list[dict[str, Any]]:
    """Return the routes that hand a request to the app."""
    limit = (route and route.max_body_size) or spec.body.max_size
    idle = _IDLE_WEBSOCKET if route and route.websocket else None
    read = (route and route.timeouts.read) or idle or spec.timeouts.read
    send = (route and route.timeouts.send) or idle or spec.timeouts.send
    handle: list[dict[str, Any]] = [{"handler": "request_body", "max_size": size(limit)}] if size(limit) else []
    upstream = {
        "handler": "reverse_proxy",
        "flush_interval": -1,
        "headers": {"request": {"set": {"X-Real-IP": ["{http.vars.client_ip}"]}, "delete": ["Forwarded", "Proxy"]}},
        "transport": {
            "protocol": "http",
            "compression": False,
            "dial_timeout": nanoseconds(spec.timeouts.connect),
            "response_header_timeout": nanoseconds(read),
            "read_timeout": nanoseconds(read),
            "write_timeout": nanoseconds(send),
            "read_buffer_size": 16384,
            "keep_alive": {"enabled": True, "idle_timeout": nanoseconds("4s"), "max_idle_conns_per_host": 16},
        },
        "upstreams": [{"dial": f"127.0.0.1:{front.upstream_port}"}],
    }
    return [{"handle": [*handle, upstream]}]


def _files(route: Route, front: Front) -> list[dict[str, Any]]:
    """Return the routes that serve files below the root, each with our own type, and never one with a dot before it."""
    assert route.files  # noqa: S101 # the caller asked
    charset = "" if route.files.charset == "off" else f"; charset={route.files.charset}"
    types = {each: each + (charset if each in WITH_CHARSET else "") for each in MEDIA_TYPES}
    routes: list[dict[str, Any]] = [
        {"handle": [{"handler": "vars", "root": front.root}, _headers({"Cache-Control": ["no-cache"]})]}
    ]
    if route.match == "exact":
        ending = route.path.rpartition(".")[2]
        one = next((types[each] for each, endings in MEDIA_TYPES.items() if ending in endings), DEFAULT_TYPE)
        return [*routes, {"handle": [_headers({"Content-Type": [one]}), _FILE_SERVER]}]
    missing = {"handler": "error", "status_code": 404}
    index: dict[str, Any] = {"file": {"root": front.root, "try_files": ["{http.request.uri.path}/index.html"]}}
    routes.append({"match": [_path(f"^{pattern(route.path)}(.*/)?\\.")], "handle": [missing]})
    if route.files.fallback:
        there = {"file": {"root": front.root, "try_files": ["{http.request.uri.path}", *index["file"]["try_files"]]}}
        rewrite = {"handler": "rewrite", "uri": literal(request_target(route.path + route.files.fallback))}
        absent = [{**_path("/$"), "not": [index]}, {"not": [_path("/$"), there]}]
        routes.append({"match": absent, "handle": [rewrite]})
    routes += [
        {"match": [{**_path("/$"), "not": [index]}], "handle": [missing]},
        {"handle": [_headers({"Content-Type": [DEFAULT_TYPE]})]},
    ]
    for media_type, endings in MEDIA_TYPES.items():
        ends = f"\\.({'|'.join(endings)})$" + ("|/$" if media_type == "text/html" else "")
        routes.append({"match": [_path(ends)], "handle": [_headers({"Content-Type": [types[media_type]]})]})
    return [*routes, {"handle": [_FILE_SERVER]}]


def _path(expression: str) -> dict[str, Any]:
    return {"path_regexp": {"pattern": expression}}


def _headers(values: dict[str, list[str]]) -> dict[str, Any]:
    return {"handler": "headers", "response": {"set": values}}


def before_routes(spec: Spec) -> list[dict[str, Any]]:
    """Return what is done with each request before its route is looked for: the headers that the app may believe."""
    networks = list(dict.fromkeys(spec.real_ip.trusted_proxies))
    untrusted = {"not": [{"remote_ip": {"ranges": networks}}]} if networks else {}
    return [
        {
            "match": [{"not": [{"vars_regexp": {"{http.request.hostport}": {"pattern": _HOST}}}]}],
            "handle": [{"handler": "static_response", "status_code": 400}],
            "terminal": True,
        },
        {
            "match": [{"vars_regexp": {"{http.request.hostport}": {"pattern": "^$"}}}],
            "handle": [_sets("Host", "localhost")],
        },
        {**_matching(untrusted), "handle": [_deletes(*_FORWARDED)]},
        {"match": [_unlike("X-Forwarded-Port", _PORT)], "handle": [_deletes("X-Forwarded-Port")]},
        {"match": [_unlike("X-Forwarded-Proto", "(?i)^https?$")], "handle": [_deletes("X-Forwarded-Proto")]},
        {"match": [_unlike("X-Forwarded-Host", r"^[0-9A-Za-z.:_\[\]-]+$")], "handle": [_deletes("X-Forwarded-Host")]},
        {
            "match": [_unlike("X-Request-ID", "^[0-9A-Za-z._-]{8,128}$")],
            "handle": [_sets("X-Request-ID", "{http.request.uuid}")],
        },
        {
            "match": [{"header_regexp": {"Upgrade": {"pattern": "(?i)h2c"}}}],
            "handle": [_deletes("Upgrade", "Connection", "Http2-Settings")],
        },
        *_changes(spec),
    ]


def _changes(spec: Spec) -> list[dict[str, Any]]:
    """Return the headers that the user sets and takes out."""
    handlers: list[dict[str, Any]] = []
    for direction, changes, how in (
        ("request", spec.headers.request, {}),
        ("response", spec.headers.response, {"deferred": True}),
    ):
        values = {name: [literal(value)] for name, value in changes.set.items()}
        operations = {
            **({"set": values} if values else {}),
            **({"delete": list(changes.remove)} if changes.remove else {}),
        }
        if operations:
            handlers.append({"handler": "headers", direction: {**operations, **how}})
            if direction == "response":  # deferred ones do not reach what is answered where a handler gives up
                handlers.append({"handler": "headers", direction: operations})
    for name, value in security_headers(spec).items():
        absent = {"set": {name: [value]}, "deferred": True, "require": {"headers": {name: None}}}
        handlers += [{"handler": "headers", "response": absent}]
    return [{"handle": handlers}] if handlers else []


_HOST = r"^((\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(:[0-9]{1,5})?)?$"


def _matching(matcher: dict[str, Any]) -> dict[str, Any]:
    return {"match": [matcher]} if matcher else {}


def _unlike(header: str, text: str) -> dict[str, Any]:
    return {"not": [{"header_regexp": {header: {"pattern": text}}}]}


def _deletes(*names: str) -> dict[str, Any]:
    return {"handler": "headers", "request": {"delete": list(names)}}


def _sets(name: str, value: str) -> dict[str, Any]:
    return {"handler": "headers", "request": {"set": {name: [value]}}}
