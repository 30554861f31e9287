"""Guards whose path an app may answer under another one, too: an exact path, and a prefix without a last slash."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.guards import chosen_route, guard_of
from krm_fn.engines.path_forms import literal_beginning
from krm_fn.engines.routes import is_answered
from krm_fn.quoting import shown
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.guards import Guard
    from krm_fn.function_config.generated.values import Listener, Route, Spec
    from krm_fn.result import ResourceRef


_WITH_SLASH = ("\\$", "/?$", "/*$", ".*$", ".+$", ")?$", ")*$")
"""Ends of expressions that match a slash there, or may."""


def path_warnings(spec: Spec, ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning for each guard that holds for another set of paths than it seems to."""
    for index, listener in enumerate(spec.listeners):
        for place, route in enumerate(listener.routes):
            path = f"spec.listeners[{index}].routes[{place}].path"
            if route.match == "regex":
                yield from _before(route, listener, path, ref)
            if route.files or is_answered(route) or _is_of_grpc(route, listener):
                continue  # what is served there is the proxy's own, or a method, which has one name
            if route.match == "exact":
                yield from _exact(route, listener, path, ref)
            elif route.match == "regex":
                yield from _expression(route, listener, path, ref)
            elif route.match == "prefix" and not route.path.endswith("/"):
                yield from _without_slash(route, listener, path, ref)


def _is_of_grpc(route: Route, listener: Listener) -> bool:
    """Return whether requests are gRPC: as the settings say, or as the path does, /PACKAGE.SERVICE/METHOD."""
    upstream = route.upstream or listener.upstream
    service, _, method = route.path.removeprefix("/").partition("/")
    return route.grpc or upstream.protocol == "grpc" or ("." in service and method[:1].isupper() and "/" not in method)


def _exact(route: Route, listener: Listener, path: str, ref: ResourceRef) -> Iterator[Result]:
    guard = guard_of(route, listener)
    twin = route.path.removesuffix("/") if route.path.endswith("/") else f"{route.path}/"
    other = chosen_route(listener.routes, twin)
    if guard.is_open() or guard_of(other, listener) == guard or not twin:
        return
    message = (
        f"does not guard {shown(twin)}, which many apps answer like {shown(route.path)}: its "
        f"{_named(guard, guard_of(other, listener))} does not hold there. Add a route with path: {twin} and the same "
        f"settings, or guard all below as well: match: prefix and path: {route.path.removesuffix('/')}/."
    )
    yield Result(code=codes.GUARD_OF_EXACT_PATH, ref=ref, path=path, message=message, current_value=route.path)


def _expression(route: Route, listener: Listener, path: str, ref: ResourceRef) -> Iterator[Result]:
    guard = guard_of(route, listener)
    other = guard_of(chosen_route([each for each in listener.routes if each is not route], "/"), listener)
    if other.authenticates and not guard.authenticates and literal_beginning(route.path) == "/":
        message = (
            "must begin with a folder that is open, such as ^/assets/: it takes auth away from all paths that match, "
            f"also in folders of the app that have no route here, got {shown(route.path)}."
        )
        yield Result(code=codes.OPEN_EXPRESSION, ref=ref, path=path, message=message, current_value=route.path)
    if guard.is_open() or guard == other or not route.path.endswith("$") or route.path.endswith(_WITH_SLASH):
        return
    message = (
        "does not match a slash at the end, and many apps answer the path with it alike: its "
        f"{_named(guard, other)} does not hold there. Write {route.path[:-1]}/?$, or leave the $ out to guard all "
        "below as well."
    )
    yield Result(code=codes.GUARD_OF_EXACT_PATH, ref=ref, path=path, message=message, current_value=route.path)


def _before(route: Route, listener: Listener, path: str, ref: ResourceRef) -> Iterator[Result]:
    """Warn of a prefix that takes requests before an expression does."""
    guard, beginning = guard_of(route, listener), literal_beginning(route.path)
    anywhere = not route.path.startswith("^")
    for prefix in listener.routes:
        if prefix.match != "prefix":
            continue
        never = beginning.startswith(prefix.path)
        unguarded = not guard.is_open() and guard_of(prefix, listener) != guard
        if never or (unguarded and (anywhere or (beginning != "/" and prefix.path.startswith(beginning)))):
            what = "is never asked" if never else "does not hold"
            message = (
                f"{what} below {shown(prefix.path)}: a prefix comes before a regular expression, "
                f"got {shown(route.path)}. Write it as a longer prefix or an exact path, or give the prefix the same "
                "settings."
            )
            yield Result(code=codes.PREFIX_COMES_FIRST, ref=ref, path=path, message=message, current_value=route.path)
            return


def _without_slash(route: Route, listener: Listener, path: str, ref: ResourceRef) -> Iterator[Result]:
    guard = guard_of(route, listener)
    other = guard_of(chosen_route([each for each in listener.routes if each is not route], route.path), listener)
    if guard == other:
        return
    exact = f", and add a route with match: exact for {route.path} itself" if guard.is_open() else ""
    message = (
        f"must end with / to mean what lies below it, got {shown(route.path)}, which also matches "
        f"{shown(route.path + 'x')}: its {_named(guard, other)} holds there, too. Set path: {route.path}/{exact}."
    )
    yield Result(code=codes.PREFIX_MATCHES_MORE, ref=ref, path=path, message=message, current_value=route.path)


def _named(guard: Guard, other: Guard) -> str:
    """Return the names of the fields in which two guards differ."""
    fields = {
        "auth" if guard.authenticates else "anonymous": guard.auth != other.auth,
        "satisfy": guard.is_either != other.is_either,
        "allow": guard.allow != other.allow,
        "deny": guard.deny != other.deny,
        "rateLimit": guard.rate_limit != other.rate_limit,
        "connectionLimit": guard.connection_limit != other.connection_limit,
        "methods": guard.methods != other.methods,
    }
    *names, last = (name for name, differs in fields.items() if differs)
    return f"{', '.join(names)} and {last}" if names else last
