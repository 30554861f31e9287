"""Where the ports of Services lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.resolver.pods import Object, Pods, get, name_of, pods_in, space_of

Target = tuple[str, str | None, int, str]
"""A workload, the container that declares the port, the port's number, and the protocol."""


def _flat(objects: list[Object]) -> Iterator[Object]:
    """Yield the objects, in the place of lists those that they hold."""
    for data in objects:
        held = data.get("items") if str(data.get("kind")).endswith("List") else None
        if isinstance(held, list) and all(isinstance(each, dict) and each.get("kind") for each in held):
            yield from _flat(held)
        else:
            yield data


class Cluster:
    """The objects, and what they make."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = list(_flat(objects))
        self.pods = list(pods_in(self.objects))
        self.services = [
            each for each in self.objects if (each.get("kind"), each.get("apiVersion")) == ("Service", "v1")
        ]

    def service(self, namespace: str, name: str) -> Object | None:
        """Return a Service."""
        return next((each for each in self.services if (space_of(each), name_of(each)) == (namespace, name)), None)

    def behind(self, service: Object) -> Iterator[Pods]:
        """Yield the Pods that a Service selects."""
        selector = get(service, "spec", "selector", default={})
        if not selector or get(service, "spec", "type") == "ExternalName":
            return
        for pods in self.pods:
            labels = dict(pods.labels)
            if pods.namespace == space_of(service) and all(labels.get(key) == value for key, value in selector.items()):
                yield pods

    def of_port(self, service: Object, entry: Any) -> frozenset[Target]:
        """Return where one port of a Service leads."""
        protocol, wanted = str(entry.get("protocol") or "TCP"), entry.get("targetPort") or entry.get("port")
        found: set[Target] = set()
        for pods in self.behind(service):
            is_name = isinstance(wanted, str) and not wanted.isdigit()
            declared = pods.declared(wanted, protocol)
            if declared:
                found.add((pods.workload, declared.container, declared.number, protocol))
            elif not is_name:
                found.add((pods.workload, None, int(wanted), protocol))
        return frozenset(found)

    def of(self, namespace: str, name: str, port: Any, protocol: str = "TCP") -> frozenset[Target]:
        """Return where a Service's port leads, given by number or name."""
        service = self.service(namespace, name)
        if get(service, "spec", "type") == "ExternalName":
            return self._of_alias(service, port, protocol)
        for entry in get(service, "spec", "ports", default=[]):
            same = str(entry.get("protocol") or "TCP") == protocol
            if service and same and port in (entry.get("port"), entry.get("name") or None, str(entry.get("port"))):
                return self.of_port(service, entry)
        return frozenset()

    def _of_alias(self, alias: Object | None, port: Any, protocol: str) -> frozenset[Target]:
        """Return where a port of an alias leads: its name leads to another host, where the number is that host's."""
        entries = get(alias, "spec", "ports", default=[])
        for entry in entries:
            if port in (entry.get("port"), entry.get("name") or None, str(entry.get("port"))):
                port = entry.get("targetPort") or entry.get("port")
                break
        labels = str(get(alias, "spec", "externalName", default="")).removesuffix(".").split(".")
        is_service = len(labels) == 2 or labels[2:3] == ["svc"]
        leads_on = is_service and str(port).isdigit() and labels[:2] != [name_of(alias or {}), space_of(alias or {})]
        return self.of(labels[1], labels[0], int(port), protocol) if leads_on else frozenset()

    def of_host(self, namespace: str, text: Any, by_tls: bool = False) -> frozenset[Target]:
        """Return where [scheme://]host[:port][/path] leads, from a Pod in a namespace."""
        scheme, _, rest = str(text).rpartition("://")
        host, _, port = rest.partition("/")[0].partition("?")[0].partition(":")
        labels = host.split(".")
        if len(labels) > 2 and labels[2] != "svc":
            return frozenset()
        space = labels[1] if len(labels) > 1 else namespace
        implied = 443 if scheme == "https" or (by_tls and not scheme) else 80
        return self.of(space, labels[0], int(port) if port.isdigit() else implied)

    def of_endpoints(self, namespace: str, name: str, port: Any) -> frozenset[Target]:
        """Return where a port of a Service's endpoints leads: by name the Service's, by number the Pods'."""
        if isinstance(port, str) and not port.isdigit():
            return self.of(namespace, name, port)
        service = self.service(namespace, name)
        entries = get(service, "spec", "ports", default=[])
        ends = {target for entry in entries if service for target in self.of_port(service, entry)}
        return frozenset(target for target in ends if target[2:] == (int(port), "TCP"))
