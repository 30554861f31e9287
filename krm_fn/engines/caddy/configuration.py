"""The configuration: servers, who the client is, compression, and logs."""

from __future__ import annotations

import json

from krm_fn.engines.caddy.access import certificates, client_steps, connection_policies, finds_client
from krm_fn.engines.caddy.entity_tags import keeps_entity_tags, leaves_other_tags
from krm_fn.engines.caddy.json_parts import nanoseconds, sets_response, size, with_prefix
from krm_fn.engines.caddy.logs import log_fields, logged, logs
from krm_fn.engines.caddy.pages import error_routes
from krm_fn.engines.caddy.probes import metrics_routes, probe_errors, probe_routes
from krm_fn.engines.caddy.request_headers import (
    before_routes,
    changes_request,
    changes_response,
    default_headers,
    redirects,
    refuses_methods,
)
from krm_fn.engines.caddy.routes import by_route, refused_paths, routes_of
from krm_fn.engines.headers import trusted_networks
from krm_fn.engines.media_types import COMPRESSED
from krm_fn.engines.routes import body_limit_of, effective_routes, is_mixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener, ProxyPlan
    from krm_fn.function_config.generated.values import Listener, Spec

_HEADERS = {"read_header_timeout": nanoseconds("60s"), "max_header_bytes": 65536}
_NO_BODIES = {**_HEADERS, "read_timeout": nanoseconds("60s")}
_SLOWEST = 8192
"""Bytes a second of the largest body."""
COUNTED_BY_APP = (2, 9)
"""The first version that counts requests by one setting, and not for each server."""


def text(plan: ProxyPlan) -> str:
    """Return the text of a plan's configuration; a RenderError where the user's patch does not fit, or is refused."""
    data = configuration(plan)
    if plan.spec.snippets.patch:
        from krm_fn.engines.caddy.patch.apply import patched  # noqa: PLC0415 # few need it

        data = patched(data, plan.spec.snippets.patch)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def configuration(plan: ProxyPlan) -> dict[str, Any]:
    """Return the configuration as plain data."""
    spec, more = plan.spec, _more_fields(plan)
    servers = {
        f"listener{index}": _server(proxy_listener, spec, more) for index, proxy_listener in enumerate(plan.listeners)
    }
    redirects = {
        f"redirect{index}": _redirect(proxy_listener.listener, proxy_listener.listener.tls.redirect_port, spec, more)
        for index, proxy_listener in enumerate(plan.listeners)
        if proxy_listener.listener.tls and proxy_listener.listener.tls.redirect_port
    }
    probes = _for_monitoring(spec.probes.port, probe_routes(plan), spec, probe_errors(plan))
    servers |= {**redirects, "probes": probes}
    if spec.companions.metrics:
        servers["metrics"] = _for_monitoring(spec.companions.metrics.port, metrics_routes(), spec)
    counts: dict[str, Any] = {"metrics": {}} if spec.companions.metrics else {}
    by_server = plan.version is not None and plan.version < COUNTED_BY_APP
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": logs(spec)},
        "apps": {
            "http": {
                "grace_period": plan.drain_seconds * 10**9,
                **({} if by_server else counts),
                "servers": {name: server | counts for name, server in servers.items()} if by_server else servers,
            },
            **certificates(spec),
        },
    }


def _more_fields(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the handlers of what is logged of splits; a RenderError where Caddy cannot make one."""
    if not any(route.split for each in plan.listeners for route in each.listener.routes):
        return []
    from krm_fn.engines.caddy.splits.fields import check_splits, version_fields  # noqa: PLC0415 # few routes have it

    check_splits(plan)
    return version_fields(plan)


def _server(proxy_listener: ProxyListener, spec: Spec, more: list[dict[str, Any]]) -> dict[str, Any]:
    listener = proxy_listener.listener
    before = [
        *log_fields(spec, more),
        *finds_client(listener, spec),
        _without_server_name(),
        *by_route(proxy_listener, spec, "response_headers", changes_response),
        *refused_paths(proxy_listener),
        *_blocked(spec),
        *before_routes(listener, spec),
        *by_route(proxy_listener, spec, "request_headers", changes_request),
        *_compression(spec),
    ]
    return {
        "listen": [_address(listener.port, spec)],
        **_wrappers(listener, spec),
        **connection_policies(listener, spec),
        "automatic_https": {"disable": True},
        "protocols": ["h1", "h2"] if listener.tls else ["h1", "h2c"],
        "idle_timeout": nanoseconds(spec.timeouts.idle),
        **_HEADERS,
        "max_header_bytes": size(spec.headers.max_request_size),
        **_whole_request(proxy_listener, spec),
        **_clients(spec),
        **client_steps(listener, spec),
        "routes": [*before, *routes_of(proxy_listener, spec)],
        "errors": {"routes": _error_routes(proxy_listener, spec)},
    }


def _error_routes(proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes for errors, which know the headers of the route that failed."""
    defaults = default_headers(spec)
    if not any(route.headers for route in proxy_listener.listener.routes):
        return error_routes(proxy_listener, defaults, _plain_error(defaults))
    sent = by_route(proxy_listener, spec, "error_headers", _default_headers)
    return [*sent, *error_routes(proxy_listener, {}, _plain_error({}))]


def _default_headers(spec: Spec) -> list[dict[str, Any]]:
    values = default_headers(spec)
    return [{"handle": [sets_response({name: [value] for name, value in values.items()})]}] if values else []


def _blocked(spec: Spec) -> list[dict[str, Any]]:
    block = spec.block
    if not (block.presets or block.paths or block.user_agents or block.methods):
        return []
    from krm_fn.engines.caddy.answers.blocks import blocked_routes  # noqa: PLC0415 # few refuse anything

    return blocked_routes(block)


def _whole_request(proxy_listener: ProxyListener, spec: Spec) -> dict[str, int]:
    """Return how long a request may take to arrive with its body: Caddy cannot bound the pauses within a body.

    Nothing where bodies have no limit, or are streams of gRPC.
    """
    routes = effective_routes(proxy_listener)
    sizes = [size(body_limit_of(route) or spec.body.max_size) for route in routes]
    if not all(sizes) or any(is_mixed(proxy_listener, route) for route in routes):
        return {}
    return {"read_timeout": nanoseconds(f"{60 + max(sizes) // _SLOWEST}s")}


def _clients(spec: Spec) -> dict[str, Any]:
    """Return who the client is, and whether its requests are logged."""
    networks = list(trusted_networks(spec))
    trust = (
        {"trusted_proxies": {"source": "static", "ranges": networks}, "trusted_proxies_strict": 1} if networks else {}
    )
    return {**trust, **logged(spec)}


def _wrappers(listener: Listener, spec: Spec) -> dict[str, Any]:
    if not listener.proxy_protocol:
        return {}
    networks = dict.fromkeys(map(with_prefix, trusted_networks(spec)))
    trust = {"allow": list(networks), "fallback_policy": "reject"}
    proxy_protocol = {"wrapper": "proxy_protocol", "timeout": nanoseconds("5s"), **trust}
    return {"listener_wrappers": [proxy_protocol, {"wrapper": "tls"}]}


def _redirect(listener: Listener, port: int, spec: Spec, more: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the server of a port without TLS, which sends clients to the listener's."""
    return {
        "listen": [_address(port, spec)],
        **_wrappers(listener, spec),
        "automatic_https": {"disable": True},
        **_NO_BODIES,
        **_clients(spec),
        **client_steps(listener, spec),
        "routes": [*log_fields(spec, more), *finds_client(listener, spec), _without_server_name(), *redirects()],
    }


def _for_monitoring(
    port: int, routes: list[dict[str, Any]], spec: Spec, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return the server of a port that is for the kubelet or Prometheus, and not for clients."""
    return {
        "listen": [_address(port, spec)],
        "routes": [_without_server_name(), refuses_methods(), *routes],
        "automatic_https": {"disable": True},
        **_NO_BODIES,
        "errors": {"routes": [*(errors or []), _plain_error(default_headers(spec))]},
    }


def _address(port: int, spec: Spec) -> str:
    return f":{port}" if spec.ipv6 else f"0.0.0.0:{port}"


def _without_server_name() -> dict[str, Any]:
    names = ["Server", "Via"]
    return {
        "handle": [
            {"handler": "headers", "response": {"delete": names}},
            {"handler": "headers", "response": {"deferred": True, "delete": names}},  # and the app's
        ]
    }


def _plain_error(defaults: dict[str, str]) -> dict[str, Any]:
    """Return the route that answers where a handler fails: the status, and one line."""
    answer = {
        "handler": "static_response",
        "status_code": "{http.error.status_code}",
        "body": "{http.error.status_code} {http.error.status_text}\n",
        "headers": {
            "Content-Type": ["text/plain"],
            **{name: [value] for name, value in defaults.items()},
        },
    }
    return {"handle": [answer]}


def _compression(spec: Spec) -> list[dict[str, Any]]:
    if not spec.compression.enabled:
        return []
    types = COMPRESSED if spec.compression.types is None else ("text/html", *spec.compression.types)
    handler = {
        "handler": "encode",
        "encodings": {"gzip": {"level": spec.compression.level}},  # zstd needs more than twice the memory
        "prefer": ["gzip"],
        "minimum_length": max(1, size(spec.compression.min_length) - 1),  # Caddy compresses what is longer than this
        "match": {
            "headers": {
                "Content-Type": [f"{each}*" for each in dict.fromkeys(types)],
                "Content-Range": None,  # Caddy 2.8 compresses parts, too, which then fit nothing that a client has
            }
        },
    }
    return [{"handle": [leaves_other_tags(), handler, keeps_entity_tags()]}]
