"""Reach: which lost ports a reference or a rule means, unless something else has the port that it names."""

from __future__ import annotations

from krm_fn.references.reference import Selects
from krm_fn.referrers.resolve import PortResolver, as_port, is_named
from krm_fn.traffic.clients import is_used
from krm_fn.workload.services import selects, survey
from krm_fn.yaml_text.paths import mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.references.reference import PolicyRule, Reference
    from krm_fn.referrers.left_behind.lost_ports import LostPodPort, LostPorts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.services.port_changes import PortChange
    from krm_fn.workload.workload import Workload


class Reach:
    """The lost ports by the names and numbers by which references find them."""

    def __init__(self, items: Items, lost: LostPorts, bystanders: Bystanders, drafts: Drafts) -> None:
        self._items = items
        self._lost = lost
        self._bystanders = bystanders
        self._of_name: dict[str, list[PortChange]] = {}
        self._of_port_name: dict[str, list[PortChange]] = {}
        self._pods: dict[str, list[LostPodPort]] = {}
        for change in lost.changes:
            for name in dict.fromkeys(change.service_names):
                self._of_name.setdefault(name, []).append(change)
            if change.old_name != change.new_name:
                self._of_port_name.setdefault(change.old_name, []).append(change)
        for port in lost.pods:
            for key in filter(None, (port.number, port.name)):
                self._pods.setdefault(str(key), []).append(port)
        self._resolvers = {
            name: PortResolver(changes, [], bystanders, drafts) for name, changes in self._of_name.items()
        }
        for resolver in [*self._resolvers.values()]:
            for name in (name for change in resolver.changes for name in change.service_names):  # aliases, too
                self._resolvers.setdefault(name, resolver)
        self._having: dict[str, list[Workload]] | None = None

    def service_port(self, reference: Reference) -> PortChange | None:
        """Return the lost port of a Service that a reference means."""
        if reference.selects_services:
            return self._of_selected(reference)
        for key in reference.services:
            resolver = self._resolvers.get(key.name)
            for change in resolver.named(key) if resolver else ():
                if change.instead_of(reference.port) not in (None, reference.port):
                    return change
        return None

    def pod_port(self, reference: Reference) -> LostPodPort | None:
        """Return the lost port of Pods that a reference means."""
        lost = [each for each in self._named(reference.port) if self._reaches(reference, each.workload)]
        if lost and not any(self._reaches(reference, other) for other in self._workloads_with(reference.port)):
            return lost[0]
        return None

    def admitted(self, rule: PolicyRule, port: PolicyPort) -> LostPodPort | None:
        """Return the lost port that an entry of a rule names. A range names none; a rule for all may mean others."""
        if rule.wide or (port.first and port.first != port.last):
            return None
        named = port.first or port.name
        lost = [each for each in self._named(named) if _is_for(rule, each.workload) is True]
        if lost and all(_is_for(rule, other) is False for other in self._workloads_with(named)):
            return lost[0]
        return None

    def target_port(self, service: Item, port: dict[str, Any]) -> LostPodPort | None:
        """Return the lost port to which a Service's port points."""
        target = port.get("targetPort") or port.get("port")
        if not isinstance(target, int | str):
            return None
        data = service.readable_data
        lost = [each for each in self._named(target) if selects(data, each.workload, self._items)]
        if lost and not any(selects(data, other, self._items) for other in self._workloads_with(target)):
            return lost[0]
        return None

    def lost_by(self, workload: Workload, port: object) -> LostPodPort | None:
        """Return the lost port of a workload's own Pods that has a number or name."""
        named = self._named(port) if isinstance(port, int | str) else ()
        return next((each for each in named if each.workload.item is workload.item), None)

    @property
    def pod_values(self) -> list[str]:
        """The numbers and names of the Pods' lost ports."""
        return list(self._pods)

    def _named(self, port: int | str) -> list[LostPodPort]:
        return self._pods.get(str(as_port(port)), [])

    def _of_selected(self, reference: Reference) -> PortChange | None:
        """Return the lost port of Services that are selected by their labels, of which none has that name now."""
        name = reference.port
        lost = [each for each in self._of_port_name.get(str(name), ()) if is_used(reference, each.service, self._items)]
        having = (each for each in self._bystanders.services() if _has(each, name))
        if lost and not any(is_used(reference, each, self._items) for each in having):
            return lost[0]
        return None

    def _reaches(self, reference: Reference, workload: Workload) -> bool:
        """Return whether a reference is for Pods: by its own selector, or by the Services in front of them."""
        if reference.selects_pods:
            return reference.selects_pods(workload.labels, workload.namespace) is True
        if reference.workload:
            return is_named(reference.workload, workload)
        services = self._lost.services_of(workload)
        if services is None:
            services = list(survey(workload, self._items).services)
        return any(is_used(reference, service, self._items) for service in services)

    def _workloads_with(self, port: int | str) -> list[Workload]:
        """Return the workloads whose Pods have a port, by its number or name."""
        if self._having is None:
            self._having = {}
            for workload in self._bystanders.workloads(Selects(test=lambda _labels, _namespace: True)):
                for key in dict.fromkeys(str(key) for each in workload.ports for key in (each.number, each.name)):
                    self._having.setdefault(key, []).append(workload)
        return self._having.get(str(as_port(port)), [])


def _is_for(rule: PolicyRule, workload: Workload) -> bool | None:
    return rule.selects(workload.labels, workload.namespace)


def _has(service: Item, name: int | str) -> bool:
    return any(port.get("name") == name for port in mappings_at(service.readable_data, ("spec", "ports")))
