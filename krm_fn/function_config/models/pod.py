"""What is injected, and into which workloads: the target, the sidecar's container and volumes, the ConfigMaps."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from krm_fn.function_config.formats.kubernetes_types import (
    ApiGroup,
    Base64,
    ByteQuantity,
    ConfigMapKey,
    ContainerName,
    DirectoryPath,
    FieldPath,
    ImageReference,
    KindName,
    LabelKey,
    LabelValue,
    ResourceName,
)
from krm_fn.function_config.formats.types import (
    FileText,
    LabelQuery,
    NamePattern,
    NamePatternOrEmpty,
    PlainMapping,
    PlainText,
)
from krm_fn.function_config.models.base import Model, Override, required
from krm_fn.function_config.rules.targets import SELECTING


class Target(Model):
    """The workloads to inject the proxy into, by names, or regular expressions of whole names, as in kustomize."""

    model_config = ConfigDict(json_schema_extra={"anyOf": required(SELECTING)})

    group: NamePatternOrEmpty | None = None
    """API group such as apps; empty for the core group. Left out: any."""
    version: NamePattern | None = None
    """API version such as v1. Left out: any."""
    kind: NamePattern | None = Field(default=None, examples=["Deployment"])
    """Kind such as Deployment. Left out: any that has a Pod template."""
    name: NamePattern | None = Field(default=None, examples=["web"])
    """Name, or the name before kustomize added a prefix or suffix. Left out: any."""
    namespace: NamePatternOrEmpty | None = None
    """Namespace. Left out: any."""
    label_selector: LabelQuery | None = None
    """The workload's labels, as kubectl selects them: app=web,tier in (front,edge),!legacy. Left out: any."""
    annotation_selector: LabelQuery | None = None
    """The workload's annotations, in the same form. Left out: any."""


class WorkloadKind(Model):
    """A kind of your own that makes Pods."""

    group: ApiGroup
    """API group such as example.com; empty for the core group."""
    kind: KindName
    """Kind such as WebApp."""
    template: FieldPath = "spec.template"
    """Path of the Pod template, which holds `metadata` and `spec`."""


class ContainerOverride(Override):
    """Fields of the container, merged over the defaults as [Containers](#containers) says; null removes."""

    image: ImageReference | None = None
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    command: list[PlainText] | None = None
    args: list[PlainText] | None = None
    working_dir: PlainText | None = None
    env: list[PlainMapping] | None = None
    env_from: list[PlainMapping] | None = None
    ports: list[PlainMapping] | None = None
    resources: PlainMapping | None = None
    security_context: PlainMapping | None = None
    liveness_probe: PlainMapping | None = None
    readiness_probe: PlainMapping | None = None
    startup_probe: PlainMapping | None = None
    lifecycle: PlainMapping | None = None
    volume_mounts: list[PlainMapping] | None = None
    volume_devices: list[PlainMapping] | None = None
    resize_policy: list[PlainMapping] | None = None
    termination_message_path: PlainText | None = None
    termination_message_policy: Literal["File", "FallbackToLogsOnError"] | None = None
    stdin: bool | None = None
    stdin_once: bool | None = None
    tty: bool | None = None


class VolumeNames(Model):
    """Names of the Pod's volumes for the sidecar. Left out: the ProxySidecar's name, and -config, -files and so on."""

    config: ContainerName | None = None
    """The proxy's configuration."""
    files: ContainerName | None = None
    """Static files."""
    images: ContainerName | None = None
    """Static files of an image. Those of the second one end in -2, and so on."""
    secrets: ContainerName | None = None
    """Secrets: certificates and users."""
    cache: ContainerName | None = None
    """The only writable volume: cache, temporary files, pid."""


class MountPaths(Model):
    """Where the volumes are mounted in the sidecar's container."""

    config: DirectoryPath = "/etc/proxy-sidecar"
    """The proxy's configuration."""
    files: DirectoryPath = "/srv/proxy-sidecar"
    """Static files."""
    images: DirectoryPath = "/srv/proxy-sidecar-images"
    """Static files of images, each in a directory of its own."""
    secrets: DirectoryPath = "/var/run/proxy-sidecar"
    """Secrets, each in a directory of its name."""
    cache: DirectoryPath = "/var/cache/proxy-sidecar"
    """The only writable volume."""


class Sidecar(Model):
    """The container and its volumes."""

    name: ContainerName | None = None
    """Name of the container. Left out: the ProxySidecar's name."""
    mode: Literal["classic", "native"] = "classic"
    """`classic` is a container beside the app's. `native` is an init container that keeps running (Kubernetes 1.29): it
    is ready before the app starts and ends after it, so that Jobs can finish. Services route to it by number; by name
    only with `kubernetesVersion` 1.32 or later."""
    container: ContainerOverride = Field(default_factory=ContainerOverride)
    guaranteed: bool | None = None
    """Whether the containers that are added request as much CPU and memory as their limits, so that a Pod of the QoS
    class Guaranteed stays one; the CPU's limit is then 100m where you set none. Left out: they request less, and a
    warning says where that makes a Pod Burstable."""
    volumes: VolumeNames = Field(default_factory=VolumeNames)
    mount_paths: MountPaths = Field(default_factory=MountPaths)
    cache_size_limit: ByteQuantity = "256Mi"
    """sizeLimit of the writable volume. Where another container of the Pod has a limit of ephemeral-storage, so has the
    sidecar: this, and 64Mi for its log files."""


class FilesConfigMap(Model):
    """A ConfigMap of static files to generate; several, NAME-2 and so on, where they are more than 1 MiB."""

    name: ResourceName
    """Name of the ConfigMap."""
    data: dict[ConfigMapKey, FileText] = Field(default_factory=dict)
    """Text files by name."""
    binary_data: dict[ConfigMapKey, Base64] = Field(default_factory=dict)
    """Other files by name, in base64."""
    precompress: bool = False
    """Add a compressed twin, such as app.js.gz, beside each text of at least 1 KiB, and serve that to clients that take
    gzip."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict)
    """Labels beside the mark of ownership, those under `spec.configMap.labels`, and those that all workloads share."""


class ConfigMapSettings(Model):
    """The generated ConfigMap that holds the proxy's configuration."""

    name: ResourceName | None = None
    """Left out: the workload's name, the ProxySidecar's name and config, joined by -. One of more than 240
    letters has a digest in the place of a part."""
    key: ConfigMapKey | None = None
    """Key of the configuration, and its file's name under `sidecar.mountPaths.config`. Left out: nginx.conf, or
    caddy.json."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict)
    """Labels beside the mark of ownership and the workload's own; the ConfigMaps under `spec.files` also have them."""
    rollout: Literal["checksum", "hash", "none"] = "checksum"
    """How a changed configuration reaches running Pods: `checksum` is an annotation on the Pod template; `hash` leaves
    it to kustomize's hash in the ConfigMap's name, and also needs the functionConfig under `generators:`."""
