"""Guards: what stands between a client and the app behind a route, and which route a path leads to."""

from __future__ import annotations

from krm_fn.function_config.formats.text import is_rewrite_path
from krm_fn.function_config.generated.values import Redirect, Rewrite, Route
from krm_fn.function_config.listeners import auth_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.function_config.generated.values import Auth, Listener, RateLimit


class Guard(Record):
    """What stands between a client and a route's app."""

    auth: Auth | None
    allow: tuple[str, ...] | None
    deny: tuple[str, ...]
    rate_limit: RateLimit | None
    connection_limit: int | None
    methods: tuple[str, ...] = ()
    """Those that requests may have; none for any."""
    is_either: bool = False
    """Whether an address in `allow` is enough without `auth`, and the other way round."""

    @property
    def authenticates(self) -> bool:
        """Whether clients need credentials, or an address in their place."""
        return self.auth is not None

    def is_open(self) -> bool:
        """Whether nothing does."""
        limited = self.deny or self.rate_limit or self.connection_limit or self.methods
        return not (self.authenticates or limited) and self.allow is None


def guard_of(route: Route, listener: Listener) -> Guard:
    """Return what guards a route of a listener."""
    return Guard(
        auth=auth_of(route, listener),
        allow=route.allow,
        deny=route.deny,
        rate_limit=route.rate_limit,
        connection_limit=route.connection_limit,
        methods=allowed_methods(route),
        is_either=route.satisfy == "any",
    )


def allowed_methods(route: Route) -> tuple[str, ...]:
    """Return the methods that a route's requests may have; none where they may have any."""
    methods = dict.fromkeys(route.methods or ())
    return tuple({**methods, "HEAD": None} if "GET" in methods else methods)


_THE_REST = Route(path="/", match="prefix")


def chosen_route(routes: Iterable[Route], path: str) -> Route:
    """Return the route that takes a decoded path; one without settings where none of them does."""
    exact, prefixes, expressions = [], [_THE_REST], []
    for route in routes:
        if route.match == "exact" and route.path == path:
            exact.append(route)
        elif route.match == "prefix" and path.startswith(route.path):
            prefixes.append(route)
        elif route.match == "regex" and _matches(route.path, path):
            expressions.append(route)
    longest = max(reversed(prefixes), key=lambda route: len(route.path))
    return next(iter((*exact, *([longest] if longest is not _THE_REST else []), *expressions)), _THE_REST)


def _matches(expression: str, path: str) -> bool:
    """Return whether an expression matches a part of a path; not, where to find that out might take without end."""
    import re  # noqa: PLC0415 # few routes have an expression

    if _is_quick(expression):
        return re.search(expression, path) is not None
    from krm_fn.selectors.name_regex import NameRegex  # noqa: PLC0415 # few need it

    try:
        return NameRegex(f"(?s:.*)(?:{expression})(?s:.*)").matches(path)
    except ValueError:  # what only PCRE has
        return False


def _is_quick(expression: str) -> bool:
    """Return whether matching takes at most the square of the text's length: with two repetitions, and of no group."""
    repeats = sum(map(expression.count, "*+{"))
    of_groups = any(f"){sign}" in expression for sign in "*+{?")
    return not of_groups and repeats <= (2 if expression.startswith("^") else 1)


def bare_routes(listener: Listener) -> Iterator[Route]:
    """Yield the routes that the listener's prefixes imply for their paths without the last slash.

    To static files such a path is redirected, and keeps its query. What is guarded below a path is guarded there, too:
    many apps answer both alike.
    """
    taken = {route.path for route in listener.routes if route.match != "regex"}
    for route in listener.routes:
        bare = route.path.removesuffix("/")
        if route.match != "prefix" or bare in (route.path, "") or bare in taken:
            continue
        chosen, guard = chosen_route(listener.routes, bare), guard_of(route, listener)
        if route.files and chosen.match == "prefix":
            yield Route(
                path=bare, redirect=Redirect(to=route.path, permanent=False, query="keep"), access_log=route.access_log
            )
        elif not (
            guard.is_open() or guard == guard_of(chosen, listener) or chosen.files or chosen.redirect or chosen.respond
        ):
            yield chosen.replace(
                path=bare,
                match="exact",
                rewrite=_rewrite(chosen, bare),
                auth=route.auth,
                anonymous=route.anonymous,
                satisfy=route.satisfy,
                allow=route.allow,
                deny=route.deny,
                rate_limit=route.rate_limit,
                connection_limit=route.connection_limit,
                methods=route.methods,
            )


def _without_app(route: Route) -> bool:
    return bool(route.files or route.redirect or route.respond)


def _rewrite(chosen: Route, path: str) -> Rewrite | None:
    """Return how the route would rewrite one path; None where it does not, or where that path needs an escape."""
    if chosen.rewrite is None or chosen.match == "regex":
        return None
    new = chosen.rewrite.path or f"{chosen.rewrite.prefix}{path.removeprefix(chosen.path)}"
    return Rewrite(path=new) if is_rewrite_path(new) and "$" not in new else None
