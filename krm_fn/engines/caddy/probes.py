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
    return [
        _at("/healthz", [_ok()]),
        _at("/readyz", _ready(plan)),
        _NOTHING_ELSE,
    ]


def metrics_routes() -> list[dict[str, Any]]:
    """Return the routes of the listener that Prometheus scrapes."""
    return [_at("/metrics", [_METRICS]), _NOTHING_ELSE]


def _at(path: str, handle: list[dict[str, Any]], clients: dict[str, Any] | None = None) -> dict[str, Any]:
    match = {"path_regexp": {"pattern": f"^{path}$"}, **(clients or {})}
    return {"match": [match], "handle": handle, "terminal": True}


def _ok() -> dict[str, Any]:
    return _line(200, "ok")


def _line(status: int, text: str) -> dict[str, Any]:
    headers = {"Content-Type": ["text/plain"]}
    return {"handler": "static_response", "status_code": status, "body": f"{text}\n", "headers": headers}


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
        "transport": _transport(plan),
        "upstreams": [{"dial": f"unix/{check.socket}" if check.socket else f"{LOCALHOST}:{check.port}"}],
        **_answers(check),
    }
    return [
        *([] if check.host else [address]),
        deletes_request("*"),  # nothing of the client's reaches the app; before this, the proxy would upgrade
        *(_message(plan) if check.handler == "grpc" else []),
        asks,
    ]


def _transport(plan: ProxyPlan) -> dict[str, Any]:
    check = plan.ready
    if check.script:
        from krm_fn.engines.caddy.fastcgi.php import ready_transport  # noqa: PLC0415 # few apps speak it

        return ready_transport(check, request_target(check.path), _SECOND)
    return {
        "protocol": "http",
        **_versions(check),
        **(_tls(plan) if check.tls else {}),
        "compression": False,
        "dial_timeout": check.timeout * _SECOND if check.tls else _SECOND,
        "response_header_timeout": check.timeout * _SECOND,
        "keep_alive": {"enabled": False},
    }


def _request(check: ReadyCheck) -> dict[str, str]:
    if check.handler == "grpc":
        return {"method": "POST", "uri": "/grpc.health.v1.Health/Check?"}
    target = request_target(check.path)
    return {"method": "GET", "uri": literal(target if "?" in target else f"{target}?")}


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
    """Return what is said in place of the app's answers: no client gets anything of them but the status."""
    ready = {"http": [2, 3], "any": [2, 3, 4], "grpc": [2]}.get(check.handler)
    match = {"match": {"status_code": ready}} if ready else {}
    yes = {**match, "routes": [{"handle": [_ok()]}]}
    no = {"routes": [{"handle": [_unready("{http.reverse_proxy.status_code}")]}]}
    return {"handle_response": [yes, no] if match else [yes]}


def _unready(status: str) -> dict[str, Any]:
    return _line(503, f"the app: {status}")


def _message(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the handler that sends an empty message; an older Caddy sends none at all."""
    if plan.version is not None and plan.version < _SETS_BODIES:
        return []
    return [{"handler": "request_body", "set": _EMPTY_MESSAGE}]


def probe_errors(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the routes for errors of the probes' listener: a connection that is accepted may be all that is needed."""
    refused = {"vars_regexp": {"{http.error.message}": {"pattern": "^dial "}}}
    connected = [_at("/readyz", [_ok()], {"not": [refused]})] if plan.ready.handler == "tcp" else []
    away = {"vars_regexp": {"{http.error.status_code}": {"pattern": "^50"}}}
    return [*connected, _at("/readyz", [_unready("{http.error.status_code}")], away)]


def _values(headers: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Return the values by name, as Go writes names."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault("-".join(part.capitalize() for part in name.split("-")), []).append(literal(value))
    return values


def _only(values: dict[str, list[str]], *, several: bool) -> dict[str, list[str]]:
    return {name: each for name, each in values.items() if (len(each) > 1) is several}
