"""Who may send requests: users with passwords, or those that a service admits."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ConfigMapKey, ResourceName
from krm_fn.function_config.formats.types import AuthCookieName, HeaderName, Realm, RequestPath, UserName
from krm_fn.function_config.models.base import Model, OneOf
from krm_fn.function_config.models.routes.upstreams import OtherUpstream


class BasicAuth(Model):
    """Requires a user's name and password. The app gets the name, and the password on `anonymous` routes alone."""

    secret: ResourceName = Field(examples=["web-users"])
    """The Secret with the users. For nginx its `key` is a file as htpasswd -B writes it. For Caddy each user's name is
    a key, with the bcrypt hash alone."""
    key: ConfigMapKey = "auth"
    """The Secret's key with the users; nginx only."""
    users: list[UserName] = Field(default_factory=list)
    """The names of the users; Caddy only."""
    realm: Realm = "restricted"
    """What browsers show where they prompt for the password."""
    user_header: HeaderName = "X-Remote-User"
    """The request header in which the app gets the name."""


class ExternalAuth(Model):
    """Has a service decide about each request: 2xx admits it, 401 means sign in, 403 refuses it, all else is 500."""

    upstream: OtherUpstream = Field(examples=[{"port": 4180}])
    """The service: a container of the Pod, or another Service."""
    path: RequestPath = "/oauth2/auth"
    """The path of the subrequest. It has the request's headers and X-Original-URI, X-Original-Method, X-Forwarded-*."""
    sign_in: RequestPath | None = "/oauth2/start"
    """The path of the service that answers the client in place of a 401; X-Auth-Request-Redirect is the client's own
    target. null: the client gets the 401."""
    own_prefix: RequestPath | None = "/oauth2/"
    """The paths that the service itself answers, without authentication. null: none."""
    headers: list[HeaderName] = Field(default_factory=lambda: ["X-Auth-Request-User", "X-Auth-Request-Email"])
    """The headers of its response that the app gets. Those of clients never pass."""
    cookies: list[AuthCookieName] = Field(default_factory=list, examples=[["_oauth2_proxy_0", "_oauth2_proxy_1"]])
    """The names of the cookies that its response may set beside the first. Only nginx before 1.23 needs them: it gives
    each the attributes of the first."""


class Auth(OneOf):
    """Who may send requests, but for `anonymous` routes: one of the two. Redirects, preflights and probes are open."""

    basic: BasicAuth | None = Field(default=None, examples=[{"secret": "web-users"}])
    """Users with passwords."""
    external: ExternalAuth | None = None
    """Another service decides about each request."""
