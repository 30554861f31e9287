"""What a route becomes: a location block, and for the cache the cookies that lead past it."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.rendering import Token
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.engines.proxy import Front
    from krm_fn.function_config.values import Route

_MODIFIERS = {"exact": Token("= "), "prefix": Token("^~ "), "regex": Token("~ ")}
_IDLE_WEBSOCKET = "1h"


class CookieMap(Record):
    """A map whose variable is 1 for requests with one of some cookies."""

    variable: Token
    names: tuple[str, ...] | None
    """None: any cookie."""
    patterns: tuple[str, ...]
    """The map's keys."""


class Limit(Record):
    """A limit of requests, which counts for one route."""

    zone: Token
    per_second: int
    burst: int


class Location(Record):
    """A location block of nginx."""

    route: Route
    modifier: Token
    hidden: str | None
    """Static files under a prefix: a regular expression for the paths with a dot at a segment's start."""
    fallback: str
    """The path of the file that is served where there is none; empty for no such file."""
    slashed: bool
    """A proxied prefix that ends in a slash: nginx would redirect the path without it, before the app is asked."""
    read_timeout: str | None
    send_timeout: str | None
    redirect_status: int
    limit: Limit | None
    streams: bool
    """Request bodies go to the app unbuffered."""
    bypass: tuple[Token, ...]
    """The variables that lead a request past the cache."""


def locations_of(front: Front, cookie_maps: tuple[CookieMap, ...]) -> tuple[Location, ...]:
    """Return the locations for the routes of a front, in their order: regular expressions are tried in it."""
    port = front.listener.port
    return tuple(
        _location(route, cookie_maps, _limit(route, f"limit_{port}_{index}"))
        for index, route in enumerate(front.listener.routes)
    )


def cookie_maps_of(routes: Iterable[Route]) -> tuple[CookieMap, ...]:
    """Return a map for each set of cookies that lead past the cache on one of the routes."""
    wanted = dict.fromkeys(route.cache.bypass_cookies for route in routes if route.cache)
    named = [names for names in wanted if names]
    maps = [
        CookieMap(variable=Token(f"with_cookie_{number}"), names=names, patterns=tuple(map(_cookie_pattern, names)))
        for number, names in enumerate(named, start=1)
    ]
    return (*([_ANY_COOKIE] if None in wanted else []), *maps)


def is_unlimited(max_body_size: str) -> bool:
    """Whether the size is 0, however it is spelled."""
    return not max_body_size.rstrip("kmg").strip("0")


_ANY_COOKIE = CookieMap(variable=Token("with_cookie"), names=None, patterns=())


def _limit(route: Route, zone: str) -> Limit | None:
    limit = route.rate_limit
    return Limit(zone=Token(zone), per_second=limit.per_second, burst=limit.burst) if limit else None


def _location(route: Route, cookie_maps: tuple[CookieMap, ...], limit: Limit | None) -> Location:
    under_slash = route.match == "prefix" and route.path.endswith("/")
    idle = _IDLE_WEBSOCKET if route.websocket else None
    return Location(
        route=route,
        modifier=_MODIFIERS[route.match],
        hidden=rf"^{regex_of(route.path)}(.*/)?\." if route.files and under_slash else None,
        fallback=route.path + route.files.fallback if route.files and route.files.fallback else "",
        slashed=under_slash and not route.files and not route.redirect and route.path != "/",
        read_timeout=route.timeouts.read or idle,
        send_timeout=route.timeouts.send or idle,
        limit=limit,
        redirect_status=308 if route.redirect and route.redirect.permanent else 307,
        streams=route.max_body_size is not None and is_unlimited(route.max_body_size),
        bypass=_bypass(route, cookie_maps),
    )


def _bypass(route: Route, cookie_maps: tuple[CookieMap, ...]) -> tuple[Token, ...]:
    if not route.cache:
        return ()
    cookies = [each.variable for each in cookie_maps if each.names == route.cache.bypass_cookies]
    return (Token("with_authorization"), *cookies)


def _cookie_pattern(name: str) -> str:
    return rf"~(^|[;,\s]){regex_of(name)}\s*="
