"""A split's `headerValue` and `headerPattern` go with `header`, and not together; `cookieValue` goes with `cookie`.

Its `sticky` has one of `setCookie`, `address`, `header` and `cookie`. The header is none that the proxy itself handles,
or that says who the client is; the cookie that the proxy sets is another one than the split's `cookie`.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, listeners_of, mapping, routes_of, text
from krm_fn.function_config.rules.headers import identities_of, of_the_proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.listeners[].routes[].split",)
_WAYS = ("setCookie", "address", "header", "cookie")
_OF_CLIENTS = ("authorization", "cookie")
"""The headers that hold more than one thing."""


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check the splits of all routes."""
    identities = {*_OF_CLIENTS, *(name.lower() for name in identities_of(document))}
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            split = mapping(route, "split")
            yield from _values(split, (*steps, "split"))
            if isinstance(split.get("sticky"), dict):
                yield from _sticky(split["sticky"], split, identities, (*steps, "split", "sticky"))


def _values(split: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    for field, name in (("headerValue", "header"), ("headerPattern", "header"), ("cookieValue", "cookie")):
        if split.get(field) is not None and split.get(name) is None:
            must = f"must be removed without {name}"
            remedy = f"Set {name} to the name whose value decides."
            yield Problem(code=codes.SPLIT_VALUE_ALONE, steps=(*steps, field), must=must, remedy=remedy)
    if split.get("headerValue") is not None and split.get("headerPattern") is not None:
        must = "must be removed beside headerValue, which decides alone"
        yield Problem(code=codes.SPLIT_VALUE_ALONE, steps=(*steps, "headerPattern"), must=must)


def _sticky(sticky: dict[Any, Any], split: dict[Any, Any], identities: set[str], steps: Steps) -> Iterator[Problem]:
    given = [field for field in _WAYS if sticky.get(field) not in (None, False)]
    if len(given) != 1:
        must = "must be one of setCookie, address, header and cookie"
        remedy = f"Remove {' and '.join(given[1:])}." if given else "Set one of them."
        yield Problem(code=codes.NOT_EXACTLY_ONE, steps=steps, must=must, remedy=remedy)
    header, name = text(sticky, "header"), text(mapping(sticky, "setCookie"), "name")
    if header and (of_the_proxy(header, "request") or header.lower() in identities):
        must = "must be another header: the proxy itself handles this one"
        yield Problem(code=codes.HEADER_OF_PROXY, steps=(*steps, "header"), must=must, value=header)
    if name and name == split.get("cookie"):
        must = "must differ from the split's cookie, which a client sets itself"
        yield Problem(code=codes.SPLIT_COOKIE_TWICE, steps=(*steps, "setCookie", "name"), must=must, value=name)
