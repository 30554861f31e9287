"""`spec.headers` names each header once, and none that the proxy or the connection itself handles."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import HEADERS_OF_THE_PROXY
from krm_fn.function_config.problem import Problem, entries, listeners_of, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FIELDS = ("spec.headers",)
_CONNECTION = (
    *("connection", "content-encoding", "content-length", "keep-alive", "proxy", "te", "trailer", "transfer-encoding"),
    *("upgrade", "vary", "via"),
)
_OWN = {
    "request": ("accept-encoding", *HEADERS_OF_THE_PROXY),
    "response": ("cache-control", "content-type", "date", "etag", "last-modified", "location", "server"),
}
_CHANGES = ("set", "default", "add", "remove")


def of_the_proxy(name: str, direction: str) -> bool:
    """Return whether a header of requests or responses is the proxy's own, or the connection's."""
    return name.lower() in (*_OWN[direction], *_CONNECTION)


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the headers that users cannot set, and those that are named twice."""
    identities = {name.lower() for name in _identities(document)}
    for direction in _OWN:
        changes = mapping(mapping(mapping(document, "spec"), "headers"), direction)
        seen: dict[str, str] = {}
        names = [((field, name), name) for field in _CHANGES[:-1] for name in mapping(changes, field)]
        names += [(("remove", index), name) for index, name in enumerate(entries(changes, "remove"))]
        for (field, key), name in names:
            if not isinstance(name, str):
                continue
            place = ("spec", "headers", direction, field, key)
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


def _identities(document: dict[Any, Any]) -> Iterator[str]:
    """Yield the headers that identify the client to the app."""
    for _, listener in listeners_of(document):
        auth = mapping(listener, "auth")
        if isinstance(auth.get("basic"), dict):
            yield "Authorization"
            yield text(auth["basic"], "userHeader") or values.BasicAuth.user_header
        if isinstance(auth.get("external"), dict):
            names = auth["external"].get("headers", values.ExternalAuth.headers)
            yield from (name for name in (names if isinstance(names, (list, tuple)) else ()) if isinstance(name, str))
        if mapping(mapping(listener, "tls"), "clients"):
            yield "X-Client-DN"
