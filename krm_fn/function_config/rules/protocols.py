"""An upstream with `tls` speaks https or grpc.

The certificate of an upstream is checked against `ca`, which is one of `secret` and `configMap`, and that of a port or
socket of the Pod against `serverName` as well. There is no `ca` where it is not checked.

Routes to an app that speaks gRPC alone have no `cache`, `websocket`, `buffering`, `substitution`, `rewrite`,
`locations`, `cookies` or `bandwidth`. Their upstreams, and those of a route with `grpc`, speak nothing else.

A service that decides about requests speaks http or https.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, auths_of, listeners_of, mapping, routes_of
from krm_fn.function_config.rules.routes.upstreams import NOT_WITH_GRPC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps

FIELDS = (
    "spec.listeners[].upstream.protocol",
    "spec.listeners[].upstream.tls",
    "spec.listeners[].routes[].upstream",
    "spec.listeners[].routes[].split",
    "spec.listeners[].auth.external",
    "spec.listeners[].routes[].auth.external",
)
_BY_TLS = ("auto", "https", "grpc")


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Check what upstreams speak, and how they are connected to."""
    for place, listener in listeners_of(document):
        own = mapping(listener, "upstream")
        yield from _upstream(own, (*place, "upstream"))
        for steps, auth in auths_of(listener, place):
            external = mapping(mapping(auth, "external"), "upstream")
            yield from _upstream(external, (*steps, "external", "upstream"))
            if external.get("protocol") in ("grpc", "h2c"):
                yield Problem(
                    code=codes.UPSTREAM_FIELDS_CONFLICT,
                    steps=(*steps, "external", "upstream", "protocol"),
                    must="must be http or https for a service that decides about requests",
                    value=external["protocol"],
                )
        for steps, route in routes_of(listener, place):
            yield from _route(route, own, steps)


def _route(route: dict[Any, Any], own: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    upstream, others = mapping(route, "upstream"), mapping(mapping(route, "split"), "upstream")
    yield from _upstream(upstream, (*steps, "upstream"))
    yield from _upstream(others, (*steps, "split", "upstream"))
    if any(route.get(field) is not None for field in ("files", "redirect", "respond")):
        return
    said = route.get("grpc") is True
    if not said and (upstream or own).get("protocol") != "grpc":
        return
    for field in NOT_WITH_GRPC:
        if not said and route.get(field) not in (None, False):
            must = "must be removed where the app serves gRPC"
            yield Problem(code=codes.ROUTE_FIELDS_CONFLICT, steps=(*steps, field), must=must)
    for place, each in ((("upstream",), upstream), (("split", "upstream"), others)):
        if each.get("protocol", "auto") not in ("auto", "grpc"):
            yield Problem(
                code=codes.UPSTREAM_FIELDS_CONFLICT,
                steps=(*steps, *place, "protocol"),
                must="must be grpc where the app serves gRPC",
                value=each["protocol"],
                proposed="grpc",
            )


def _upstream(upstream: dict[Any, Any], steps: Steps) -> Iterator[Problem]:
    """Check the settings of TLS.

    verify       service              port or socket
    left out     as true              as false
    true         needs ca             needs ca and serverName
    false        no ca                no ca
    """
    protocol, tls = upstream.get("protocol", "auto"), mapping(upstream, "tls")
    if upstream.get("tls") is not None and protocol not in _BY_TLS:
        yield Problem(
            code=codes.UPSTREAM_FIELDS_CONFLICT,
            steps=(*steps, "tls"),
            must=f"must be removed where the upstream speaks {protocol}",
            remedy="Or set protocol: https.",
        )
        return
    if upstream.get("tls") is None and protocol != "https":
        return
    elsewhere, ca = upstream.get("service") is not None, tls.get("ca")
    verify = tls.get("verify", elsewhere)
    if isinstance(ca, dict) and len([field for field in ("secret", "configMap") if ca.get(field) is not None]) != 1:
        yield Problem(
            code=codes.NOT_EXACTLY_ONE,
            steps=(*steps, "tls", "ca"),
            must="must be one of secret and configMap",
            remedy="Set one of them.",
        )
    if verify and ca is None:
        must = "must be set where the upstream's certificate is checked"
        remedy = "Set it, or verify: false."
        yield Problem(code=codes.UPSTREAM_NOT_CHECKABLE, steps=(*steps, "tls", "ca"), must=must, remedy=remedy)
    if verify and not elsewhere and tls.get("serverName") is None:
        must = "must be set where the certificate of a port or socket of the Pod is checked"
        remedy = "Set it to a name that the certificate is for."
        yield Problem(code=codes.UPSTREAM_NOT_CHECKABLE, steps=(*steps, "tls", "serverName"), must=must, remedy=remedy)
    if not verify and ca is not None:
        must, remedy = "must be removed where the upstream's certificate is not checked", "Or set verify: true."
        yield Problem(code=codes.UPSTREAM_NOT_CHECKED, steps=(*steps, "tls", "ca"), must=must, remedy=remedy)
