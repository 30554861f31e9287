"""Routes: what happens to requests for some paths."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.types import (
    ConnectionCount,
    Duration,
    HeaderName,
    MediaType,
    Method,
    Network,
    Origin,
    Replacement,
    RewritePath,
    RouteMatch,
    Seconds,
    Size,
    SnippetText,
    SoughtText,
)
from krm_fn.function_config.models.base import Model, OneOf
from krm_fn.function_config.models.routes.answers import FixedAnswer, Redirect, RouteHeaders
from krm_fn.function_config.models.routes.authentication import Auth
from krm_fn.function_config.models.routes.caching import RouteCache
from krm_fn.function_config.models.routes.limits import Bandwidth, RateLimit
from krm_fn.function_config.models.routes.static_files import StaticFiles
from krm_fn.function_config.models.routes.upstreams import CookieChanges, LocationChange, OtherUpstream, Split


class RouteTimeouts(Model):
    """Timeouts of one route, in place of those under `spec.timeouts`."""

    read: Duration | None = None
    """Longest pause between two reads from the app."""
    send: Duration | None = None
    """Longest pause between two writes to the app."""


class Rewrite(OneOf):
    """Sends the app another path than the client requested. The query, and what stays of the path, are as they came."""

    alternatives = ("prefix", "path")

    prefix: RewritePath | None = Field(default=None, examples=["/"])
    """For a prefix route: what replaces its path. / strips it."""
    path: RewritePath | None = None
    """The whole path. For a regex route, $1 to $9 stand for its groups."""
    answers: bool = False
    """With `prefix`: also rewrites the app's answers, for one that does not know where it is mounted. A path in
    `Location` or `Refresh`, and the Path of a cookie, gets the route's path in place of `prefix`, unless it has it."""


class Cors(Model):
    """Lets pages of other origins read the responses. The app's own headers for this are replaced."""

    origins: list[Origin] = Field(min_length=1, examples=[["https://ui.example.com"]])
    """Exact origins, such as https://ui.example.com; https://*.example.com stands for all below that domain."""
    methods: list[Method] = Field(default_factory=lambda: ["GET", "HEAD", "POST"])
    """The methods that such pages may use."""
    headers: list[HeaderName] = Field(default_factory=list)
    """The request headers that they may send."""
    expose: list[HeaderName] = Field(default_factory=list)
    """The response headers that they may read."""
    credentials: bool = False
    """Whether they may send cookies."""
    max_age: Seconds = 600
    """How long browsers may cache the response to a preflight, in seconds."""


class Substitution(Model):
    """Replaces text in the app's responses, which are requested uncompressed."""

    texts: dict[SoughtText, Replacement] = Field(
        examples=[{"</head>": '<link rel="stylesheet" href="/brand.css"></head>'}]
    )
    """The new text by the old; every occurrence, upper and lower case alike."""
    types: list[MediaType] = Field(default_factory=list)
    """Media types beside text/html in which to look."""


class Route(Model):
    """What happens to requests for some paths. Requests that no route matches go to the app, uncached."""

    path: RouteMatch
    """A path such as /lib/, or a regular expression (PCRE) where `match` is regex."""
    match: Literal["exact", "prefix", "regex"] = "exact"
    """`exact` wins over the longest `prefix`, which wins over the first `regex`. A prefix that ends in / takes what is
    below it; what guards that also guards the path without the slash, and to `files` that path is redirected."""
    files: StaticFiles | None = None
    """Serve files of a ConfigMap."""
    redirect: Redirect | None = None
    """Redirect the client."""
    respond: FixedAnswer | None = Field(default=None, examples=[{"status": 410}])
    """Answer without the app."""
    methods: list[Method] | None = Field(default=None, min_length=1, examples=[["GET"]])
    """The methods that requests may have: others are answered 405. GET brings HEAD, and `cors` answers preflights.
    Left out: any."""
    headers: RouteHeaders | None = None
    """Set, add and remove headers."""
    upstream: OtherUpstream | None = None
    """Where to send requests, in place of the listener's upstream."""
    split: Split | None = None
    """Send a share of the requests to another upstream."""
    rewrite: Rewrite | None = None
    """Request another path from the app."""
    locations: list[LocationChange] = Field(default_factory=list)
    """Change other addresses in `Location` and `Refresh` of the app's answers than its own; the first that fits
    counts."""
    cookies: CookieChanges | None = None
    """Change the cookies that the app sets."""
    grpc: bool = False
    """The app serves gRPC here, without TLS or as its upstream says. Streams may be idle for an hour. Not needed where
    all that the upstream speaks is gRPC."""
    allow: list[Network] | None = None
    """Clients that may send requests: others are answered 403. `spec.realIP` says who the client is. Left out: all."""
    deny: list[Network] = Field(default_factory=list)
    """Clients that may not send any, even where `allow` lists them."""
    auth: Auth | None = None
    """Who may send requests, in place of the listener's `auth`."""
    anonymous: bool = False
    """Admit everybody, whatever the listener's `auth`."""
    satisfy: Literal["all", "any"] = "all"
    """all: a client needs both, an address in `allow` and what `auth` requires. any: one of the two is enough. Who has
    such an address is not authenticated then, whatever credentials it sends: the app gets no name, and of basic
    authentication no password."""
    rate_limit: RateLimit | None = None
    """Limit each client's requests. `spec.realIP` says who the client is; by IPv6, all of a /64 network are one. The
    listener's limit holds beside it."""
    connection_limit: ConnectionCount | None = None
    """How many requests a client, as for `rateLimit`, may have in flight. More are answered 429."""
    bandwidth: Bandwidth | None = None
    """Limit how fast a response is sent, in place of the listener's limit."""
    cors: Cors | None = None
    """Let pages of other origins read the responses."""
    substitution: Substitution | None = None
    """Replace text in the app's responses. One that the app compresses unasked stays as it is, and the access log says
    so: the app's own compression must be turned off."""
    cache: RouteCache | None = None
    """Cache the app's responses."""
    buffering: bool = False
    """Buffer the app's response while the client is slow to read it, so that the app is free for others. Each response
    takes up to an eighth of `spec.sidecar.cacheSizeLimit` on disk; the app waits for the client with what is beyond."""
    websocket: bool = False
    """Keep idle connections for an hour. Every route allows upgrades."""
    timeouts: RouteTimeouts = Field(default_factory=RouteTimeouts)
    max_body_size: Size | None = None
    """Largest request body, in place of `spec.body.maxSize`."""
    snippet: SnippetText | None = None
    """nginx: directives of your own in the route's `location`. `spec.snippets` must allow it."""
    access_log: bool = True
    """Whether requests are logged, where `spec.accessLog` logs any."""
