"""What a plain load-change-dump would make of a workload, its Services and Ingresses: written without the function's
own code, as data."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

from tests.resolver.selected import picks

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
    "Rollout": ("spec", "template"),
    "CloneSet": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
}


Move = tuple[Any, Any, Any, Any]
"""Number and name of a Service's port: the old ones, then the new."""


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


def injected(workload: Any, new: Any, container: str, listeners: list[Port]) -> Any:
    """Return the workload with the container, volumes and annotations that stand in the new one, and nothing else."""
    wanted, pod = copy.deepcopy(workload), pod_of(new)
    own = pod_of(wanted)
    added = pod["spec"]["containers"][len(own["spec"]["containers"]) :]
    assert [each["name"] for each in added] == [container]
    assert [port["name"] for port in added[0]["ports"]][:-1] == [port.listener for port in listeners]
    volumes = pod["spec"]["volumes"][len(own["spec"].get("volumes") or []) :]
    assert [mount["name"] for mount in added[0]["volumeMounts"]] == [volume["name"] for volume in volumes]
    own["spec"]["containers"] = [*own["spec"]["containers"], *added]
    own["spec"]["volumes"] = [*(own["spec"].get("volumes") or []), *volumes]
    checksum = (at(pod, "metadata", "annotations") or {}).get(f"checksum.krm-fn.dev/{OWNER}")
    if checksum:
        assert re.fullmatch("[b-df-hj-np-t]{8}", checksum)
        annotate(own, f"checksum.krm-fn.dev/{OWNER}", checksum)
    first = own["spec"]["containers"][0].get("name")
    if first and "kubectl.kubernetes.io/default-container" not in (at(own, "metadata", "annotations") or {}):
        annotate(own, "kubectl.kubernetes.io/default-container", first)
    return wanted


def annotate(data: Any, key: str, value: str) -> None:
    """Set an annotation."""
    if not data.get("metadata"):
        data["metadata"] = {}
    if not data["metadata"].get("annotations"):
        data["metadata"]["annotations"] = {}
    data["metadata"]["annotations"][key] = value


def move(service: Any, old: Any, workload: Any, listeners: list[Port], told: dict[str, int]) -> list[Move]:
    """Point the ports of a Service at the listeners; return what each of them was and is called.

    `told` are the positions of the ports that listeners' settings are for, in whichever workload they were met first.
    """
    moves: list[Move] = []
    for index, number in leads_to(old, workload):
        listener = next((port for port in listeners if port.app == number), None)
        if listener is None:
            continue
        was, entry = old["spec"]["ports"][index], service["spec"]["ports"][index]
        first = told.setdefault(listener.listener, index) == index
        entry["port"] = (first and listener.service_number) or was["port"]
        name = (first and listener.service_name) or was.get("name")
        if name:
            entry["name"] = name
        entry["targetPort"] = listener.listener
        entry["appProtocol"] = "http"
        moves.append((was["port"], was.get("name"), entry["port"], entry.get("name")))
    return moves


def followed(ingress: Any, service: Any, moves: list[Move]) -> Any:
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


def served(server: Any, index: int, data: list[Any], listeners: list[Port]) -> Any:
    """Return a Server of Linkerd that is for the listener's port, if it was for the app's of this workload's Pods."""
    if at(server, "kind") != "Server" or not str(at(server, "apiVersion")).startswith("policy.linkerd.io/"):
        return server
    port, selector = at(server, "spec", "port"), at(server, "spec", "podSelector")
    pods = [
        position
        for position, each in enumerate(data)
        if at(each, "kind") in TEMPLATES
        and (at(each, "metadata", "namespace") or "") == (at(server, "metadata", "namespace") or "")
        and picks(selector, at(pod_of(each), "metadata", "labels") or {})
        and any(port in (entry["containerPort"], entry.get("name")) for entry in tcp_ports(each))
    ]
    led = [
        entry["containerPort"]
        for entry in tcp_ports(data[index])
        if port in (entry["containerPort"], entry.get("name"))
    ]
    listener = next((each for each in listeners if [each.app] == led[:1]), None)
    if pods != [index] or listener is None:
        return server
    new = copy.deepcopy(server)
    number = 8080 if listener.listener == "proxy-http" else 18080  # the default, or what the tests set
    new["spec"]["port"] = listener.listener if isinstance(port, str) else number
    return new


def expected_items(
    data: list[Any], new: list[Any], targets: dict[int, list[Port]], container: str = OWNER
) -> list[Any]:
    """Return the data that each item must have after a run, given what came out.

    `targets` are the positions of the workloads, and the listeners in front of each.
    """
    wanted = copy.deepcopy(data)
    moves: dict[int, list[Move]] = {}
    told: dict[int, dict[str, int]] = {}
    for index, listeners in targets.items():
        wanted[index] = injected(data[index], new[index], container, listeners)
        for position, each in enumerate(data):
            moved = move(wanted[position], each, data[index], listeners, told.setdefault(position, {}))
            moves[position] = moves.get(position, []) + moved
        wanted = [served(each, index, data, listeners) for each in wanted]
    for position, moved in moves.items():
        wanted = [followed(each, data[position], moved) for each in wanted]
    return [
        each if each == old else with_record(each, after) for each, old, after in zip(wanted, data, new, strict=True)
    ]


def with_record(data: Any, new: Any) -> Any:
    """Return an object with the record that the new one has."""
    wanted = copy.deepcopy(data)
    annotate(wanted, RECORD, record_of(new))
    return wanted


def record_of(new: Any) -> str:
    """Return the record on an object."""
    record = at(new, "metadata", "annotations", RECORD)
    assert isinstance(record, str)
    return record
