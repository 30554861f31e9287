"""A cache's `key` has `onlyQuery` or `ignoreQuery`, not both; a name in `onlyQuery` has no `*`.

Its `cookies` count only where `bypassCookies` is set, and lists none of them; its `headers` are none that
`bypassHeaders` lists, with which a request bypasses the cache anyway, or that `bypassHeaders` has where it is left out.
Neither of the two has a header that concerns the connection, or Host, by which all is kept.

`statuses` of a cache are 300, 302, 303, 307, 404, 405, 410, 414 and 451, each once; those of `stale` are 403, 404, 429,
500, 502, 503 and 504.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.engine_facts import HEADERS_OF_THE_CONNECTION, KEYS_AND_TOKENS
from krm_fn.function_config.problem import Problem, entries, listeners_of, mapping, routes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.listeners[].routes[].cache",)
_KEPT = (300, 302, 303, 307, 404, 405, 410, 414, 451)
"""The statuses that say the same to everybody."""
_STALE = (403, 404, 429, 500, 502, 503, 504)
"""Those in whose place nginx serves what it has."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check the caches of all routes."""
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            cache = mapping(route, "cache")
            if cache:
                yield from _of_connections(cache, (*steps, "cache"))
                yield from _key(cache, (*steps, "cache"))
                yield from _statuses(cache, (*steps, "cache"))


def _key(cache: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    key, steps = mapping(cache, "key"), (*steps, "key")
    only = key.get("onlyQuery")
    if only is not None and key.get("ignoreQuery"):
        must = "must be removed where onlyQuery says which parameters count"
        yield Problem(code=codes.CACHE_QUERY_TWICE, steps=(*steps, "ignoreQuery"), must=must)
    for index, name in enumerate(_texts(only)):
        if name.endswith("*"):
            must = "must be the whole name of a parameter"
            yield Problem(code=codes.CACHE_PARAMETER_UNKNOWN, steps=(*steps, "onlyQuery", index), must=must, value=name)
    bypass = cache.get("bypassCookies")
    for index, name in enumerate(_texts(key.get("cookies"))):
        if bypass is None or name in _texts(bypass):
            must = "must be a cookie with which a request does not bypass the cache"
            remedy = (
                "Remove it from bypassCookies."
                if bypass
                else "Set bypassCookies to those with which it does, or to []."
            )
            yield Problem(
                code=codes.CACHE_KEY_BYPASSES, steps=(*steps, "cookies", index), must=must, value=name, remedy=remedy
            )
    for index, name in enumerate(_texts(key.get("headers"))):
        remedy = _bypassing(name.lower(), cache)
        if remedy:
            must = "must be a header with which a request does not bypass the cache"
            yield Problem(
                code=codes.CACHE_KEY_BYPASSES, steps=(*steps, "headers", index), must=must, value=name, remedy=remedy
            )


def _bypassing(lower: str, cache: dict[Any, Any]) -> str:
    """Return what helps where each request with a header bypasses the cache, else an empty text."""
    bypass = cache.get("bypassHeaders")
    if lower == "authorization":
        return "Remove it: each request with it bypasses the cache."
    if lower == "cookie" and cache.get("bypassCookies") is None:
        return "List cookies in key.cookies, and set bypassCookies to those with which a request bypasses the cache."
    if bypass is None and lower in KEYS_AND_TOKENS:
        return "Set bypassHeaders to those with which it does, or to []."
    return "Remove it from bypassHeaders." if lower in {name.lower() for name in _texts(bypass)} else ""


def _of_connections(cache: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    for place, names in (
        ((*steps, "bypassHeaders"), cache.get("bypassHeaders")),
        ((*steps, "key", "headers"), mapping(cache, "key").get("headers")),
    ):
        for index, name in enumerate(names if isinstance(names, list) else ()):
            if isinstance(name, str) and name.lower() in HEADERS_OF_THE_CONNECTION:
                must = "must be a header that is about what is requested, not about the connection or the host"
                yield Problem(
                    code=codes.CACHE_KEY_BYPASSES,
                    steps=(*place, index),
                    must=must,
                    value=name,
                    remedy="Remove it.",
                )


def _statuses(cache: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    seen: list[object] = []
    for index, each in enumerate(entries(cache, "statuses")):
        status, place = each.get("status") if isinstance(each, dict) else None, (*steps, "statuses", index, "status")
        if isinstance(status, int) and _KEPT[0] <= status <= _KEPT[-1] and status not in _KEPT:
            must = f"must be {_listed(_KEPT)}"
            yield Problem(code=codes.CACHE_STATUS_REFUSED, steps=place, must=must, value=status)
        elif isinstance(status, int) and status in seen:
            must = "must differ from the statuses before it"
            yield Problem(code=codes.CACHE_STATUS_TWICE, steps=place, must=must, value=status)
        seen.append(status)
    stale = mapping(cache, "stale").get("statuses")
    for index, status in enumerate(stale if isinstance(stale, list) else ()):
        if isinstance(status, int) and _STALE[0] <= status <= _STALE[-1] and status not in _STALE:
            must = f"must be {_listed(_STALE)}"
            place = (*steps, "stale", "statuses", index)
            yield Problem(code=codes.CACHE_STATUS_REFUSED, steps=place, must=must, value=status)


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _listed(statuses: tuple[int, ...]) -> str:
    *others, last = map(str, statuses)
    return f"{', '.join(others)} or {last}"
