"""Routes of Caddy: the first of a group that matches takes the request, so they are in order of precedence.

An exact path comes first, then the longest prefix, then regular expressions in the order given, then the app.
"""

from __future__ import annotations

from krm_fn.engines.caddy.access import authentication, from_networks, maintenance
from krm_fn.engines.caddy.cors import cors_routes
from krm_fn.engines.caddy.json_parts import fails, path_matcher, pattern
from krm_fn.engines.caddy.pages import file_routes, media_types
from krm_fn.engines.caddy.proxying import proxied
from krm_fn.engines.headers import spec_of_route
from krm_fn.engines.routes import effective_routes, is_answered, lacks_root
from krm_fn.function_config.listeners import auths_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.function_config.generated.values import Route, Spec

_PRECEDENCE = {"exact": 0, "prefix": 1, "regex": 2}
_GROUP = "route"


def refused_paths(proxy_listener: ProxyListener) -> list[dict[str, Any]]:
    """Return the route that refuses requests whose path could be read as another one; none where that is no matter."""
    if len(effective_routes(proxy_listener)) == 1 and not any(True for _ in auths_of(proxy_listener.listener)):
        return []
    from krm_fn.engines.path_forms import refusals  # noqa: PLC0415 # only where there are routes

    found = refusals(proxy_listener)
    match = [
        {
            **_MATCHERS[each.subject](each.pattern),
            **({"not": [_MATCHERS[each.subject](each.unless)]} if each.unless else {}),
        }
        for each in found
    ]
    return [{"match": match, "handle": [fails(400)]}] if found else []


def _target_matcher(expression: str) -> dict[str, Any]:
    return {"vars_regexp": {"{http.request.uri}": {"pattern": expression}}}


_MATCHERS = {"target": _target_matcher, "path": path_matcher}


def routes_of(proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes of a listener: the user's, the one for everything else, and before them what several need."""
    return [
        *media_types(proxy_listener),
        *(
            _grouped(_handlers(each, proxy_listener, spec), _matcher(each), _GROUP)
            for each in _in_order(proxy_listener)
        ),
    ]


def by_route(
    proxy_listener: ProxyListener, spec: Spec, group: str, make: Callable[[Spec], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return what is made of the settings, for each route with those that it has: where none has headers, once."""
    if not any(route.headers for route in proxy_listener.listener.routes):
        return make(spec)
    routes = _in_order(proxy_listener)
    last = max(number for number, route in enumerate(routes, start=1) if route.headers)
    made = [_grouped(make(spec_of_route(spec, route)), _matcher(route), group) for route in routes[:last]]
    return [*made, {"group": group, "handle": [{"handler": "subroute", "routes": make(spec)}]}]


def _in_order(proxy_listener: ProxyListener) -> list[Route]:
    """Return the routes in the order in which they are tried."""
    every = effective_routes(proxy_listener)
    implied = every[-1:] if lacks_root(proxy_listener.listener) else ()  # it comes after the regular expressions
    ordered = sorted(
        every[: len(every) - len(implied)],
        key=lambda route: (_PRECEDENCE[route.match], _shorter(route)),
    )
    return [*ordered, *implied]


def _shorter(route: Route) -> int:
    """Return what sorts a longer prefix before a shorter one, and leaves the order of regular expressions."""
    return -len(route.path) if route.match == "prefix" else 0


def _matcher(route: Route) -> dict[str, Any]:
    if route.match == "regex":
        return path_matcher(route.path)
    return path_matcher("^" + pattern(route.path) + ("$" if route.match == "exact" else ""))


def _grouped(handle: list[dict[str, Any]], matcher: dict[str, Any], group: str) -> dict[str, Any]:
    everything = matcher == path_matcher("^/")
    match = {} if everything else {"match": [matcher]}
    return {"group": group, **match, "handle": [{"handler": "subroute", "routes": handle}]}


def _handlers(route: Route, proxy_listener: ProxyListener, spec: Spec) -> list[dict[str, Any]]:
    """Return the routes inside of a route: those that refuse, redirect, serve files, or send to the app."""
    silent = [] if route.access_log else [{"handle": [{"handler": "vars", "log_skip": True}]}]
    first = [*silent, *(cors_routes(route.cors) if route.cors else []), *maintenance(proxy_listener.listener)]
    if route.methods or is_answered(route):
        from krm_fn.engines.caddy.answers.answering import answer_routes, method_routes  # noqa: PLC0415 # few have them

        first += method_routes(route)
        if is_answered(route):
            return [*first, *answer_routes(route)]
    checks = [*first, *_networks(route), *authentication(route, proxy_listener, spec)]
    return [*checks, *(file_routes(route, proxy_listener) if route.files else proxied(proxy_listener, spec, route))]


def _networks(route: Route) -> list[dict[str, Any]]:
    """Return the routes that refuse clients by their address."""
    routes = []
    if route.deny:
        routes.append({"match": [from_networks(route.deny)], "handle": [fails(403)]})
    if route.allow is not None and route.satisfy == "all":
        others = {"match": [{"not": [from_networks(route.allow)]}]} if route.allow else {}
        routes.append({**others, "handle": [fails(403)]})
    return routes
