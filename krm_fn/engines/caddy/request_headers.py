"""What Caddy does with each request before its route is looked for: the headers that the app may trust, and others."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import deletes_request, fails, lacks, literal, sets_request
from krm_fn.engines.headers import (
    ADDRESSES,
    CREDENTIALS,
    FAMILIES,
    HSTS,
    SINGLE,
    claimed,
    hsts_of,
    security_headers,
    trusted_networks,
)
from krm_fn.function_config.listeners import auths_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import HeaderChanges, Listener, Spec

_OF_TRUSTED = (*(f"{family}*" for family in FAMILIES), *SINGLE, *ADDRESSES)
_ODD_NAMES = tuple(f"*{char}*" for char in "_!#$%&'*+.^`|~")
"""The names that have more than letters, digits and hyphens. Many an app reads each other character as a hyphen, or as
_, and so takes them for the names of other headers. nginx removes them by default."""
_PORT = r"^[0-9]{1,5}$"
_FORWARDED_HOST = r"^[0-9A-Za-z.:_\[\]-]+$"
_HOST = r"^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(:[0-9]{1,5})?$"
_UPGRADE = r"(?i)(^|,)[ \t]*upgrade[ \t]*(,|$)"


def before_routes(listener: Listener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that run before the request's own: they leave the headers that the app may trust."""
    networks = list(trusted_networks(spec))
    untrusted = {"not": [{"remote_ip": {"ranges": networks}}]} if networks else {}
    return [
        refuses_methods(),
        _refuses_odd_hosts(),
        {
            "match": [{"vars_regexp": {"{http.request.hostport}": {"pattern": "^$"}}}],
            "handle": [sets_request({"Host": "localhost"})],
        },
        {"handle": [deletes_request(*_ODD_NAMES, "Forwarded", "Proxy")]},
        *_connection(),
        {**({"match": [untrusted]} if untrusted else {}), "handle": [deletes_request(*_OF_TRUSTED)]},
        {"handle": [sets_request({"X-Real-IP": "{http.vars.client_ip}"})]},
        {"match": [lacks("X-Forwarded-Port", _PORT)], "handle": [deletes_request("X-Forwarded-Port")]},
        {"match": [lacks("X-Forwarded-Proto", "(?i)^https?$")], "handle": [deletes_request("X-Forwarded-Proto")]},
        {
            "match": [lacks("X-Forwarded-Host", _FORWARDED_HOST)],
            "handle": [deletes_request("X-Forwarded-Host")],
        },
        {
            "match": [lacks("X-Request-ID", "^[0-9A-Za-z._-]{8,128}$")],
            "handle": [sets_request({"X-Request-ID": "{http.request.uuid}"})],
        },
        *_identity(listener, spec),
    ]


def _connection() -> list[dict[str, Any]]:
    """Return the routes that leave no more of Connection than an upgrade.

    Caddy removes the headers that it lists, and those that the proxy itself has set would be among them. The h2c
    upgrade would tunnel requests past the proxy.
    """
    return [
        {
            "match": [{"header_regexp": {"Upgrade": {"pattern": "(?i)h2c"}}}],
            "handle": [deletes_request("Upgrade", "Connection", "Http2-Settings")],
        },
        {"match": [lacks("Connection", _UPGRADE)], "handle": [deletes_request("Connection")]},
        {
            "match": [{"header_regexp": {"Connection": {"pattern": _UPGRADE}}}],
            "handle": [sets_request({"Connection": "Upgrade"})],
        },
    ]


def refuses_methods() -> dict[str, Any]:
    """Return the route that refuses what no app may be sent. By HTTP/2 a WebSocket begins with CONNECT, too."""
    trace = {"vars_regexp": {"{http.request.method}": {"pattern": "(?i)^trace$"}}}
    websocket = {"header": {":protocol": ["websocket"]}}
    return {"match": [trace, {"method": ["CONNECT"], "not": [websocket]}], "handle": [fails(405)]}


def _refuses_odd_hosts() -> dict[str, Any]:
    """Return the route that refuses requests whose Host header is not a host; there may be none."""
    known = [{"vars_regexp": {"{http.request.hostport}": {"pattern": expression}}} for expression in ("^$", _HOST)]
    return {"match": [{"not": known}], "handle": [fails(400)]}


def redirects() -> list[dict[str, Any]]:
    """Return the routes that send a client to the same host and path by TLS, and refuse a request without them.

    In the absolute form of a request's target, the host is that of the target, and the path what follows it.
    """
    host = {"{http.request.hostport}": {"name": "redirect", "pattern": _HOST}}
    path = {"not": [{"vars_regexp": {"{http.request.uri}": {"pattern": "^/"}}}]}
    location = "https://{http.regexp.redirect.1}{http.request.uri}"
    answer = {"handler": "static_response", "status_code": 308, "headers": {"Location": [location]}}
    return [
        refuses_methods(),
        {"match": [path, {"not": [{"vars_regexp": host}]}], "handle": [fails(400)]},
        {"match": [{"vars_regexp": host}], "handle": [answer]},
    ]


def _identity(listener: Listener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that remove a client's own claim of who it is, and send the subject of its certificate."""
    names = claimed(spec)
    if any(True for _ in auths_of(listener)):
        names = [name for name in names if name.lower() != CREDENTIALS]  # the authentication reads it
    subject = "{http.request.tls.client.subject}"
    routes: list[dict[str, Any]] = [{"handle": [deletes_request(*names)]}] if names else []
    if listener.tls and listener.tls.clients:
        shown = {"not": [{"vars": {subject: [""]}}]}
        routes.append({"match": [shown], "handle": [sets_request({"X-Client-DN": subject})]})
    return routes


def changes_request(spec: Spec) -> list[dict[str, Any]]:
    """Return the routes for the request's headers that the user adds and removes."""
    request = spec.headers.request
    sent = _operations(request)
    handlers: list[dict[str, Any]] = [{"handler": "headers", "request": sent}] if sent else []
    if request.add:
        handlers.append({"handler": "headers", "request": {"add": _values(request.add)}})
    absent_ones = [
        {"match": [{"header": {name: None}}], "handle": [sets_request({name: literal(value)})]}
        for name, value in request.default.items()
    ]
    return [*absent_ones, *([{"handle": handlers}] if handlers else [])]


def changes_response(spec: Spec) -> list[dict[str, Any]]:
    """Return the route for the headers of every answer; refusals that come before it would lack them."""
    response = spec.headers.response
    handlers: list[dict[str, Any]] = []
    answered = _operations(response)
    if answered:  # deferred ones do not reach the answer where a handler fails
        handlers += [{"handler": "headers", "response": {**answered, "deferred": True}}]
        handlers += [{"handler": "headers", "response": answered}]
    if response.add:
        handlers.append({"handler": "headers", "response": {"add": _values(response.add)}})
    for name, value in default_headers(spec).items():
        absent = {"set": {name: [value]}, "deferred": True, "require": {"headers": {name: None}}}
        handlers.append({"handler": "headers", "response": absent})
    return [*_hsts(spec), *([{"handle": handlers}] if handlers else [])]


def _hsts(spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that send Strict-Transport-Security to clients that came by TLS, and none to others."""
    if spec.headers.hsts is None:
        return []
    sent = {"set": {HSTS: [hsts_of(spec.headers.hsts)]}}
    networks = list(trusted_networks(spec))
    by_tls: dict[str, Any] = {"protocol": "https"}
    secure = [by_tls]
    if networks:
        peer = {"remote_ip": {"ranges": networks}}
        by_tls["not"] = [{**peer, "header_regexp": {"X-Forwarded-Proto": {"pattern": "(?i)^http$"}}}]
        secure.append({**peer, "header_regexp": {"X-Forwarded-Proto": {"pattern": "(?i)^https$"}}})
    handle = [{"handler": "headers", "response": each} for each in (sent, {**sent, "deferred": True})]
    # Deferred changes run last to first: the app's is deleted, then ours is set.
    apps = {"handler": "headers", "response": {"delete": [HSTS], "deferred": True}}
    return [{"match": secure, "handle": handle}, {"handle": [apps]}]


def default_headers(spec: Spec) -> dict[str, str]:
    """Return the response headers that are sent where there is none."""
    return {**security_headers(spec), **{name: literal(value) for name, value in spec.headers.response.default.items()}}


def _operations(changes: HeaderChanges) -> dict[str, Any]:
    return {
        **({"set": _values(changes.set)} if changes.set else {}),
        **({"delete": list(changes.remove)} if changes.remove else {}),
    }


def _values(headers: dict[str, str]) -> dict[str, list[str]]:
    return {name: [literal(value)] for name, value in headers.items()}
