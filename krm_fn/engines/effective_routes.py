"""What the settings of listeners and routes imply, whatever the engine: more routes, limits, and what is in force."""

from __future__ import annotations

from krm_fn.function_config.values import Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import Listener, Maintenance

_LONG_IDLE = "1h"


def effective_routes(listener: Listener) -> tuple[Route, ...]:
    """Return the user's routes, those that the auth service answers itself, and, if need be, all else to the app."""
    external = listener.auth.external if listener.auth else None
    routes = listener.routes
    if external and external.own_prefix:
        own = Route(path=external.own_prefix, match="prefix", upstream=external.upstream, anonymous=True)
        routes = (*routes, own)
    return routes if any(map(is_root, routes)) else (*routes, Route(path="/", match="prefix"))


def is_root(route: Route) -> bool:
    """Tell whether a route takes all that no other takes."""
    return route.path == "/" and route.match == "prefix"


def idle_of(route: Route) -> str | None:
    """Return how long a route's connections may be idle where it sets no timeouts; None as long as all others."""
    return _LONG_IDLE if route.websocket or route.grpc else None


def body_limit_of(route: Route) -> str | None:
    """Return a route's own limit of bodies: none for the streams of gRPC; None where that of all holds."""
    return route.max_body_size or ("0" if route.grpc else None)


def maintenance_of(listener: Listener) -> Maintenance | None:
    """Return the maintenance that is in force."""
    return listener.maintenance if listener.maintenance and listener.maintenance.enabled else None
