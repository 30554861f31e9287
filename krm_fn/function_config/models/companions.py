"""Companions: containers beside the proxy in the Pod, which work with it."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ContainerName, PortName
from krm_fn.function_config.formats.types import UnprivilegedPort
from krm_fn.function_config.models.base import Model
from krm_fn.function_config.models.pod import ContainerOverride


class Exporter(Model):
    """The container that reads nginx's status page for Prometheus. Caddy needs none."""

    name: ContainerName | None = None
    """Name of the container. Left out: the sidecar's, and -metrics."""
    container: ContainerOverride = Field(default_factory=ContainerOverride)


class Metrics(Model):
    """Shows the proxy's metrics to Prometheus, under /metrics on a port of their own, which no Service routes to."""

    port: UnprivilegedPort = 0
    """The port that Prometheus scrapes. Left out: the first of 9113, 9114 and so on that is free in the Pod."""
    name: PortName = ""
    """Name of its containerPort. Left out: proxy-metrics, or the first of proxy-metrics-2 and so on that is free."""
    exporter: Exporter = Field(default_factory=Exporter)


class Companions(Model):
    """What is injected beside the proxy: each that is set, if only as {}."""

    metrics: Metrics | None = Field(default=None, examples=[{}])
