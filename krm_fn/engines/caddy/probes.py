"""Caddy's listeners for the kubelet and Prometheus: the proxy's own health, whether the app is ready, and metrics."""

from __future__ import annotations

from krm_fn.engines.paths import request_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyPlan

_SECOND = 10**9
_METRICS = {"handler": "metrics"}
_NOTHING_ELSE = {"handle": [{"handler": "static_response", "status_code": 404}]}


def probe_routes(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the routes of the probes' listener."""
    loopback = {"remote_ip": {"ranges": ["127.0.0.0/8", "::1"]}}
    return [
        _at("/healthz", [_ok()]),
        _at("/readyz", [_ready(plan)]),
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


def _ready(plan: ProxyPlan) -> dict[str, Any]:
    """Return the handler that requests the app's path: a redirect is ready; without a path, so is any 4xx."""
    good = [3] if plan.ready.handler != "any" else [3, 4]
    return {
        "handler": "reverse_proxy",
        "rewrite": {"method": "GET", "uri": request_target(plan.ready.path)},
        "headers": {"request": {"delete": ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via"]}},
        "transport": {
            "protocol": "http",
            "compression": False,
            "dial_timeout": _SECOND,
            "response_header_timeout": 2 * _SECOND,
            "keep_alive": {"enabled": True, "idle_timeout": 4 * _SECOND},
        },
        "upstreams": [{"dial": f"127.0.0.1:{plan.listeners[0].upstream_port}"}],
        "handle_response": [
            {"match": {"status_code": good}, "routes": [{"handle": [_ok()]}]},
        ],
    }
