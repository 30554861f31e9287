"""Workloads of every kind, as data: what an app's author may write around the containers that we put ours beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.corpus.expected import TEMPLATES

if TYPE_CHECKING:
    from tests.laws.choices import Choices

PORTS = [("http", 3000), ("admin", 9000), ("grpc", 5000)]
"""Names and numbers of what the apps' containers declare."""
API_VERSIONS = {
    "CronJob": "batch/v1",
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "Job": "batch/v1",
    "Pod": "v1",
    "ReplicaSet": "apps/v1",
    "ReplicationController": "v1",
    "StatefulSet": "apps/v1",
    "Rollout": "argoproj.io/v1alpha1",
    "CloneSet": "apps.kruise.io/v1alpha1",
    "DeploymentConfig": "apps.openshift.io/v1",
}
FINISHING = ("CronJob", "Job")
TEXTS = [
    "plain",
    "yes",
    "1e3",
    "22:22",
    "",
    "a: b # c",
    "- apiVersion: v1\n  kind: Service\nitems:\n- a\n",
    "functionConfig:\n  kind: ProxySidecar\n\nresults: []\n",
    "\ttab\n",
    "日本 🚀",
    "a\r\nb",
    "\"quoted\" and 'quoted'",
    "%s{}[]&*!|>@`",
]
"""Strings that a writer of YAML must take care of."""


def workload(choices: Choices, name: str, namespace: str) -> dict[str, Any]:
    """Return a workload of some kind; a few have Pods that finish, no port, or no container."""
    kind = choices.one("Deployment", *(kind for kind in API_VERSIONS if kind not in FINISHING or choices.maybe(1)))
    template = TEMPLATES[kind]
    pod = _pod(choices, name)
    data: dict[str, Any] = {
        "apiVersion": API_VERSIONS[kind],
        "kind": kind,
        "metadata": _metadata(choices, name, namespace),
    }
    if not template:
        data["metadata"] = _with(data["metadata"], pod["metadata"] or {})
        return {**data, "spec": pod["spec"]}
    spec: dict[str, Any] = {}
    if choices.maybe():
        spec["replicas"] = choices.one(1, 0, None)
    if choices.maybe():
        spec["selector"] = {"matchLabels": {"app": name}}
    holder: Any = spec
    for step in template[1:-1]:
        holder = holder.setdefault(step, {})
    holder["template"] = pod
    if choices.maybe(2):
        spec["strategy"] = choices.one({}, {"type": "Recreate"}, None)
    return {**data, "spec": spec}


def _metadata(choices: Choices, name: str, namespace: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if choices.maybe(3):
        metadata["labels"] = choices.one({"app": name}, {}, None)
    if choices.maybe():
        metadata["annotations"] = choices.one(
            {"note": choices.one(*TEXTS)},
            {},
            None,
            {"internal.config.kubernetes.io/path": "apps/web.yaml", "internal.config.kubernetes.io/index": "1"},
        )
    return metadata


def _pod(choices: Choices, name: str) -> dict[str, Any]:
    """Return a Pod template."""
    metadata: dict[str, Any] = {"labels": {"app": name, "tier": "web"}}
    if choices.maybe():
        metadata["annotations"] = choices.one(
            {"note": choices.one(*TEXTS)},
            {},
            None,
            {"kubectl.kubernetes.io/default-container": "app"},
        )
    spec: dict[str, Any] = {}
    if choices.maybe(3):
        spec["initContainers"] = choices.one([{"name": "init", "image": "init"}], [], None)
    spec["containers"] = _containers(choices)
    if choices.maybe():
        spec["volumes"] = choices.one([{"name": "data", "emptyDir": {}}], [], None)
    if choices.maybe(2):
        spec["terminationGracePeriodSeconds"] = choices.one(60, 5, 0)
    if choices.maybe(2):
        spec["tolerations"] = [{"operator": "Exists"}]
    return {"metadata": choices.one(metadata, metadata, metadata, metadata, None), "spec": spec}


def _containers(choices: Choices) -> list[dict[str, Any]]:
    ports: list[dict[str, Any]] = [{"name": name, "containerPort": number} for name, number in PORTS[:2]]
    ports += choices.some(
        [
            {"name": "grpc", "containerPort": 5000, "protocol": "TCP"},
            {"name": "dns", "containerPort": 3000, "protocol": "UDP"},
        ],
        3,
    )
    if choices.maybe(2):
        for port in ports:
            del port["name"]
    app: dict[str, Any] = {"name": "app", "image": "app:1", "ports": ports}
    if choices.maybe(1):
        app["ports"] = choices.one([], None)
    if choices.maybe(3):
        app["env"] = [{"name": f"E{index}", "value": text} for index, text in enumerate(choices.some(TEXTS, 2))]
    if choices.maybe(3):
        app["readinessProbe"] = {"httpGet": {"path": "/ready", "port": choices.one("http", 3000, 1)}}
    if choices.maybe(2):
        app["volumeMounts"] = choices.one([{"name": "data", "mountPath": "/data"}], [], None)
    other = {"name": "other", "image": "other", "args": ["-a", "80"], "resources": {}}
    return [app, *choices.some([other], 3)]


def app_ports(data: dict[str, Any]) -> list[int | str]:
    """Return the numbers and names of the TCP ports that a workload's containers declare."""
    pod: Any = data
    for step in TEMPLATES[data["kind"]]:
        pod = pod[step]
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or []]
    tcp = [port for port in ports if port.get("protocol", "TCP") == "TCP"]
    return [port[key] for port in tcp for key in ("containerPort", "name") if key in port]


def _with(metadata: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return metadata with more in it, null where only that is there."""
    merged = dict(metadata)
    for key, value in more.items():
        merged[key] = {**(metadata.get(key) or {}), **value} if value else metadata.get(key, value)
    return merged
