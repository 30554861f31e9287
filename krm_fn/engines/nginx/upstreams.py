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
        for listener in plan.listeners:
            self.name_of(listener, None)
            for route in effective_routes(listener.settings):
                if not (route.redirect or route.files):
                    self.name_of(listener, route.upstream, grpc=route.grpc)
            external = listener.settings.auth.external if listener.settings.auth else None
            if external:
                self.name_of(listener, external.upstream)

    def name_of(self, listener: ProxyListener, other: OtherUpstream | None, *, grpc: bool = False) -> str:
        """Return the name of the block for an upstream, which is there from then on."""
        address = address_of(listener, other)
        name = self._name(address, "grpc" if grpc else "app")
        server = f"unix:{address.socket}" if address.socket else f"{address.host}:{address.port}"
        self._upstreams.setdefault(name, UpstreamBlock(name=name, server=server))
        return name

    def target(self, listener: ProxyListener, route: Route, place: str) -> SafeText:
        """Return what follows `proxy_pass` or `grpc_pass` for a route; its place makes the name of a draw."""
        scheme = "grpc" if route.grpc else "http"
        usual = self.name_of(listener, route.upstream, grpc=route.grpc)
        if not route.split:
            return SafeText(f"{scheme}://{usual}")
        header, cookie = route.split.header, route.split.cookie
        self.splits.append(
            Split(
                place=SafeText(place),
                percent=route.split.percent,
                others=self.name_of(listener, route.split.upstream, grpc=route.grpc),
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
