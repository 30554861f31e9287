"""Caddy's handlers that send a request to the app, or to another upstream that a route names."""

from __future__ import annotations

from krm_fn.engines.caddy.json_parts import dial, fails, nanoseconds, path_matcher, pattern, size
from krm_fn.engines.caddy.outward import outward_changes
from krm_fn.engines.routes import Destination, body_limit_of, destination_of, idle_of, is_mixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Route, Spec


def proxied(proxy_listener: ProxyListener, spec: Spec, route: Route) -> list[dict[str, Any]]:
    """Return the routes that send a request to its upstream, rewritten and split as the route says."""
    if is_mixed(proxy_listener, route):
        by_grpc = proxied(proxy_listener.replace(protocols=("grpc",)), spec, route.replace(grpc=True, split=None))
        handler = {"handler": "subroute", "routes": by_grpc}
        by_http = proxied(proxy_listener.replace(protocols=proxy_listener.protocols[:1]), spec, route)
        return [{"match": [_OF_GRPC], "handle": [handler], "terminal": True}, *by_http]
    usual = destination_of(proxy_listener, route.upstream, grpc=route.grpc)
    limit = body_limit_of(route) or spec.body.max_size
    before: list[dict[str, Any]] = [{"handler": "request_body", "max_size": size(limit)}] if size(limit) else []
    before += _rewrites(proxy_listener, spec, route) if route.rewrite else []
    if usual.protocol == "fastcgi":
        from krm_fn.engines.caddy.fastcgi.php import through_fastcgi  # noqa: PLC0415 # few apps speak it

        return through_fastcgi(proxy_listener, route, before, upstream(proxy_listener, spec, route, [usual]))
    if route.split is None:
        return [{"handle": [*before, upstream(proxy_listener, spec, route, [usual])]}]
    from krm_fn.engines.caddy.splits.choosing import split_routes  # noqa: PLC0415 # few routes have it

    others = destination_of(proxy_listener, route.split.upstream, grpc=route.grpc)
    chosen = split_routes(
        route.split, (usual, others), proxy_listener.salt, lambda found: upstream(proxy_listener, spec, route, found)
    )
    return [*([{"handle": before}] if before else []), *chosen]


_OF_GRPC = {"header_regexp": {"Content-Type": {"pattern": "(?i)^application/grpc([+; ]|$)"}}}


def upstream(
    proxy_listener: ProxyListener, spec: Spec, route: Route, destinations: list[Destination]
) -> dict[str, Any]:
    """Return the handler that sends the request to one of some upstreams that differ in their address alone."""
    idle = idle_of(route)
    handler: dict[str, Any] = {
        "handler": "reverse_proxy",
        "flush_interval": -1,
        "headers": {
            "request": {
                "set": {"X-Real-IP": ["{http.vars.client_ip}"], **same_host(destinations[0])},
                "delete": ["Forwarded", "Proxy"],
            },
            **outward_changes(proxy_listener, route, destinations),
        },
        "transport": transport(destinations[0], spec, route.timeouts.read or idle, route.timeouts.send or idle),
        "upstreams": [{"dial": dial(destination)} for destination in destinations],
    }
    if route.grpc:  # flushed at once, an answer of trailers alone would get headers and an empty body
        handler.pop("flush_interval")
    if proxy_listener.listener.error_pages.of_app:
        statuses = [status for each in proxy_listener.listener.error_pages.pages for status in each.statuses]
        error = {"handler": "error", "status_code": "{http.reverse_proxy.status_code}"}
        handler["handle_response"] = [{"match": {"status_code": statuses}, "routes": [{"handle": [error]}]}]
    return handler


def transport(destination: Destination, spec: Spec, read: str | None = None, send: str | None = None) -> dict[str, Any]:
    """Return how to connect to a destination, with timeouts in place of those under `spec.timeouts`."""
    reading, longest = nanoseconds(read or spec.timeouts.read), spec.headers.max_response_size
    keepalive = {
        "enabled": True,
        "idle_timeout": nanoseconds(spec.keepalive.idle),
        "max_idle_conns_per_host": spec.keepalive.connections,
    }
    return {
        "protocol": "http",
        **_versions(destination),
        **_tls(destination, spec),
        "compression": False,
        "dial_timeout": nanoseconds(spec.timeouts.connect),
        "response_header_timeout": reading,
        "read_timeout": reading,
        "write_timeout": nanoseconds(send or spec.timeouts.send),
        "read_buffer_size": 16384,
        **({"max_response_header_size": size(longest)} if longest else {}),
        "keep_alive": keepalive,
    }


def same_host(destination: Destination) -> dict[str, list[str]]:
    """Return the destination's own Host header, or the client's with TLS, to which Caddy else sends the address."""
    if destination.host:
        return {"Host": [destination.host]}
    return {"Host": ["{http.request.hostport}"]} if destination.tls else {}


def _versions(destination: Destination) -> dict[str, list[str]]:
    if destination.protocol in ("grpc", "h2c"):
        return {"versions": ["2"] if destination.tls else ["h2c", "2"]}
    return {"versions": ["1.1"]} if destination.tls else {}


def _tls(destination: Destination, spec: Spec) -> dict[str, Any]:
    if not destination.tls:
        return {}
    from krm_fn.engines.upstream_tls import connection_tls  # noqa: PLC0415 # few upstreams need it

    tls = connection_tls(destination, spec)
    settings: dict[str, Any] = {
        "ca": {"provider": "file", "pem_files": [tls.authority]} if tls.verify else None,
        "insecure_skip_verify": not tls.verify,
        "server_name": tls.server_name,
        "client_certificate_file": tls.certificate,
        "client_certificate_key_file": tls.key,
    }
    return {"tls": {name: value for name, value in settings.items() if value}}


def _rewrites(proxy_listener: ProxyListener, spec: Spec, route: Route) -> list[dict[str, Any]]:
    """Return the handlers that replace the request's path, or a part of it.

    What stays is taken from the path as the client sent it, with the same expression. Only a path that is not of that
    form there is rewritten in its decoded form, where that form cannot be mistaken for an encoded one.
    """
    assert route.rewrite  # noqa: S101 # the caller has checked
    from krm_fn.engines.path_forms import refused_when_rewritten, spelling  # noqa: PLC0415 # few routes have it

    if route.rewrite.path is None:
        of_target, decoded = f"^{spelling(route.path)}(.*)$", f"^{pattern(route.path)}(?s:(.*))$"
        first, *groups = f"{route.rewrite.prefix}$1".split("$")
    elif "$" in route.rewrite.path:
        of_target, decoded = f"^(?s:.*?)(?:{route.path})(?s:.*)$", route.path
        first, *groups = route.rewrite.path.split("$")
    else:
        return [{"handler": "rewrite", "uri": route.rewrite.path}]
    kept = {
        "find": of_target,
        "replace": first + "".join(f"$\\{{{group[0]}}}{group[1:]}" for group in groups),
    }
    named = first + "".join(f"{{http.regexp.{_DECODED}.{group[0]}}}{group[1:]}" for group in groups)
    path = {
        "handler": "map",
        "source": "{http.request.uri}",
        "destinations": [_SENT],
        "mappings": [{"input_regexp": "^([^?]*)", "outputs": ["${1}"]}],
    }
    lost = [
        {"vars_regexp": {_SENT: {"pattern": "%2[Ff]"}}},
        {"vars_regexp": {"{http.request.uri.path}": {"pattern": "[%?#]"}}},
    ]
    forms: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
        ([{"vars_regexp": {_SENT: {"pattern": of_target}}}], {"handler": "rewrite", "path_regexp": [kept]}),
        (lost, fails(400)),
        ([path_matcher(decoded, _DECODED)], {"handler": "rewrite", "uri": named}),
    ]
    first_of = [{"group": "rewrite", "match": match, "handle": [handler]} for match, handler in forms]
    refused = [
        {"vars_regexp": {"{http.request.uri}": {"pattern": each}}} for each in refused_when_rewritten(proxy_listener)
    ]
    checked = {"match": refused, "handle": [fails(400)]}
    return [{"handler": "subroute", "routes": [{"handle": [path]}, *first_of, checked, *_blocked(spec)]}]


def _blocked(spec: Spec) -> list[dict[str, Any]]:
    """Return the route that refuses what is blocked, by the path to which a rewrite has led."""
    if not (spec.block.paths or spec.block.presets):
        return []
    from krm_fn.engines.path_forms import blocked_paths, blocked_targets  # noqa: PLC0415 # few refuse anything

    targets = [{"vars_regexp": {"{http.request.uri}": {"pattern": each}}} for each in blocked_targets(spec.block)]
    match = [*targets, *map(path_matcher, blocked_paths(spec.block))]
    return [{"match": match, "handle": [fails(spec.block.status)]}]


_SENT = "{sent_path}"
"""The path of the request's target, as it is sent on."""
_DECODED = "decoded"
"""The name under which the groups of the expression are kept that matched the decoded path."""
