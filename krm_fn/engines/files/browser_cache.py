"""What browsers may keep of a route's files: the Cache-Control of each, the first that fits."""

from __future__ import annotations

from krm_fn.engines.files.patterns import expression_of, expression_of_hashed
from krm_fn.engines.guards import guard_of
from krm_fn.engines.routes import requires_certificate
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import BrowserCache, Listener, Route

REVALIDATE = "no-cache"
"""The Cache-Control of all other files, and of answers that are no file: a browser asks whether it changed."""
SENT = (200, 304)
"""The statuses of answers that are a whole file, or say that it is as it was: no other one must be kept in its place.
"""
_YEAR = 31536000
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class CacheRule(Record):
    """The Cache-Control of the files whose path matches an expression, without the route's own at its beginning."""

    expression: str
    value: str


def cache_rules(cache: BrowserCache, route: Route, listener: Listener) -> tuple[CacheRule, ...]:
    """Return the rules in their order: hashed names, immutable files, then ages from the most specific pattern on."""
    scope = _scope(route, listener)
    patterns = [*([expression_of_hashed()] if cache.hashed else []), *map(expression_of, cache.immutable)]
    kept = [CacheRule(expression=each, value=f"{scope}, max-age={_YEAR}, immutable") for each in patterns]
    aged = [
        CacheRule(expression=expression_of(pattern), value=f"{scope}, max-age={_seconds(age)}")
        for pattern, age in sorted(cache.max_age.items(), key=lambda entry: _rank(entry[0]))
    ]
    return (*kept, *aged)


def _rank(pattern: str) -> tuple[int, int, str]:
    """Return what sorts patterns, the most specific first: tools sort the keys of a map, whose order means nothing."""
    wild = pattern.count("*") + pattern.count("?")
    return wild - len(pattern), pattern.count("*"), pattern


def value_for(name: str, cache: BrowserCache, route: Route, listener: Listener) -> str:
    """Return the Cache-Control of one file."""
    import re  # noqa: PLC0415 # only for a route to one file

    rules = cache_rules(cache, route, listener)
    return next((rule.value for rule in rules if re.fullmatch(rule.expression, name)), REVALIDATE)


def _scope(route: Route, listener: Listener) -> str:
    """Return who may keep a file: no cache between browser and proxy, where not every client may have it."""
    guard = guard_of(route, listener)
    is_open = not (guard.authenticates or guard.deny or requires_certificate(listener)) and guard.allow is None
    return "public" if is_open else "private"


def _seconds(duration: str) -> int:
    return int(duration[:-1]) * _SECONDS[duration[-1]]
