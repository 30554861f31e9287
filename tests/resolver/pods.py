"""The Pods that the workloads of a cluster make: labels, and the ports that their containers declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]


@dataclass(frozen=True)
class Port:
    """A declared port."""

    container: str
    number: int
    name: str
    protocol: str


@dataclass(frozen=True)
class Pods:
    """The Pods of one workload."""

    workload: str
    namespace: str
    labels: tuple[tuple[str, Any], ...]
    ports: tuple[Port, ...]

    def declared(self, port: Any, protocol: str = "TCP") -> Port | None:
        """Return the first declared port of a number or name."""
        wanted = int(port) if isinstance(port, str) and port.isdigit() else port
        return next(
            (each for each in self.ports if wanted in (each.number, each.name) and each.protocol == protocol), None
        )


OPERATED = {
    "Prometheus": ("prometheus", 9090, "prometheus"),
    "Alertmanager": ("alertmanager", 9093, "alertmanager"),
}


def get(data: Any, *steps: Any, default: Any = None) -> Any:
    """Return what stands below some steps."""
    for step in steps:
        if isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return default
    return default if data is None else data


def name_of(data: Object) -> str:
    return str(get(data, "metadata", "name", default=""))


def space_of(data: Object) -> str:
    return str(get(data, "metadata", "namespace", default=""))


def group_of(data: Object) -> str:
    version = str(data.get("apiVersion", ""))
    return version.partition("/")[0] if "/" in version else ""


def pods_in(cluster: list[Object]) -> Iterator[Pods]:
    """Yield the Pods of each workload."""
    for data in cluster:
        kind, group, spec = str(data.get("kind")), group_of(data), get(data, "spec", default={})
        if kind in OPERATED and group == "monitoring.coreos.com":
            yield _operated(data, *OPERATED[kind])
            continue
        template: Any = None
        if (kind, group) == ("Pod", ""):
            template = data
        elif (kind, group) == ("CronJob", "batch"):
            template = get(spec, "jobTemplate", "spec", "template")
        elif kind in _TEMPLATES.get(group, ()):
            template = get(spec, "template")
        if template:
            labels = get(template, "metadata", "labels", default={})
            yield Pods(
                _key(data), space_of(data), tuple(labels.items()), tuple(_ports(get(template, "spec", default={})))
            )


_TEMPLATES = {
    "apps": ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
    "extensions": ("Deployment", "DaemonSet", "ReplicaSet"),
    "": ("ReplicationController", "DeploymentConfig"),
    "batch": ("Job",),
    "argoproj.io": ("Rollout",),
    "apps.kruise.io": ("CloneSet", "StatefulSet", "DaemonSet", "BroadcastJob"),
    "apps.openshift.io": ("DeploymentConfig",),
}


def _operated(data: Object, container: str, number: int, label: str) -> Pods:
    name = name_of(data)
    labels = {
        **get(data, "spec", "podMetadata", "labels", default={}),
        "app.kubernetes.io/name": container,
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/managed-by": "prometheus-operator",
        label: name,
    }
    if container == "prometheus":
        labels["operator.prometheus.io/name"] = name
    own = Port(container, number, str(get(data, "spec", "portName", default="web")), "TCP")
    return Pods(_key(data), space_of(data), tuple(labels.items()), (own, *_ports(get(data, "spec", default={}))))


def _ports(spec: Any) -> Iterator[Port]:
    for field in ("containers", "initContainers"):
        for container in get(spec, field, default=[]):
            if field == "initContainers" and container.get("restartPolicy") != "Always":
                continue
            for port in container.get("ports") or []:
                if isinstance(port, dict) and isinstance(port.get("containerPort"), int):
                    protocol = str(port.get("protocol") or "TCP")
                    yield Port(str(container.get("name")), port["containerPort"], str(port.get("name") or ""), protocol)


def _key(data: Object) -> str:
    return f"{data.get('kind')}.{group_of(data)}/{space_of(data)}/{name_of(data)}"
