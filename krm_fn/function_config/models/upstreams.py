"""Where requests go: the app's port, other ports of the Pod, other Services, and shares of requests."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.types import (
    AppPort,
    ConnectionCount,
    ContainerName,
    CookieName,
    DirectoryPath,
    HeaderName,
    Percent,
    PortNumber,
    WholeSeconds,
)
from krm_fn.function_config.models.base import Model, OneOf


class Upstream(Model):
    """The app's port that the proxy connects to."""

    port: AppPort | None = None
    """Number or name of a containerPort in the Pod. Left out: the one app port that the Services route to."""
    socket: DirectoryPath | None = None
    """Path of a Unix socket on which the app listens as well, in a volume that both containers mount: the proxy
    connects to it in place of the port."""


class ServiceAddress(Model):
    """Another Service. Its name is looked up when the proxy starts, and nginx does not start while there is none."""

    name: ContainerName = Field(examples=["api"])
    """Name of the Service."""
    namespace: ContainerName | None = None
    """Its namespace. Left out: that of the Pod."""
    port: PortNumber = Field(examples=[8080])
    """Number of the Service's port."""


class OtherUpstream(OneOf):
    """Where a route sends requests in place of the app's port: one of the three."""

    port: AppPort | None = Field(default=None, examples=[9090])
    """Another port in the Pod: its number, or the name of a containerPort."""
    service: ServiceAddress | None = None
    """Another Service."""
    socket: DirectoryPath | None = None
    """Path of a Unix socket, in a volume that the sidecar mounts."""


class Split(Model):
    """A share of a route's requests that goes to another upstream, such as a canary."""

    percent: Percent = Field(examples=[10])
    """The percentage of requests, drawn at random for each."""
    upstream: OtherUpstream = Field(examples=[{"service": {"name": "web-canary", "port": 80}}])
    """Where they go."""
    header: HeaderName | None = None
    """A request header that decides in place of the share: `always` goes there, `never` does not."""
    cookie: CookieName | None = None
    """A cookie that decides in the same way where the header does not."""


class Keepalive(Model):
    """Idle connections to the app that are kept open."""

    connections: ConnectionCount = 16
    """How many each worker keeps to each upstream."""
    idle: WholeSeconds = "4s"
    """How long. Must be less than the app keeps them: else it may close a connection just as the proxy uses it."""
