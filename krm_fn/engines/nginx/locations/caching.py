"""The cache of a route: what makes a request bypass it, what it keeps, and when it serves what is too old."""

from __future__ import annotations

from krm_fn.engines.headers import (
    API_KEYS,
    CONDITIONS,
    METHODS,
    OF_THE_CONNECTION,
    OF_THE_PROXY,
    identity_headers,
    names_of,
    of_trusted,
)
from krm_fn.engines.nginx.headers.auth_cookies import SEVERAL_LINES
from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.quoting import regex_of, variable_part, word
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.nginx.locations.cache_key import KeyMap
    from krm_fn.function_config.generated.values import RouteCache, Spec


class CookieMap(Record):
    """A map whose variable is 1 for requests with one of some cookies."""

    variable: SafeText
    names: tuple[str, ...] | None
    """None: any cookie."""
    patterns: tuple[str, ...]
    """The map's keys."""
    ours: str | None = None
    """The key of requests that have no other cookies than those in which the proxy keeps versions."""


class HeaderMap(Record):
    """A map whose variable is 1 for requests with one of some headers."""

    variable: SafeText
    names: tuple[str, ...] | None
    """None: those with keys and tokens."""
    sources: tuple[SafeText, ...]
    """The headers' variables."""


class StatusMap(Record):
    """A map whose variable is 1 for answers that are not kept."""

    variable: SafeText
    statuses: tuple[int, ...]
    """Those that are kept beside the usual ones."""


class CacheMaps(Record):
    """The maps that cached routes share."""

    cookies: tuple[CookieMap, ...]
    headers: tuple[HeaderMap, ...]
    statuses: tuple[StatusMap, ...]
    changed: frozenset[str]
    """The headers of requests that are not the client's alone, in lower case: those that the user changes, for whatever
    route, and those that say who the client is."""
    is_old: bool
    """Whether a variable holds one line of a header alone, which is sent anew: the cache goes by what the app gets. Of
    several lines of Vary such a version goes by the last one, and so it keeps no answer with any."""


class LocationCache(Record):
    """The cache of one location."""

    place: SafeText
    """What its keys begin with: no other route has its answers."""
    bypass: tuple[SafeText, ...]
    """The variables that make a request bypass it."""
    other_status: SafeText
    """The variable that is 1 for answers that are not kept."""
    stale: tuple[SafeText, ...]
    """When what is too old is served."""
    is_renewed: bool
    """Whether that is renewed behind the client."""
    keeps_varied: bool
    """Whether it keeps answers that depend on headers of the request."""
    ignored: tuple[SafeText, ...]
    """The app's headers that say nothing about it."""
    key_maps: tuple[KeyMap, ...]
    """The maps of its own key."""
    target: SafeText | None
    """The variable of the last of them, which stands in the key for the request's target."""
    sent: tuple[Header, ...]
    """The headers of which the app gets only what the cache goes by: the first line."""


def cache_maps_of(plan: ProxyPlan, caches: tuple[RouteCache, ...]) -> CacheMaps:
    """Return the maps: one for each set of cookies, headers and statuses."""
    is_old = plan.version is not None and plan.version < SEVERAL_LINES
    return CacheMaps(
        cookies=_cookie_maps(caches, _ours(plan)),
        headers=_header_maps(caches),
        statuses=tuple(
            StatusMap(variable=SafeText(f"other_status_{number}" if statuses else "other_status"), statuses=statuses)
            for number, statuses in enumerate(dict.fromkeys(map(_statuses, caches)))
        ),
        changed=frozenset(map(str.lower, _changed(plan.spec))),
        is_old=is_old,
    )


def _changed(spec: Spec) -> Iterator[str]:
    """Yield the headers that the proxy sets or removes itself: a second line with the client's would undo it."""
    yield from names_of(spec.headers.request)
    for listener in spec.listeners:
        for route in listener.routes:
            yield from names_of(route.headers.request) if route.headers else ()
    for header in identity_headers(spec):
        yield header.name


def _header_maps(caches: Iterable[RouteCache]) -> tuple[HeaderMap, ...]:
    sets = dict.fromkeys(cache.bypass_headers for cache in caches)
    groups = [
        (names, (API_KEYS if names is None else names)[start : start + _TOGETHER])
        for names in sets
        for start in range(0, len(API_KEYS if names is None else names), _TOGETHER)
    ]
    return tuple(
        HeaderMap(
            variable=SafeText("with_key" if names is None else f"with_header_{number}"),
            names=names,
            sources=tuple(SafeText(f"$http_{variable_part(name)}") for name in group),
        )
        for number, (names, group) in enumerate(groups, start=1)
    )


_TOGETHER = 50
"""How many variables of headers nginx reads as one word."""


def _cookie_maps(caches: Iterable[RouteCache], ours: str | None) -> tuple[CookieMap, ...]:
    sets = dict.fromkeys(cache.bypass_cookies for cache in caches)
    named = [names for names in sets if names]
    maps = [
        CookieMap(variable=SafeText(f"with_cookie_{number}"), names=names, patterns=tuple(map(_cookie_pattern, names)))
        for number, names in enumerate(named, start=1)
    ]
    return (*([_ANY_COOKIE.replace(ours=ours)] if None in sets else []), *maps)


def _ours(plan: ProxyPlan) -> str | None:
    """Return the key of the proxy's own cookies; None where it sets none."""
    splits = [route.split for listener in plan.spec.listeners for route in listener.routes if route.split]
    if not any(split.sticky for split in splits):
        return None
    from krm_fn.engines.splits.choices import KEPT, kept_in, literal  # noqa: PLC0415 # few routes have it

    names = sorted({literal(cookie.name) for cookie in map(kept_in, splits) if cookie})
    return f"~^(?:(?:{'|'.join(names)})=(?:{KEPT})(?:; (?=.)|$))+$" if names else None


_ANY_COOKIE = CookieMap(variable=SafeText("with_cookie"), names=None, patterns=())


def _cookie_pattern(name: str) -> str:
    return rf"~(^|[;,\s]){regex_of(name)}\s*="


def _statuses(cache: RouteCache) -> tuple[int, ...]:
    return tuple(sorted({each.status for each in cache.statuses}))


def location_cache(cache: RouteCache, maps: CacheMaps, place: str) -> LocationCache:
    """Return the cache of a location."""
    fixed, key, stale = cache.policy == "immutable-for-pod", cache.key, cache.stale
    updating = fixed if stale.updating is None else stale.updating
    own: tuple[KeyMap, ...] = ()
    if key.only_query is not None or key.ignore_query or key.headers or key.cookies:
        from krm_fn.engines.nginx.locations.cache_key import key_maps  # noqa: PLC0415 # few routes have one

        own = key_maps(key, place)
    return LocationCache(
        place=SafeText(place),
        bypass=(
            SafeText("with_authorization"),
            SafeText("with_body"),
            *(each.variable for each in maps.cookies if each.names == cache.bypass_cookies),
            *(each.variable for each in maps.headers if each.names == cache.bypass_headers),
        ),
        other_status=next(each.variable for each in maps.statuses if each.statuses == _statuses(cache)),
        stale=tuple(
            map(
                SafeText,
                (
                    *(("error", "timeout") if stale.unreachable else ()),
                    *(("updating",) if updating else ()),
                    *(f"http_{status}" for status in dict.fromkeys(stale.statuses)),
                ),
            )
        )
        or (SafeText("off"),),
        is_renewed=updating,
        keeps_varied=cache.ignore_vary or not maps.is_old,
        ignored=tuple(
            map(
                SafeText,
                (
                    *(("Cache-Control", "Expires", "X-Accel-Expires") if fixed else ()),
                    *(("Vary",) if cache.ignore_vary else ()),
                    *(("Set-Cookie",) if cache.drop_set_cookie else ()),
                ),
            )
        ),
        key_maps=own,
        target=own[-1].variable if own else None,
        sent=_sent(cache, maps),
    )


def _sent(cache: RouteCache, maps: CacheMaps) -> tuple[Header, ...]:
    """Return what is sent anew: also the lines of cookies, which nginx joins, while some apps read the first alone."""
    cookies = {"cookie": "Cookie"} if cache.key.cookies else {}
    names: dict[str, str] = {}
    if maps.is_old:
        bypass = API_KEYS if cache.bypass_headers is None else cache.bypass_headers
        named = {name.lower(): name for name in (*cache.key.headers, *bypass)}
        names = {lower: name for lower, name in named.items() if lower not in _SENT_ANYWAY}
    return tuple(
        Header(name=word(name), value=SafeText(f"$http_{variable_part(name)}"))
        for lower, name in (names | cookies).items()
        if lower not in maps.changed
    )


_SENT_ANYWAY = frozenset(
    name.lower()
    for name in (
        *("Accept-Encoding", "Authorization", "Cookie"),
        *(*OF_THE_CONNECTION, *OF_THE_PROXY, *METHODS, *CONDITIONS, *of_trusted()),
    )
)
"""What the app gets once anyway, or must not get from here: a second Transfer-Encoding would begin a second request."""
