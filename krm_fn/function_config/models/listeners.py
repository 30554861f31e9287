"""What the proxy does: listeners, and the settings that all of them share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import AppProtocol, PortName
from krm_fn.function_config.formats.types import (
    Duration,
    GzipLevel,
    MaxAge,
    MediaType,
    Network,
    Percent,
    PortNumber,
    PositiveSeconds,
    QueryName,
    RouteMatch,
    Seconds,
    Size,
    SmallSize,
    SnippetText,
    UnprivilegedPort,
)
from krm_fn.function_config.models.access import TLS
from krm_fn.function_config.models.base import Model
from krm_fn.function_config.models.pages import ErrorPages, Maintenance
from krm_fn.function_config.models.routes.answers import HeaderChanges
from krm_fn.function_config.models.routes.authentication import Auth
from krm_fn.function_config.models.routes.limits import Bandwidth, RateLimit
from krm_fn.function_config.models.routes.route import Route
from krm_fn.function_config.models.routes.upstreams import Upstream


class ServicePort(Model):
    """How the Service port that routed to the app changes. Left out, its number and name stay."""

    port: PortNumber | None = None
    """The new number of the Service port."""
    name: PortName | None = None
    """The new name of the Service port."""
    app_protocol: AppProtocol | None = None
    """The new appProtocol of the Service port. Left out: one that is there stays; where there is none, it says what
    the listener speaks, unless the port's name says something else, or the cutover is by name."""


class Listener(Model):
    """A port the proxy listens on, and the app port behind it."""

    name: PortName = ""
    """Name of the sidecar's containerPort. Left out: the name of the app's port, where `cutover` is by name; else the
    first of proxy-http, proxy-http-2, proxy-http-3 and so on that is free in the Pod."""
    port: UnprivilegedPort = 0
    """Number of the sidecar's containerPort. Left out: the first of 8080, 8082, 8084 and so on that is free in the
    Pod."""
    upstream: Upstream = Field(default_factory=Upstream)
    service: ServicePort = Field(default_factory=ServicePort)
    tls: TLS | None = None
    """Clients connect by TLS. Left out: without TLS, as is usual inside a cluster."""
    proxy_protocol: bool = False
    """Connections begin with a PROXY protocol header, as some load balancers send it. Only `realIP.trustedProxies` are
    believed; others are refused, or count as the address they connect from."""
    auth: Auth | None = None
    """Who may send requests, but for routes with `auth` of their own."""
    rate_limit: RateLimit | None = None
    """Limit the requests of each client for all routes together, beside the limits that these have. What the proxy
    answers itself, such as redirects and refusals, does not count."""
    bandwidth: Bandwidth | None = None
    """Limit how fast each response is sent, but on routes with `bandwidth` of their own."""
    maintenance: Maintenance | None = None
    """Answer 503 in place of the app."""
    error_pages: ErrorPages = Field(default_factory=ErrorPages)
    snippet: SnippetText | None = None
    """nginx: directives of your own in the listener's `server`. `spec.snippets` must allow it."""
    routes: list[Route] = Field(default_factory=list)
    """Routes. Requests that match none go to the app."""


class Compression(Model):
    """Compression of responses on their way to the client."""

    enabled: bool = True
    """Whether responses are compressed. Their ETag is another then; If-Match and If-None-Match give the app its own."""
    level: GzipLevel = 5
    """1 is fast, 9 is small."""
    min_length: SmallSize = "1024"
    """Smaller responses are not compressed."""
    types: list[MediaType] | None = None
    """Media types to compress beside text/html. Left out: the text types of the web."""


class RealIP(Model):
    """Who the client is."""

    trusted_proxies: list[Network] | None = Field(default=None, examples=[["10.244.7.0/24"]])
    """Peers that are believed: their X-Forwarded-For, -Proto, -Host, -Port and -Prefix are passed on, and other headers
    of their kind, see Headers of trusted peers. Of all others the former are replaced, the latter removed. Left out,
    every private address is believed, and so every Pod: where a client's address decides something, list the proxies in
    front alone, or none."""


LogField = Literal[
    "request.remote_ip",
    "request.client_ip",
    "request.proto",
    "request.host",
    "bytes",
    "duration",
    "upstream_status",
    "upstream_duration",
    "cache",
    "version",
    "referer",
    "user_agent",
    "request_id",
    "traceparent",
]


class AccessLog(Model):
    """One JSON object a request on the sidecar's standard output, without credentials; probes are not logged."""

    enabled: bool = True
    """Whether requests are logged."""
    percent: Percent = 100
    """The percentage of requests that are logged. Those that end in an error (4xx, 5xx) always are."""
    hide_query: list[QueryName] = Field(default_factory=list)
    """Names of more query parameters that hold credentials, in any case: a query with one is not logged. Which ones
    always do, and the fields of a line: [the access log](access-log.md)."""
    query: bool = True
    """Whether queries are logged. false: REDACTED stands in place of each."""
    omit: list[LogField] = Field(default_factory=list, examples=[["request.client_ip", "user_agent"]])
    """Fields of a line that are left out, such as those that say who somebody is."""


class Timeouts(Model):
    """How long the proxy waits."""

    connect: Duration = "2s"
    """For the app to accept a connection."""
    read: Duration = "60s"
    """Longest pause between two reads from the app."""
    send: Duration = "60s"
    """Longest pause between two writes to the app."""
    idle: Duration = "75s"
    """For the next request on a client's connection."""


class StrictTransportSecurity(Model):
    """Makes browsers use HTTPS alone, as long as `maxAge` says: they cannot be made to forget it."""

    max_age: MaxAge = 31536000
    """How long, in seconds: a year. 0 makes them forget it."""
    include_sub_domains: bool = False
    """Whether that holds for all below the domain as well."""
    preload: bool = False
    """Whether the domain may be put on the list that browsers come with."""


class Headers(Model):
    """Headers of requests to the app and responses to the client. Static files and redirects also get the latter."""

    request: HeaderChanges = Field(default_factory=HeaderChanges)
    """Headers of the requests that the app gets. It gets none whose name has `_` or another character than letters,
    digits and hyphens: what sends one must use another name."""
    response: HeaderChanges = Field(default_factory=HeaderChanges)
    """Headers of the responses that the client gets, whatever the status. What `tls.redirectPort` answers has none.
    Nor has, and no page either, what Caddy answers before it reads its configuration: 400 to what is no HTTP, such as a
    Host of `{a}`, 417, 431, 501, 505, and 200 to `OPTIONS *`."""
    security: bool = False
    """Send X-Content-Type-Options, X-Frame-Options and Referrer-Policy where neither the app nor `response` does."""
    presets: list[Literal["csp", "permissions", "opener", "embedder", "resource"]] = Field(
        default_factory=list, examples=[["permissions", "opener"]]
    )
    """Headers to send as well where neither the app nor `response` does, each with its strict value; see
    [security headers](tasks/security-headers.md). csp and embedder keep many apps from working: try
    them first."""
    hsts: StrictTransportSecurity | None = None
    """Send Strict-Transport-Security in place of the app's, to clients that came by TLS: to this listener, or to a
    trusted peer whose X-Forwarded-Proto says https."""
    max_request_size: SmallSize = "64k"
    """How long the line and the headers of a request may be together; with nginx each at most half of it. More is
    answered 400, 414 or 431; Caddy lets 4096 bytes more pass. See [memory](limits.md#memory)."""
    max_response_size: SmallSize | None = Field(default=None, examples=["64k"])
    """How long the headers of the app's responses, and of an auth service's, may be together: else the answer is 502.
    Left out: 32k with nginx, 10m with Caddy."""


class Body(Model):
    """Request bodies. They go on to the app as they arrive, and nothing of them is written to disk."""

    max_size: Size = "16m"
    """A larger body is refused with 413. 0: no limit. nginx keeps bodies of at most 16k in memory until they are whole,
    where this or the route's limit is no more, so that a slow client does not hold the app."""


class CacheStorage(Model):
    """The space that cached responses share."""

    max_size: Size = "64m"
    """The least recently used responses are removed when it is full."""
    min_free: Size = "16m"
    """Responses are removed as well when the volume has less free space."""


class Probes(Model):
    """Health endpoints on a listener of their own, which no Service routes to."""

    port: UnprivilegedPort = 0
    """Serves /healthz (the proxy runs) and /readyz (the app answers; nothing of the request reaches it, nor of its
    answer the client); with nginx and `companions.metrics` also
    /stub_status, to the exporter alone. Left out: the first of 8081, 8083, 8085 and so on that is free in the Pod."""
    name: PortName = ""
    """Name of its containerPort. Left out: proxy-status, or the first of proxy-status-2 and so on that is free."""
    app_path: RouteMatch | None = None
    """The app's path that /readyz requests. Left out: that of the app's readinessProbe; where there is none, any
    response of the app to GET / that is not a server error counts as ready."""


class Shutdown(Model):
    """How the sidecar ends."""

    delay_seconds: Seconds = 5
    """Pause before it stops accepting requests, so that load balancers stop sending them (preStop)."""
    drain_seconds: PositiveSeconds = 20
    """How long requests in flight may take after that."""
