"""Guards that a path below the front controller's own would pass by: apps read /index.php/admin as /admin."""

from __future__ import annotations

from krm_fn.engines.fastcgi.scripts import settings_of
from krm_fn.engines.guards import chosen_route, guard_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Route


def below_front(proxy_listener: ProxyListener, routes: Iterable[Route]) -> Iterator[str]:
    """Yield the expressions of decoded paths below a front controller that are of a route with another guard."""
    listener, routes = proxy_listener.listener, tuple(routes)
    upstreams = [
        *([None] if listener.upstream.protocol == "fastcgi" else []),
        *(route.upstream for route in routes if route.upstream and route.upstream.protocol == "fastcgi"),
    ]
    for front in dict.fromkeys(f"/{settings_of(proxy_listener, each).index}" for each in upstreams):
        escaped = front.replace(".", "\\.")
        for route in routes:
            if route.redirect or route.respond:
                continue
            path = "/" if route.match == "regex" else route.path
            other = chosen_route(routes, front + path)
            if guard_of(other, listener) == guard_of(route, listener):
                continue
            if route.match == "regex":
                yield f"^{escaped}/"
            elif route.path != "/":
                end = r"/*\z" if route.match == "exact" else ""
                yield f"^(?i:{escaped}{_spelled(route.path)}){end}"


def _spelled(path: str) -> str:
    """Return the expression of a path in which each slash may be several."""
    return "".join("/+" if char == "/" else char if char.isalnum() else f"\\{char}" for char in path)
