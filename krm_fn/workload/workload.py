"""Workload: an item with a Pod template, and what the template says about containers, ports and labels."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of, namespace_of, ref_of, title_of
from krm_fn.workload.kinds import is_of_openshift
from krm_fn.yaml_text.paths import list_at, mapping_at, mappings_at
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeGuard

    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef
    from krm_fn.workload.kinds import KnownWorkloadKind
    from krm_fn.yaml_text.node import Path


class ContainerPort(Record):
    """A port that a container declares."""

    container: str
    number: int
    name: str
    """Empty where it has none."""
    protocol: str


class Workload:
    """A target. Its data is read from the item each time, so that it is never older than an edit."""

    def __init__(self, item: Item, kind: KnownWorkloadKind) -> None:
        self.item = item
        self.kind = kind
        self._ports: tuple[dict[str, Any], list[ContainerPort], dict[int | str, ContainerPort]] | None = None
        """What the ports were read from, they, and the TCP ports by number and by name."""

    @property
    def ref(self) -> ResourceRef:
        """The reference for results."""
        return ref_of(self.item.data)

    @property
    def name(self) -> str:
        """The name as it is now."""
        return name_of(self.item.data)

    @property
    def title(self) -> str:
        """The name; the generateName where a cluster is to make the name."""
        return title_of(self.item.data)

    @property
    def namespace(self) -> str:
        """The namespace, empty where it names none."""
        return namespace_of(self.item.data)

    @property
    def is_of_openshift(self) -> bool:
        """Whether only OpenShift has its kind: it chooses the user of the Pods by itself."""
        return is_of_openshift(self.item.data)

    @property
    def spec_path(self) -> Path:
        """Where the Pod's spec is."""
        return ("spec",) if self.kind.operated else (*self._template_path, "spec")

    @property
    def annotations_path(self) -> Path:
        """Where the Pod's annotations are, or would be."""
        return (*self._metadata_path, "annotations")

    @property
    def pod_spec(self) -> dict[str, Any]:
        """The Pod's spec, empty where it is missing."""
        return mapping_at(self.item.data, self.spec_path)

    @property
    def grace_period(self) -> int:
        """How many seconds a Pod may take to end."""
        seconds = self.pod_spec.get("terminationGracePeriodSeconds")
        return seconds if isinstance(seconds, int) else _DEFAULT_GRACE

    @property
    def labels(self) -> dict[str, Any]:
        """The Pod's labels, which Services select by, those included that an operator gives it."""
        operated = self.kind.operated
        return {**self._own_labels, **operated.other_labels(self.pod_spec)} if operated else self._own_labels

    @property
    def selector_labels(self) -> dict[str, Any]:
        """The labels by which the workload itself selects its Pods, the Pods' own where it has no selector."""
        selector = mapping_at(self.item.data, ("spec", "selector"))
        labels = selector.get("matchLabels", selector if "matchExpressions" not in selector else {})
        return labels if isinstance(labels, dict) and labels else self._own_labels

    @property
    def _own_labels(self) -> dict[str, Any]:
        """The labels that are the same in all of its Pods, whatever version an operator runs."""
        labels = mapping_at(self.item.data, (*self._metadata_path, "labels"))
        operated = self.kind.operated
        return {**labels, **{key: text.format(self.name) for key, text in operated.labels}} if operated else labels

    @property
    def pod_annotations(self) -> dict[str, Any]:
        """The Pod's annotations."""
        return mapping_at(self.item.data, self.annotations_path)

    @property
    def _template_path(self) -> Path:
        """Where the Pod template is."""
        there = (path for path in self.kind.templates if mapping_at(self.item.data, path))
        return next(there, self.kind.templates[0])

    @property
    def _metadata_path(self) -> Path:
        return ("spec", "podMetadata") if self.kind.operated else (*self._template_path, "metadata")

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The containers, without what is not a mapping."""
        return mappings_at(self.pod_spec, ("containers",))

    @property
    def long_running(self) -> list[dict[str, Any]]:
        """The containers and the native sidecars, whose ports are all open at the same time."""
        return [container for _, container in self.located_containers]

    @property
    def located_containers(self) -> list[tuple[Path, dict[str, Any]]]:
        """The containers that run at the same time, each with its path in the object."""
        spec = self.pod_spec
        return [
            ((*self.spec_path, field, position), container)
            for field in ("containers", "initContainers")
            for position, container in enumerate(list_at(spec, (field,)))
            if isinstance(container, dict) and (field == "containers" or container.get("restartPolicy") == "Always")
        ]

    @property
    def volumes(self) -> list[dict[str, Any]]:
        """The Pod's volumes."""
        return mappings_at(self.pod_spec, ("volumes",))

    @property
    def ports(self) -> list[ContainerPort]:
        """The ports that the containers declare, in the order written; first that of an operator's."""
        return self._read_ports()[1]

    def _read_ports(self) -> tuple[dict[str, Any], list[ContainerPort], dict[int | str, ContainerPort]]:
        """Return the ports, which are read once from the same data."""
        if self._ports is None or self._ports[0] is not self.item.data:
            ports = self._all_ports()
            by_key: dict[int | str, ContainerPort] = {}
            for port in ports:
                if port.protocol == "TCP":
                    by_key.setdefault(port.number, port)
                    by_key.setdefault(port.name, port)
            self._ports = self.item.data, ports, by_key
        return self._ports

    def _all_ports(self) -> list[ContainerPort]:
        declared = [
            ContainerPort(
                container=str(container.get("name") or ""),
                number=port["containerPort"],
                name=str(port.get("name") or ""),
                protocol=str(port.get("protocol") or "TCP"),
            )
            for container in self.long_running
            for port in mappings_at(container, ("ports",))
            if is_port(port.get("containerPort"))
        ]
        operated = self.kind.operated
        if not operated:
            return declared
        name = str(self.pod_spec.get("portName") or "web")
        own = ContainerPort(container=operated.container, number=operated.port, name=name, protocol="TCP")
        return [own, *declared]

    def tcp_port(self, port: int | str) -> ContainerPort | None:
        """Return the first TCP port with this number or name, as Kubernetes resolves a targetPort."""
        return self._read_ports()[2].get(port)

    def port_of(self, container: dict[str, Any], port: object) -> int | None:
        """Return the number of the port that a container's probe names, None where it has none of that name."""
        if is_port(port):
            return port
        text = str(port)
        if text.isdecimal():
            return number_of(text)
        named = [each for each in mappings_at(container, ("ports",)) if each.get("name") == text]
        number = named[0].get("containerPort") if named else None
        return number if is_port(number) else None

    def probed_ports(self, container: dict[str, Any]) -> Iterator[int]:
        """Yield the ports that a container's probes request."""
        for field in PROBES:
            for handler in ("httpGet", "grpc", "tcpSocket"):
                request = mapping_at(container, (field, handler))
                port = self.port_of(container, request["port"]) if "port" in request else None
                if port:
                    yield port


PROBES = ("readinessProbe", "startupProbe", "livenessProbe")


def is_port(value: object) -> TypeGuard[int]:
    """Return whether a value is a port's number."""
    return type(value) is int and 0 < value <= _HIGHEST


def is_word(value: object) -> TypeGuard[str]:
    """Return whether a value is a text of the letters, digits, dashes and dots that names have."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and _NAME.issuperset(value)


_HIGHEST = 65535
_LONGEST = 253
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_DEFAULT_GRACE = 30
"""Kubernetes' terminationGracePeriodSeconds where a Pod sets none."""
