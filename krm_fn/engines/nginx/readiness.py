"""Whether the app is ready, where a plain request does not tell: TLS, HTTP/2, gRPC, headers of the probe."""

from __future__ import annotations

from krm_fn.engines.headers import probe_headers
from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.quoting import quoted, quoted_verbatim
from krm_fn.engines.nginx.servers import HTTP2_UPSTREAMS, in_lines, ready_location
from krm_fn.engines.nginx.upstream_tls import ready_directives
from krm_fn.engines.paths import OWN, request_target
from krm_fn.engines.routes import LOCALHOST
from krm_fn.engines.templates import SafeText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan, ReadyCheck
    from krm_fn.engines.nginx.servers import ReadyLocation

_HEALTH = "/grpc.health.v1.Health/Check"
_ASKED = f"{OWN}/ready"
_POST = (("proxy_method", "POST"),)  # which is what proxy_pass alone can do
_GRPC = (("Content-Type", "application/grpc"), ("TE", "trailers"))


def ready_locations(plan: ProxyPlan) -> tuple[ReadyLocation, ...]:
    """Return the location that /readyz asks, and that to which it passes the request, if there is one."""
    check = plan.ready
    if check.script:
        return (_by_fastcgi(check),)
    names = tuple(
        Header(name=quoted_verbatim(name), value=quoted(value)) for name, value in probe_headers(check.headers)
    )
    location = ready_location(check)
    location = location.replace(
        headers=(*location.headers, *names),
        directives=(
            *location.directives,
            *_room_for_names(check),
            *(ready_directives(plan, "proxy") if check.tls else ()),
        ),
        connect_timeout=check.timeout if check.tls else location.connect_timeout,
    )
    if check.handler == "tcp":
        location = location.replace(statuses=SafeText(f"{in_lines(300, 600)} ="))
    if check.handler == "grpc":
        return _for_grpc(plan, location)
    if check.http2 and (plan.version is None or plan.version >= HTTP2_UPSTREAMS):
        return (_by_http2(location),)
    if check.http2:
        return _through_itself(plan, location, request_target(check.path))
    if check.tls:
        location = location.replace(url=SafeText(location.url.replace("http://", "https://", 1)))
    return (location,)


def _by_fastcgi(check: ReadyCheck) -> ReadyLocation:
    from krm_fn.engines.nginx.locations.fastcgi import ready_parameters  # noqa: PLC0415 # few apps speak it

    location = ready_location(check)
    off = tuple(
        Header(name=SafeText(name), value=SafeText("off"))
        for name in ("fastcgi_pass_request_headers", "fastcgi_pass_request_body")
    )
    return location.replace(
        protocol=SafeText("fastcgi"),
        headers=(),
        directives=(*off, *ready_parameters(check, request_target(check.path))),
        statuses=SafeText(f"{in_lines(300, 600)} =") if check.handler == "tcp" else location.statuses,
        url=SafeText(f"unix:{check.socket}" if check.socket else f"{LOCALHOST}:{check.port}"),
    )


def _for_grpc(plan: ProxyPlan, location: ReadyLocation) -> tuple[ReadyLocation, ...]:
    """Return a location that makes a POST of the request, and one that sends it on by gRPC."""
    first, second = _through_itself(plan, location, _HEALTH)
    first = first.replace(
        directives=(*_tokens(_POST), *first.directives), headers=(*first.headers, *_tokens(_GRPC)), statuses=None
    )
    return first, second.replace(statuses=None)


def _through_itself(plan: ProxyPlan, location: ReadyLocation, target: str) -> tuple[ReadyLocation, ReadyLocation]:
    """Return a location that sends a request to nginx itself, and one that sends it on by gRPC.

    What is passed by gRPC has all of the request that it is made of: so it is one of nginx's own.
    """
    url = quoted(f"http://{LOCALHOST}:{plan.spec.probes.port}{_ASKED}")
    first = ready_location(plan.ready)
    first = first.replace(
        directives=(*first.directives, *_room_for_names(plan.ready)), headers=location.headers, url=url
    )
    host = Header(name=SafeText("Host"), value=SafeText("$http_host"))
    second = _by_grpc(plan, location, target).replace(path=SafeText(_ASKED), inside=True, headers=(host,))
    return first, second


def _by_http2(location: ReadyLocation) -> ReadyLocation:
    return location.replace(
        directives=(*_tokens((("proxy_http_version", "2"),)), *location.directives),
        headers=_without_connection(location),
    )


def _without_connection(location: ReadyLocation) -> tuple[Header, ...]:
    return tuple(header for header in location.headers if header.name != "Connection")


def _by_grpc(plan: ProxyPlan, location: ReadyLocation, target: str) -> ReadyLocation:
    """Return the location that requests a target by HTTP/2, which is what gRPC is made of."""
    check = plan.ready
    server = f"unix:{check.socket}" if check.socket else f"{LOCALHOST}:{check.port}"
    return location.replace(
        protocol=SafeText("grpc"),
        directives=ready_directives(plan, "grpc") if check.tls else (),
        rewritten=quoted(target),
        headers=tuple(header for header in _without_connection(location) if len(header.name) <= _SHORT),
        url=SafeText(f"grpc{'s' if check.tls else ''}://{server}"),
    )


def _room_for_names(check: ReadyCheck) -> tuple[Header, ...]:
    """Return the directives for names of headers that are long, or there more than once.

    gRPC has none of these directives: there long names are left out.
    """
    bytes_of: dict[str, int] = {}
    for name, _ in check.headers:
        bytes_of[name.lower()] = bytes_of.get(name.lower(), 0) + len(name.encode()) + _BESIDE
    most = max(bytes_of.values(), default=0)
    if most <= _LINE:
        return ()
    size = (most // _LINE + 1) * _LINE
    return _tokens((("proxy_headers_hash_bucket_size", str(size)), ("proxy_headers_hash_max_size", "4096")))


_LINE, _BESIDE, _SHORT = 64, 24, 40
"""The unit of nginx's tables, the most that it keeps beside a name, and the longest name that needs no more room."""


def _tokens(pairs: tuple[tuple[str, str], ...]) -> tuple[Header, ...]:
    return tuple(Header(name=SafeText(name), value=SafeText(value)) for name, value in pairs)
