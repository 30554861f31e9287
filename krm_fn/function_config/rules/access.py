"""`auth` has one of `basic` and `external`.

`auth.basic` names its `users` where the engine reads each from a key of the Secret: see [Engines](#engines).

No prefix route has the path of `auth.external.ownPrefix`. Services of one listener differ in it, or have one upstream.

A route with `anonymous` has no `auth`. `satisfy: any` goes with an address in `allow`, and with the `auth` of the route
or of its listener.

`proxyProtocol` is not set where `spec.realIP.trustedProxies` is empty.

Each error status has at most one page, and is one that the engine can answer with a page: see [Engines](#engines).

`errorPages.ofApp` is not set with `auth.external.signIn`, where the engine would make clients sign in also for an app's
own 401: see [Engines](#engines).
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import APP_ERRORS_SIGN_IN, NOT_ANSWERED, USERS_ARE_KEYS
from krm_fn.function_config.problem import Problem, auths_of, engine_of, entries, listeners_of, mapping, routes_of, text
from krm_fn.function_config.rules.headers import of_the_proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = (
    *("spec.listeners[].auth", "spec.listeners[].proxyProtocol", "spec.listeners[].errorPages"),
    *("spec.listeners[].routes[].auth", "spec.listeners[].routes[].satisfy"),
)


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check authentication, the PROXY protocol and pages of errors."""
    engine, trusted = engine_of(document), mapping(mapping(document, "spec"), "realIP").get("trustedProxies")
    for steps, listener in listeners_of(document):
        for place, auth in auths_of(listener, steps):
            yield from _auth(auth, listener, engine, place, steps)
        yield from _own_prefixes(listener, steps)
        for place, route in routes_of(listener, steps):
            yield from _beside(route, listener, place)
        if listener.get("proxyProtocol") is True and trusted == []:
            must = "must be removed where spec.realIP.trustedProxies is empty: no client could connect"
            yield Problem(code=codes.NOBODY_TRUSTED, steps=(*steps, "proxyProtocol"), must=must)
        yield from _pages(mapping(listener, "errorPages"), listener, engine, (*steps, "errorPages"))


def _beside(route: dict[Any, Any], listener: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check what stands beside `anonymous` and `satisfy`."""
    anonymous, own = route.get("anonymous") is True, route.get("auth") is not None
    if anonymous and own:
        must = "must be removed where anonymous admits everybody"
        yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, "auth"), must=must)
    if route.get("satisfy") != "any" or any(route.get(field) is not None for field in ("redirect", "respond")):
        return
    lacking = [] if entries(route, "allow") else ["an address in allow"]
    lacking += ["auth"] if anonymous or not (own or listener.get("auth") is not None) else []
    if lacking:
        yield Problem(
            code=codes.NOTHING_TO_CHOOSE,
            steps=(*steps, "satisfy"),
            must=f"must be all without {' and '.join(lacking)}: there are no two of which one is enough",
            value="any",
            remedy="Set what is missing, or remove the field.",
        )


def _own_prefixes(listener: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check that each prefix of auth services is one service's."""
    seen: dict[str, object] = {}
    for place, auth in auths_of(listener, steps):
        external = mapping(auth, "external")
        prefix, upstream = _own_prefix(external), external.get("upstream")
        if prefix is not None and seen.setdefault(prefix, upstream) != upstream:
            yield Problem(
                code=codes.OWN_PREFIX_TWICE,
                steps=(*place, "external", "ownPrefix"),
                must="must be another prefix than that of the listener's other auth service, or both the same upstream",
                value=prefix,
                remedy="Set one that this service is configured for, or null.",
            )


def _own_prefix(external: dict[Any, Any]) -> str | None:
    own = external.get("ownPrefix", values.ExternalAuth.own_prefix) if external else None
    return own if isinstance(own, str) else None


def _auth(
    auth: dict[Any, Any], listener: dict[Any, Any], engine: str, steps: Steps, place_of_listener: Steps
) -> Iterator[Problem]:
    given = [field for field in values.Auth._fields if auth.get(field) is not None]
    if len(given) != 1:
        yield Problem(
            code=codes.NOT_EXACTLY_ONE, steps=steps, must="must be one of basic and external", remedy="Set one of them."
        )
    basic, external = mapping(auth, "basic"), mapping(auth, "external")
    if basic and USERS_ARE_KEYS.get(engine) and not entries(basic, "users"):
        must = f"must name the users with engine {engine}: their names are the Secret's keys"
        yield Problem(code=codes.USERS_MISSING, steps=(*steps, "basic", "users"), must=must)
    names: list[tuple[Steps, Any]] = [((*steps, "basic", "userHeader"), basic.get("userHeader"))]
    names += [((*steps, "external", "headers", index), name) for index, name in enumerate(entries(external, "headers"))]
    for place, name in names:
        if isinstance(name, str) and of_the_proxy(name, "request"):
            must = "must be another header: the proxy itself handles this one"
            yield Problem(code=codes.HEADER_OF_PROXY, steps=place, must=must, value=name)
    own = _own_prefix(external)
    for place, route in routes_of(listener, place_of_listener):
        if own is not None and text(route, "path") == own and text(route, "match") == "prefix":
            must = "must differ from auth.external.ownPrefix, which the service itself answers"
            yield Problem(code=codes.ROUTE_OF_AUTH_SERVICE, steps=(*place, "path"), must=must, value=own)


def _pages(pages: dict[Any, Any], listener: dict[Any, Any], engine: str, steps: Steps) -> Iterator[Problem]:
    seen: dict[int, int] = {}
    lacking = NOT_ANSWERED.get(engine, {})
    for index, page in enumerate(entries(pages, "pages")):
        for place, status in enumerate(entries(page, "statuses")):
            if isinstance(status, int) and status in lacking:
                others = ", ".join(map(str, lacking))
                alone = all(each in lacking for each in entries(page, "statuses"))
                yield Problem(
                    code=codes.STATUS_NOT_ANSWERED,
                    steps=(*steps, "pages", index, "statuses", place),
                    must=f"must be from 400 to 599 with engine {engine}, and none of {others}",
                    value=status,
                    remedy=f"Remove {'the page' if alone else 'it'}: {lacking[status]}.",
                )
            if isinstance(status, int) and seen.setdefault(status, index) != index:
                must = f"must be in one page only, and is also in pages[{seen[status]}]"
                yield Problem(
                    code=codes.ERROR_PAGE_TWICE,
                    steps=(*steps, "pages", index, "statuses", place),
                    must=must,
                    value=status,
                )
    externals = (mapping(auth, "external") for _, auth in auths_of(listener, ()))
    signs_in = any(external and external.get("signIn", "") is not None for external in externals)
    if signs_in and pages.get("ofApp") is True and APP_ERRORS_SIGN_IN.get(engine):
        must = f"must be removed with engine {engine} and auth.external.signIn: an app's own 401 would require sign-in"
        yield Problem(
            code=codes.ERROR_PAGES_AND_SIGN_IN,
            steps=(*steps, "ofApp"),
            must=must,
            remedy="Set signIn: null, or remove the field.",
        )
