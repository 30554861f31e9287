"""A pretended kubelet: it runs no container, but Pods get a node and an address, become ready, and end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.cluster.api import MERGE_PATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api

_READY_AFTER = 1.0
"""Seconds: long enough for all that one command applies to reach the controllers before, on a busy machine, too."""
_PAUSE = 0.05
_NODE = "node"


class OpenPorts(dict[str, frozenset[int]]):
    """By a Pod's address the ports that its containers declare: nothing listens on another."""


@contextmanager
def kubelet(api: Api) -> Iterator[OpenPorts]:
    """Within the block, each Pod is ready soon after it was seen; its ports are in what is returned."""
    ended, open_ports = threading.Event(), OpenPorts()
    with ThreadPoolExecutor(1) as executor, closing(api.copy()) as own:
        running = executor.submit(_run, own, open_ports, ended)
        try:
            yield open_ports
        finally:
            ended.set()
        running.result()


def _run(api: Api, open_ports: OpenPorts, ended: threading.Event) -> None:
    _set_ready(api, f"/api/v1/nodes/{_add_node(api)}")
    addresses = (f"10.1.{number // 250}.{number % 250 + 1}" for number in count())
    started: dict[str, float] = {}
    while not ended.wait(_PAUSE):
        for pod in api.call("GET", "/api/v1/pods").body["items"]:
            uid = pod["metadata"]["uid"]
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
            if "deletionTimestamp" in pod["metadata"]:
                api.call("DELETE", path, {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0})
            elif uid not in started:
                started[uid], address = time.monotonic(), next(addresses)
                open_ports[address] = frozenset(declared_ports(pod).values())
                _start(api, path, pod, address)
            elif time.monotonic() - started[uid] > _READY_AFTER and not is_ready(pod):
                _set_ready(api, path)


def is_ready(data: dict[str, Any]) -> bool:
    """Tell whether a Pod or node is ready."""
    return ("Ready", "True") in {(each["type"], each["status"]) for each in data["status"].get("conditions", ())}


def declared_ports(pod: dict[str, Any]) -> dict[str, int]:
    """Return the ports of a Pod by name, or by number where they have none."""
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports", ())]
    return {port.get("name", str(port["containerPort"])): port["containerPort"] for port in ports}


def _add_node(api: Api) -> str:
    api.call("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": _NODE}})
    return _NODE


def _start(api: Api, path: str, pod: dict[str, Any], address: str) -> None:
    """Do the scheduler's part, and tell of an address."""
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod["metadata"]["name"]}}
    api.call("POST", f"{path}/binding", {**binding, "target": {"kind": "Node", "name": _NODE}})
    status = {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]}
    api.call("PATCH", f"{path}/status", {"status": status}, content_type=MERGE_PATCH)


def _set_ready(api: Api, path: str) -> None:
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2020-01-01T00:00:00Z"}
    api.call("PATCH", f"{path}/status", {"status": {"conditions": [ready]}}, content_type=MERGE_PATCH)
