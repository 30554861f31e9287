"""`headers` names each header once, and none that the proxy or the connection itself handles.

A route that serves `files` or answers itself has no `headers.request`: no request goes to the app.

Its `maxRequestSize` and `maxResponseSize` are from 8k to 1m.

`hsts.preload` is set only with `includeSubDomains` and a `maxAge` of a year at least.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.text import is_small_size
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import HEADERS_OF_THE_PROXY
from krm_fn.function_config.problem import Problem, auths_of, entries, listeners_of, mapping, routes_of, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.headers", "spec.listeners[].routes[].headers")
_CONNECTION = (
    *("connection", "content-encoding", "content-length", "keep-alive", "proxy", "te", "trailer", "transfer-encoding"),
    *("upgrade", "vary", "via"),
)
_OWN = {
    "request": ("accept-encoding", *HEADERS_OF_THE_PROXY),
    "response": ("cache-control", "content-type", "date", "etag", "last-modified", "location", "server"),
}
_LEAST, _MOST = 8 * 2**10, 2**20
_WITHOUT_APP = ("files", "redirect", "respond")
_YEAR = 31536000
_FIELDS = ("set", "default", "add", "remove")


def of_the_proxy(name: str, direction: str) -> bool:
    """Return whether a header of requests or responses is the proxy's own, or the connection's."""
    return name.lower() in (*_OWN[direction], *_CONNECTION)


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the headers that users cannot set, and those that are named twice."""
    headers = mapping(mapping(document, "spec"), "headers")
    yield from _sizes(headers)
    yield from _hsts(mapping(headers, "hsts"))
    identities = {name.lower() for name in identities_of(document)}
    hsts = headers.get("hsts") is not None
    yield from _changes(headers, identities, ("spec", "headers"), hsts=hsts)
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            own = mapping(route, "headers")
            yield from _changes(own, identities, (*steps, "headers"), hsts=hsts)
            if own.get("request") is not None and any(route.get(each) is not None for each in _WITHOUT_APP):
                must = "must be removed: no request of the route goes to the app"
                yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, "headers", "request"), must=must)


def _changes(headers: dict[Any, Any], identities: set[str], steps: Steps, *, hsts: bool) -> Iterator[Problem]:
    for direction in _OWN:
        changes = mapping(headers, direction)
        sent = direction == "response" and hsts
        seen = {"strict-transport-security": "hsts"} if sent else {}
        names = [((field, name), name) for field in _FIELDS[:-1] for name in mapping(changes, field)]
        names += [(("remove", index), name) for index, name in enumerate(entries(changes, "remove"))]
        for (field, key), name in names:
            if not isinstance(name, str):
                continue
            place: Steps = (*steps, direction, field, key)
            if of_the_proxy(name, direction) or (direction == "request" and name.lower() in identities):
                must = "must be another header: the proxy itself handles this one"
                yield Problem(code=codes.HEADER_OF_PROXY, steps=place, must=must, value=name, remedy="Remove it.")
            elif name.lower() in seen:
                yield Problem(
                    code=codes.HEADER_TWICE,
                    steps=place,
                    must=f"must be named once, and is also in {seen[name.lower()]}",
                    value=name,
                )
            seen.setdefault(name.lower(), field)


def _sizes(headers: dict[Any, Any]) -> Iterator[Problem]:
    for field in ("maxRequestSize", "maxResponseSize"):
        value = text(headers, field)
        if value and is_small_size(value) and not _LEAST <= _bytes(value) <= _MOST:
            yield Problem(
                code=codes.HEADER_SIZE_REFUSED,
                steps=("spec", "headers", field),
                must="must be from 8k to 1m",
                value=value,
                remedy="Use 64k.",
                proposed="64k",
            )


def _bytes(value: str) -> int:
    number = value.rstrip("km")
    return int(number) * {"k": 2**10, "m": 2**20}.get(value[len(number) :], 1)


def _hsts(hsts: dict[Any, Any]) -> Iterator[Problem]:
    age = hsts.get("maxAge", values.StrictTransportSecurity.max_age)
    if hsts.get("preload") is not True or not isinstance(age, int):
        return
    if age < _YEAR or hsts.get("includeSubDomains") is not True:
        yield Problem(
            code=codes.PRELOAD_REFUSED,
            steps=("spec", "headers", "hsts", "preload"),
            must=f"must be removed unless includeSubDomains is true and maxAge at least {_YEAR}: no list takes it",
        )


def identities_of(document: dict[Any, Any]) -> Iterator[str]:
    """Yield the headers that identify the client to the app."""
    for place, listener in listeners_of(document):
        for _, auth in auths_of(listener, place):
            if isinstance(auth.get("basic"), dict):
                yield "Authorization"
                yield text(auth["basic"], "userHeader") or values.BasicAuth.user_header
            if isinstance(auth.get("external"), dict):
                names = auth["external"].get("headers", values.ExternalAuth.headers)
                names = names if isinstance(names, (list, tuple)) else ()
                yield from (name for name in names if isinstance(name, str))
        if mapping(mapping(listener, "tls"), "clients"):
            yield "X-Client-DN"
