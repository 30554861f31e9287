"""Who may ask, and how clients connect: authentication and TLS."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.types import (
    ConfigMapKey,
    HeaderName,
    PortName,
    Realm,
    RequestPath,
    ResourceName,
    UnprivilegedPort,
    UserName,
)
from krm_fn.function_config.models.base import Model, OneOf
from krm_fn.function_config.models.upstreams import OtherUpstream


class BasicAuth(Model):
    """Asks for a user's name and password. The app gets the name, and neither the password nor a client's own claim."""

    secret: ResourceName = Field(examples=["web-users"])
    """The Secret with the users. For nginx its `key` is a file as htpasswd -B writes it. For Caddy each user's name is
    a key, with the bcrypt hash alone."""
    key: ConfigMapKey = "auth"
    """The Secret's key with the users; nginx only."""
    users: list[UserName] = Field(default_factory=list)
    """The names of the users; Caddy only."""
    realm: Realm = "restricted"
    """What browsers show beside the question."""
    user_header: HeaderName = "X-Remote-User"
    """The request header in which the app gets the name."""


class ExternalAuth(Model):
    """Asks a service, such as oauth2-proxy or Authelia, about each request: 2xx lets it pass, 401 asks to sign in."""

    upstream: OtherUpstream = Field(examples=[{"port": 4180}])
    """The service: a container of the Pod, or another Service."""
    path: RequestPath = "/oauth2/auth"
    """What it is asked, with the request's headers and X-Original-URI, X-Original-Method, X-Forwarded-*."""
    sign_in: RequestPath | None = "/oauth2/start"
    """What it is asked in place of a 401, to answer the client; X-Auth-Request-Redirect says where the client was
    going. null: the client gets the 401."""
    own_prefix: RequestPath | None = "/oauth2/"
    """The paths that are the service's own, which anybody may ask. null: none."""
    headers: list[HeaderName] = Field(default_factory=lambda: ["X-Auth-Request-User", "X-Auth-Request-Email"])
    """The headers of its answer that the app gets. Those of clients never pass."""


class Auth(OneOf):
    """Who may ask, unless a route is `anonymous`: one of the two. Redirects, preflights and probes are for anybody."""

    basic: BasicAuth | None = Field(default=None, examples=[{"secret": "web-users"}])
    """Users with passwords."""
    external: ExternalAuth | None = None
    """Another service decides."""


class ClientCertificates(Model):
    """Certificates that clients show. The app gets the subject in X-Client-DN, never a client's own claim."""

    secret: ResourceName = Field(examples=["web-clients"])
    """The Secret with the authorities' certificates."""
    key: ConfigMapKey = "ca.crt"
    """Its key."""
    required: bool = True
    """Turn away who has none. false: they pass, without X-Client-DN."""


class TLS(Model):
    """Lets clients connect by TLS 1.2 or 1.3, and HTTP/2."""

    secret: ResourceName = Field(examples=["web-tls"])
    """A Secret of type kubernetes.io/tls. A changed one is read when the proxy starts."""
    clients: ClientCertificates | None = None
    """Ask for certificates of clients."""
    redirect_port: UnprivilegedPort | None = None
    """A port of the sidecar that sends clients without TLS to the same URL with it, by 308. A Service has to
    lead there."""
    redirect_name: PortName = "proxy-redirect"
    """Name of that containerPort."""
