"""What listeners and routes imply for every engine: more routes, limits, and the addresses of their upstreams."""

from __future__ import annotations

from krm_fn.function_config.generated.values import Route, UpstreamTLS
from krm_fn.function_config.listeners import auths_of, externals_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import Protocol, ProxyListener
    from krm_fn.function_config.generated.values import Listener, Maintenance, OtherUpstream, Redirect, Upstream

_LONG_IDLE = "1h"


def effective_routes(proxy_listener: ProxyListener) -> tuple[Route, ...]:
    """Return the user's routes, those that they imply, auth services' own, and one to the app for the rest.

    Those to what speaks gRPC alone have `grpc`.
    """
    listener = proxy_listener.listener
    routes = (*listener.routes, *_implied_routes(listener))
    routes = (*routes, Route(path="/", match="prefix")) if lacks_root(listener) else routes
    return tuple(route.replace(grpc=True) if _is_grpc(proxy_listener, route) else route for route in routes)


def _implied_routes(listener: Listener) -> tuple[Route, ...]:
    """Return the routes that a listener's own imply, and those for what auth services themselves answer."""
    routes: tuple[Route, ...] = ()
    if listener.routes:
        from krm_fn.engines.guards import bare_routes  # noqa: PLC0415 # only where there are routes

        routes = tuple(bare_routes(listener))
    own = {external.own_prefix: external for _, external in externals_of(listener) if external.own_prefix}
    return (
        *routes,
        *(Route(path=path, match="prefix", upstream=each.upstream, anonymous=True) for path, each in own.items()),
    )


def _is_grpc(proxy_listener: ProxyListener, route: Route) -> bool:
    if route.grpc or route.files or is_answered(route):
        return False
    return destination_of(proxy_listener, route.upstream).protocol == "grpc"


def lacks_root(listener: Listener) -> bool:
    """Return whether no route of the user's takes the rest."""
    return not any(map(is_root, listener.routes))


def is_mixed(proxy_listener: ProxyListener, route: Route) -> bool:
    """Return whether a route's requests go to an app that speaks gRPC as well, and can be gRPC."""
    if route.upstream or route.grpc or "grpc" not in proxy_listener.protocols[1:] or is_answered(route):
        return False
    return not (route.files or route.cache or route.rewrite or route.substitution or route.buffering)


def is_root(route: Route) -> bool:
    """Return whether a route takes every request that no other route takes."""
    return route.path == "/" and route.match == "prefix"


def is_answered(route: Route) -> bool:
    """Return whether the proxy itself answers, whoever asks: by a redirect, or always the same."""
    return bool(route.redirect or route.respond)


def adds_slash(route: Route) -> bool:
    """Return whether all that a route's redirect does is to add a slash."""
    return route.redirect is not None and route.redirect.to == f"{route.path}/"


def redirect_status(redirect: Redirect) -> int:
    """Return the status of a redirect."""
    return redirect.status or (308 if redirect.permanent else 307)


def keeps_query(redirect: Redirect) -> bool:
    """Return whether a redirect keeps the request's query."""
    return "?" not in redirect.to.partition("#")[0] if redirect.query is None else redirect.query == "keep"


def has_groups(route: Route) -> bool:
    """Return whether a route's redirect has parts of the path: `$` and a digit, but in an exact route."""
    to = route.redirect.to if route.redirect else ""
    return route.match != "exact" and any(part[:1] in _GROUPS for part in to.split("$")[1:] if part)


_GROUPS = "123456789"


def requires_credentials(listener: Listener) -> bool:
    """Return whether a listener refuses clients without credentials, on some of its routes at least."""
    return any(True for _ in auths_of(listener)) or requires_certificate(listener)


def requires_certificate(listener: Listener) -> bool:
    """Return whether a listener refuses clients without a certificate."""
    return bool(listener.tls and listener.tls.clients and listener.tls.clients.required)


def route_of(listener: Listener, path: str) -> Route:
    """Return the route that takes requests for a path."""
    from krm_fn.engines.guards import chosen_route  # noqa: PLC0415 # only for a listener that asks for credentials

    return chosen_route((*listener.routes, *_implied_routes(listener)), path)


def idle_of(route: Route) -> str | None:
    """Return how long a route's connections may be idle where it sets no timeouts; None: as long as on other routes."""
    return _LONG_IDLE if route.websocket or route.grpc else None


def body_limit_of(route: Route) -> str | None:
    """Return a route's own body limit, "0" (no limit) for gRPC; None where `spec.body.maxSize` holds."""
    return route.max_body_size or ("0" if route.grpc else None)


def maintenance_of(listener: Listener) -> Maintenance | None:
    """Return the maintenance that is in force."""
    return listener.maintenance if listener.maintenance and listener.maintenance.enabled else None


LOCALHOST = "127.0.0.1"


class Address(Record):
    """A TCP port of a host, or a Unix socket."""

    host: str = LOCALHOST
    """Name or address; for a Service, its name in the cluster's DNS."""
    port: int = 0
    socket: str = ""
    """Path of the socket, in place of host and port."""


def address_of(proxy_listener: ProxyListener, other: OtherUpstream | None) -> Address:
    """Return the address of a route's upstream; None is the listener's own. Its port must be a number."""
    if other is None:
        return Address(port=proxy_listener.upstream_port, socket=proxy_listener.listener.upstream.socket or "")
    if other.socket:
        return Address(socket=other.socket)
    if other.service:
        namespace = f".{other.service.namespace}.svc" if other.service.namespace else ""
        return Address(host=other.service.name + namespace, port=other.service.port)
    return Address(port=int(other.port or 0))


class Destination(Record):
    """Where requests are sent, and what is spoken there."""

    address: Address
    protocol: Protocol
    tls: UpstreamTLS | None = None
    """How to connect by TLS; None: without."""
    host: str = ""
    """The Host header that it is sent; empty for the client's."""
    rewrites_location: bool = True
    """Whether an address of its own in its answers is made a path."""


def destination_of(proxy_listener: ProxyListener, other: OtherUpstream | None, *, grpc: bool = False) -> Destination:
    """Return the destination of a route's requests, or of those by gRPC; None is the listener's own upstream."""
    if other is None:
        protocol, tls = proxy_listener.protocols[0], proxy_listener.tls
        settings: Upstream | OtherUpstream = proxy_listener.listener.upstream
    else:
        protocol, tls, settings = protocol_of(other), other.tls, other
    if protocol == "https" and tls is None:
        tls = UpstreamTLS()
    address = address_of(proxy_listener, other)
    return Destination(
        address=address,
        protocol="grpc" if grpc else protocol,
        tls=tls,
        host=_host_header(settings.host, address, usual=443 if tls else 80),
        rewrites_location=settings.rewrite_location,
    )


def alike(one: Destination, other: Destination) -> bool:
    """Return whether two destinations differ in their address alone, so that one handler can choose between them."""
    return (one.protocol, one.host) == (other.protocol, other.host) and not (one.tls or other.tls)


def _host_header(setting: str, address: Address, usual: int) -> str:
    """Return the Host header of an upstream; empty for the client's."""
    if setting in ("client", "upstream"):
        if setting == "client":
            return ""
        host = "localhost" if address.host == LOCALHOST else address.host
        return host if address.port in (0, usual) else f"{host}:{address.port}"
    return setting


def protocol_of(upstream: Upstream | OtherUpstream) -> Protocol:
    """Return what an upstream speaks where nothing but its own settings says so."""
    if upstream.protocol == "auto":
        return "https" if upstream.tls else "http"
    return upstream.protocol
