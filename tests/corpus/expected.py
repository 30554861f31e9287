"""What a plain load-change-dump would make of a workload, its Services and Ingresses: written without the function's
own code, as data."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

OWNER = "law-proxy"
RECORD = f"undo.krm-fn.dev/{OWNER}"
TEMPLATES: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "Job": ("spec", "template"),
    "Pod": (),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
}


@dataclass(frozen=True)
class Port:
    """The listener: the container port it fronts, and what the Service is told."""

    app: int
    listener: str
    service_number: int | None
    service_name: str | None


def at(data: Any, *path: str) -> Any:
    """Return what stands at a path, None where there is nothing."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def pod_of(workload: Any) -> Any:
    """Return the Pod template."""
    return at(workload, *TEMPLATES[workload["kind"]])


def tcp_ports(workload: Any) -> list[dict[str, Any]]:
    """Return the TCP ports that the containers declare."""
    containers = at(pod_of(workload), "spec", "containers") or []
    return [
        port
        for container in containers
        for port in container.get("ports") or []
        if port.get("protocol", "TCP") == "TCP"
    ]


def leads_to(service: Any, workload: Any) -> list[tuple[int, Any]]:
    """Return the positions of a Service's TCP ports, and the Pod's ports that they lead to, if it selects the Pods."""
    spec, labels = at(service, "spec"), at(pod_of(workload), "metadata", "labels") or {}
    selector = at(spec, "selector")
    same_namespace = (at(service, "metadata", "namespace") or "") == (at(workload, "metadata", "namespace") or "")
    is_service = at(service, "kind") == "Service" and at(service, "apiVersion") == "v1"
    if not is_service or not selector or not same_namespace or spec.get("type") == "ExternalName":
        return []
    if any(labels.get(key) != value for key, value in selector.items()):
        return []
    named = {port.get("name"): port["containerPort"] for port in reversed(tcp_ports(workload))}
    routes = []
    for index, port in enumerate(spec.get("ports") or []):
        if port.get("protocol", "TCP") == "TCP":
            target = port.get("targetPort") or port["port"]
            digits = isinstance(target, str) and target.isdecimal()
            routes.append((index, int(target) if digits else named.get(target, target)))
    return routes


def app_port(workload: Any, others: list[Any]) -> int | None:
    """Return the one port that must be meant where the functionConfig names none."""
    led_to = {number for other in others for _, number in leads_to(other, workload)}
    led_to = led_to or {port["containerPort"] for port in tcp_ports(workload)}
    return led_to.pop() if len(led_to) == 1 else None


def injected(workload: Any, container: Any, volumes: list[Any], checksum: str, record: str) -> Any:
    """Return the workload with a container, volumes and annotations."""
    new = copy.deepcopy(workload)
    pod = pod_of(new)
    pod["spec"]["containers"] = [*pod["spec"]["containers"], container]
    pod["spec"]["volumes"] = [*(pod["spec"].get("volumes") or []), *volumes]
    annotate(pod, f"checksum.krm-fn.dev/{OWNER}", checksum)
    first = pod["spec"]["containers"][0].get("name")
    if first and "kubectl.kubernetes.io/default-container" not in pod["metadata"]["annotations"]:
        annotate(pod, "kubectl.kubernetes.io/default-container", first)
    annotate(new, RECORD, record)
    return new


def annotate(data: Any, key: str, value: str) -> None:
    """Set an annotation."""
    if not data.get("metadata"):
        data["metadata"] = {}
    if not data["metadata"].get("annotations"):
        data["metadata"]["annotations"] = {}
    data["metadata"]["annotations"][key] = value


def moved(service: Any, workload: Any, port: Port) -> tuple[Any, list[tuple[Any, Any, Any, Any]]]:
    """Return the Service with its ports pointed at the listener, and what each of them was and is called."""
    new = copy.deepcopy(service)
    moves: list[tuple[Any, Any, Any, Any]] = []
    for index, number in leads_to(service, workload):
        if number == port.app:
            entry = new["spec"]["ports"][index]
            old = entry["port"], entry.get("name")
            if not moves:
                entry["port"] = port.service_number or entry["port"]
                entry["name"] = port.service_name or entry.get("name")
                if entry["name"] is None:
                    del entry["name"]
            entry["targetPort"] = port.listener
            entry["appProtocol"] = "http"
            moves.append((*old, entry["port"], entry.get("name")))
    return new, moves


def followed(ingress: Any, service: Any, moves: list[tuple[Any, Any, Any, Any]]) -> Any:
    """Return an Ingress that names the new ports of a Service."""
    new = copy.deepcopy(ingress)
    if at(new, "apiVersion") != "networking.k8s.io/v1" or at(new, "kind") != "Ingress":
        return new
    if at(new, "metadata", "namespace") != at(service, "metadata", "namespace"):
        return new
    backends = [at(new, "spec", "defaultBackend")]
    for rule in at(new, "spec", "rules") or []:
        backends += [path.get("backend") for path in at(rule, "http", "paths") or []]
    for backend in backends:
        port = at(backend, "service", "port")
        if port and at(backend, "service", "name") == at(service, "metadata", "name"):
            for old_number, old_name, new_number, new_name in moves:
                if port.get("number") == old_number and old_number != new_number:
                    port["number"] = new_number
                    break
                if port.get("name") and port["name"] == old_name != new_name:
                    port["name"] = new_name
                    break
    return new
