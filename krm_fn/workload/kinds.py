"""The kinds that make Pods: where their Pod template is, and what is special about each."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import group_version_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.function_config.generated.values import WorkloadKind as OwnKind
    from krm_fn.yaml_text.node import Path


OPENSHIFT = ".openshift.io/v1"
"""What the apiVersion of each kind of OpenShift's has, to find some by a search."""


class Operated(Record):
    """What an operator makes of a resource whose Pods it writes itself: it merges containers and volumes into them."""

    container: str
    """The app's container, which the resource need not list."""
    port: int
    """Its port, whose name is the resource's `portName`."""
    ready_path: str
    """The path that its readiness probe requests, below the resource's `routePrefix`."""
    labels: tuple[tuple[str, str], ...]
    """Labels of the Pods; {} is replaced by the resource's name."""
    volumes: tuple[str, ...]
    """Names of the volumes that it always adds itself, likewise: that with the name in it has the data."""
    has_shards: bool = False
    """Whether it makes a StatefulSet for each of `shards`, and numbers them in a label."""

    def other_labels(self, spec: dict[str, Any]) -> dict[str, str]:
        """Return the labels that are not the same in all Pods: the version, and the shard where there is only one."""
        labels = {}
        version = spec.get("version")
        if isinstance(version, str) and version:
            labels[_VERSION] = version.removeprefix("v")
        if self.has_shards and spec.get("shards") in (None, 0, 1):
            labels[_SHARD] = "0"
        return labels


class KnownWorkloadKind(Record):
    """A kind with a Pod template."""

    groups: tuple[str, ...]
    """The API groups that have it; "" is the core group."""
    kind: str
    templates: tuple[Path, ...] = (("spec", "template"),)
    """The Pod template, which holds `metadata` and `spec`, at the first of these that is there. Empty where the object
    itself is the Pod."""
    finishes: bool = False
    """Whether its Pods must come to an end, which a sidecar of the classic form would prevent."""
    refers: bool = False
    """Whether `spec.workloadRef` may name another workload that has the Pod template."""
    operated: Operated | None = None
    """Set where an operator writes the Pods: it merges the resource's `spec` into them, and its `podMetadata`."""
    refused: str = ""
    """Why no sidecar can be injected, and what to do instead."""


_VERSION = "app.kubernetes.io/version"
_SHARD = "operator.prometheus.io/shard"
_OPERATOR = ("app.kubernetes.io/managed-by", "prometheus-operator")
_INSTANCE = ("app.kubernetes.io/instance", "{}")
_OF_OPERATOR = ("operator.prometheus.io/name", "{}")
_APPS = ("apps", "extensions")
_KRUISE = ("apps.kruise.io",)
_MADE = ("config", "config-out", "tls-assets", "web-config")
_COREOS = ("monitoring.coreos.com",)
_KNATIVE = (
    "its own queue-proxy is in front of the one port that Knative lets a Pod have. Put the proxy in front of another "
    "workload, or before Knative's gateway"
)


def _operated(
    kind: str, name: str, port: int, ready: str, volumes: tuple[str, ...], *labels: tuple[str, str]
) -> KnownWorkloadKind:
    known = (("app.kubernetes.io/name", name), _INSTANCE, _OPERATOR, *labels)
    container = "prometheus" if name == "prometheus-agent" else name
    operated = Operated(
        container=container,
        port=port,
        ready_path=ready,
        labels=known,
        volumes=volumes,
        has_shards=_OF_OPERATOR in labels,
    )
    return KnownWorkloadKind(groups=_COREOS, kind=kind, operated=operated)


KINDS = (
    KnownWorkloadKind(groups=_APPS, kind="Deployment"),
    KnownWorkloadKind(groups=("apps",), kind="StatefulSet"),
    KnownWorkloadKind(groups=_APPS, kind="DaemonSet"),
    KnownWorkloadKind(groups=_APPS, kind="ReplicaSet"),
    KnownWorkloadKind(groups=("",), kind="ReplicationController"),
    KnownWorkloadKind(groups=("",), kind="Pod", templates=((),)),
    KnownWorkloadKind(groups=("batch",), kind="Job", finishes=True),
    KnownWorkloadKind(
        groups=("batch",), kind="CronJob", finishes=True, templates=(("spec", "jobTemplate", "spec", "template"),)
    ),
    KnownWorkloadKind(groups=("argoproj.io",), kind="Rollout", refers=True),
    KnownWorkloadKind(groups=("apps.openshift.io", ""), kind="DeploymentConfig"),
    KnownWorkloadKind(groups=_KRUISE, kind="CloneSet"),
    KnownWorkloadKind(groups=_KRUISE, kind="StatefulSet"),
    KnownWorkloadKind(groups=_KRUISE, kind="DaemonSet"),
    KnownWorkloadKind(
        groups=_KRUISE,
        kind="UnitedDeployment",
        templates=tuple(
            ("spec", "template", f"{workload}Template", "spec", "template")
            for workload in ("statefulSet", "advancedStatefulSet", "cloneSet", "deployment")
        ),
    ),
    KnownWorkloadKind(groups=_KRUISE, kind="BroadcastJob", finishes=True),
    KnownWorkloadKind(
        groups=_KRUISE,
        kind="AdvancedCronJob",
        finishes=True,
        templates=tuple(("spec", "template", f"{job}Template", "spec", "template") for job in ("job", "broadcastJob")),
    ),
    _operated(
        "Prometheus", "prometheus", 9090, "/-/ready", (*_MADE, "prometheus-{}-db"), ("prometheus", "{}"), _OF_OPERATOR
    ),
    _operated("PrometheusAgent", "prometheus-agent", 9090, "/-/ready", (*_MADE, "prom-agent-{}-db"), _OF_OPERATOR),
    _operated(
        "Alertmanager",
        "alertmanager",
        9093,
        "/-/ready",
        ("config-volume", *_MADE[1:], "alertmanager-{}-db"),
        ("alertmanager", "{}"),
    ),
    _operated(
        "ThanosRuler", "thanos-ruler", 10902, "/-/ready", (*_MADE[2:], "thanos-ruler-{}-data"), ("thanos-ruler", "{}")
    ),
    *(
        KnownWorkloadKind(groups=("serving.knative.dev",), kind=kind, refused=_KNATIVE)
        for kind in ("Service", "Configuration", "Revision")
    ),
)
"""A kind that is not here, and not in the functionConfig, has no Pod template that this program knows."""


def kinds_with(own: Iterable[OwnKind]) -> tuple[KnownWorkloadKind, ...]:
    """Return the kinds, the user's own first."""
    rows = (
        KnownWorkloadKind(groups=(kind.group,), kind=kind.kind, templates=(tuple(kind.template.split(".")),))
        for kind in own
    )
    return (*rows, *KINDS)


def is_of_openshift(data: dict[str, Any]) -> bool:
    """Return whether an object is of a kind that only OpenShift has."""
    group = group_version_of(data)[0]
    return group.endswith(".openshift.io") or (group, data.get("kind")) == ("", "DeploymentConfig")


def kind_of(data: dict[str, Any], kinds: Iterable[KnownWorkloadKind]) -> KnownWorkloadKind | None:
    """Return the row for an object, None where it has none."""
    group, kind = group_version_of(data)[0], data.get("kind")
    return next((row for row in kinds if row.kind == kind and group in row.groups), None)
