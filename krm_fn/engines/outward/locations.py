"""Where answers send clients: an address of the app's own is made a path, and others change as the route says.

Only what names the upstream's own address is changed by default, and it becomes a path: so no answer can send clients
to another host that would not do so without the proxy. A path that begins with two slashes, or with what browsers take
for them, names a host: such an address stays as it is.
"""

from __future__ import annotations

from krm_fn.engines.outward.change import Change, exactly, mounted
from krm_fn.engines.routes import LOCALHOST, destination_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import ProxyListener
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Route

_ANY = r"[^\x00-\x20\x7f]*"
_BELOW = rf"(?:[^/\\\x00-\x20\x7f]{_ANY})?"
"""What may follow the slash at a path's beginning."""
_END = rf"(?:[?#]{_ANY})?"
"""What may follow a whole path."""
_LOOPBACK = (LOCALHOST, "localhost", "[::1]")
_USUAL = {80: "http", 443: "https"}


def location_changes(proxy_listener: ProxyListener, route: Route, *destinations: Destination) -> tuple[Change, ...]:
    """Return the changes of Location and Refresh in the answers of a route's upstreams, in order."""
    changes = [Change(start=exactly(each.start), rest=_BELOW, to=each.to) for each in route.locations]
    paths = tuple(mounted(route, _BELOW, _END))
    for destination in destinations:
        changes += _own(proxy_listener, destination, paths)
    return (*changes, *(paths if route.rewrite and route.rewrite.answers else ()))


def usual_changes(proxy_listener: ProxyListener) -> tuple[Change, ...]:
    """Return the changes in the answers of the listener's own upstream, for a route that says nothing of them."""
    return tuple(_own(proxy_listener, destination_of(proxy_listener, None), ()))


def _own(proxy_listener: ProxyListener, destination: Destination, paths: tuple[Change, ...]) -> Iterator[Change]:
    """Yield the changes of an upstream's own address: to the route's path where that stands for a prefix."""
    if not destination.rewrites_location or destination.protocol in ("grpc", "fastcgi"):
        return
    origin = _origin(destination, proxy_listener)
    if origin:
        yield from (each.replace(start=origin + each.start) for each in paths)
        yield Change(start=f"{origin}(?:/|$)", rest=_BELOW, to="/")


def _origin(destination: Destination, proxy_listener: ProxyListener) -> str:
    """Return the expression of scheme, host and port of an upstream's own address, and of the host that it is sent."""
    address = destination.address
    host, _, port = destination.host.partition(":")
    names = tuple(dict.fromkeys((address.host, address.host.removesuffix(".svc"))))
    hosts = () if not address.port else _LOOPBACK if address.host == LOCALHOST else names
    found = [_with_port(f"(?:{'|'.join(map(exactly, hosts))})", address.port)] if hosts else []
    if host and host not in hosts:
        either = f"https?://{exactly(host)}(?::(?:80|443|{proxy_listener.listener.port}))?"
        found.append(_with_port(exactly(host), int(port)) if port else either)
    return f"(?i:{'|'.join(found)})" if found else ""


def _with_port(host: str, port: int) -> str:
    return f"{_USUAL[port]}://{host}(?::{port})?" if port in _USUAL else f"https?://{host}:{port}"
