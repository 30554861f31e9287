"""Compressed answers in the cache: a client that takes gzip is answered with what was compressed once.

The cache keeps what it gets from an upstream. So for such a client nginx requests the answer of itself: a server on an
address of the loopback sends the request on to the app as it came, and compresses what the app answers. Its upstream
has a name of its own, which is in the cache's key: the two variants are two answers, and ranges of the other one stay.
What bypasses the cache goes straight to the app. So does a request that finds the app unreachable: the answer to the
client, its error page, and what the cache may serve in its place are as without that server.

It is at the port of the probes, on an address that no other Pod can reach: a socket in the volume would stay after a
crash, and nginx does not start where there is one. Others in the Pod reach it, as they reach the app: what they may not
reach, a Unix socket or a service that knows the proxy by its certificate, has no such server, and its answers are
compressed for each client. So are those of a service that a variable names: no block of upstreams can stand before it.
"""

from __future__ import annotations

from krm_fn.engines.nginx.headers.auth_cookies import SEVERAL_LINES
from krm_fn.engines.nginx.quoting import word
from krm_fn.engines.routes import LOCALHOST
from krm_fn.engines.templates import SafeText
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.nginx.headers.header_plan import Header
    from krm_fn.engines.nginx.upstreams import Upstreams
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Route

_ADDRESSES = 250
_OTHER_BODIES = (
    *("gzip", "charset", "proxy_redirect", "chunked_transfer_encoding", "client_header_buffer_size"),
    *("large_client_header_buffers", "max_headers", "proxy_buffer", "proxy_busy_buffers_size"),
)
"""Directives of snippets that change what is compressed, that go with no variable in proxy_pass, or with which the
server that compresses would answer otherwise than the app."""


class Compressor(Record):
    """A server that compresses the answers of one upstream."""

    name: SafeText
    """Of the upstream block that is it."""
    address: SafeText
    url: SafeText
    """Where it sends requests."""
    otherwise: SafeText | None
    """The app's own address, where requests go that it does not answer; None: nowhere else."""
    tls: tuple[Header, ...]
    http2: bool


class Filling(Record):
    """Where a cached location gets its answers from."""

    place: SafeText
    """What the names of its variables end in: $cached_from_… and $cached_coding_…."""
    bypass: tuple[SafeText, ...]
    """The variables that make a request go straight to the app."""
    url: SafeText
    """The URL of the app."""
    compressing: SafeText = SafeText("")
    """The URL of what compresses."""
    is_retried: bool = False
    """Whether the app itself is another server of the upstream that compresses."""


class Compressors:
    """The servers that compress, one for each upstream of a cached route."""

    def __init__(self, plan: ProxyPlan, upstreams: Upstreams) -> None:
        self._plan = plan
        self._upstreams = upstreams
        self._by_name: dict[str, Compressor] = {}
        self.keeps_vary = plan.version is not None and plan.version < SEVERAL_LINES
        """Whether the app's Vary stays as it is: of several lines, a variable would hold the first alone."""
        self._off = _has_other_bodies(plan.spec.snippets.http)

    def filling(
        self,
        usual: Filling,
        route: Route,
        snippet: str | None,
        destinations: tuple[Destination, ...],
        tls: tuple[Header, ...],
    ) -> Filling | None:
        """Return where a location gets answers from; None where the cache keeps what the app sends.

        `usual` compresses nothing. Of several destinations, which differ only in their address, its URL names one by a
        variable.
        """
        if self._off or not (route.cache and route.cache.compressed) or route.substitution:
            return None
        if any(map(_has_other_bodies, (route.snippet, snippet))) or not all(map(_is_open, destinations)):
            return None
        if any(map(self._upstreams.is_looked_up, destinations)):
            return None
        found = [self._compressor(each, tls) for each in destinations]
        compressing = SafeText(f"http://gzip_{usual.url.partition('://')[2]}")
        return usual.replace(compressing=compressing, is_retried=all(each.otherwise for each in found))

    def every(self) -> tuple[Compressor, ...]:
        """Return the servers."""
        return tuple(self._by_name.values())

    def _compressor(self, destination: Destination, tls: tuple[Header, ...]) -> Compressor:
        name, address, number = self._upstreams.name_of(destination), destination.address, len(self._by_name)
        is_near = address.host == LOCALHOST and destination.protocol != "https"
        if name not in self._by_name:
            self._by_name[name] = Compressor(
                name=SafeText(f"gzip_{name}"),
                address=SafeText(
                    f"127.90.{number // _ADDRESSES}.{number % _ADDRESSES + 1}:{self._plan.spec.probes.port}"
                ),
                url=self._upstreams.url_of(destination),
                otherwise=word(f"{address.host}:{address.port}") if is_near else None,
                tls=tls,
                http2=destination.protocol == "h2c",
            )
        return self._by_name[name]


def _is_open(destination: Destination) -> bool:
    """Return whether the other containers of the Pod reach what the proxy reaches there."""
    shows_certificate = destination.tls is not None and destination.tls.certificate is not None
    return not destination.address.socket and not shows_certificate and destination.protocol != "grpc"


def _has_other_bodies(text: str | None) -> bool:
    return text is not None and any(word in text for word in _OTHER_BODIES)
