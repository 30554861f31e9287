"""Which headers are the proxy's own, or the connection's: they cannot be set or taken out."""

from __future__ import annotations

from krm_fn.function_config.problem import Problem, entries, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_CONNECTION = (
    *("connection", "content-encoding", "content-length", "keep-alive", "proxy", "te", "trailer", "transfer-encoding"),
    *("upgrade", "vary", "via"),
)
_OWN = {
    "request": (
        *("accept-encoding", "forwarded", "host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port"),
        *("x-forwarded-prefix", "x-forwarded-proto", "x-real-ip", "x-request-id"),
    ),
    "response": ("cache-control", "content-type", "date", "etag", "last-modified", "location", "server"),
}


def header_problems(spec: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the headers that are not the user's, and those that are named twice."""
    for direction, own in _OWN.items():
        changes = mapping(mapping(spec, "headers"), direction)
        seen: dict[str, str] = {}
        names = [(("set", name), name) for name in mapping(changes, "set")]
        names += [(("remove", str(index)), name) for index, name in enumerate(entries(changes, "remove"))]
        for (field, key), name in names:
            if not isinstance(name, str):
                continue
            place = ("spec", "headers", direction, field, key if field == "set" else int(key))
            if name.lower() in (*own, *_CONNECTION):
                must = "must be another header: the proxy itself takes care of this one"
                yield Problem(steps=place, must=must, value=name, remedy="Leave it out.")
            elif name.lower() in seen:
                yield Problem(steps=place, must=f"must be named once, and {seen[name.lower()]} names it", value=name)
            seen.setdefault(name.lower(), field)
