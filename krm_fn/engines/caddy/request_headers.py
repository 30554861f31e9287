"""What Caddy does with each request before its route is looked for: the headers that the app may trust."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import deletes_request, lacks, literal, sets_request
from krm_fn.engines.headers import CREDENTIALS, claimed, security_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.generated.values import HeaderChanges, Listener, Spec

_FORWARDED = ("X-Forwarded-Port", "X-Forwarded-Prefix")
_PORT = r"^[0-9]{1,5}$"
_FORWARDED_HOST = r"^[0-9A-Za-z.:_\[\]-]+$"
_HOST = r"^((\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(:[0-9]{1,5})?)?$"


def before_routes(listener: Listener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that run before the request's own: they leave the headers that the app may trust."""
    networks = list(dict.fromkeys(spec.real_ip.trusted_proxies))
    untrusted = {"not": [{"remote_ip": {"ranges": networks}}]} if networks else {}
    return [
        refuses_odd_hosts(),
        {
            "match": [{"vars_regexp": {"{http.request.hostport}": {"pattern": "^$"}}}],
            "handle": [sets_request({"Host": "localhost"})],
        },
        {**({"match": [untrusted]} if untrusted else {}), "handle": [deletes_request(*_FORWARDED)]},
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
        {
            "match": [{"header_regexp": {"Upgrade": {"pattern": "(?i)h2c"}}}],
            "handle": [deletes_request("Upgrade", "Connection", "Http2-Settings")],
        },
        *_identity(listener, spec),
        *_changes(spec),
    ]


def refuses_odd_hosts() -> dict[str, Any]:
    """Return the route that refuses requests whose Host header is not a host."""
    return {
        "match": [{"not": [{"vars_regexp": {"{http.request.hostport}": {"pattern": _HOST}}}]}],
        "handle": [{"handler": "static_response", "status_code": 400}],
        "terminal": True,
    }


def _identity(listener: Listener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes that remove a client's own claim of who it is, and send the subject of its certificate."""
    names = claimed(spec)
    if listener.auth:
        names = [name for name in names if name.lower() != CREDENTIALS]  # the authentication reads it
    subject = "{http.request.tls.client.subject}"
    routes: list[dict[str, Any]] = [{"handle": [deletes_request(*names)]}] if names else []
    if listener.tls and listener.tls.clients:
        shown = {"not": [{"vars": {subject: [""]}}]}
        routes.append({"match": [shown], "handle": [sets_request({"X-Client-DN": subject})]})
    return routes


def _changes(spec: Spec) -> list[dict[str, Any]]:
    """Return the routes for the headers that the user adds and removes."""
    request, response = spec.headers.request, spec.headers.response
    sent, answered = _operations(request), _operations(response)
    handlers: list[dict[str, Any]] = [{"handler": "headers", "request": sent}] if sent else []
    if answered:  # deferred ones do not reach the answer where a handler fails
        handlers += [{"handler": "headers", "response": {**answered, "deferred": True}}]
        handlers += [{"handler": "headers", "response": answered}]
    if response.add:
        handlers.append({"handler": "headers", "response": {"add": _values(response.add)}})
    for name, value in default_headers(spec).items():
        absent = {"set": {name: [value]}, "deferred": True, "require": {"headers": {name: None}}}
        handlers.append({"handler": "headers", "response": absent})
    if request.add:
        handlers.append({"handler": "headers", "request": {"add": _values(request.add)}})
    absent_ones = [
        {"match": [{"header": {name: None}}], "handle": [sets_request({name: literal(value)})]}
        for name, value in request.default.items()
    ]
    return [*absent_ones, *([{"handle": handlers}] if handlers else [])]


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
