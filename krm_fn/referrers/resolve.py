"""PortResolver: which port a reference must name after the change, decided in one place for all kinds of referrers."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import labels_of, name_of, namespace_of
from krm_fn.yaml_text.paths import mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.references.reference import PolicyRule, Reference, ServiceKey
    from krm_fn.resource_list.item import Item
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.services.port_changes import FrontedPort, PortChange
    from krm_fn.workload.workload import Workload


class NewPort(Record):
    """The port that a reference must name to reach the proxy."""

    values: tuple[int | str, ...]
    """The ports that reach the proxy; empty where it reached nothing that changed."""
    stays: bool
    """Whether the present port is still needed: it reaches what did not change, or has the same value."""
    shared: bool = False
    """Whether the present port also reaches another Service that did not change."""
    gains: bool = False
    """Whether the new ports would also reach something else."""
    changes: tuple[PortChange, ...]
    """Those of the Services that it refers to."""
    fronted: tuple[FrontedPort, ...]
    """The listeners that it reaches."""

    @property
    def what(self) -> str:
        """What the reference follows, as a message names it."""
        changes = (change for change in self.changes if change.fronted in self.fronted)
        return ", ".join(dict.fromkeys(f'Service "{change.service_names[0]}"' for change in changes)) or "the proxy"


class PortResolver:
    """Finds the new ports of references, given all port changes of a run."""

    def __init__(
        self, changes: list[PortChange], fronted: list[FrontedPort], bystanders: Bystanders, drafts: Drafts
    ) -> None:
        self.changes = changes
        self.fronted = fronted
        self._bystanders = bystanders
        self._drafts = drafts

    def new_port(self, reference: Reference) -> NewPort:
        """Return the port that a reference must name."""
        if reference.of == "pods":
            return self._of_pods(reference)
        if reference.selects_services:
            return self._of_selected(reference)
        named = [self.named(key) for key in reference.services]
        about = [change for changes in named for change in changes]
        return self._of_changes(reference, about, stays=not all(named))

    def named(self, key: ServiceKey) -> list[PortChange]:
        """Return the changes of the Service that a name means: one of that name, else one that kustomize renamed."""
        there = [change for change in self.changes if self._is_there(key, change)]
        current = [change for change in there if change.service_names[0] == key.name]
        if current or not any(key.name in change.service_names for change in there):
            return current
        if self._bystanders.service_named(key.namespace, key.name):
            return []
        return [change for change in there if key.name in change.service_names]

    def _is_there(self, key: ServiceKey, change: PortChange) -> bool:
        """Return whether a Service may be in the namespace that is meant. One without a namespace may be in any."""
        if key.namespace == change.namespace:
            return True
        unknown = key.explicit and not change.namespace
        return unknown and not self._bystanders.service_named(key.namespace, key.name)

    def _of_changes(self, reference: Reference, about: list[PortChange], *, stays: bool) -> NewPort:
        port = reference.port
        by_service = reference.of == "service" or (
            reference.of == "endpoints" and isinstance(port, str) and not port.isdecimal()
        )
        pairs = [
            (change.instead_of(port) if by_service else change.fronted.instead_of(port, name_is_known=True), change)
            for change in about
        ]
        reaching = [(value, change) for value, change in pairs if value is not None]
        return NewPort(
            values=tuple(dict.fromkeys(value for value, _ in reaching)),
            stays=stays or any(value == port for value, _ in reaching),
            changes=tuple(about),
            fronted=tuple(change.fronted for _, change in reaching),
        )

    def _of_selected(self, reference: Reference) -> NewPort:
        """Return the new port of Services that are selected by their labels."""
        about = [change for change in self.changes if self._takes(reference, change.service)]
        new_port = self._of_changes(reference, about, stays=False)
        if not new_port.values:
            return new_port
        reaching = [change for change in about if change.instead_of(reference.port) in new_port.values]
        shared = self._is_left(reference, str(reference.port), reaching)
        new = [str(value) for value in new_port.values if value != reference.port]
        return new_port.replace(
            stays=new_port.stays or shared,
            shared=shared,
            gains=any(self._is_left(reference, name, reaching) for name in new),
        )

    def _of_pods(self, reference: Reference) -> NewPort:
        """Return the new port of Pods: these may have no proxy, or one that the port did not reach."""
        port, nothing = reference.port, NewPort(values=(), stays=False, changes=(), fronted=())
        chosen = [each for each in self.fronted if self._is_for(reference, each)]
        reaching = [
            (value, each) for each in chosen if (value := each.instead_of(port, name_is_known=True)) is not None
        ]
        if not reaching:
            return nothing
        values = tuple(dict.fromkeys(value for value, _ in reaching))
        known = [as_port(value) for value in (port, *values)]
        others = self._others(reference)
        stays = len(reaching) < len(chosen) or any(other.tcp_port(each) for other in others for each in known)
        return nothing.replace(values=values, stays=stays, fronted=tuple(each for _, each in reaching))

    def _is_for(self, reference: Reference, each: FrontedPort) -> bool:
        """Return whether a reference is for the Pods of a target: by its own selector, or by the Services it is for."""
        if reference.selects_pods:
            return reference.selects_pods(each.labels, each.namespace) is True
        if reference.selects_services:
            return any(self._takes(reference, service) for service in each.services)
        names = [(key.namespace, key.name) for key in reference.services]
        return any((namespace_of(service.data), name_of(service.data)) in names for service in each.services)

    def _others(self, reference: Reference) -> list[Workload]:
        """Return the workloads that are no targets, and whose Pods a reference is also for."""
        pods = reference.selects_pods
        if pods:
            return [other for other in self._bystanders.workloads() if pods(other.labels, other.namespace) is True]
        if reference.selects_services:
            services = [service for service in self._bystanders.services() if self._takes(reference, service)]
        else:
            services = [service for each in self.fronted for service in each.services if self._is_for(reference, each)]
        return [other for service in services for other in self._bystanders.selected_by(service)]

    def is_others(self, rule: PolicyRule, port: PolicyPort) -> bool:
        """Return whether a port of a rule is a range, or is for other Pods that have it and are no targets."""
        return port.first != port.last or any(
            port.holds(own.number, (own.name,))
            for other in self._others_of(rule)
            for own in other.ports
            if own.protocol == "TCP"
        )

    def have(self, rule: PolicyRule, port: int | str | None = None) -> bool:
        """Return whether a rule is for other Pods too, that are no targets; with a port, for some that have it."""
        return any(port is None or other.tcp_port(port) for other in self._others_of(rule))

    def _others_of(self, rule: PolicyRule) -> Iterator[Workload]:
        """Yield the workloads that are no targets, and whose Pods a rule is for, or may be."""
        others = self._bystanders.workloads()
        return (other for other in others if rule.selects(other.labels, other.namespace) is not False)

    def _takes(self, reference: Reference, service: Item) -> bool:
        takes = reference.selects_services
        return bool(takes and takes(labels_of(service.readable_data), namespace_of(service.readable_data)))

    def _is_left(self, reference: Reference, name: str, reaching: list[PortChange]) -> bool:
        """Return whether a selected Service will have a port of a name, other than those changed to it."""
        for service in self._bystanders.services():
            if self._takes(reference, service):
                ports = mappings_at(self._drafts.data_of(service), ("spec", "ports"))
                changed = [change.new_name for change in reaching if change.service is service]
                if name not in changed and any(port.get("name") == name for port in ports):
                    return True
        return False


def as_port(port: int | str) -> int | str:
    """Return a port with digits as the number that they are."""
    return int(port) if isinstance(port, str) and port.isdecimal() else port
