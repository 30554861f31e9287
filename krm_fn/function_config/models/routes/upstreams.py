"""Where requests go: the app's port, other ports of the Pod, other Services, and shares of requests."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import (
    AppPort,
    ConfigMapKey,
    ContainerName,
    HostName,
    ResourceName,
    SocketPath,
)
from krm_fn.function_config.formats.types import (
    ConnectionCount,
    CookieDomain,
    CookieName,
    CookieValue,
    HeaderName,
    HeaderPattern,
    HeaderValue,
    LocationStart,
    Percent,
    PortNumber,
    RequestPath,
    Resolver,
    UpstreamHost,
    WholeSeconds,
)
from krm_fn.function_config.models.base import Model, OneOf
from krm_fn.function_config.models.routes.fastcgi import FastCGI


class UpstreamAuthority(OneOf):
    """The certificates of the authorities that the upstream's certificate is checked against."""

    alternatives = ("secret", "configMap")

    secret: ResourceName | None = Field(default=None, examples=["web-ca"])
    """The Secret that holds them."""
    config_map: ResourceName | None = None
    """The ConfigMap that holds them."""
    key: ConfigMapKey = "ca.crt"
    """The key with the certificates."""


class UpstreamTLS(Model):
    """How the proxy connects to an upstream by TLS."""

    verify: bool | None = None
    """Whether the upstream's certificate is checked. Left out: not for a port or socket of the Pod, which no other Pod
    can answer for; otherwise it is."""
    ca: UpstreamAuthority | None = None
    """The authorities whose certificates are accepted. Must be set where the certificate is checked."""
    server_name: HostName | None = None
    """The name that the proxy requests (SNI) and that the certificate must be for. Left out: the Service's host name;
    none for a port or socket of the Pod."""
    certificate: ResourceName | None = None
    """A Secret of type kubernetes.io/tls with the certificate that the proxy shows to the upstream."""


class Upstream(Model):
    """The app's port that the proxy connects to, and what the app speaks there."""

    port: AppPort | None = None
    """Number of the port on which the app listens, or the name of a containerPort. Left out: the one that the Services
    route to; where they route to several, see [Which port](#which-port)."""
    socket: SocketPath | None = None
    """Path of a Unix socket on which the app listens as well, in a volume that both containers mount: the proxy
    connects to it in place of the port."""
    protocol: Literal["auto", "http", "https", "h2c", "grpc", "fastcgi"] = "auto"
    """What the app speaks: `https` is HTTP by TLS, `h2c` is HTTP/2 without TLS, which has no WebSockets, `grpc` is gRPC
    without TLS, or by TLS where `tls` is set, `fastcgi` is PHP-FPM's FastCGI. `auto` is what the manifests say, see
    [What the app speaks](#what-the-app-speaks); it is never `fastcgi`."""
    fastcgi: FastCGI | None = None
    """For the protocol `fastcgi`: where the scripts are, and which of them run. Left out: its defaults."""
    tls: UpstreamTLS | None = None
    """The app speaks TLS on this port, with these settings. Left out: as `protocol` says."""
    host: UpstreamHost = "client"
    """The Host header that it gets: `client` is the client's, `upstream` its own address such as localhost:3000, all
    else is sent as it is. X-Forwarded-Host is the client's with each."""
    rewrite_location: bool = True
    """Whether `Location` and `Refresh` that name its own address, such as http://localhost:3000/a, are sent to clients
    as a path, such as /a."""


class ServiceAddress(Model):
    """Another Service. nginx looks its name up once, when it starts, or again with `spec.dns`; Caddy, each time."""

    name: ContainerName = Field(examples=["api"])
    """Name of the Service."""
    namespace: ContainerName | None = None
    """Its namespace. Left out: that of the Pod."""
    port: PortNumber = Field(examples=[8080])
    """Number of the Service's port."""


class OtherUpstream(OneOf):
    """Where a route sends requests in place of the app's port: one of `port`, `service` and `socket`."""

    alternatives = ("port", "service", "socket")

    port: AppPort | None = Field(default=None, examples=[9090])
    """Another port in the Pod: its number, or the name of a containerPort."""
    service: ServiceAddress | None = None
    """Another Service."""
    socket: SocketPath | None = None
    """Path of a Unix socket, in a volume that the sidecar mounts."""
    protocol: Literal["auto", "http", "https", "h2c", "grpc", "fastcgi"] = "auto"
    """What it speaks, as for the listener's upstream. `auto` is what the manifests say of a port of the Pod or of a
    Service among the items; otherwise http."""
    fastcgi: FastCGI | None = None
    """As for the listener's upstream."""
    tls: UpstreamTLS | None = None
    """It speaks TLS, with these settings."""
    host: UpstreamHost = "client"
    """The Host header that it gets, as for the listener's upstream: `upstream` is the Service's name, and its port
    where that is not the usual one."""
    rewrite_location: bool = True
    """As for the listener's upstream."""


class StickyCookie(Model):
    """A cookie in which the proxy keeps the version that a client got: `canary` or `stable`."""

    name: CookieName = Field(examples=["web-version"])
    """Its name, which no other app on the same host uses. Routes with the same name keep one version together."""
    path: RequestPath = "/"
    """The paths for which browsers send it."""
    lifetime: WholeSeconds | None = "1d"
    """How long browsers keep it from the first response on. null: until they are closed."""
    same_site: Literal["Strict", "Lax", "None"] = "Lax"
    """Whether it is sent with requests from other sites. With None it is always for TLS alone; otherwise for clients
    that came by TLS."""
    http_only: bool = True
    """Whether it is kept from scripts."""


class Sticky(OneOf):
    """How clients keep their version: by one of these. Nothing is kept in the proxy: all its replicas choose alike."""

    alternatives = ("setCookie", "address", "header", "cookie")

    set_cookie: StickyCookie | None = None
    """Draw once, and keep the version in a cookie, also when `percent` changes, unless to 0 or 100. Not set by
    responses of 500 and above."""
    address: bool = False
    """Choose by the client's address. `spec.realIP` says who the client is."""
    header: HeaderName | None = Field(default=None, examples=["X-User-ID"])
    """Choose by the value of a request header; by the address where there is none."""
    cookie: CookieName | None = Field(default=None, examples=["user"])
    """Choose by the value of a cookie of the app's; by the address where there is none."""


class Split(Model):
    """A share of a route's requests that goes to another upstream, such as a canary."""

    percent: Percent = Field(examples=[10])
    """The percentage of requests, drawn at random for each; with `sticky`, of clients."""
    upstream: OtherUpstream = Field(examples=[{"service": {"name": "web-canary", "port": 80}}])
    """Where they go."""
    header: HeaderName | None = None
    """A request header that decides in place of the share: `always` goes there, `never` does not."""
    header_value: HeaderValue | None = Field(default=None, examples=["beta"])
    """The header's value with which requests go there, in place of `always` and `never`."""
    header_pattern: HeaderPattern | None = None
    """The same for all values that match: * stands for any text, ? for one character."""
    cookie: CookieName | None = None
    """A cookie that decides in the same way where the header does not."""
    cookie_value: CookieValue | None = Field(default=None, examples=["beta"])
    """The cookie's value with which requests go there, in place of `always` and `never`."""
    sticky: Sticky | None = Field(default=None, examples=[{"setCookie": {"name": "web-version"}}])
    """Let each client keep its version where neither header nor cookie decides."""


class LocationChange(Model):
    """What `Location` and `Refresh` of the app's answers begin with, and what clients get in its place."""

    start: LocationStart
    """A path or a URL, as the app sends it."""
    to: LocationStart = Field(examples=["/"])
    """A path or a URL for clients."""


class CookieChanges(Model):
    """Changes the attributes of each cookie that the app sets."""

    domains: dict[HostName, CookieDomain] = Field(default_factory=dict, examples=[{"intern.example.com": ""}])
    """The new Domain by the old one; an empty one is sent to the client's host alone."""
    paths: dict[RequestPath, RequestPath] = Field(default_factory=dict, examples=[{"/": "/app/"}])
    """What the Path begins with in its place, by what it begins with: of several that fit the longest counts, in
    whatever order they stand."""
    secure: bool | None = None
    """Whether it is sent by TLS alone. Left out: as the app says; so for the others."""
    http_only: bool | None = None
    """Whether it is kept from scripts."""
    same_site: Literal["Strict", "Lax", "None"] | None = None
    """Whether it is sent with requests from other sites."""


class DNS(Model):
    """nginx: looks names of Services up again, and starts without them; each `service` must have its `namespace`."""

    resolver: Resolver = "kube-dns.kube-system.svc.cluster.local"
    """The cluster's DNS server. A name is looked up when nginx starts, which needs it: an address is safer where the
    cluster has another name for it, as OpenShift's `dns-default.openshift-dns.svc.cluster.local`."""
    cluster_domain: HostName = "cluster.local"
    """What the names of Services end in."""


class Keepalive(Model):
    """Idle connections to the app that are kept open."""

    connections: ConnectionCount = 16
    """How many each worker keeps to each upstream."""
    idle: WholeSeconds = "4s"
    """How long. Must be less than the app keeps them: else it may close a connection just as the proxy uses it."""
