"""`upstream.fastcgi` is for the protocol `fastcgi`, which has no `rewriteLocation`, and no `host` but the client's.

Routes to PHP-FPM have no `cache`, `websocket`, `rewrite`, `locations`, `cookies`, `split` or `grpc`, and no snippet
with directives of `proxy_`; with engine caddy no `timeouts`, and there is no `headers.maxResponseSize`.

Where `assets` are served, the sidecar mounts their volume at `root`, and with engine caddy, which follows links in it,
no Secret.

An exact route with a guard is not for a script that takes the paths below its own, or every path.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.problem import Problem, auths_of, engine_of, entries, listeners_of, mapping, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = (
    "spec.listeners[].upstream.protocol",
    "spec.listeners[].upstream.fastcgi",
    "spec.listeners[].auth.external",
    "spec.listeners[].routes[].auth.external",
    "spec.listeners[].routes[].upstream",
    "spec.listeners[].routes[].split",
)
NOT_WITH_FASTCGI = ("cache", "websocket", "rewrite", "locations", "cookies", "split", "grpc")
"""The fields that a route to PHP-FPM may not have."""
_GUARDS = ("auth", "allow", "deny", "rateLimit", "connectionLimit", "methods")
_PROTOCOL = "fastcgi"


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check upstreams that speak FastCGI, and the routes to them."""
    speaks = False
    for place, listener in listeners_of(document):
        own = mapping(listener, "upstream")
        yield from _upstream(own, (*place, "upstream"), document)
        for steps, auth in auths_of(listener, place):
            external = mapping(mapping(auth, "external"), "upstream")
            yield from _elsewhere(external, (*steps, "external", "upstream"), "a service that decides about requests")
        if own.get("protocol") == _PROTOCOL:
            speaks = True
            yield from _snippet(listener, place)
        for steps, route in routes_of(listener, place):
            others = mapping(mapping(route, "split"), "upstream")
            yield from _elsewhere(others, (*steps, "split", "upstream"), "a share of requests")
            upstream = mapping(route, "upstream")
            if upstream:
                yield from _upstream(upstream, (*steps, "upstream"), document)
            if any(route.get(field) is not None for field in ("files", "redirect", "respond")):
                continue
            if (upstream or own).get("protocol") == _PROTOCOL:
                speaks = True
                yield from _route(route, upstream or own, listener, steps, engine_of(document))
    longest = mapping(mapping(document, "spec"), "headers").get("maxResponseSize")
    if speaks and longest is not None and engine_of(document) == "caddy":
        yield Problem(
            code=codes.FIELD_UNSUPPORTED,
            steps=("spec", "headers", "maxResponseSize"),
            must="must be removed with engine caddy where an app speaks FastCGI: it cannot limit headers there",
            remedy="Remove it, or set engine: nginx.",
        )


def _elsewhere(upstream: dict[Any, Any], steps: Steps, what: str) -> Iterator[Problem]:
    """Refuse FastCGI where requests are not only sent on."""
    if upstream.get("protocol") == _PROTOCOL:
        must = f"must be another protocol for {what}"
        yield Problem(code=codes.UPSTREAM_FIELDS_CONFLICT, steps=(*steps, "protocol"), must=must, value=_PROTOCOL)
    elif upstream.get("fastcgi") is not None:
        must = "must be removed: the upstream does not speak FastCGI"
        yield Problem(code=codes.UPSTREAM_FIELDS_CONFLICT, steps=(*steps, "fastcgi"), must=must)


def _upstream(upstream: dict[Any, Any], steps: Steps, document: dict[Any, Any]) -> Iterator[Problem]:
    if upstream.get("protocol") != _PROTOCOL:
        if upstream.get("fastcgi") is not None:
            must = "must be removed where the upstream does not speak FastCGI"
            remedy = "Or set protocol: fastcgi."
            yield Problem(code=codes.UPSTREAM_FIELDS_CONFLICT, steps=(*steps, "fastcgi"), must=must, remedy=remedy)
        return
    if upstream.get("host", "client") != "client":
        must = "must be client where the upstream speaks FastCGI"
        yield Problem(
            code=codes.UPSTREAM_FIELDS_CONFLICT,
            steps=(*steps, "host"),
            must=must,
            value=upstream["host"],
            proposed="client",
        )
    if upstream.get("rewriteLocation") is not None:
        must = "must be removed where the upstream speaks FastCGI: the app knows no address but the client's"
        yield Problem(code=codes.UPSTREAM_FIELDS_CONFLICT, steps=(*steps, "rewriteLocation"), must=must)
    settings = mapping(upstream, "fastcgi")
    if entries(settings, "assets") and engine_of(document) == "caddy" and _names_secret(document["spec"]["listeners"]):
        yield Problem(
            code=codes.ASSETS_BESIDE_SECRETS,
            steps=(*steps, "fastcgi", "assets"),
            must="must be removed with engine caddy beside Secrets: a link in the app's volume could lead to one",
            remedy="Remove it, or set engine: nginx, which follows no links there.",
        )
    root = settings.get("root", values.FastCGI.root)
    container = mapping(mapping(mapping(document, "spec"), "sidecar"), "container")
    mounted = [text(each, "mountPath").rstrip("/") for each in entries(container, "volumeMounts")]
    if entries(settings, "assets") and not any(f"{root}/".startswith(f"{each}/") for each in mounted if each):
        yield Problem(
            code=codes.ASSETS_NOT_MOUNTED,
            steps=(*steps, "fastcgi", "assets"),
            must=f"must lie in a volume that the sidecar mounts at {root}",
            remedy=f"Add the volume with the app's code to spec.sidecar.container.volumeMounts, at mountPath {root}.",
        )


def _names_secret(data: Any) -> bool:
    """Return whether a field below names a Secret that the sidecar mounts."""
    if isinstance(data, dict):
        return any(key in ("secret", "certificate") or _names_secret(value) for key, value in data.items())
    return isinstance(data, list) and any(map(_names_secret, data))


def _route(
    route: dict[Any, Any], upstream: dict[Any, Any], listener: dict[Any, Any], steps: Steps, engine: str
) -> Iterator[Problem]:
    for field in NOT_WITH_FASTCGI:
        if route.get(field) not in (None, False, []):
            must = "must be removed where the app speaks FastCGI"
            yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, field), must=must)
    if engine == "caddy" and mapping(route, "timeouts"):
        yield Problem(
            code=codes.FIELD_UNSUPPORTED,
            steps=(*steps, "timeouts"),
            must="must be removed with engine caddy where the app speaks FastCGI: it has none between two reads there",
            remedy="Set request_terminate_timeout of the pool, or engine: nginx.",
        )
    yield from _snippet(route, steps)
    guarded = any(route.get(field) not in (None, []) for field in _GUARDS) or (
        listener.get("auth") is not None and route.get("anonymous") is not True
    )
    if route.get("match", "exact") == "exact" and guarded:
        yield from _guarded(text(route, "path"), mapping(upstream, "fastcgi"), steps)


def _guarded(path: str, settings: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check that a guard of one path is not one of a script that other paths run as well."""
    if path == f"/{settings.get('index', values.FastCGI.index)}":
        must, remedy = "must be another route: every path runs the front controller", "Guard a prefix, such as /."
    elif f"{path}/" in entries(settings, "scripts"):
        must = "must be a prefix: the script takes the paths below it, too"
        remedy = f"Use {path}/ and match: prefix, which guards {path} as well."
    else:
        return
    yield Problem(code=codes.SCRIPT_GUARDED_IN_PART, steps=(*steps, "path"), must=must, value=path, remedy=remedy)


def _snippet(holder: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    if "proxy_" in text(holder, "snippet"):
        must = "must have no directive of proxy_ where the app speaks FastCGI: it would do nothing"
        yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, "snippet"), must=must, remedy="Remove it.")
