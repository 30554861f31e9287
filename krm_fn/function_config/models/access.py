"""Who may send requests, and how clients connect: authentication and TLS."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ConfigMapKey, PortName, ResourceName
from krm_fn.function_config.formats.types import (
    AuthCookieName,
    HeaderName,
    Realm,
    RequestPath,
    UnprivilegedPort,
    UserName,
)
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


class ClientCertificates(Model):
    """Certificates that clients show. The app gets the subject in X-Client-DN, never a client's own claim."""

    secret: ResourceName = Field(examples=["web-clients"])
    """The Secret with the authorities' certificates."""
    key: ConfigMapKey = "ca.crt"
    """Its key."""
    required: bool = True
    """Refuse clients without one. false: they pass, without X-Client-DN."""


class TLS(Model):
    """Lets clients connect by TLS 1.2 or 1.3, and HTTP/2."""

    secret: ResourceName = Field(examples=["web-tls"])
    """A Secret of type kubernetes.io/tls. The proxy reads a changed one only when it starts."""
    clients: ClientCertificates | None = None
    """Request certificates from clients."""
    redirect_port: UnprivilegedPort | None = None
    """A port of the sidecar that redirects clients without TLS to the same URL with it, by 308. Let a Service route
    to it."""
    redirect_name: PortName = "proxy-redirect"
    """Name of that containerPort."""
