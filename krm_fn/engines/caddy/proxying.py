"""Caddy's handlers that send a request to the app, or to another upstream that a route names."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import literal, nanoseconds, pattern, size
from krm_fn.engines.routes import Address, address_of, body_limit_of, idle_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import OtherUpstream, Route, Spec

REWRITTEN = "route"
"""The name under which the groups of a route's regular expression are kept."""


def proxied(proxy_listener: ProxyListener, spec: Spec, route: Route) -> list[dict[str, Any]]:
    """Return the routes that send a request to its upstream, rewritten and split as the route says."""
    limit = body_limit_of(route) or spec.body.max_size
    before: list[dict[str, Any]] = [{"handler": "request_body", "max_size": size(limit)}] if size(limit) else []
    before += _rewrites(route) if route.rewrite else []
    if route.split is None:
        return [{"handle": [*before, upstream(proxy_listener, spec, route, [route.upstream])]}]
    routes: list[dict[str, Any]] = [{"handle": before}] if before else []
    there: dict[str, Any] = {"handle": [upstream(proxy_listener, spec, route, [route.split.upstream])]}
    usual: dict[str, Any] = {"handle": [upstream(proxy_listener, spec, route, [route.upstream])]}
    for name, value in (("always", there), ("never", usual)):
        matchers = _forced(route, name)
        routes += [{**value, "match": matchers, "terminal": True}] if matchers else []
    if route.split.percent in (0, 100):
        return [*routes, there if route.split.percent else usual]
    weights = [route.split.percent, 100 - route.split.percent]
    return [
        *routes,
        {"handle": [upstream(proxy_listener, spec, route, [route.split.upstream, route.upstream], weights)]},
    ]


def _forced(route: Route, word: str) -> list[dict[str, Any]]:
    """Return the matchers of requests whose header, else whose cookie, has the word."""
    assert route.split  # noqa: S101 # the caller has checked
    matchers: list[dict[str, Any]] = []
    header, cookie = route.split.header, route.split.cookie
    if header:
        matchers.append({"header_regexp": {header: {"pattern": f"(?i)^{word}$"}}})
    if cookie:
        text = rf"(?i)(^|[;,\s]){pattern(cookie)}\s*=\s*{word}\s*(;|$)"
        silent = {"not": [{"header_regexp": {header: {"pattern": "(?i)^(always|never)$"}}}]} if header else {}
        matchers.append({"header_regexp": {"Cookie": {"pattern": text}}, **silent})
    return matchers


def upstream(
    proxy_listener: ProxyListener,
    spec: Spec,
    route: Route,
    others: list[OtherUpstream | None],
    weights: list[int] | None = None,
) -> dict[str, Any]:
    """Return the handler that sends the request to one of some upstreams."""
    idle = idle_of(route)
    handler: dict[str, Any] = {
        "handler": "reverse_proxy",
        "flush_interval": -1,
        "headers": {"request": {"set": {"X-Real-IP": ["{http.vars.client_ip}"]}, "delete": ["Forwarded", "Proxy"]}},
        "transport": transport(spec, route.timeouts.read or idle, route.timeouts.send or idle, grpc=route.grpc),
        "upstreams": [{"dial": dial(address_of(proxy_listener, other))} for other in others],
    }
    if weights:
        handler["load_balancing"] = {"selection_policy": {"policy": "weighted_round_robin", "weights": weights}}
    if route.grpc:  # flushed at once, an answer of trailers alone would get headers and an empty body
        handler.pop("flush_interval")
    if proxy_listener.listener.error_pages.of_app:
        statuses = [status for each in proxy_listener.listener.error_pages.pages for status in each.statuses]
        error = {"handler": "error", "status_code": "{http.reverse_proxy.status_code}"}
        handler["handle_response"] = [{"match": {"status_code": statuses}, "routes": [{"handle": [error]}]}]
    return handler


def transport(spec: Spec, read: str | None = None, send: str | None = None, *, grpc: bool = False) -> dict[str, Any]:
    """Return how to connect to an upstream; `read` and `send` are timeouts in place of those under `spec.timeouts`."""
    reading = nanoseconds(read or spec.timeouts.read)
    keepalive = {
        "enabled": True,
        "idle_timeout": nanoseconds(spec.keepalive.idle),
        "max_idle_conns_per_host": spec.keepalive.connections,
    }
    return {
        "protocol": "http",
        **({"versions": ["h2c", "2"]} if grpc else {}),
        "compression": False,
        "dial_timeout": nanoseconds(spec.timeouts.connect),
        "response_header_timeout": reading,
        "read_timeout": reading,
        "write_timeout": nanoseconds(send or spec.timeouts.send),
        "read_buffer_size": 16384,
        "keep_alive": keepalive,
    }


def dial(address: Address) -> str:
    """Return an address as Caddy writes it."""
    return f"unix/{address.socket}" if address.socket else f"{address.host}:{address.port}"


def _rewrites(route: Route) -> list[dict[str, Any]]:
    """Return the handlers that replace the request's path, or the route's prefix in it."""
    assert route.rewrite  # noqa: S101 # the caller has checked
    if route.rewrite.path is None:
        stripped = {"handler": "rewrite", "strip_path_prefix": literal(route.path.removesuffix("/"))}
        prefix = str(route.rewrite.prefix).removesuffix("/")
        return [
            stripped,
            *([{"handler": "rewrite", "uri": prefix + "{http.request.uri.path}"}] if prefix else []),
        ]
    first, *groups = route.rewrite.path.split("$")
    named = "".join(f"{{http.regexp.{REWRITTEN}.{group[0]}}}{group[1:]}" for group in groups)
    return [{"handler": "rewrite", "uri": first + named}]
