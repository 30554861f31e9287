"""The cache of a route: what makes a request bypass it."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.function_config.generated.values import RouteCache


class CookieMap(Record):
    """A map whose variable is 1 for requests with one of some cookies."""

    variable: SafeText
    names: tuple[str, ...] | None
    """None: any cookie."""
    patterns: tuple[str, ...]
    """The map's keys."""


def cookie_maps_of(caches: Iterable[RouteCache]) -> tuple[CookieMap, ...]:
    """Return a map for each set of cookies that makes requests bypass one of the caches."""
    sets = dict.fromkeys(cache.bypass_cookies for cache in caches)
    named = [names for names in sets if names]
    maps = [
        CookieMap(variable=SafeText(f"with_cookie_{number}"), names=names, patterns=tuple(map(_cookie_pattern, names)))
        for number, names in enumerate(named, start=1)
    ]
    return (*([_ANY_COOKIE] if None in sets else []), *maps)


_ANY_COOKIE = CookieMap(variable=SafeText("with_cookie"), names=None, patterns=())


def _cookie_pattern(name: str) -> str:
    return rf"~(^|[;,\s]){regex_of(name)}\s*="


def bypass_of(cache: RouteCache, cookie_maps: Iterable[CookieMap]) -> tuple[SafeText, ...]:
    """Return the variables that make a request of a route bypass its cache."""
    cookies = [each.variable for each in cookie_maps if each.names == cache.bypass_cookies]
    return (SafeText("with_authorization"), SafeText("with_body"), *cookies)
