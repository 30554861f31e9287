"""Where requests are sent: upstream blocks, and the variables of names that are looked up."""

from __future__ import annotations

from krm_fn.engines.routes import LOCALHOST, destination_of, effective_routes, is_answered
from krm_fn.engines.templates import SafeText
from krm_fn.function_config.listeners import externals_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyListener, ProxyPlan
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import FastCGI, Route, UpstreamTLS


class UpstreamBlock(Record):
    """An upstream block. Each protocol, way to connect by TLS, and Host header has one: connections are kept alive."""

    name: str
    server: str
    resolves: bool = False
    """Whether the server's name is looked up again."""
    keeps: bool = True
    """Whether connections are kept alive. One to PHP-FPM would keep a process busy."""


class Lookup(Record):
    """A variable with the host and port of a Service, whose name is looked up for each request."""

    variable: SafeText
    server: str


RESOLVING_BLOCKS = (1, 27, 3)
"""The first version whose upstream blocks look names up again."""


class Upstreams:
    """The upstreams of a plan, by address, protocol, settings of TLS, and Host header."""

    def __init__(self, plan: ProxyPlan) -> None:
        self._sockets: list[str] = []
        self._upstreams: dict[str, UpstreamBlock] = {}
        self._settings: dict[str, list[tuple[UpstreamTLS | None, str]]] = {}
        self._dns, self._by_block = plan.spec.dns, plan.version is None or plan.version >= RESOLVING_BLOCKS
        self._lookups: dict[str, Lookup] = {}
        self.scripts: list[FastCGI] = []
        for proxy_listener in plan.listeners:
            self.name_of(destination_of(proxy_listener, None))
            for route in effective_routes(proxy_listener):
                if not (is_answered(route) or route.files):
                    self.name_of(destination_of(proxy_listener, route.upstream, grpc=route.grpc))
            for _, external in externals_of(proxy_listener.listener):
                self.name_of(destination_of(proxy_listener, external.upstream))

    def name_of(self, destination: Destination) -> str:
        """Return the name of the block for a destination, or host and port where there is none; add what is missing."""
        address, name = destination.address, self._name(destination)
        dns = self._dns if address.host.endswith(".svc") else None
        if dns and not self._by_block:
            server = f"{address.host}.{dns.cluster_domain}:{address.port}"
            variable = SafeText(f"lookup_{len(self._lookups) + 1}")
            self._lookups.setdefault(server, Lookup(variable=variable, server=server))
            return server
        if destination.tls or destination.host:
            own = (destination.tls, destination.host)
            settings = self._settings.setdefault(name, [] if destination.tls else [(None, "")])
            if own not in settings:
                settings.append(own)
            number = settings.index(own)
            name += f"_{number + 1}" if number else ""
        server = f"unix:{address.socket}" if address.socket else f"{address.host}:{address.port}"
        if dns:
            server = f"{address.host}.{dns.cluster_domain}:{address.port}"
        keeps = destination.protocol != "fastcgi"
        self._upstreams.setdefault(name, UpstreamBlock(name=name, server=server, resolves=dns is not None, keeps=keeps))
        return name

    def url_of(self, destination: Destination) -> SafeText:
        """Return what follows `proxy_pass`, `grpc_pass` or `fastcgi_pass` for a destination."""
        name = self.name_of(destination)
        lookup = self._lookups.get(name)
        scheme = "" if destination.protocol == "fastcgi" else f"{scheme_of(destination)}://"
        return SafeText(f"{scheme}{f'${lookup.variable}' if lookup else name}")

    def is_looked_up(self, destination: Destination) -> bool:
        """Return whether a variable names the destination, which has no block then."""
        return self.name_of(destination) in self._lookups

    def scripts_of(self, proxy_listener: ProxyListener, route: Route) -> tuple[FastCGI, int]:
        """Return the settings of FastCGI of a route's upstream, and the number of their maps; add what is missing."""
        from krm_fn.engines.fastcgi.scripts import settings_of  # noqa: PLC0415 # few apps speak it

        settings = settings_of(proxy_listener, route.upstream)
        if settings not in self.scripts:
            self.scripts.append(settings)
        return settings, self.scripts.index(settings) + 1

    def blocks(self) -> tuple[UpstreamBlock, ...]:
        """Return the blocks."""
        return tuple(self._upstreams.values())

    def lookups(self) -> tuple[Lookup, ...]:
        """Return the variables of names that are looked up without a block."""
        return tuple(self._lookups.values())

    def _name(self, destination: Destination) -> str:
        address, kind = destination.address, _KINDS[destination.protocol]
        if destination.tls and destination.protocol == "grpc":
            kind = "grpcs"
        if address.socket:
            if address.socket not in self._sockets:
                self._sockets.append(address.socket)
            return f"{kind}_socket_{self._sockets.index(address.socket) + 1}"
        host = "" if address.host == LOCALHOST else f"_{address.host}"
        return f"{kind}{host}_{address.port}"


def scheme_of(destination: Destination) -> str:
    """Return the scheme of a destination's URL, as nginx writes it."""
    return ("grpc" if destination.protocol == "grpc" else "http") + ("s" if destination.tls else "")


_KINDS = {"http": "app", "https": "tls", "h2c": "h2c", "grpc": "grpc", "fastcgi": "fastcgi"}
"""What the names of a protocol's blocks begin with."""
