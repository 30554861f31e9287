"""The cookies that lead past the cache."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of
from krm_fn.engines.rendering import Token
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.function_config.values import Route


class CookieMap(Record):
    """A map whose variable is 1 for requests with one of some cookies."""

    variable: Token
    names: tuple[str, ...] | None
    """None: any cookie."""
    patterns: tuple[str, ...]
    """The map's keys."""


def cookie_maps_of(routes: Iterable[Route]) -> tuple[CookieMap, ...]:
    """Return a map for each set of cookies that lead past the cache on one of the routes."""
    wanted = dict.fromkeys(route.cache.bypass_cookies for route in routes if route.cache)
    named = [names for names in wanted if names]
    maps = [
        CookieMap(variable=Token(f"with_cookie_{number}"), names=names, patterns=tuple(map(_cookie_pattern, names)))
        for number, names in enumerate(named, start=1)
    ]
    return (*([_ANY_COOKIE] if None in wanted else []), *maps)


_ANY_COOKIE = CookieMap(variable=Token("with_cookie"), names=None, patterns=())


def _cookie_pattern(name: str) -> str:
    return rf"~(^|[;,\s]){regex_of(name)}\s*="
