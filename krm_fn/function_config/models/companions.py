"""Containers beside the proxy in the Pod that work with it."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.types import ContainerName, PortName, UnprivilegedPort
from krm_fn.function_config.models.base import Model
from krm_fn.function_config.models.pod import ContainerOverride


class Exporter(Model):
    """The container that reads nginx's status page for Prometheus. Caddy needs none."""

    name: ContainerName | None = None
    """Name of the container. Left out: the sidecar's, and -metrics."""
    container: ContainerOverride = Field(default_factory=ContainerOverride)


class Metrics(Model):
    """Shows the proxy's metrics to Prometheus, under /metrics on a port of their own, to which no Service routes."""

    port: UnprivilegedPort = 9113
    """The port that Prometheus scrapes."""
    name: PortName = "proxy-metrics"
    """Name of its containerPort."""
    exporter: Exporter = Field(default_factory=Exporter)


class Companions(Model):
    """What is added beside the proxy. Each is added if it is set, even as {}."""

    metrics: Metrics | None = Field(default=None, examples=[{}])
