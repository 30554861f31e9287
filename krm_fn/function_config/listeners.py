"""Listeners and their routes: what authenticates clients, and where requests go beside the listener's own upstream."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Auth, ExternalAuth, Listener, OtherUpstream, Route


def auth_of(route: Route, listener: Listener) -> Auth | None:
    """Return what authenticates the clients of a route; None where nothing does."""
    return None if route.anonymous else route.auth or listener.auth


def auths_of(listener: Listener) -> Iterator[tuple[str, Auth]]:
    """Yield what authenticates clients, the listener's own first, and where below the listener each is set."""
    if listener.auth:
        yield "auth", listener.auth
    for index, route in enumerate(listener.routes):
        if route.auth:
            yield f"routes[{index}].auth", route.auth


def externals_of(listener: Listener) -> Iterator[tuple[str, ExternalAuth]]:
    """Yield the services among these, and where each is set."""
    for place, auth in auths_of(listener):
        if auth.external:
            yield f"{place}.external", auth.external


def other_upstreams(listener: Listener) -> Iterator[tuple[str, OtherUpstream]]:
    """Yield the upstreams of a listener other than its own, and where below it each is set."""
    for place, external in externals_of(listener):
        yield f"{place}.upstream", external.upstream
    for index, route in enumerate(listener.routes):
        if route.upstream:
            yield f"routes[{index}].upstream", route.upstream
        if route.split:
            yield f"routes[{index}].split.upstream", route.split.upstream
