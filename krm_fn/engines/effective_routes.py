"""The routes of a listener with those that its other settings imply."""

from __future__ import annotations

from krm_fn.function_config.values import Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import Listener


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
