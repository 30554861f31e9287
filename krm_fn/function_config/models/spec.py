"""ProxySidecar: the functionConfig as a model, the one source of its fields, defaults and limits.

The plain values, the acceptor, the JSON Schema and the reference page are made from it by `python -m codegen`.
What must hold between fields is in `rules`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from krm_fn.function_config.formats.kubernetes_types import KubernetesVersion, ProxyName
from krm_fn.function_config.formats.types import EngineVersion, PlainText
from krm_fn.function_config.models.base import Model
from krm_fn.function_config.models.companions import Companions
from krm_fn.function_config.models.listeners import (
    AccessLog,
    Body,
    CacheStorage,
    Compression,
    Headers,
    Listener,
    Probes,
    RealIP,
    Shutdown,
    Timeouts,
)
from krm_fn.function_config.models.pod import ConfigMapSettings, FilesConfigMap, Sidecar, Target, WorkloadKind
from krm_fn.function_config.models.referrers import Referrers
from krm_fn.function_config.models.routes.answers import Block
from krm_fn.function_config.models.routes.upstreams import DNS, Keepalive
from krm_fn.function_config.models.snippets import Snippets


class Metadata(Model):
    """Metadata of the functionConfig. Fields other than the name are for the hosts."""

    model_config = ConfigDict(extra="ignore")

    name: ProxyName
    """Name of the proxy: it marks all that is injected, and is part of the default names."""
    annotations: dict[PlainText, Any] | None = None
    """Those of the document, such as config.kubernetes.io/function. They are set on nothing else."""
    labels: dict[PlainText, Any] | None = None
    """Those of the document. They are set on nothing else."""


class Spec(Model):
    """Which proxy to inject into which workload."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["target"]},
                {"required": ["targets"], "properties": {"targets": {"minItems": 1}}},
                {"required": ["remove"], "properties": {"remove": {"const": True}}},
            ],
            "not": {"required": ["target", "targets"], "properties": {"targets": {"minItems": 1}}},
        }
    )

    target: Target | None = Field(default=None, examples=[{"kind": "Deployment", "name": "web"}])
    """The workloads to inject the proxy into. Must be set, unless `targets` or `remove` is."""
    targets: list[Target] = Field(default_factory=list)
    """Several, in place of `target`."""
    workload_kinds: list[WorkloadKind] = Field(default_factory=list)
    """Kinds of your own that make Pods, beside those that are known."""
    remove: bool = False
    """Remove all that was injected under the name of this ProxySidecar, and inject nothing. It is recorded how to undo
    each change: no other field is needed, and none counts but `formerNames`."""
    former_names: list[ProxyName] = Field(default_factory=list)
    """Names that this ProxySidecar had before: what was injected under these is removed."""
    record: Literal["annotation", "none"] = "annotation"
    """Where it is recorded how to undo each change. annotation: on each changed object, where a later run, and a
    removal, find it. none: nowhere, for a source that is never written over, as in `kustomize build`. The source alone
    is then the way back: a run over its output, and a removal from it, are refused."""
    engine: Literal["nginx", "caddy"] = "nginx"
    """The proxy. Fields that it does not support are refused."""
    engine_version: EngineVersion | None = None
    """Version of the proxy, for which its configuration is written. Left out: that of the image's tag; where
    that has no number, the current one, with a warning where you chose the image."""
    kubernetes_version: KubernetesVersion | None = None
    """The oldest version of Kubernetes among your clusters: what needs a later one is refused, or left out. Left out:
    nothing is assumed, and fields of `container` may be the newest."""
    cutover: Literal["name", "service", "staged"] | None = None
    """How Services come from the running Pods to those with the proxy. name: the listener's port takes the name of the
    app's port, so that Services by name reach both, and no request is lost. service: Services change at once, and
    reach no running Pod from then on. staged: Services, and all outside the Pods that follows them, stay as they are;
    after the rollout, `service` changes them. Left out: name where that is possible, else service, with a warning."""
    listeners: list[Listener] = Field(default_factory=lambda: [Listener()], min_length=1)
    """The ports the proxy listens on. Left out: one."""
    files: list[FilesConfigMap] = Field(default_factory=list)
    """ConfigMaps of static files to generate."""
    compression: Compression = Field(default_factory=Compression)
    ipv6: bool = True
    """Also listen on IPv6. Turn it off where nodes boot with `ipv6.disable=1`: the proxy could not start there."""
    real_ip: RealIP = Field(default_factory=RealIP, alias="realIP")
    access_log: AccessLog = Field(default_factory=AccessLog)
    timeouts: Timeouts = Field(default_factory=Timeouts)
    body: Body = Field(default_factory=Body)
    dns: DNS | None = None
    """Left out: nginx looks names of Services up once, when it starts."""
    keepalive: Keepalive = Field(default_factory=Keepalive)
    headers: Headers = Field(default_factory=Headers)
    block: Block = Field(default_factory=Block)
    cache: CacheStorage = Field(default_factory=CacheStorage)
    snippets: Snippets = Field(default_factory=Snippets)
    probes: Probes = Field(default_factory=Probes)
    shutdown: Shutdown = Field(default_factory=Shutdown)
    referrers: Referrers = Field(default_factory=Referrers)
    sidecar: Sidecar = Field(default_factory=Sidecar)
    companions: Companions = Field(default_factory=Companions)
    config_map: ConfigMapSettings = Field(default_factory=ConfigMapSettings)


class ProxySidecar(Model):
    """Injects a proxy in front of a workload."""

    api_version: Literal["krm-fn.dev/v1alpha1"]
    """Version of this format."""
    kind: Literal["ProxySidecar"]
    """Kind of this format."""
    metadata: Metadata = Field(examples=[{"name": "web-proxy"}])
    """The name of the proxy."""
    spec: Spec = Field(examples=[{"target": {"kind": "Deployment", "name": "web"}}])
    """The settings of the proxy."""
