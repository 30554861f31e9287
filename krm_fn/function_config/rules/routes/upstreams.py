"""With `spec.dns`, each `service` of an upstream has a `namespace`.

A route with `grpc` has no `cache`, `websocket`, `buffering`, `substitution`, `rewrite`, `locations`, `cookies` or
`bandwidth`.

A route has no `locations`, `cookies` or `answers` where its snippet has the directives that do the same.

An upstream other than the listener's is one of `port`, `service` and `socket`.

`rewrite` has one of `prefix` and `path`: `prefix` only in a prefix route, and both it and the route's path end with /;
$1 to $9 only in `path` of a regex route. `answers` goes with `prefix`.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, auths_of, engine_of, listeners_of, mapping, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = (
    "spec.dns",
    "spec.listeners[].routes[].upstream",
    "spec.listeners[].routes[].split",
    "spec.listeners[].routes[].rewrite",
    "spec.listeners[].routes[].locations",
    "spec.listeners[].routes[].cookies",
    "spec.listeners[].routes[].grpc",
    "spec.listeners[].auth.external",
    "spec.listeners[].routes[].auth.external",
)
_PLACES = ("port", "service", "socket")
"""The fields of an upstream that say where it is."""
_OF_ANSWERS = ("proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path", "proxy_cookie_flags")
"""The directives that do the same in a snippet."""
NOT_WITH_GRPC = ("cache", "websocket", "buffering", "substitution", "rewrite", "locations", "cookies", "bandwidth")
"""The fields that a route to an app that serves gRPC may not have."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check upstreams, and what routes do with requests."""
    looked_up = mapping(document, "spec").get("dns") is not None and engine_of(document) == "nginx"
    for place, listener in listeners_of(document):
        for steps, auth in auths_of(listener, place):
            if mapping(auth, "external"):
                yield from _upstream(auth["external"], (*steps, "external"), looked_up=looked_up)
        for steps, route in routes_of(listener, place):
            yield from _route(route, steps, looked_up=looked_up)


def _route(route: dict[Any, Any], steps: Steps, *, looked_up: bool) -> Iterator[Problem]:
    if isinstance(route.get("upstream"), dict):
        yield from _upstream(route, steps, looked_up=looked_up)
    split = mapping(route, "split")
    if isinstance(split.get("upstream"), dict):
        yield from _upstream(split, (*steps, "split"), looked_up=looked_up)
    if isinstance(route.get("rewrite"), dict):
        yield from _rewrite(route["rewrite"], text(route, "path"), route.get("match", "exact"), (*steps, "rewrite"))
    yield from _beside_snippet(route, steps)
    for field, value in route.items():
        if route.get("grpc") is True and field in NOT_WITH_GRPC and value not in (None, False, []):
            must = "must be removed where the app serves gRPC"
            yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, field), must=must)


def _beside_snippet(route: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check that not both fields and a snippet change the app's answers: nginx would not start, or leave one out."""
    mounted = mapping(route, "rewrite").get("answers") is True
    found = {
        ("locations",): ("proxy_redirect", bool(route.get("locations"))),
        ("cookies",): ("proxy_cookie_", route.get("cookies") is not None),
        ("rewrite", "answers"): ("proxy_", mounted),
    }
    for place, (directive, is_set) in found.items():
        names = [each for each in _OF_ANSWERS if each.startswith(directive) and each in text(route, "snippet")]
        if is_set and names:
            must = f"must be removed where the snippet has {names[0]}"
            yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, *place), must=must)


def _upstream(holder: dict[Any, Any], steps: Steps, *, looked_up: bool) -> Iterator[Problem]:
    upstream = mapping(holder, "upstream")
    given = [field for field in _PLACES if upstream.get(field) is not None]
    if len(given) != 1:
        must = "must be one of port, service and socket"
        remedy = f"Remove {' and '.join(given[1:])}." if given else "Set one of them."
        yield Problem(code=codes.NOT_EXACTLY_ONE, steps=(*steps, "upstream"), must=must, remedy=remedy)
    service = mapping(upstream, "service")
    if looked_up and service and service.get("namespace") is None:
        yield Problem(
            code=codes.SERVICE_WITHOUT_NAMESPACE,
            steps=(*steps, "upstream", "service", "namespace"),
            must="must be set with spec.dns: nginx does not search for names as the Pod does",
            remedy="Set the namespace of the Service.",
        )


def _rewrite(rewrite: dict[Any, Any], path: str, match: object, steps: Steps) -> Iterator[Problem]:
    """Check what replaces the path.

    match    prefix                                path
    exact    no                                    without $
    prefix   without $, / at both ends             without $
    regex    no                                    may have $
    """
    given = [field for field in ("prefix", "path") if rewrite.get(field) is not None]
    if len(given) != 1:
        yield Problem(
            code=codes.NOT_EXACTLY_ONE, steps=steps, must="must be one of prefix and path", remedy="Set one of them."
        )
        return
    value, place = text(rewrite, given[0]), (*steps, given[0])
    if given[0] != "prefix" and rewrite.get("answers") is True:
        must = "must be removed where no prefix is replaced"
        yield Problem(code=codes.REWRITE_WITHOUT_PREFIX, steps=(*steps, "answers"), must=must, remedy="Set locations.")
    if given[0] == "prefix" and match != "prefix":
        must = "must be removed where the route matches no prefix"
        yield Problem(code=codes.REWRITE_WITHOUT_PREFIX, steps=place, must=must, remedy="Set path, or match: prefix.")
    elif "$" in value and (given[0] == "prefix" or match != "regex"):
        yield Problem(
            code=codes.REWRITE_GROUPS,
            steps=place,
            must="must contain no $ where match is not regex: there are no groups",
            value=value,
        )
    elif "$" in value and groups_of(path) < highest_group(value):
        must = f"must name groups that the route's path has: there are {groups_of(path)}"
        yield Problem(code=codes.REWRITE_GROUPS, steps=place, must=must, value=value)
    elif given[0] == "prefix" and value and not value.endswith("/"):
        yield Problem(
            code=codes.PREFIX_WITHOUT_SLASH, steps=place, must="must end with /", value=value, remedy=f"Use {value}/."
        )
    elif given[0] == "prefix" and path and not path.endswith("/"):
        must = "must end with / where another prefix replaces it"
        yield Problem(
            code=codes.PREFIX_WITHOUT_SLASH, steps=(*steps[:-1], "path"), must=must, value=path, remedy=f"Use {path}/."
        )


def highest_group(value: str) -> int:
    """Return the highest group that is named."""
    return max((int(part[0]) for part in value.split("$")[1:] if part[:1].isdecimal()), default=0)


def groups_of(path: str) -> int:
    """Return how many groups a regular expression has; 9 where it is not valid, which another rule reports."""
    import re  # noqa: PLC0415 # not needed by most inputs

    try:
        return re.compile(path).groups
    except (re.error, OverflowError, RecursionError):
        return 9
