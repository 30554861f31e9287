"""What the proxy does: listeners, routes, and the settings that hold for all of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.base import Model
from krm_fn.function_config.types import (
    AppPort,
    Burst,
    ConfigMapKey,
    CookieName,
    Duration,
    GzipLevel,
    HeaderName,
    HeaderValue,
    MediaType,
    Network,
    PortName,
    PortNumber,
    PositiveSeconds,
    RedirectTarget,
    RequestsPerSecond,
    ResourceName,
    RouteMatch,
    Seconds,
    Size,
    SmallSize,
    UnprivilegedPort,
    WholeSeconds,
)


class Upstream(Model):
    """The app's port that the proxy speaks to."""

    port: AppPort | None = None
    """Number or name of a containerPort in the Pod. Left out: the one app port that the Services lead to."""


class ServicePort(Model):
    """What becomes of the Service port that led to the app. Left out, its number and name stay."""

    port: PortNumber | None = None
    """The new number of the Service port."""
    name: PortName | None = None
    """The new name of the Service port."""


class StaticFiles(Model):
    """Files of a ConfigMap, served in place of the app's."""

    config_map: ResourceName
    """A ConfigMap under `spec.files`, or one among the items."""
    key: ConfigMapKey | None = None
    """For an exact route: the key to serve. Left out: the last segment of the route's path."""
    fallback: ConfigMapKey | None = None
    """For a prefix route: the key to serve where there is no such file, as a single-page app wants it."""
    charset: Literal["utf-8", "off"] = "utf-8"
    """The charset named in the Content-Type of text files."""


class RouteCache(Model):
    """Keeps responses of the app to GET and HEAD. Only 200, 301 and 308 are kept, and never one that sets a cookie."""

    policy: Literal["respect-origin", "immutable-for-pod"] = "respect-origin"
    """`respect-origin` obeys the app's Cache-Control and Expires. `immutable-for-pod` is for assets that cannot change
    while the Pod lives: the app's headers are set aside, and browsers are told to revalidate."""
    ttl: WholeSeconds = "10m"
    """How long a response is kept; with `respect-origin`, one that does not say itself."""
    bypass_cookies: list[CookieName] | None = None
    """A request with one of these cookies is neither answered from the cache nor kept; so is one with Authorization.
    Left out: any cookie. An empty list: none."""


class RouteTimeouts(Model):
    """Timeouts of one route, in place of those under `spec.timeouts`."""

    read: Duration | None = None
    """Longest pause between two reads from the app."""
    send: Duration | None = None
    """Longest pause between two writes to the app."""


class RateLimit(Model):
    """How many requests a client may send. Those beyond it are answered 429."""

    per_second: RequestsPerSecond = Field(examples=[10])
    """Requests a second, one after another: 10 are one in each tenth of a second."""
    burst: Burst = 0
    """How many more may come at once."""


class Redirect(Model):
    """An answer that sends the client elsewhere."""

    to: RedirectTarget
    """Where to: a path, or a URL."""
    permanent: bool = True
    """Whether clients may remember it: 308, else 307. Either keeps the request's method."""


class Route(Model):
    """What happens to requests for some paths. What no route matches goes to the app, uncached."""

    path: RouteMatch
    """A path such as /lib/, or a regular expression (PCRE) where `match` is regex."""
    match: Literal["exact", "prefix", "regex"] = "exact"
    """`exact` wins over the longest `prefix`, which wins over the first `regex`."""
    files: StaticFiles | None = None
    """Serve files of a ConfigMap."""
    redirect: Redirect | None = None
    """Send the client elsewhere."""
    allow: list[Network] | None = None
    """Clients that may ask: all others are answered 403. Who the client is, `spec.realIP` says. Left out: all."""
    rate_limit: RateLimit | None = None
    """Limit each client's requests. Who the client is, `spec.realIP` says."""
    cache: RouteCache | None = None
    """Cache the app's responses."""
    websocket: bool = False
    """Keep idle connections for an hour. Upgrades pass on every route."""
    timeouts: RouteTimeouts = Field(default_factory=RouteTimeouts)
    max_body_size: Size | None = None
    """Largest request body, in place of `spec.body.maxSize`."""


class Listener(Model):
    """A port the proxy listens on, and the app port behind it."""

    name: PortName = "proxy-http"
    """Name of the sidecar's containerPort."""
    port: UnprivilegedPort = 8080
    """Number of the sidecar's containerPort."""
    upstream: Upstream = Field(default_factory=Upstream)
    service: ServicePort = Field(default_factory=ServicePort)
    routes: list[Route] = Field(default_factory=list)
    """Routes other than the one of everything else to the app."""


class Compression(Model):
    """Compression of responses on their way to the client."""

    enabled: bool = True
    """Whether responses are compressed."""
    level: GzipLevel = 5
    """1 is fast, 9 is small."""
    min_length: SmallSize = "1024"
    """Smaller responses leave as they are."""
    types: list[MediaType] | None = None
    """Media types to compress beside text/html. Left out: the text types of the web."""


class RealIP(Model):
    """Who the client is."""

    trusted_proxies: list[Network] = Field(
        default_factory=lambda: [
            "127.0.0.0/8",
            "::1/128",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "fc00::/7",
        ]
    )
    """Peers whose X-Forwarded-* headers are believed and appended to. Those of all others are replaced."""


class AccessLog(Model):
    """One JSON object a request on the sidecar's standard output; probes are left out."""

    enabled: bool = True
    """Whether requests are logged."""


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


class HeaderChanges(Model):
    """Headers to set, in the place of those that are there, and headers to take out."""

    set: dict[HeaderName, HeaderValue] = Field(default_factory=dict, examples=[{"X-Frame-Options": "DENY"}])
    """Values by name."""
    remove: list[HeaderName] = Field(default_factory=list, examples=[["X-Powered-By"]])
    """Names."""


class Headers(Model):
    """Headers of what passes between client and app. Static files and redirects get those of responses, too."""

    request: HeaderChanges = Field(default_factory=HeaderChanges)
    """What the app is sent."""
    response: HeaderChanges = Field(default_factory=HeaderChanges)
    """What the client is sent, whatever the status."""
    security: bool = False
    """Send X-Content-Type-Options, X-Frame-Options and Referrer-Policy where neither the app nor `response` does."""


class Body(Model):
    """Request bodies."""

    max_size: Size = "16m"
    """A larger body is refused with 413. 0: no limit, and bodies stream to the app unbuffered."""


class CacheStorage(Model):
    """The space that cached responses share."""

    max_size: Size = "64m"
    """The least recently used responses go when it is full."""
    min_free: Size = "16m"
    """Responses go as well when the volume has less free space."""


class Probes(Model):
    """Health endpoints on a listener of their own, which no Service leads to."""

    port: UnprivilegedPort = 8081
    """Serves /healthz (the proxy lives), /readyz (the app answers) and, to the Pod itself, /stub_status."""
    name: PortName = "proxy-status"
    """Name of its containerPort."""
    app_path: RouteMatch | None = None
    """The app's path that /readyz asks. Left out: that of the app's readinessProbe; where there is none, any answer
    of the app to GET / that is not a server error counts as ready."""


class Shutdown(Model):
    """How the sidecar ends."""

    delay_seconds: Seconds = 5
    """Pause before it stops taking requests, for load balancers to notice (preStop)."""
    drain_seconds: PositiveSeconds = 20
    """How long requests in flight may take after that."""
