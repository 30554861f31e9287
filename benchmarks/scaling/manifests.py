"""The texts of which the dimensions' inputs are made, as hosts send them: block style, at column 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL = "target: {kind: Deployment, name: '.*'}"
ONE = "target: {kind: Deployment, name: web}"
MOVED = "listeners: [{service: {port: 8080, name: proxy}}]"
"""The Services' ports get another number and name, so that all that refers to them follows."""


def resource_list(items: Iterable[str], *spec: str, name: str = "proxy") -> bytes:
    """Return a ResourceList of some items, with a functionConfig whose spec has these lines."""
    lines = "".join(f"    {line}\n" for each in spec for line in each.splitlines())
    return (
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
        f"{''.join(items)}"
        f"functionConfig:\n  apiVersion: krm-fn.dev/v1alpha1\n  kind: ProxySidecar\n  metadata: {{name: {name}}}\n"
        f"  spec:\n{lines}"
    ).encode()


def document(item: str) -> str:
    """Return an item as a document of a file."""
    return "---\n" + "".join(line[2:] + "\n" for line in item.splitlines())


def deployment(name: str, app: str = "", *, ports: Iterable[int] = (3000,), env: Iterable[str] = ()) -> str:
    """Return a Deployment of one container, whose Pods have the label app."""
    declared = "".join(f"        - name: {_port_name(port)}\n          containerPort: {port}\n" for port in ports)
    variables = "".join(f"        - name: VALUE_{at}\n          value: {value}\n" for at, value in enumerate(env))
    return (
        f"- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: {name}\n  spec:\n"
        f"    selector:\n      matchLabels:\n        app: {app or name}\n"
        f"    template:\n      metadata:\n        labels:\n          app: {app or name}\n"
        f"      spec:\n        containers:\n        - name: {name}\n          image: example.com/{name}:1\n"
        + _below("ports", declared)
        + _below("env", variables)
    )


def service(name: str, app: str = "", *, ports: Iterable[tuple[int, object]] = ((80, "http"),)) -> str:
    """Return a Service of the Pods with a label, and its ports with their targetPorts."""
    listed = "".join(
        f"    - name: port-{number}\n      port: {number}\n      targetPort: {target}\n" for number, target in ports
    )
    return (
        f"- apiVersion: v1\n  kind: Service\n  metadata:\n    name: {name}\n    labels:\n      app: {app or name}\n"
        f"  spec:\n    selector:\n      app: {app or name}\n    ports:\n{listed}"
    )


def ingress(name: str, services: Iterable[str]) -> str:
    """Return an Ingress with a path to each of some Services."""
    paths = "".join(
        f"        - path: /{each}\n          pathType: Prefix\n          backend:\n            service:\n"
        f"              name: {each}\n              port:\n                number: 80\n"
        for each in services
    )
    return (
        f"- apiVersion: networking.k8s.io/v1\n  kind: Ingress\n  metadata:\n    name: {name}\n"
        f"  spec:\n    rules:\n    - http:\n        paths:\n{paths}"
    )


def monitor(name: str) -> str:
    """Return a ServiceMonitor of the Services with a label."""
    return (
        f"- apiVersion: monitoring.coreos.com/v1\n  kind: ServiceMonitor\n  metadata:\n    name: {name}\n"
        f"  spec:\n    selector:\n      matchLabels:\n        app: {name}\n    endpoints:\n    - port: port-80\n"
    )


def policy(name: str, app: str) -> str:
    """Return a NetworkPolicy that admits requests to the Pods with a label."""
    return (
        f"- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: {name}\n"
        f"  spec:\n    podSelector:\n      matchLabels:\n        app: {app}\n    ingress:\n    - ports:\n"
        "      - port: 3000\n"
    )


def config_map(name: str, values: Iterable[str]) -> str:
    """Return a ConfigMap with values under keys of their own."""
    data = "".join(f"    key-{at}: {value}\n" for at, value in enumerate(values))
    return f"- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: {name}\n  data:\n{data}"


def mirror(name: str, app: str) -> str:
    """Return an object of a kind that no table knows: it selects Pods and names a Service, each with the old port."""
    spec = f"{{selector: {{app: {app}}}, targetPort: 3000, to: {{service: {{name: {app}, port: {{number: 80}}}}}}}}"
    return f"- apiVersion: example.com/v1\n  kind: Mirror\n  metadata:\n    name: {name}\n  spec: {spec}\n"


def _below(key: str, lines: str) -> str:
    return f"          {key}:\n" + "".join(f"  {line}\n" for line in lines.splitlines()) if lines else ""


def _port_name(port: int) -> str:
    return "http" if port == 3000 else f"http-{port}"  # noqa: PLR2004 # the first one
