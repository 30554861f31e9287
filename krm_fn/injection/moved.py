"""What a reference becomes by what moved: the one decision for all kinds of referrers."""

from __future__ import annotations

from krm_fn.injection.surroundings import labels_of
from krm_fn.record import Record
from krm_fn.resource_list.identity import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.injection.moves import Fronted, PortMove
    from krm_fn.injection.surroundings import Surroundings
    from krm_fn.referrers.reference import Admission, PolicyPort, Reference, ServiceKey
    from krm_fn.resource_list.item import Item


class Becomes(Record):
    """What a reference's port becomes."""

    values: tuple[int | str, ...]
    """The ports that lead to the proxy by now; empty where it led to nothing that moved."""
    stays: bool
    """Whether the port as it is leads somewhere, too: to what did not move, or where its value is the same."""
    moves: tuple[PortMove, ...]
    """Those of the Services that it speaks of."""
    fronts: tuple[Fronted, ...]
    """The listeners that it leads to by now."""


class Moved:
    """All that moved in a run."""

    def __init__(self, moves: list[PortMove], fronts: list[Fronted], surroundings: Surroundings) -> None:
        self.moves = moves
        self.fronts = fronts
        self._around = surroundings

    def becomes(self, reference: Reference) -> Becomes:
        """Return what a reference's port becomes."""
        if reference.selects_pods:
            return self._of_pods(reference)
        if reference.selects_services:
            about = [move for move in self.moves if self._takes(reference, move.service)]
            return self._of_moves(reference, about, stays=self._leads_elsewhere(reference))
        named = [self.named(key) for key in reference.services]
        about = [move for moves in named for move in moves]
        return self._of_moves(reference, about, stays=not all(named))

    def named(self, key: ServiceKey) -> list[PortMove]:
        """Return the moves of the Service that a name means: one of that name, else one that kustomize renamed."""
        there = [move for move in self.moves if self._is_there(key, move)]
        current = [move for move in there if move.service_names[0] == key.name]
        if current or not any(key.name in move.service_names for move in there):
            return current
        if self._around.service_named(key.namespace, key.name):
            return []
        return [move for move in there if key.name in move.service_names]

    def _is_there(self, key: ServiceKey, move: PortMove) -> bool:
        """Tell whether a Service may be in the namespace that is meant. Where it has none yet, it may be any."""
        if key.namespace == move.namespace:
            return True
        unknown = key.explicit and not move.namespace
        return unknown and not self._around.service_named(key.namespace, key.name)

    def _of_moves(self, reference: Reference, about: list[PortMove], *, stays: bool) -> Becomes:
        port = reference.port
        by_service = reference.of == "service" or (
            reference.of == "endpoints" and isinstance(port, str) and not port.isdecimal()
        )
        pairs = [
            (move.instead_of(port) if by_service else move.front.instead_of(port, name_is_known=True), move)
            for move in about
        ]
        led = [(value, move) for value, move in pairs if value is not None]
        return Becomes(
            values=tuple(dict.fromkeys(value for value, _ in led)),
            stays=stays or any(value == port for value, _ in led),
            moves=tuple(about),
            fronts=tuple(move.front for _, move in led),
        )

    def _of_pods(self, reference: Reference) -> Becomes:
        selects_pods, port = reference.selects_pods, reference.port
        assert selects_pods is not None  # noqa: S101 # the caller asked
        chosen = [front for front in self.fronts if selects_pods(front.labels, front.namespace)]
        led = [(value, front) for front in chosen if (value := front.instead_of(port, name_is_known=True)) is not None]
        others = self._around.workloads() if led else []
        return Becomes(
            values=tuple(dict.fromkeys(value for value, _ in led)),
            stays=any(
                selects_pods(other.labels, other.namespace) and other.tcp_port(as_port(port)) for other in others
            ),
            moves=(),
            fronts=tuple(front for _, front in led),
        )

    def is_others(self, admission: Admission, port: PolicyPort) -> bool:
        """Tell whether a port of a rule is a range, or is for other Pods that have it and are no targets."""
        return port.first != port.last or any(
            admission.selects(other.labels, other.namespace) is not False
            and any(port.holds(own.number, (own.name,)) for own in other.ports if own.protocol == "TCP")
            for other in self._around.workloads()
        )

    def _takes(self, reference: Reference, service: Item) -> bool:
        takes = reference.selects_services
        return bool(takes and takes(labels_of(service), namespace_of(service.readable_data)))

    def _leads_elsewhere(self, reference: Reference) -> bool:
        """Tell whether a selected Service has that port still, or leads to Pods that have it and no proxy for it."""
        for service in self._around.services():
            if self._takes(reference, service):
                if reference.of == "service":
                    ports = (service.data.get("spec") or {}).get("ports") or []
                    if any(isinstance(port, dict) and port.get("name") == reference.port for port in ports):
                        return True
                elif any(other.tcp_port(as_port(reference.port)) for other in self._around.selected_by(service)):
                    return True
        return False


def as_port(port: int | str) -> int | str:
    """Return a port with digits as the number that they are."""
    return int(port) if isinstance(port, str) and port.isdecimal() else port
