"""Where requests are sent: upstream blocks, and the variables that choose between two of them."""

from __future__ import annotations

from krm_fn.engines.nginx.quoting import regex_of, variable_part
from krm_fn.engines.routes import LOCALHOST, Address, address_of, effective_routes
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener, ProxyPlan
    from krm_fn.function_config.generated.values import OtherUpstream, Route


class UpstreamBlock(Record):
    """An upstream block. HTTP and gRPC have one each: a connection that is kept alive has one of the two protocols."""

    name: str
    server: str


class Split(Record):
    """A choice between two upstreams. Its variables have one ending: $split_…, $split_cookie_…, $split_draw_…."""

    place: SafeText
    percent: int
    others: str
    """The name of the upstream for the share."""
    usual: str
    header: SafeText | None
    """The end of the name of the variable of the header that decides first."""
    cookie: str | None
    """The cookie's name as a regular expression."""


class Upstreams:
    """The upstreams of a plan, by address and protocol."""

    def __init__(self, plan: ProxyPlan) -> None:
        self._sockets: list[str] = []
        self._upstreams: dict[str, UpstreamBlock] = {}
        self.splits: list[Split] = []
        for proxy_listener in plan.listeners:
            self.name_of(proxy_listener, None)
            for route in effective_routes(proxy_listener.listener):
                if not (route.redirect or route.files):
                    self.name_of(proxy_listener, route.upstream, grpc=route.grpc)
            external = proxy_listener.listener.auth.external if proxy_listener.listener.auth else None
            if external:
                self.name_of(proxy_listener, external.upstream)

    def name_of(self, proxy_listener: ProxyListener, other: OtherUpstream | None, *, grpc: bool = False) -> str:
        """Return the name of the block for an upstream, and add the block where it is missing."""
        address = address_of(proxy_listener, other)
        name = self._name(address, "grpc" if grpc else "app")
        server = f"unix:{address.socket}" if address.socket else f"{address.host}:{address.port}"
        self._upstreams.setdefault(name, UpstreamBlock(name=name, server=server))
        return name

    def target(self, proxy_listener: ProxyListener, route: Route, place: str) -> SafeText:
        """Return what follows `proxy_pass` or `grpc_pass` for a route; a split's variables are named by its place."""
        scheme = "grpc" if route.grpc else "http"
        usual = self.name_of(proxy_listener, route.upstream, grpc=route.grpc)
        if not route.split:
            return SafeText(f"{scheme}://{usual}")
        header, cookie = route.split.header, route.split.cookie
        self.splits.append(
            Split(
                place=SafeText(place),
                percent=route.split.percent,
                others=self.name_of(proxy_listener, route.split.upstream, grpc=route.grpc),
                usual=usual,
                header=variable_part(header) if header else None,
                cookie=regex_of(cookie) if cookie else None,
            )
        )
        return SafeText(f"{scheme}://$split_{place}")

    def blocks(self) -> tuple[UpstreamBlock, ...]:
        """Return the blocks."""
        return tuple(self._upstreams.values())

    def _name(self, address: Address, protocol: str) -> str:
        if address.socket:
            if address.socket not in self._sockets:
                self._sockets.append(address.socket)
            return f"{protocol}_socket_{self._sockets.index(address.socket) + 1}"
        host = "" if address.host == LOCALHOST else f"_{address.host}"
        return f"{protocol}{host}_{address.port}"
