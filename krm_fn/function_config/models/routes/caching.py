"""The cache of a route: what is kept, for how long, for whom, and what is answered while the app is away."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.types import (
    CookieName,
    HeaderName,
    KeptStatus,
    ParameterName,
    StaleStatus,
    WholeSeconds,
)
from krm_fn.function_config.models.base import Model


class CacheKey(Model):
    """Which of a request's parts choose between responses, beside its URL and all that says who the client is."""

    only_query: list[ParameterName] | None = Field(default=None, examples=[["v"]])
    """The parameters of the query that count. Where a query has one of them twice, in another spelling, or among names
    that an app could read as them, all of it counts. Left out: all."""
    ignore_query: list[ParameterName] = Field(default_factory=list, examples=[["utm_*", "fbclid"]])
    """Parameters of the query that do not count: utm_* stands for all that begin so. The app gets them, so it must not
    go by them."""
    headers: list[HeaderName] = Field(default_factory=list)
    """Request headers that count, whatever the app's Vary says."""
    cookies: list[CookieName] = Field(default_factory=list)
    """Cookies that count, where `bypassCookies` lets requests with them be answered from the cache. Where an app could
    read another value, as with quotes, commas or a name twice, all cookies count."""


class CachedStatus(Model):
    """A status that is kept beside 200, 301 and 308."""

    status: KeptStatus = Field(examples=[404])
    """300, 302, 303, 307, 404, 405, 410, 414 or 451."""
    ttl: WholeSeconds = Field(examples=["1m"])
    """How long, in place of the cache's `ttl`."""


class CacheStale(Model):
    """When a kept response is served that is too old."""

    unreachable: bool = True
    """While the app cannot be reached, or does not answer in time."""
    statuses: list[StaleStatus] = Field(default_factory=lambda: [500, 502, 503, 504])
    """In place of the app's responses with these statuses: 403, 404, 429, 500, 502, 503 or 504."""
    updating: bool | None = None
    """While it is renewed, behind the client that requested it first and all others. Left out: with
    `immutable-for-pod`. With `respect-origin`, the app's stale-while-revalidate and stale-if-error say it as well."""


class CacheLock(Model):
    """Of several requests for what is not kept yet, one goes to the app, and the others wait for its response."""

    wait: WholeSeconds = "5s"
    """How long they wait, before they go to the app as well; their responses are not kept."""
    renew: WholeSeconds = "5s"
    """How long the app may take, before one more request goes to it."""


class RouteCache(Model):
    """Keeps responses of the app to GET and HEAD: 200, 301, 308 and those of `statuses`; none that sets a cookie."""

    policy: Literal["respect-origin", "immutable-for-pod"] = "respect-origin"
    """`respect-origin` obeys the app's Cache-Control and Expires. `immutable-for-pod` is for assets that cannot change
    while the Pod lives: the app's headers are replaced, and browsers must revalidate."""
    ttl: WholeSeconds = "10m"
    """How long a response is kept; with `respect-origin`, one that sets none itself."""
    statuses: list[CachedStatus] = Field(default_factory=list)
    """Other statuses that are kept, each with its time."""
    bypass_cookies: list[CookieName] | None = None
    """A request with one of these cookies is neither answered from the cache nor kept; so is one with Authorization, a
    body, or a header that replaces the method. Left out: any cookie. An empty list: none."""
    bypass_headers: list[HeaderName] | None = None
    """The same of request headers, such as those with keys and tokens. Left out: API-Key, ApiKey, X-API-Key, X-ApiKey,
    X-API-Token, X-Auth-Token, X-Access-Token, X-Session-Token, X-Amz-Security-Token, X-Vault-Token, Private-Token,
    Ocp-Apim-Subscription-Key, X-Goog-API-Key, X-Functions-Key, X-Goog-IAP-JWT-Assertion, Cf-Access-Jwt-Assertion,
    X-Amzn-OIDC-Data and Proxy-Authorization. An empty list: none."""
    key: CacheKey = Field(default_factory=CacheKey)
    """Which parts of a request choose between responses."""
    ignore_vary: bool = False
    """Keep one response for all, whatever the app's Vary says, also `*`. List in `key.headers` what it depends on.
    nginx before 1.23 keeps no response with Vary otherwise: of several lines of it, it would go by one."""
    drop_set_cookie: bool = False
    """Keep responses that set cookies, as some frameworks do with each asset. No response of the route sets a cookie
    then, nor does one that bypasses the cache."""
    stale: CacheStale = Field(default_factory=CacheStale)
    """When a response is served that is too old."""
    lock: CacheLock = Field(default_factory=CacheLock)
    """How long requests wait for each other."""
    compressed: bool = True
    """Keep a compressed response for clients that take gzip beside the one for others, where `spec.compression` is on.
    Else each of them costs the compression again, as where `substitution` or a snippet changes what is compressed, and
    where the upstream is a socket or knows the proxy by its certificate."""
