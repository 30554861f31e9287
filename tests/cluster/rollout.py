"""The course of a cutover: which endpoints a Service has, from the manifests as they were to the end of the rollout."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from krm_fn.cli.command_line import run_command
from tests.cluster.known import known
from tests.cluster.kubelet import declared_ports, is_ready
from tests.servers.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane
    from tests.cluster.kubelet import OpenPorts

_PATIENCE = 120.0
"""Seconds that a rollout may take on a busy machine; it takes 6 on a quiet one."""
_WORKLOADS = ("deployments", "statefulsets", "daemonsets", "replicasets")


class Cluster(NamedTuple):
    """A control plane whose workloads get Pods that become ready."""

    control_plane: ControlPlane
    open_ports: OpenPorts


class Moment(NamedTuple):
    """Which endpoints a Service has from some time on."""

    seconds: float
    """Since the first step."""
    ready: int
    """How many Pods it leads to, by a port that is open there."""
    ports: frozenset[int]
    """These ports."""
    closed: int
    """How many it leads to by a port that no container declares: what goes there is refused."""


class Step(NamedTuple):
    """A change of the file of manifests, and the kinds that are not applied with it."""

    change: Callable[[Path], None]
    held_back: Collection[str] = ()


def injected(**spec: Any) -> Callable[[Path], None]:
    """Return the change that the function makes with a spec, for the workload web where it has no target."""

    def change(manifests: Path) -> None:
        config = manifests.with_name("function-config.json")
        head = {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "metadata": {"name": "proxy"}}
        config.write_text(json.dumps({**head, "spec": {"target": {"name": "web"}, **spec}}))
        _run("render", "--config", str(config), str(manifests))

    return change


def removed(manifests: Path) -> None:
    """Remove the proxy."""
    _run("remove", str(manifests))


def unchanged(manifests: Path) -> None:
    """Leave the manifests as they are, for a step that applies what was held back."""


def _run(*arguments: str) -> None:
    outcome = run_command(list(arguments))
    assert outcome.exit_code == 0, outcome.lines


def course(cluster: Cluster, before: str, steps: Sequence[Step], folder: Path) -> list[Moment]:
    """Return the moments at which the endpoints of Service web changed: at first those that there are before.

    Each step is applied as users do it, once the rollout of the one before has ended. The folder's name is that of the
    namespace, so there is one for each course.
    """
    manifests, namespace, api = folder / "manifests.yaml", folder.name, cluster.control_plane.api
    manifests.write_text(before)
    api.add_namespace(namespace)
    _apply(cluster.control_plane, manifests, namespace)
    at_first = api.call("GET", _endpoints(namespace)).body
    ended, start = threading.Event(), time.monotonic()

    def watched() -> list[tuple[float, dict[str, Any]]]:
        with closing(api.copy()) as own:
            since = at_first["metadata"]["resourceVersion"]
            return [(time.monotonic() - start, each) for each in _changes(own, namespace, since, ended)]

    with ThreadPoolExecutor(1) as executor:
        changes = executor.submit(watched)
        try:
            for step in steps:
                step.change(manifests)
                _apply(cluster.control_plane, manifests, namespace, step.held_back)
        finally:
            ended.set()
        states = [*((0.0, each) for each in at_first["items"]), *changes.result()]
        return [
            _moment(seconds, endpoints, cluster.open_ports)
            for seconds, endpoints in states
            if endpoints["metadata"]["name"] == "web"
        ]


def _apply(control_plane: ControlPlane, manifests: Path, namespace: str, held_back: Collection[str] = ()) -> None:
    """Apply what is not held back, and wait for the end of the rollout."""
    kept = [known(data) for data in yaml.safe_load_all(manifests.read_text()) if data["kind"] not in held_back]
    applied = manifests.with_name("applied.yaml")
    applied.write_text(yaml.safe_dump_all(kept))
    done = control_plane.kubectl("apply", f"--namespace={namespace}", f"--filename={applied}")
    assert done.returncode == 0, done.stderr
    wait_until(lambda: _has_ended(control_plane.api, namespace), _PATIENCE, f"the rollout in {namespace}", pause=0.1)


def _endpoints(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}/endpoints"


def _changes(api: Api, namespace: str, since: str, ended: threading.Event) -> Iterator[dict[str, Any]]:
    """Yield each change of Endpoints since a resourceVersion, and all that came before the end."""
    is_last = False
    while not is_last:
        is_last = ended.is_set()
        for change in api.changes(_endpoints(namespace), since, seconds=1):
            since = change["object"]["metadata"]["resourceVersion"]
            yield change["object"]


def _moment(seconds: float, endpoints: dict[str, Any], open_ports: OpenPorts) -> Moment:
    found = _ready(endpoints)
    serving = {(address, port) for address, port in found if port in open_ports[address]}
    pods = {address for address, _ in serving}
    return Moment(seconds, len(pods), frozenset(port for _, port in serving), len(found - serving))


def _ready(endpoints: dict[str, Any]) -> set[tuple[str, int]]:
    return {
        (address["ip"], port["port"])
        for subset in endpoints.get("subsets") or ()
        for address in subset.get("addresses") or ()
        for port in subset["ports"]
    }


def _has_ended(api: Api, namespace: str) -> bool:
    """Tell whether workloads have the Pods that they are to have by now, and Services the endpoints that these make."""
    core, apps = f"/api/v1/namespaces/{namespace}", f"/apis/apps/v1/namespaces/{namespace}"
    workloads = [data for kind in _WORKLOADS for data in api.call("GET", f"{apps}/{kind}").body["items"]]
    workloads += api.call("GET", f"{core}/replicationcontrollers").body["items"]
    if not all(map(_is_rolled_out, workloads)):
        return False
    pods = api.call("GET", f"{core}/pods").body["items"]
    services = api.call("GET", f"{core}/services").body["items"]
    endpoints = api.call("GET", _endpoints(namespace)).body["items"]
    found = {data["metadata"]["name"]: _ready(data) for data in endpoints}
    return all(found.get(data["metadata"]["name"]) == _led_to(data, pods) for data in services)


def _is_rolled_out(workload: dict[str, Any]) -> bool:
    """Tell whether the controller has seen a workload as it is, and has done all that it does by itself."""
    spec, status = workload["spec"], workload.get("status", {})
    if status.get("observedGeneration", 0) < workload["metadata"]["generation"]:
        return False
    if "replicas" not in spec:  # a DaemonSet
        wanted, present, ready = (
            status.get(key, 0) for key in ("desiredNumberScheduled", "currentNumberScheduled", "numberAvailable")
        )
        updated = status.get("updatedNumberScheduled", 0)
    else:
        wanted, present, ready = spec["replicas"], status.get("replicas", 0), status.get("readyReplicas", 0)
        updated = status.get("updatedReplicas", 0)
    return bool(wanted == present == ready and (updated >= _updated_at_the_end(spec, wanted)))


def _updated_at_the_end(spec: dict[str, Any], replicas: int) -> int:
    """Return how many Pods get the new template without a further command."""
    strategy = spec.get("strategy") or spec.get("updateStrategy")
    if strategy is None or strategy.get("type") == "OnDelete" or spec.get("paused"):
        return 0
    partition: int = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    return replicas - partition


def _led_to(service: dict[str, Any], pods: list[dict[str, Any]]) -> set[tuple[str, int]]:
    """Return the endpoints that a Service has once its controller has seen the Pods."""
    selector = service["spec"]["selector"].items()
    found = set()
    for pod in pods:
        chosen = selector <= pod["metadata"].get("labels", {}).items() and "deletionTimestamp" not in pod["metadata"]
        if chosen and is_ready(pod):
            ports = declared_ports(pod)
            targets = [port["targetPort"] for port in service["spec"]["ports"]]
            numbers = [ports.get(target) if isinstance(target, str) else target for target in targets]
            found |= {(pod["status"]["podIP"], number) for number in numbers if number is not None}
    return found
