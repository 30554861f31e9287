"""A route has at most one of `redirect` and `respond`, and nothing beside it about requests to the app.

Such a route has no `files`, `allow`, `deny`, `anonymous`, `cors`, `rateLimit` or `connectionLimit`, either.

`redirect` has no `permanent` beside `status`. In its `to`, $1 to $9 name groups of the regex route's path, and $1 what
stays of a prefix route's; an exact route has none. They stand behind the host, if `to` has one.

`respond` has no status from 300 to 399, and none that the engine does not answer with; 204 and 205 have no `body`.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.engine_facts import NOT_ANSWERED
from krm_fn.function_config.problem import Problem, engine_of, listeners_of, mapping, routes_of, text
from krm_fn.function_config.rules.routes.upstreams import groups_of, highest_group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = ("spec.listeners[].routes[].redirect", "spec.listeners[].routes[].respond")
_BESIDE = frozenset(("path", "match", "snippet", "accessLog", "methods", "headers"))
"""The fields that a route may have beside its answer."""
_REDIRECTS = range(300, 400)
_WITHOUT_BODY = (204, 205)


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check the answers of the proxy's own."""
    engine = engine_of(document)
    for place, listener in listeners_of(document):
        for steps, route in routes_of(listener, place):
            given = [field for field in ("redirect", "respond") if route.get(field) is not None]
            if given:
                yield from _beside(route, given[0], steps)
            yield from _redirect(mapping(route, "redirect"), route, (*steps, "redirect"))
            yield from _respond(mapping(route, "respond"), engine, (*steps, "respond"))


def _beside(route: dict[Any, Any], answer: str, steps: Steps) -> Iterator[Problem]:
    why = "where the client is redirected" if answer == "redirect" else "where the answer is fixed"
    for field, value in route.items():
        if field not in _BESIDE and field != answer and value not in (None, False, []):
            yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, field), must=f"must be removed {why}")


def _redirect(redirect: dict[Any, Any], route: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    if redirect.get("status") is not None and redirect.get("permanent") is not None:
        must = "must be removed beside status, which says the same"
        yield Problem(code=codes.REDIRECT_STATUS_TWICE, steps=(*steps, "permanent"), must=must)
    to, match = text(redirect, "to"), route.get("match", "exact")
    highest = highest_group(to)
    if not highest:
        return
    there = {"exact": 0, "prefix": 1}.get(match if isinstance(match, str) else "", groups_of(text(route, "path")))
    must, remedy = "", ""
    if highest > there:
        must = f"must name parts of the path that there are: an {match} route has none"
        if match == "prefix":
            must = "must name no more than $1, what stays of the path of a prefix route"
        elif match == "regex":
            must = f"must name groups that the route's path has: there are {there}"
        remedy = "Write %24 for a dollar sign."
    elif "$" in _host(to):
        must = "must have a host of its own: a client could choose another one by its path"
        remedy = "Put a / before the group."
    if must:
        yield Problem(code=codes.REDIRECT_GROUPS, steps=(*steps, "to"), must=must, value=to, remedy=remedy)


def _host(to: str) -> str:
    """Return a URL up to the slash at the end of its host; empty for a path."""
    return "" if to.startswith("/") else to.partition("://")[2].partition("/")[0]


def _respond(answer: dict[Any, Any], engine: str, steps: Steps) -> Iterator[Problem]:
    status = answer.get("status")
    if not isinstance(status, int):
        return
    if status in _REDIRECTS or status in NOT_ANSWERED.get(engine, {}):
        others = ", ".join(map(str, NOT_ANSWERED.get(engine, {})))
        must = "must not be from 300 to 399" + (f", and with engine {engine} none of {others}" if others else "")
        remedy = "Set redirect in place of respond." if status in _REDIRECTS else "Use another status."
        yield Problem(
            code=codes.ANSWER_STATUS_REFUSED, steps=(*steps, "status"), must=must, value=status, remedy=remedy
        )
    elif status in _WITHOUT_BODY and answer.get("body") is not None:
        must = f"must be removed with status {status}, which has no body"
        yield Problem(code=codes.ANSWER_WITHOUT_BODY, steps=(*steps, "body"), must=must)
