"""PortResolver: which port a reference must name after the change, decided in one place for all kinds of referrers."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.services.bystanders import labels_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.referrers.policy_port import PolicyPort
    from krm_fn.referrers.reference import PolicyRule, Reference, ServiceKey
    from krm_fn.resource_list.item import Item
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.services.port_changes import FrontedPort, PortChange
    from krm_fn.workload.workload import Workload


class NewPort(Record):
    """What a reference's port becomes."""

    values: tuple[int | str, ...]
    """The ports that lead to the proxy by now; empty where it led to nothing that moved."""
    stays: bool
    """Whether the port as it is leads somewhere, too: to what did not move, or where its value is the same."""
    shared: bool = False
    """Whether the port as it is leads to another Service that did not move."""
    gains: bool = False
    """Whether these would lead elsewhere, too."""
    moves: tuple[PortChange, ...]
    """Those of the Services that it speaks of."""
    fronts: tuple[FrontedPort, ...]
    """The listeners that it leads to by now."""

    @property
    def what(self) -> str:
        """What it follows, as a message names it."""
        moves = (move for move in self.moves if move.front in self.fronts)
        return ", ".join(dict.fromkeys(f'Service "{move.service_names[0]}"' for move in moves)) or "the proxy"


class PortResolver:
    """All that moved in a run."""

    def __init__(self, moves: list[PortChange], fronts: list[FrontedPort], surroundings: Bystanders) -> None:
        self.moves = moves
        self.fronts = fronts
        self._around = surroundings

    def becomes(self, reference: Reference) -> NewPort:
        """Return what a reference's port becomes."""
        if reference.of == "pods":
            return self._of_pods(reference)
        if reference.selects_services:
            return self._of_selected(reference)
        named = [self.named(key) for key in reference.services]
        about = [move for moves in named for move in moves]
        return self._of_moves(reference, about, stays=not all(named))

    def named(self, key: ServiceKey) -> list[PortChange]:
        """Return the moves of the Service that a name means: one of that name, else one that kustomize renamed."""
        there = [move for move in self.moves if self._is_there(key, move)]
        current = [move for move in there if move.service_names[0] == key.name]
        if current or not any(key.name in move.service_names for move in there):
            return current
        if self._around.service_named(key.namespace, key.name):
            return []
        return [move for move in there if key.name in move.service_names]

    def _is_there(self, key: ServiceKey, move: PortChange) -> bool:
        """Tell whether a Service may be in the namespace that is meant. Where it has none yet, it may be any."""
        if key.namespace == move.namespace:
            return True
        unknown = key.explicit and not move.namespace
        return unknown and not self._around.service_named(key.namespace, key.name)

    def _of_moves(self, reference: Reference, about: list[PortChange], *, stays: bool) -> NewPort:
        port = reference.port
        by_service = reference.of == "service" or (
            reference.of == "endpoints" and isinstance(port, str) and not port.isdecimal()
        )
        pairs = [
            (move.instead_of(port) if by_service else move.front.instead_of(port, name_is_known=True), move)
            for move in about
        ]
        led = [(value, move) for value, move in pairs if value is not None]
        return NewPort(
            values=tuple(dict.fromkeys(value for value, _ in led)),
            stays=stays or any(value == port for value, _ in led),
            moves=tuple(about),
            fronts=tuple(move.front for _, move in led),
        )

    def _of_selected(self, reference: Reference) -> NewPort:
        """Return what a port of Services becomes that are selected by their labels."""
        about = [move for move in self.moves if self._takes(reference, move.service)]
        becomes = self._of_moves(reference, about, stays=False)
        if not becomes.values:
            return becomes
        led = [move for move in about if move.instead_of(reference.port) in becomes.values]
        shared = self._is_left(reference, str(reference.port), led)
        new = [str(value) for value in becomes.values if value != reference.port]
        return becomes.replace(
            stays=becomes.stays or shared, shared=shared, gains=any(self._is_left(reference, name, led) for name in new)
        )

    def _of_pods(self, reference: Reference) -> NewPort:
        """Return what a port of Pods becomes: these may have no proxy, or one that the port did not lead to."""
        port, nothing = reference.port, NewPort(values=(), stays=False, moves=(), fronts=())
        chosen = [front for front in self.fronts if self._is_for(reference, front)]
        led = [(value, front) for front in chosen if (value := front.instead_of(port, name_is_known=True)) is not None]
        if not led:
            return nothing
        values = tuple(dict.fromkeys(value for value, _ in led))
        known = [as_port(value) for value in (port, *values)]
        others = self._others(reference)
        stays = len(led) < len(chosen) or any(other.tcp_port(each) for other in others for each in known)
        return nothing.replace(values=values, stays=stays, fronts=tuple(front for _, front in led))

    def _is_for(self, reference: Reference, front: FrontedPort) -> bool:
        """Tell whether a reference is for the Pods of a target: by its own selector, or by the Services it is for."""
        if reference.selects_pods:
            return reference.selects_pods(front.labels, front.namespace) is True
        if reference.selects_services:
            return any(self._takes(reference, service) for service in front.services)
        names = [(key.namespace, key.name) for key in reference.services]
        return any((namespace_of(service.data), name_of(service.data)) in names for service in front.services)

    def _others(self, reference: Reference) -> list[Workload]:
        """Return the workloads that are no targets, and whose Pods a reference is for as well."""
        pods = reference.selects_pods
        if pods:
            return [other for other in self._around.workloads() if pods(other.labels, other.namespace) is True]
        if reference.selects_services:
            services = [service for service in self._around.services() if self._takes(reference, service)]
        else:
            services = [
                service for front in self.fronts for service in front.services if self._is_for(reference, front)
            ]
        return [other for service in services for other in self._around.selected_by(service)]

    def is_others(self, admission: PolicyRule, port: PolicyPort) -> bool:
        """Tell whether a port of a rule is a range, or is for other Pods that have it and are no targets."""
        return port.first != port.last or any(
            admission.selects(other.labels, other.namespace) is not False
            and any(port.holds(own.number, (own.name,)) for own in other.ports if own.protocol == "TCP")
            for other in self._around.workloads()
        )

    def _takes(self, reference: Reference, service: Item) -> bool:
        takes = reference.selects_services
        return bool(takes and takes(labels_of(service), namespace_of(service.readable_data)))

    def _is_left(self, reference: Reference, name: str, led: list[PortChange]) -> bool:
        """Tell whether a selected Service has a port of a name by now, other than those that moved there."""
        for service in self._around.services():
            if self._takes(reference, service):
                ports = (service.data.get("spec") or {}).get("ports") or []
                moved = [move.new_name for move in led if move.service is service]
                if name not in moved and any(isinstance(port, dict) and port.get("name") == name for port in ports):
                    return True
        return False


def as_port(port: int | str) -> int | str:
    """Return a port with digits as the number that they are."""
    return int(port) if isinstance(port, str) and port.isdecimal() else port
