"""What a plain load-change-dump would make of a workload, its Services and Ingresses: written without the function's
own code, as data."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

import yaml

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
    """The name of its port, which may be one that the app's port had."""
    number: int
    """The listener's."""
    service_number: int | None
    service_name: str | None
    spoken: tuple[str, ...] = ("http",)
    """What is served there, as a result says."""


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
    return [
        port
        for container in containers_of(workload)
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


def containers_of(workload: Any) -> list[Any]:
    """Return the containers whose ports are open at the same time, with the native sidecars."""
    return containers_in(pod_of(workload))


def containers_in(pod: Any) -> list[Any]:
    """Return those of a Pod template."""
    spec = at(pod, "spec")
    native = [each for each in at(spec, "initContainers") or [] if at(each, "restartPolicy") == "Always"]
    return [*(at(spec, "containers") or []), *native]


def probed_ports(workload: Any) -> set[int]:
    """Return the ports that probes request, with those that they name."""
    found: set[Any] = set()
    for container in containers_of(workload):
        named = {port.get("name"): port["containerPort"] for port in reversed(at(container, "ports") or [])}
        for probe in ("readinessProbe", "startupProbe", "livenessProbe"):
            for handler in ("httpGet", "grpc", "tcpSocket"):
                port = at(container, probe, handler, "port")
                found.add(int(port) if str(port).isdecimal() else named.get(port))
    return found - {None}


def app_ports(workload: Any, others: list[Any]) -> set[int]:
    """Return the ports of which one is meant where the functionConfig names none: the first of these that there are.

    Those that Services route to, those that containers declare, those that their probes request.
    """
    declared = {port["containerPort"] for port in tcp_ports(workload)}
    return led_to(workload, others) or declared or probed_ports(workload)


def led_to(workload: Any, others: list[Any]) -> set[int]:
    """Return the ports of the Pods that Services route to."""
    return {number for other in others for _, number in leads_to(other, workload) if isinstance(number, int)}


def is_first_free(number: int, workload: Any, others: list[Any]) -> bool:
    """Tell whether a listener's port that the functionConfig leaves out is the first that nothing has, from 8080."""
    taken = {port["containerPort"] for port in tcp_ports(workload)}
    taken |= led_to(workload, others) | probed_ports(workload)
    text = yaml.safe_dump(pod_of(workload), width=10**9)
    own = r"(?:^|[\s/=,\"'@\[{(])(?:(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\]|\*)?:)?([0-9]{4,5})(?![0-9])"
    taken |= {int(each) for each in re.findall(own, text, re.MULTILINE)}
    return number == next(each for each in range(8080, 65536, 2) if each not in taken)


def meant_port(workload: Any, others: list[Any], told: int) -> int:
    """Return the port that is meant where the functionConfig names none: if there are several, that which is told."""
    possible = app_ports(workload, others)
    assert not possible or told in possible, (told, possible)
    return told


def grpc_is_written(workload: Any, others: list[Any], number: int) -> bool:
    """Tell whether a port's name or appProtocol says gRPC, or a probe of it does, in the plainest words."""
    names = {str(port.get("name")) for port in tcp_ports(workload) if port["containerPort"] == number}
    ports = [
        at(other, "spec", "ports")[index]
        for other in others
        for index, led in leads_to(other, workload)
        if led == number
    ]
    probed = any(
        at(container, probe, "grpc", "port") == number
        for container in containers_of(workload)
        for probe in ("readinessProbe", "startupProbe", "livenessProbe")
    )
    return probed or "grpc" in names | {port.get("appProtocol") for port in ports}


def injected(workload: Any, new: Any, container: str, listeners: list[Port]) -> Any:
    """Return the workload with the container, volumes and annotations that stand in the new one, and nothing else."""
    wanted, pod = copy.deepcopy(workload), pod_of(new)
    own = pod_of(wanted)
    added = pod["spec"]["containers"][len(own["spec"]["containers"]) :]
    assert [each["name"] for each in added] == [container]
    assert [port["name"] for port in added[0]["ports"]][:-1] == [port.listener for port in listeners]
    volumes = pod["spec"]["volumes"][len(own["spec"].get("volumes") or []) :]
    assert [mount["name"] for mount in added[0]["volumeMounts"]] == [volume["name"] for volume in volumes]
    for port in listeners:
        if port.listener in names_of(workload, port.app):
            rename(own, pod, port)
    own["spec"]["containers"] = [*own["spec"]["containers"], *added]
    own["spec"]["volumes"] = [*(own["spec"].get("volumes") or []), *volumes]
    scraped = at(own, "metadata", "annotations", "prometheus.io/port")
    for port in listeners[::-1]:  # of several in front of one port the first counts
        if scraped == str(port.app):
            annotate(own, "prometheus.io/port", str(port.number))
    apps = {str(port.app) for port in listeners}
    apps |= {str(name) for port in listeners for name in names_of(workload, port.app)}
    take_annotations(own, pod, apps)
    checksum = (at(pod, "metadata", "annotations") or {}).get(f"checksum.krm-fn.dev/{OWNER}")
    if checksum:
        assert re.fullmatch("[b-df-hj-np-t]{8}", checksum)
        annotate(own, f"checksum.krm-fn.dev/{OWNER}", checksum)
    first = own["spec"]["containers"][0].get("name")
    if first and "kubectl.kubernetes.io/default-container" not in (at(own, "metadata", "annotations") or {}):
        annotate(own, "kubectl.kubernetes.io/default-container", first)
    return wanted


def names_of(workload: Any, number: int) -> set[Any]:
    """Return the names of a port."""
    return {port.get("name") for port in tcp_ports(workload) if port["containerPort"] == number}


def rename(pod: Any, new: Any, port: Port) -> None:
    """Give the app's port, and what in its container means it by its name, the name that it has in the new Pod."""
    names = [entry.get("name") for container in containers_in(new) for entry in container.get("ports") or []]
    assert names.count(port.listener) == 1
    for position, container in enumerate(pod["spec"]["containers"]):
        for index, entry in enumerate(container.get("ports") or []):
            if (entry.get("name"), entry["containerPort"]) == (port.listener, port.app):
                other = new["spec"]["containers"][position]["ports"][index]["name"]
                assert re.fullmatch("app-[a-z0-9-]{1,11}", other)
                assert names.count(other) == 1
                entry["name"] = other
                above = [container.get(probe) for probe in ("readinessProbe", "startupProbe", "livenessProbe")]
                above += [at(container, "lifecycle", hook) for hook in ("postStart", "preStop")]
                for request in (at(each, handler) for each in above for handler in ("httpGet", "tcpSocket")):
                    if at(request, "port") == port.listener:
                        request["port"] = other


def take_annotations(data: Any, new: Any, old_ports: set[str]) -> None:
    """Take from the new object the annotations about ports that differ by old ports alone: rows' own tests say how."""
    for key, value in (at(data, "metadata", "annotations") or {}).items():
        now = str(at(new, "metadata", "annotations", key))
        if now != value and "port" in key and key != "prometheus.io/port":
            assert set(re.findall(r"[\w-]+", value)) - old_ports <= set(re.findall(r"[\w-]+", now))
            annotate(data, key, now)


def annotate(data: Any, key: str, value: str) -> None:
    """Set an annotation."""
    if not data.get("metadata"):
        data["metadata"] = {}
    if not data["metadata"].get("annotations"):
        data["metadata"]["annotations"] = {}
    data["metadata"]["annotations"][key] = value


def said_by(was: dict[str, Any], name: str | None, spoken: tuple[str, ...]) -> str | None:
    """Return the appProtocol of a port in front of a listener without TLS: the user's, or what the name allows."""
    words = (name or "").lower().split("-")
    if was.get("appProtocol"):
        return str(was["appProtocol"])
    if {"https", "tls", "ssl", "wss", "grpcs"} & {words[0], *([words[-1]] if words[-1] == "https" else [])}:
        return None
    if not spoken or (not name and was["port"] == 443):
        return None
    if spoken == ("http",):
        return "http"
    says_grpc = "grpc" in (words[0], words[-1]) and words[:2] != ["grpc", "web"]
    if spoken == ("grpc",) or says_grpc:
        return "grpc"
    return "http" if words[0] in ("http", "ws", "websocket") or words[-1] == "http" else None


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
        by_name = listener.listener in names_of(workload, number)  # then what is spoken there is no news
        told_of = was.get("appProtocol") if by_name else said_by(was, entry.get("name"), listener.spoken)
        if told_of:
            entry["appProtocol"] = told_of
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
    new["spec"]["port"] = listener.listener if isinstance(port, str) else listener.number
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
            if moved:
                take_annotations(wanted[position], new[position], {str(old) for one in moved for old in one[:2]})
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
