"""What stands beside the workloads, as data: Services, Ingresses, ConfigMaps, and objects of no concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.laws.workloads import PORTS, TEXTS

if TYPE_CHECKING:
    from tests.laws.choices import Choices


def service(choices: Choices, name: str, selector: dict[str, str], namespace: str) -> dict[str, Any]:
    """Return a Service whose ports lead to the apps' ports in each way there is."""
    selectors: list[Any] = [selector, selector, {"app": "elsewhere"}, {}, None]
    spec: dict[str, Any] = {}
    if choices.maybe(9):
        spec["selector"] = choices.one(*selectors)
    if choices.maybe(2):
        spec["type"] = choices.one("ClusterIP", "NodePort", "ExternalName")
    ports = [_port(choices, *port) for port in choices.some(PORTS, 6)] or [_port(choices, *PORTS[0])]
    if len(ports) == 1 and choices.maybe(3):
        ports[0].pop("name", None)
    if choices.maybe(2):
        ports.append({**ports[0], "name": "twin", "protocol": "UDP"})
    if choices.maybe(2):
        ports.append({"name": "again", "port": 81, "targetPort": 3000})
    spec["ports"] = ports
    metadata: dict[str, Any] = {"name": name, **({"namespace": namespace} if namespace else {})}
    if choices.maybe(3):
        metadata["annotations"] = choices.one({"note": choices.one(*TEXTS)}, {}, None)
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _port(choices: Choices, name: str, number: int) -> dict[str, Any]:
    """Return a port of a Service; where it says no targetPort, its own number is the app's."""
    target: dict[str, Any] = choices.one(
        {"targetPort": name},
        {"targetPort": number},
        {"targetPort": str(number)},
        {},
        {"targetPort": None},
    )
    port = number if target.get("targetPort") is None else choices.one(80, 8080, 443) + PORTS.index((name, number))
    entry = {"name": name, "port": port, **target}
    if choices.maybe(2):
        entry["protocol"] = "TCP"
    if choices.maybe(2):
        entry["appProtocol"] = choices.one("http", "grpc")
    return entry


def ingress(choices: Choices, services: list[dict[str, Any]], namespace: str) -> dict[str, Any]:
    """Return an Ingress whose backends are ports of the Services, by number or by name."""
    backends = [_backend(choices, choices.one(*services)) for _ in range(choices.one(1, 2, 3))]
    spec: dict[str, Any] = {"rules": [{"http": {"paths": [{"path": "/", "backend": backend} for backend in backends]}}]}
    if choices.maybe(2):
        spec["defaultBackend"] = _backend(choices, choices.one(*services))
    metadata = {"name": "web", **({"namespace": namespace} if namespace else {})}
    api_version = choices.one(*["networking.k8s.io/v1"] * 5, "extensions/v1beta1")
    return {"apiVersion": api_version, "kind": "Ingress", "metadata": metadata, "spec": spec}


def _backend(choices: Choices, of: dict[str, Any]) -> dict[str, Any]:
    port = choices.one(*of["spec"]["ports"])
    options = [{"number": port["port"]}, {"number": 12345}]
    if port.get("name"):
        options.insert(1, {"name": port["name"]})
    return {"service": {"name": of["metadata"]["name"], "port": choices.one(*options)}}


def files_config_map(name: str, namespace: str) -> dict[str, Any]:
    """Return a ConfigMap whose files a route may serve."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"script.js": "alert(1)\n"}}


def others(choices: Choices) -> list[dict[str, Any]]:
    """Return objects that nothing of ours must touch."""
    text = choices.one(*TEXTS)
    return choices.some(
        [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}, "data": {"a": text, "b": "b"}},
            {
                "apiVersion": "example.com/v1",
                "kind": "Deployment",
                "metadata": {"name": "group-of-another-web"},
                "spec": {"containers": None, "items": [], "yes": {}, "1": [[1, [2]], {"name": text}]},
            },
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "web", "annotations": {"krm-fn.dev/owner": "another"}},
                "stringData": {"undo.krm-fn.dev/another": text},
            },
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "annotations": None}},
        ],
        3,
    )
