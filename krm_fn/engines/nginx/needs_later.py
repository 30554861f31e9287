"""The fields that need a later nginx.

They are gRPC on a port without TLS, HTTP/2 to an upstream, cookies of an auth service, and a header to count by.
"""

from __future__ import annotations

from krm_fn.engines.engine import NeedsLater, version_text
from krm_fn.engines.nginx.headers.auth_cookies import SEVERAL_LINES
from krm_fn.engines.nginx.servers import HTTP2_DIRECTIVE, HTTP2_UPSTREAMS
from krm_fn.engines.routes import protocol_of
from krm_fn.function_config.listeners import externals_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import Protocol
    from krm_fn.function_config.generated.values import Listener, RateLimit, Spec


def needs_later(
    spec: Spec, protocols: tuple[tuple[Protocol, ...], ...], version: tuple[int, ...]
) -> Iterator[NeedsLater]:
    """Yield the fields that a version does not support; `protocols` are what the app speaks behind each listener."""
    for index, listener in enumerate(spec.listeners):
        for path, protocol in _spoken(listener, protocols[index]):
            problem = _problem(f"spec.listeners[{index}].{path}", protocol, listener, version)
            if problem:
                yield problem
        lacking = (place for place, external in externals_of(listener) if not external.cookies)
        for place in lacking if version < SEVERAL_LINES else ():
            yield NeedsLater(
                path=f"spec.listeners[{index}].{place}.cookies",
                must=(
                    f"must list the cookies of the auth service with nginx before {version_text(SEVERAL_LINES)}, which "
                    "passes on only the first of several Set-Cookie or WWW-Authenticate lines"
                ),
                remedy="Use a later image, or list their names, such as _oauth2_proxy_0 and _oauth2_proxy_1",
                is_partial=True,
            )
        for place, limit in _limits(listener):
            if limit.key and limit.key.header and version < SEVERAL_LINES:
                yield NeedsLater(
                    path=f"spec.listeners[{index}].{place}.key.header",
                    must=(
                        f"must be removed with nginx before {version_text(SEVERAL_LINES)}, which counts by the first "
                        "of several lines of a header, whichever the app reads"
                    ),
                    remedy="Use a later image, or count by a cookie or by addresses",
                )


def _limits(listener: Listener) -> Iterator[tuple[str, RateLimit]]:
    """Yield the limits of requests, and the fields below the listener's."""
    if listener.rate_limit:
        yield "rateLimit", listener.rate_limit
    for index, route in enumerate(listener.routes):
        if route.rate_limit:
            yield f"routes[{index}].rateLimit", route.rate_limit


def _spoken(listener: Listener, own: tuple[Protocol, ...]) -> Iterator[tuple[str, Protocol]]:
    """Yield what upstreams speak, and the fields below the listener's that say so."""
    for protocol in own:
        yield "upstream.protocol", protocol
    for index, route in enumerate(listener.routes):
        if route.grpc:
            yield f"routes[{index}].grpc", "grpc"
        if route.upstream:
            yield f"routes[{index}].upstream.protocol", protocol_of(route.upstream)
        if route.split:
            yield f"routes[{index}].split.upstream.protocol", protocol_of(route.split.upstream)


def _problem(path: str, protocol: Protocol, listener: Listener, version: tuple[int, ...]) -> NeedsLater | None:
    if protocol == "grpc" and not listener.tls and version < HTTP2_DIRECTIVE:
        field = "removed" if path.endswith(".grpc") else "another protocol than grpc"
        must = (
            f"must be {field} without TLS with nginx before {version_text(HTTP2_DIRECTIVE)}, whose ports take "
            "HTTP/2 or HTTP/1, not both"
        )
        return NeedsLater(path=path, must=must, remedy="Use a later image, or set tls on the listener")
    if protocol == "h2c" and version < HTTP2_UPSTREAMS:
        must = (
            f"must be another protocol than h2c with nginx before {version_text(HTTP2_UPSTREAMS)}, which sends apps no "
            "HTTP/2"
        )
        return NeedsLater(path=path, must=must, remedy="Use a later image, or engine: caddy")
    return None
