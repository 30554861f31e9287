"""Caddy's listeners for the kubelet and Prometheus: the proxy's own health, whether the app is ready, and metrics."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import deletes_request, literal
from krm_fn.engines.headers import probe_headers
from krm_fn.engines.paths import request_target
from krm_fn.engines.routes import LOCALHOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyPlan, ReadyCheck

_SECOND = 10**9
_HOST = "{ready_host}"
"""The Pod's address and the app's port."""
_GRPC = {"Content-Type": ["application/grpc"], "Te": ["trailers"]}
_EMPTY_MESSAGE = "\0" * 5
"""A message of gRPC: it is not compressed, and has no bytes."""
_SETS_BODIES = (2, 10)
"""The first version that can send a body of its own."""
_METRICS = {"handler": "metrics"}
_NOTHING_ELSE = {"handle": [{"handler": "static_response", "status_code": 404}]}


def probe_routes(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the routes of the probes' listener."""
    loopback = {"remote_ip": {"ranges": ["127.0.0.0/8", "::1"]}}
    return [
        _at("/healthz", [_ok()]),
        _at("/readyz", _ready(plan)),
        _at("/stub_status", [_METRICS], loopback),
        _NOTHING_ELSE,
    ]


def metrics_routes() -> list[dict[str, Any]]:
    """Return the routes of the listener that Prometheus scrapes."""
    return [_at("/metrics", [_METRICS]), _NOTHING_ELSE]


def _at(path: str, handle: list[dict[str, Any]], clients: dict[str, Any] | None = None) -> dict[str, Any]:
    match = {"path_regexp": {"pattern": f"^{path}$"}, **(clients or {})}
    return {"match": [match], "handle": handle, "terminal": True}


def _ok() -> dict[str, Any]:
    headers = {"Content-Type": ["text/plain"]}
    return {"handler": "static_response", "status_code": 200, "body": "ok\n", "headers": headers}


def _ready(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the handlers that request of the app what its probe does, each time by a new connection."""
    check = plan.ready
    address = {
        "handler": "map",
        "source": "{http.request.local}",
        "destinations": [_HOST],
        "mappings": [{"input_regexp": "^(.*):[0-9]+$", "outputs": [f"${{1}}:{check.port}"]}],
    }
    headers = _values(probe_headers(check.headers))
    added = _only(headers, several=True)  # what is set is one value
    fixed = {"Host": [literal(check.host) or _HOST], **(_GRPC if check.handler == "grpc" else {})}
    asks = {
        "handler": "reverse_proxy",
        "rewrite": _request(check),
        "headers": {
            "request": {
                "set": {**_only(headers, several=False), **fixed},
                **({"add": added} if added else {}),
                "delete": ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via"],
            }
        },
        "transport": {
            "protocol": "http",
            **_versions(check),
            **(_tls(plan) if check.tls else {}),
            "compression": False,
            "dial_timeout": check.timeout * _SECOND if check.tls else _SECOND,
            "response_header_timeout": check.timeout * _SECOND,
            "keep_alive": {"enabled": False},
        },
        "upstreams": [{"dial": f"unix/{check.socket}" if check.socket else f"{LOCALHOST}:{check.port}"}],
        **_answers(check),
    }
    return [
        *([] if check.host else [address]),
        *([deletes_request(*(name for name in added if "*" not in name))] if added else []),
        *(_message(plan) if check.handler == "grpc" else []),
        asks,
    ]


def _request(check: ReadyCheck) -> dict[str, str]:
    if check.handler == "grpc":
        return {"method": "POST", "uri": "/grpc.health.v1.Health/Check"}
    return {"method": "GET", "uri": literal(request_target(check.path))}


def _versions(check: ReadyCheck) -> dict[str, Any]:
    if check.http2 or check.handler == "grpc":
        return {"versions": ["2"] if check.tls else ["h2c", "2"]}
    return {"versions": ["1.1"]} if check.tls else {}


def _tls(plan: ProxyPlan) -> dict[str, Any]:
    from krm_fn.engines.upstream_tls import ready_certificate  # noqa: PLC0415 # few apps need it

    certificate, key = ready_certificate(plan)
    files = {"client_certificate_file": certificate, "client_certificate_key_file": key} if certificate else {}
    return {"tls": {"insecure_skip_verify": True, **files}}


def _answers(check: ReadyCheck) -> dict[str, Any]:
    """Return what is done with answers: those that count as ready become ours, others are passed on."""
    ready = {"http": {"status_code": [3]}, "any": {"status_code": [3, 4]}, "tcp": {}}.get(check.handler)
    if ready is None:
        return {}
    return {"handle_response": [{**({"match": ready} if ready else {}), "routes": [{"handle": [_ok()]}]}]}


def _message(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the handler that sends an empty message; an older Caddy sends none at all."""
    if plan.version is not None and plan.version < _SETS_BODIES:
        return []
    return [{"handler": "request_body", "set": _EMPTY_MESSAGE}]


def probe_errors(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the routes for errors of the probes' listener: a connection that is accepted may be all that is needed."""
    if plan.ready.handler != "tcp":
        return []
    refused = {"vars_regexp": {"{http.error.message}": {"pattern": "^dial "}}}
    return [_at("/readyz", [_ok()], {"not": [refused]})]


def _values(headers: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Return the values by name, as Go writes names."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault("-".join(part.capitalize() for part in name.split("-")), []).append(literal(value))
    return values


def _only(values: dict[str, list[str]], *, several: bool) -> dict[str, list[str]]:
    return {name: each for name, each in values.items() if (len(each) > 1) is several}
