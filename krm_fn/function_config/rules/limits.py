"""`key` of a `rateLimit` has one of `header`, `cookie` and `of`.

Its `header` is none that the proxy itself handles, and not Cookie. `of: user` is for routes with `auth.basic`, their
own or the listener's, where nobody gets in without a password.

`bandwidth.rate` is not 0.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.problem import Problem, listeners_of, mapping, routes_of, text
from krm_fn.function_config.rules.headers import of_the_proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = (
    *("spec.listeners[].rateLimit", "spec.listeners[].bandwidth"),
    *("spec.listeners[].routes[].rateLimit", "spec.listeners[].routes[].bandwidth"),
)


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check limits of requests and of responses."""
    for place, listener in listeners_of(document):
        yield from _key(listener, (*place, "rateLimit", "key"), why="on a listener: some routes may have no users")
        yield from _bandwidth(listener, place)
        for steps, route in routes_of(listener, place):
            yield from _key(route, (*steps, "rateLimit", "key"), why=_without_names(route, listener))
            yield from _bandwidth(route, steps)


def _without_names(route: dict[Any, Any], listener: dict[Any, Any]) -> str:
    """Return why nothing keeps a client from naming any user; empty where it needs the user's password."""
    if route.get("anonymous") is True or not (route.get("auth") or listener.get("auth")):
        return "where nobody needs a password"
    if not mapping(route.get("auth") or listener.get("auth"), "basic"):
        return "where a service decides, which names the user only afterwards"
    return "with satisfy: any, where some need no password" if route.get("satisfy") == "any" else ""


def _key(holder: dict[Any, Any], steps: Steps, why: str) -> Iterator[Problem]:
    limit = mapping(holder, "rateLimit")
    if not isinstance(limit.get("key"), dict):
        return
    key = limit["key"]
    given = [field for field in values.RateLimitKey._fields if key.get(field) is not None]
    if len(given) != 1:
        must = "must be one of header, cookie and of"
        yield Problem(code=codes.NOT_EXACTLY_ONE, steps=steps, must=must, remedy="Set one of them.")
    name = text(key, "header")
    if of_the_proxy(name, "request") or name.lower() == "cookie":
        remedy = "Set cookie to the name of one." if name.lower() == "cookie" else "Leave key out to count addresses."
        must = "must be another header: the proxy itself handles this one"
        if name.lower() == "cookie":
            must = "must be another header: this one holds all cookies"
        yield Problem(code=codes.LIMIT_KEY_REFUSED, steps=(*steps, "header"), must=must, value=name, remedy=remedy)
    if key.get("of") == "user" and why:
        yield Problem(
            code=codes.LIMIT_KEY_REFUSED,
            steps=(*steps, "of"),
            must=f"must not be user {why}",
            remedy="Leave key out to count addresses, or set header or cookie.",
        )


def _bandwidth(holder: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    rate = text(mapping(holder, "bandwidth"), "rate")
    if rate and not rate.rstrip("km").strip("0"):
        yield Problem(
            code=codes.RATE_OF_NOTHING,
            steps=(*steps, "bandwidth", "rate"),
            must="must be more than 0",
            value=rate,
            remedy="Remove bandwidth for no limit.",
        )
