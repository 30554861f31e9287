"""The configuration: the values that the templates read, and the text that they render."""

from __future__ import annotations

from krm_fn.engines.headers import trusted_networks
from krm_fn.engines.nginx.access_log import log_format, log_maps
from krm_fn.engines.nginx.blocks import blocks_of, sizes_of
from krm_fn.engines.nginx.generated import ROOTS
from krm_fn.engines.nginx.headers.entity_tags import entity_tags
from krm_fn.engines.nginx.headers.header_plan import header_plan
from krm_fn.engines.nginx.locations.location import is_streamed, locations_of
from krm_fn.engines.nginx.servers import CHECK_PATH, ready_location, server_of
from krm_fn.engines.nginx.snippets import check_snippets, marked, snippets_of
from krm_fn.engines.nginx.upstreams import Upstreams
from krm_fn.engines.templates import SafeText, render
from krm_fn.function_config.listeners import auths_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.nginx.headers.auth_cookies import AuthCookies
    from krm_fn.engines.nginx.headers.header_plan import HeaderPlan
    from krm_fn.engines.nginx.locations.answering import KeptPath
    from krm_fn.engines.nginx.locations.caching import CacheMaps
    from krm_fn.engines.nginx.locations.compressing import Compressors
    from krm_fn.engines.nginx.locations.location import Location
    from krm_fn.engines.nginx.servers import ReadyLocation
    from krm_fn.function_config.generated.values import RouteCache, Spec

_BUFFER = 64 * 2**10
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def configuration(plan: ProxyPlan) -> str:
    """Return the text of a plan's configuration; a RenderError where a snippet conflicts with it."""
    snippets = snippets_of(plan)
    if snippets:
        check_snippets(snippets, rendered(template_values(marked(plan))))
    return rendered(template_values(plan))


def template_values(plan: ProxyPlan) -> dict[str, Any]:
    """Return the values that the templates read: the plan, and the decisions that are not about text."""
    spec = plan.spec
    listeners = [proxy_listener.listener for proxy_listener in plan.listeners]
    routes = [route for listener in listeners for route in listener.routes]
    caches = [route.cache for route in routes if route.cache]
    auths = [auth for each in listeners for _, auth in auths_of(each)]
    cache_maps, upstreams, types = _cache_maps(plan, caches), Upstreams(plan), spec.compression.types
    headers, compressors = _headers(plan), _compressors(plan, upstreams, caches)
    servers = [
        server_of(
            proxy_listener, plan, locations_of(proxy_listener, spec, cache_maps, upstreams, compressors), upstreams
        )
        for proxy_listener in plan.listeners
    ]
    every = [location for server in servers for location in server.locations]
    locations = [location for location in every if not location.is_twin]
    answers, substitutions = _answers(every), [each for location in locations for each in location.substitutions]
    splits = [location.split for location in locations if location.split]
    ready = _ready(plan)
    pages = any(server.pages for server in servers)
    proxy_protocol = any(each.proxy_protocol for each in listeners)
    peer = SafeText("$peer_addr" if proxy_protocol else "$realip_remote_addr")
    return {
        "plan": plan,
        "spec": spec,
        "volume": spec.sidecar.mount_paths.cache,
        "dollar": False,
        "answers": answers,
        "blocks": blocks_of(spec.block),
        "sizes": sizes_of(spec.headers),
        "headers": headers,
        "cache_key": _cache_key(headers),
        "more_keys": tuple(enumerate(headers.keys[1:], start=2)),
        "trusted_keys": tuple(enumerate(headers.trusted_keys, start=1)),
        "protocols": (
            SafeText("proxy"),
            *(SafeText(name) for name in ("grpc", "fastcgi") if any(each.protocol == name for each in every)),
        ),
        "proxy_protocol": proxy_protocol,
        "mixed": any("grpc" in each.protocols[1:] for each in plan.listeners),
        "peer": peer,
        "streams": is_streamed(spec.body.max_size),
        "most_on_disk": _most_on_disk(spec) if any(route.buffering for route in routes) else 0,
        "networks": trusted_networks(spec),
        "gzip_types": types and tuple(each for each in dict.fromkeys(types) if each != "text/html"),
        "tls": any(each.tls for each in listeners),
        "basic": any(auth.basic for auth in auths),
        "certificates": any(each.tls and each.tls.clients for each in listeners),
        "cached": bool(caches),
        "compressors": compressors.every() if compressors else (),
        "fillings": [each.filling for each in every if each.filling],
        "keeps_vary": bool(compressors and compressors.keeps_vary),
        "longest_ttl": max(_ttls(caches), key=_seconds, default=""),
        "cache_maps": cache_maps,
        "key_maps": [each for location in locations if location.cache for each in location.cache.key_maps],
        "plain": any(location.plain for location in locations),
        "static": pages or any(route.files for route in routes) or any(each.assets for each in every),
        **_fastcgi(upstreams, headers, spec),
        "file_maps": [each for location in locations if location.files for each in location.files.maps],
        "servers": servers,
        "cors_maps": [location.cors for location in locations if location.cors],
        "eithers": [location.either for location in locations if location.either],
        "limits": list(dict.fromkeys(limit for location in locations for limit in location.limits)),
        "connection_limits": [each.connection_limit for each in locations if each.connection_limit],
        "upstreams": upstreams.blocks(),
        "resolver": SafeText(spec.dns.resolver) if spec.dns else SafeText(""),
        "lookups": upstreams.lookups(),
        "splits": splits,
        "splits_secure": any("$split_secure" in sent.text for split in splits for sent in split.sent),
        "rewrites": [each.rewrite for each in locations if each.rewrite and each.rewrite.kept],
        "ready": ready,
        "check_path": SafeText(CHECK_PATH),
        "inside": bool(spec.companions.metrics) or any(each.inside for each in ready),
        "entity_tags": entity_tags(spec),
        "auth_cookies": _auth_cookies(plan) if any(auth.external for auth in auths) else None,
        "log_maps": log_maps(spec) if spec.access_log.enabled else (),
        "log_format": log_format(spec, peer, cached=bool(caches), substitutes=bool(substitutions), split=bool(splits)),
        "substitutions": substitutions,
    }


def _headers(plan: ProxyPlan) -> HeaderPlan:
    usual = header_plan(plan)
    if not any(route.headers for listener in plan.spec.listeners for route in listener.routes):
        return usual
    from krm_fn.engines.nginx.headers.by_route import with_routes  # noqa: PLC0415 # few routes have headers

    return with_routes(usual, plan)


class _Answers(Record):
    """What the answers of the proxy's own need beside their locations."""

    kept: tuple[KeptPath, ...]
    joins: bool
    redirects: bool
    methods: bool


def _answers(locations: list[Location]) -> _Answers:
    answers = [each.answer for each in locations if each.answer]
    return _Answers(
        kept=tuple(each.kept for each in answers if each.kept),
        joins=any(each.joins for each in answers),
        redirects=any(each.redirects for each in answers),
        methods=any(each.methods for each in locations),
    )


def _most_on_disk(spec: Spec) -> int:
    """Return how many bytes of a buffered response may lie on the volume: an eighth of it, and a buffer's at least."""
    from krm_fn.function_config.container.quantities import ONE, parts_of  # noqa: PLC0415 # few routes buffer

    return max((parts_of(spec.sidecar.cache_size_limit) or 0) // ONE // 8, _BUFFER)


def _auth_cookies(plan: ProxyPlan) -> AuthCookies:
    from krm_fn.engines.nginx.headers.auth_cookies import auth_cookies_of  # noqa: PLC0415 # few have an auth service

    return auth_cookies_of(plan)


def _cache_key(headers: HeaderPlan) -> SafeText:
    """Return what stands before the target in every key, as a part of a word: $cached_at is the route's own."""
    names = ("host", "forwarded_proto", "forwarded_host", "forwarded_port", "forwarded_prefix")
    parts = (
        *headers.keys[0],
        *(f"$cached_for_{number}" for number in range(2, len(headers.keys) + 1)),
        *(f"$cached_for_trusted_{number}" for number in range(1, len(headers.trusted_keys) + 1)),
    )
    origin = " ".join(("$cached_at", "$proxy_host", *(f"$app_{name}" for name in names)))
    return SafeText(origin + "".join(f"\\n{part}" for part in parts))


def _cache_maps(plan: ProxyPlan, caches: list[RouteCache]) -> CacheMaps | None:
    if not caches:
        return None
    from krm_fn.engines.nginx.locations.caching import cache_maps_of  # noqa: PLC0415 # few routes are cached

    return cache_maps_of(plan, tuple(caches))


def _ttls(caches: list[RouteCache]) -> list[str]:
    return [ttl for cache in caches for ttl in (cache.ttl, *(each.ttl for each in cache.statuses))]


def _compressors(plan: ProxyPlan, upstreams: Upstreams, caches: list[RouteCache]) -> Compressors | None:
    """Return what compresses for the cache; None where nothing does."""
    if not (plan.spec.compression.enabled and any(each.compressed for each in caches)):
        return None
    from krm_fn.engines.nginx.locations.compressing import Compressors  # noqa: PLC0415 # few routes are cached

    return Compressors(plan, upstreams)


def _ready(plan: ProxyPlan) -> tuple[ReadyLocation, ...]:
    """Return the locations that tell whether the app is ready."""
    check = plan.ready
    if check.handler in ("http", "any") and not (check.tls or check.http2 or check.headers or check.script):
        return (ready_location(check),)
    from krm_fn.engines.nginx.readiness import ready_locations  # noqa: PLC0415 # few apps need it

    return ready_locations(plan)


def _fastcgi(upstreams: Upstreams, headers: HeaderPlan, spec: Spec) -> dict[str, Any]:
    """Return the maps of scripts, and the parameters by which PHP-FPM is sent the headers of requests."""
    if not upstreams.scripts:
        return {"fastcgi": (), "parameters": ()}
    from krm_fn.engines.nginx.locations.fastcgi import header_parameters, script_maps  # noqa: PLC0415 # few speak it

    tags, maps = entity_tags(spec), enumerate(upstreams.scripts, start=1)
    return {
        "fastcgi": [script_maps(settings, number) for number, settings in maps],
        "parameters": header_parameters((*headers.request, *(tags.sent if tags else ()))),
    }


def _fill(name: str, values: dict[str, Any]) -> str:
    return render(ROOTS[name], values)


def rendered(values: dict[str, Any], fill: Callable[[str, dict[str, Any]], str] = _fill) -> str:
    """Return the configuration for the templates' values; `fill` renders one template, by its name."""
    servers = []
    for server in values["servers"]:
        inside = {**values, "server": server}
        locations = [_filled(fill, {**inside, "location": each}) for each in server.locations]
        servers.append(SafeText(fill("server", {**inside, "locations": locations})))
    values = {**values, "server_texts": servers, "ready_text": SafeText(fill("ready", values))}
    values["compressing_text"] = SafeText(fill("compressing", values) if values["compressors"] else "")
    values["fastcgi_text"] = SafeText(fill("fastcgi", values) if values["fastcgi"] else "")
    values["splits_text"] = SafeText(fill("splits", values) if values["splits"] else "")
    text = fill("nginx", values)
    return fill("nginx", {**values, "dollar": True}) if "${dollar}" in text else text


def _filled(fill: Callable[[str, dict[str, Any]], str], values: dict[str, Any]) -> SafeText:
    cache = SafeText(fill("cache", values) if values["location"].cache else "")
    return SafeText(fill("location", {**values, "cache_text": cache}))


def _seconds(duration: str) -> int:
    return int(duration[:-1]) * _SECONDS[duration[-1]]
