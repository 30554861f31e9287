"""What a route is rendered to: a location block, and the maps and zones that it needs."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import quoted, quoted_verbatim
from krm_fn.engines.nginx.snippets import parts_of
from krm_fn.engines.nginx.upstreams import scheme_of
from krm_fn.engines.routes import (
    alike,
    body_limit_of,
    destination_of,
    effective_routes,
    idle_of,
    is_answered,
    is_mixed,
    is_root,
    lacks_root,
)
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.engines.nginx.headers.header_plan import Header
    from krm_fn.engines.nginx.locations.answering import Answer, Methods
    from krm_fn.engines.nginx.locations.caching import CacheMaps, LocationCache
    from krm_fn.engines.nginx.locations.compressing import Compressors, Filling
    from krm_fn.engines.nginx.locations.cross_origin import CorsMap
    from krm_fn.engines.nginx.locations.fastcgi import ScriptPass
    from krm_fn.engines.nginx.locations.guarding.authenticating import Authentication, Either
    from krm_fn.engines.nginx.locations.guarding.limiting import LimitKey
    from krm_fn.engines.nginx.locations.rewriting import RewriteRule
    from krm_fn.engines.nginx.locations.splitting import Choice
    from krm_fn.engines.nginx.locations.static_files import Served
    from krm_fn.engines.nginx.upstreams import Upstreams
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Bandwidth, Listener, RateLimit, Route, Spec

_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_IN_MEMORY = 16 * 2**10
_MODIFIERS = {"exact": SafeText("= "), "prefix": SafeText("^~ "), "regex": SafeText("~ ")}


class Limit(Record):
    """A zone in which the requests of one route count."""

    zone: SafeText
    number: int
    """Requests a second, or requests in flight."""
    burst: int = 0
    key: LimitKey | None = None
    """What requests are counted by; None for the client's address."""


class Replacement(Record):
    """Text in the app's answers, and what replaces it."""

    variable: SafeText
    """It holds the text where an answer is not compressed: elsewhere bytes would be replaced, and it be broken."""
    old: SafeText
    new: SafeText


class Twin(Record):
    """A location for some of the requests of another one: what an `if` cannot change is different there."""

    condition: SafeText
    name: SafeText
    """Of the location, with @."""


class Location(Record):
    """A location block of nginx."""

    route: Route
    place: str
    """What the names of its variables end in."""
    is_twin: bool = False
    """Whether it is reached by another location alone, whose maps and zones it has."""
    twins: tuple[Twin, ...] = ()
    """Where some of its requests go on."""
    http2: bool = False
    """Whether upstreams are sent HTTP/2 by proxy_pass."""
    tls: tuple[Header, ...] = ()
    """The directives of TLS to upstreams."""
    modifier: SafeText
    path: SafeText
    protocol: SafeText = SafeText("proxy")
    """proxy, grpc or fastcgi: what the names of its directives begin with."""
    target: SafeText | None = None
    """What requests are passed to."""
    host: SafeText | None = None
    """The Host header that the upstream gets, in place of the client's."""
    outward: tuple[Header, ...] = ()
    """The directives of what leaves in headers of the app's answers, where those of the server do not do."""
    files: Served | None
    """The directives of static files."""
    settings: SafeText
    """Of the snippet, what locations within this one inherit."""
    steps: SafeText
    """Of the snippet, what they do not inherit: it stands where the request ends up."""
    slashed: bool
    """A proxied prefix that ends in a slash: nginx would redirect the path without it, and not send it to the app."""
    pad: SafeText
    """The indentation of the lines in the location within that one."""
    has_headers: bool
    """It sends headers of its own, and so must repeat those of the server."""
    hides: bool
    """It hides headers of the app, and so must repeat those that the server hides."""
    plain: bool
    """The app's body must come uncompressed."""
    read_timeout: str | None
    send_timeout: str | None
    max_body_size: str | None
    streams: bool
    """Request bodies go to the app as they arrive: they may be larger than what is kept in memory."""
    answer: Answer | None
    """How the proxy itself answers."""
    methods: Methods | None
    headers_of: SafeText | None
    """What says that the route has headers of its own."""
    own_hidden: tuple[SafeText, ...] = ()
    """The app's headers that such a route hides."""
    auth: Authentication | None = None
    """What authenticates clients, where that is not the listener's."""
    either: Either | None = None
    limits: tuple[Limit, ...]
    bandwidth: Bandwidth | None
    connection_limit: Limit | None
    cors: CorsMap | None
    rewrite: RewriteRule | None
    substitutions: tuple[Replacement, ...]
    substitution_types: tuple[str, ...]
    cache: LocationCache | None
    fastcgi: ScriptPass | None = None
    """How requests are sent to PHP-FPM."""
    assets: SafeText | None = None
    """The folder with the files beside its scripts that this location serves."""
    split: Choice | None = None
    """The choice between two upstreams."""
    filling: Filling | None = None
    """What the cache gets for clients that take gzip; None: what it gets for others."""


def locations_of(
    proxy_listener: ProxyListener,
    spec: Spec,
    cache_maps: CacheMaps | None,
    upstreams: Upstreams,
    compressors: Compressors | None = None,
) -> tuple[Location, ...]:
    """Return the locations for the routes of a listener, in their order: in it nginx tries regular expressions."""
    locations: list[Location] = []
    for index, route in enumerate(effective_routes(proxy_listener)):
        location = _location(proxy_listener, route, f"{proxy_listener.listener.port}_{index}", cache_maps)
        if route.auth or route.anonymous or route.satisfy == "any":
            location = _authenticated(location, proxy_listener, spec, upstreams)
        if route.headers and not (route.files or location.answer):
            from krm_fn.engines.nginx.headers.by_route import own_hidden  # noqa: PLC0415 # few routes have headers

            location = location.replace(own_hidden=own_hidden(spec, route))
        locations += _locations(proxy_listener, spec, location, upstreams, compressors)
    return tuple(locations)


def _authenticated(location: Location, proxy_listener: ProxyListener, spec: Spec, upstreams: Upstreams) -> Location:
    from krm_fn.engines.nginx.locations.guarding.authenticating import either_of, own_authentication  # noqa: PLC0415 # few need it

    auth = own_authentication(proxy_listener, location.route, spec, upstreams, location.place)
    usual = proxy_listener.listener.auth
    sets_cookies = bool(auth and auth.external and not (usual and usual.external))
    return location.replace(
        auth=auth,
        either=either_of(location.route, location.place),
        has_headers=location.has_headers or sets_cookies,
    )


def _locations(
    proxy_listener: ProxyListener,
    spec: Spec,
    location: Location,
    upstreams: Upstreams,
    compressors: Compressors | None,
) -> Iterator[Location]:
    """Yield a route's location, and one more for each kind of its requests that is sent on in another way."""
    route, place = location.route, location.place
    if route.files or location.answer:
        yield location
        return
    usual = destination_of(proxy_listener, route.upstream, grpc=route.grpc)
    url, twins, snippet = upstreams.url_of(usual), [], proxy_listener.listener.snippet
    chosen: tuple[Destination, ...] = (usual,)
    if is_mixed(proxy_listener, route):
        by_grpc = route.replace(grpc=True, split=None)
        twin = Twin(condition=SafeText("$app_grpc"), name=SafeText(f"@grpc_{place}"))
        destination = destination_of(proxy_listener, None, grpc=True)
        other = _location(proxy_listener, by_grpc, place, None).replace(
            own_hidden=location.own_hidden, auth=location.auth, either=location.either
        )
        twins.append((twin, _to(other, destination, upstreams.url_of(destination), spec)))
    if route.split:
        others = destination_of(proxy_listener, route.split.upstream, grpc=route.grpc)
        from krm_fn.engines.nginx.locations.splitting import choice_of  # noqa: PLC0415 # few routes have it

        choice = choice_of(route.split, (usual, others), upstreams, place, proxy_listener.salt)
        location = location.replace(split=choice, has_headers=location.has_headers or bool(choice.sent))
        if alike(usual, others):
            url, chosen = SafeText(f"{scheme_of(usual)}://$split_{place}"), (usual, others)
        else:
            condition = SafeText(f"$split_{place} = {upstreams.name_of(others)}")
            twin = Twin(condition=condition, name=SafeText(f"@split_{place}"))
            other = _to(location, others, upstreams.url_of(others), spec)
            other = other.replace(outward=_outward(proxy_listener, route, others))
            twins.append((twin, _filled(other, f"{place}_others", (others,), snippet, compressors)))
    location = _to(location, usual, url, spec)
    if usual.protocol == "fastcgi":
        from krm_fn.engines.nginx.locations.fastcgi import script_pass  # noqa: PLC0415 # few apps speak it

        settings, number = upstreams.scripts_of(proxy_listener, route)
        passes = script_pass(settings, number, streams=is_streamed(body_limit_of(route) or spec.body.max_size))
        location = location.replace(fastcgi=passes)
        twins += [_with_assets(location, passes.root)] if settings.assets else []
    location = location.replace(
        outward=_outward(proxy_listener, route, *chosen), twins=tuple(twin for twin, _ in twins)
    )
    yield _filled(location, place, chosen, snippet, compressors)
    for twin, other in twins:
        yield other.replace(modifier=SafeText(""), path=twin.name, is_twin=True, slashed=False, pad=SafeText(""))


def _with_assets(location: Location, root: SafeText) -> tuple[Twin, Location]:
    """Return the location that serves the files beside the scripts of one that sends requests to PHP-FPM."""
    twin = Twin(condition=SafeText("-f $asset"), name=SafeText(f"@assets_{location.place}"))
    return twin, location.replace(assets=root, fastcgi=None, target=None, has_headers=True, hides=False, own_hidden=())


def _to(location: Location, destination: Destination, url: SafeText, spec: Spec) -> Location:
    """Return the location with where it passes requests."""
    tls: tuple[Header, ...] = ()
    if destination.tls:
        from krm_fn.engines.nginx.upstream_tls import tls_directives  # noqa: PLC0415 # few upstreams need it

        tls = tls_directives(destination, spec)
    by_name = destination.protocol in ("grpc", "fastcgi")
    protocol = SafeText(destination.protocol if by_name else "proxy")
    host = quoted(destination.host) if destination.host else None
    return location.replace(protocol=protocol, target=url, tls=tls, host=host, http2=destination.protocol == "h2c")


def _outward(proxy_listener: ProxyListener, route: Route, *destinations: Destination) -> tuple[Header, ...]:
    """Return the directives of what leaves in headers of the app's answers, where those of the server do not do."""
    if destinations == (destination_of(proxy_listener, None),) and not (
        route.locations or route.cookies or route.rewrite
    ):
        return ()
    from krm_fn.engines.nginx.locations.outward import outward_directives  # noqa: PLC0415 # few routes need it

    return outward_directives(proxy_listener, route, destinations)


def _filled(
    location: Location,
    place: str,
    destinations: tuple[Destination, ...],
    snippet: str | None,
    compressors: Compressors | None,
) -> Location:
    """Return the location with what fills its cache for clients that take gzip."""
    if not (compressors and location.cache and location.target):
        return location
    from krm_fn.engines.nginx.locations.compressing import Filling  # noqa: PLC0415 # few routes are cached

    filling = Filling(place=SafeText(place), bypass=location.cache.bypass, url=location.target)
    return location.replace(filling=compressors.filling(filling, location.route, snippet, destinations, location.tls))


def is_streamed(max_body_size: str) -> bool:
    """Return whether bodies go on as they arrive: they may be larger than 16k, and so would be kept in files."""
    number = max_body_size.rstrip("kmg")
    return not 0 < int(number) * _UNITS[max_body_size[len(number) :]] <= _IN_MEMORY


def _location(proxy_listener: ProxyListener, route: Route, place: str, cache_maps: CacheMaps | None) -> Location:
    under_slash = route.match == "prefix" and route.path.endswith("/")
    to_app = not (route.files or is_answered(route))
    slashed = under_slash and to_app and route.path != "/"
    idle, size, snippet = idle_of(route), body_limit_of(route), parts_of(route.snippet)
    connections = route.connection_limit
    unset = is_root(route) and lacks_root(proxy_listener.listener)  # regular expressions come before it
    return Location(
        route=route,
        place=place,
        modifier=SafeText("") if unset else _MODIFIERS[route.match],
        path=SafeText("/") if unset else quoted_verbatim(route.path),
        files=_files(proxy_listener, route, place),
        settings=snippet.settings,
        steps=snippet.steps,
        slashed=slashed,
        pad=SafeText("    " if slashed else ""),
        hides=bool(to_app and (route.cors or _hides(route))),
        has_headers=bool(route.files or route.cache or route.cors or route.snippet),
        plain=bool(route.cache or route.substitution),
        read_timeout=route.timeouts.read or idle,
        send_timeout=route.timeouts.send or idle,
        max_body_size=size,
        streams=size is not None and is_streamed(size),
        answer=_answer(route, place),
        methods=_methods(route),
        headers_of=quoted(place) if route.headers else None,
        limits=_limits(proxy_listener.listener, route, place),
        bandwidth=None if is_answered(route) else route.bandwidth or proxy_listener.listener.bandwidth,
        connection_limit=Limit(zone=SafeText(f"flight_{place}"), number=connections) if connections else None,
        cors=_cors(route, place),
        rewrite=_rewrite(proxy_listener, route, place),
        substitutions=tuple(
            Replacement(variable=SafeText(f"$sought_{place}_{number}"), old=quoted(old), new=quoted(new))
            for number, (old, new) in enumerate(route.substitution.texts.items() if route.substitution else (), start=1)
        ),
        substitution_types=_beside_html(route.substitution.types) if route.substitution else (),
        cache=_cache(route, place, cache_maps),
    )


def _limits(listener: Listener, route: Route, place: str) -> tuple[Limit, ...]:
    """Return the limits of a route's requests: the listener's, which counts those of all routes, and its own."""
    rates = () if is_answered(route) else ((listener.rate_limit, str(listener.port)), (route.rate_limit, place))
    return tuple(_limit(rate, f"limit_{name}") for rate, name in rates if rate)


def _limit(rate: RateLimit, zone: str) -> Limit:
    key = None
    if rate.key or rate.exempt:
        from krm_fn.engines.nginx.locations.guarding.limiting import limit_key  # noqa: PLC0415 # few limits have any

        key = limit_key(rate, zone)
    return Limit(zone=SafeText(zone), number=rate.per_second, burst=rate.burst, key=key)


def _beside_html(types: Iterable[str]) -> tuple[str, ...]:
    """Return media types once each, without text/html, which is always one: nginx warns of duplicates."""
    return tuple(each for each in dict.fromkeys(types) if each != "text/html")


def _cache(route: Route, place: str, maps: CacheMaps | None) -> LocationCache | None:
    if not (route.cache and maps):
        return None
    from krm_fn.engines.nginx.locations.caching import location_cache  # noqa: PLC0415 # few routes have it

    return location_cache(route.cache, maps, place)


def _hides(route: Route) -> bool:
    cache = route.cache
    return cache is not None and (cache.policy == "immutable-for-pod" or cache.drop_set_cookie)


def _answer(route: Route, place: str) -> Answer | None:
    if not is_answered(route):
        return None
    from krm_fn.engines.nginx.locations.answering import answer_of  # noqa: PLC0415 # few routes have it

    return answer_of(route, place)


def _methods(route: Route) -> Methods | None:
    if not route.methods:
        return None
    from krm_fn.engines.nginx.locations.answering import methods_of  # noqa: PLC0415 # few routes have it

    return methods_of(route)


def _files(proxy_listener: ProxyListener, route: Route, place: str) -> Served | None:
    if not route.files:
        return None
    from krm_fn.engines.nginx.locations.static_files import served  # noqa: PLC0415 # few routes have any

    return served(proxy_listener, route, route.files, place)


def _rewrite(proxy_listener: ProxyListener, route: Route, place: str) -> RewriteRule | None:
    if not route.rewrite:
        return None
    from krm_fn.engines.nginx.locations.rewriting import rewrite_of  # noqa: PLC0415 # few routes have it

    return rewrite_of(proxy_listener, route, route.rewrite, place)


def _cors(route: Route, place: str) -> CorsMap | None:
    if not route.cors:
        return None
    from krm_fn.engines.nginx.locations.cross_origin import cors_of  # noqa: PLC0415 # few routes have it

    return cors_of(route.cors, place)
