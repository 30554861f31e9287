"""ProxySidecar: the functionConfig as a model, the one source of its fields, defaults and limits.

The plain values, the JSON Schema and the reference page are made from it by `python -m krm_fn.build`.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from krm_fn.function_config.base import Model
from krm_fn.function_config.listener_models import (
    AccessLog,
    Body,
    CacheStorage,
    Compression,
    Listener,
    Probes,
    RealIP,
    Shutdown,
    Timeouts,
)
from krm_fn.function_config.pod_models import ConfigMapSettings, FilesConfigMap, Sidecar, Target
from krm_fn.function_config.types import ContainerName


class Metadata(Model):
    """Metadata of the functionConfig. Fields other than the name are left to the hosts."""

    model_config = ConfigDict(extra="ignore")

    name: ContainerName
    """Name of the proxy: the mark on all that is put in, and the stem of the default names."""
    annotations: dict[str, Any] | None = None
    labels: dict[str, Any] | None = None


class Spec(Model):
    """What to put in front of which workload."""

    target: Target
    engine: Literal["nginx"] = "nginx"
    """The proxy."""
    listeners: list[Listener] = Field(default_factory=lambda: [Listener()], min_length=1)
    """The ports the proxy listens on. Left out: one on 8080."""
    files: list[FilesConfigMap] = Field(default_factory=list)
    """ConfigMaps of static files to generate."""
    compression: Compression = Field(default_factory=Compression)
    real_ip: RealIP = Field(default_factory=RealIP, alias="realIP")
    access_log: AccessLog = Field(default_factory=AccessLog)
    timeouts: Timeouts = Field(default_factory=Timeouts)
    body: Body = Field(default_factory=Body)
    cache: CacheStorage = Field(default_factory=CacheStorage)
    probes: Probes = Field(default_factory=Probes)
    shutdown: Shutdown = Field(default_factory=Shutdown)
    sidecar: Sidecar = Field(default_factory=Sidecar)
    config_map: ConfigMapSettings = Field(default_factory=ConfigMapSettings)

    @model_validator(mode="after")
    def _has_no_twins(self) -> Self:
        numbers = [listener.port for listener in self.listeners] + [self.probes.port]
        names = [listener.name for listener in self.listeners] + [self.probes.name]
        for values, what in ((numbers, "port"), (names, "name")):
            for index, value in enumerate(values):
                if value in values[:index]:
                    field = f"listeners[{index}].{what}" if index < len(self.listeners) else f"probes.{what}"
                    must = f"must be unlike the other listeners' and the probes' {what}"
                    raise PydanticCustomError("krm_fn", "{must}", {"must": must, "field": field, "value": value})
        return self


class ProxySidecar(Model):
    """Puts a proxy in front of a workload."""

    api_version: Literal["krm-fn.dev/v1alpha1"]
    kind: Literal["ProxySidecar"]
    metadata: Metadata
    spec: Spec
