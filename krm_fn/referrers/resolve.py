"""PortResolver: which port a reference must name after the change, decided in one place for all kinds of referrers."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import listed, shown
from krm_fn.record import Record
from krm_fn.references.field_spec import service_key
from krm_fn.resource_list.identity import labels_of, may_be_one, name_of, names_of, namespace_of, ref_of
from krm_fn.yaml_text.paths import get, mappings_at, shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.copies.copied import Scope
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.references.reference import PolicyRule, Reference, Selects, ServiceKey, WorkloadKey
    from krm_fn.resource_list.item import Item
    from krm_fn.selectors.label_index import LabelIndex
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.services.port_changes import FrontedPort, PortChange
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


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
    is_doubled: bool = False
    """Whether another container of the same Pods has a port of that name."""
    changes: tuple[PortChange, ...]
    """Those of the Services that it refers to."""
    fronted: tuple[FrontedPort, ...]
    """The listeners that it reaches."""

    @property
    def what(self) -> str:
        """What the reference follows, as a message names it."""
        changes = (change for change in self.changes if change.fronted in self.fronted)
        names = dict.fromkeys(f'Service "{change.service_names[0]}"' for change in changes)
        return listed([*names]) or "the proxy"


class PortResolver:
    """Finds the new ports of references, given all port changes of a run."""

    def __init__(
        self,
        changes: list[PortChange],
        fronted: list[FrontedPort],
        bystanders: Bystanders,
        drafts: Drafts,
        *,
        scope: Scope | None = None,
    ) -> None:
        """Take all changes, and the scope where objects stand several times and this is one of their sets."""
        self.changes = list(changes)
        """Those of aliases included."""
        self.fronted = fronted
        self.bystanders = bystanders
        self._drafts = drafts
        self._scope = scope
        self._changes_by_name: dict[str, list[PortChange]] = {}
        self._add(changes)
        self._fronted_by_name: dict[str, list[tuple[str, int]]] | None = None
        """By the names of their Services: their namespace, and the position of the port."""
        self._changes_by_label: LabelIndex | None = None
        """The changes by the labels of their Services."""
        self._fronted_by_label: LabelIndex | None = None
        """The fronted ports by the labels of the Pods."""
        self._fronted_by_workload: dict[tuple[str, str], list[FrontedPort]] | None = None
        """By the kinds and names of the workloads."""
        if any(change.is_renamed for change in changes):
            self._add_aliases()

    def _add(self, changes: Iterable[PortChange]) -> None:
        for change in changes:
            for name in dict.fromkeys(change.service_names):
                self._changes_by_name.setdefault(name, []).append(change)

    def _add_aliases(self) -> None:
        """Add the changes of Services that are aliases of one that changed, also by way of others.

        A client is led to that Service by DNS, and so the port that it names is that of this Service.
        """
        known: set[int] = set()
        for change in self.changes:  # it grows by those of the aliases, which may have some, too
            for alias in [each for name in change.service_names for each in self.bystanders.aliases_of(name)]:
                new = [] if id(alias) in known else list(self._changes_by(alias))
                known |= {id(alias)} if new else set()
                self.changes += new
                self._add(new)

    def _changes_by(self, alias: Item) -> Iterator[PortChange]:
        """Yield the changes of an alias: those of what it stands for, by number."""
        data = alias.readable_data
        key = service_key(get(data, ("spec", "externalName")), namespace_of(data))
        for change in self.named(key) if key else ():
            if change.old_number != change.new_number:
                names, space = names_of(data), namespace_of(data)
                yield change.replace(service=alias, service_names=names, namespace=space, old_name="", new_name="")

    def new_port(self, reference: Reference) -> NewPort:
        """Return the port that a reference must name."""
        if reference.of == "pods":
            return self._of_pods(reference)
        if reference.selects_services:
            return self._of_selected(reference)
        named = [self.named(key) for key in reference.services]
        about = [change for changes in named for change in changes]
        return self._of_changes(reference, about, stays=not all(named))

    def leaves(self, item: Item, path: Path, reached: Iterable[Item], *, port: int | str, new: int | str) -> bool:
        """Return whether an object must stay, as it refers to what stands in several sets, and is itself in none.

        It is reported.
        """
        scope = self._scope
        copied = next((each for each in reached if scope.is_copied(each)), None) if scope else None
        if scope is None or copied is None or scope.has(item):
            return False
        message = (
            f"refers to a port of {ref_of(copied.data)}, which stands in several folders or kustomizations, and is in "
            f"none of them: left as it is. Copy it into each, where it must be {shown(new)}."
        )
        self._drafts.report(item.result(codes.SHARED_LEFT, shown_path(path), message, current=port, proposed=new))
        return True

    def named(self, key: ServiceKey) -> list[PortChange]:
        """Return the changes of the Service that a name means: one of that name, else one that kustomize renamed."""
        there = [change for change in self._changes_by_name.get(key.name, ()) if self._is_there(key, change)]
        current = [change for change in there if change.service_names[0] == key.name]
        if current or not there:
            return current
        return [] if self.bystanders.service_named(key.namespace, key.name) else there

    def _is_there(self, key: ServiceKey, change: PortChange) -> bool:
        """Return whether a Service may be in the namespace that is meant.

        One without a namespace may be in any that is named; and where none is named, that may be `default`.
        """
        if key.namespace == change.namespace:
            return True
        is_possible = (key.explicit and not change.namespace) or may_be_one(key.namespace, change.namespace)
        return is_possible and not self.bystanders.service_named(key.namespace, key.name)

    def _of_changes(self, reference: Reference, about: list[PortChange], *, stays: bool) -> NewPort:
        port = reference.port
        if reference.every:
            renamed = [change for change in about if change.is_renamed]
            values = tuple(dict.fromkeys(change.new_number for change in renamed))
            return NewPort(values=values, stays=stays, changes=tuple(renamed), fronted=())
        by_service = reference.of == "service" or (
            reference.of == "endpoints" and isinstance(port, str) and not port.isdecimal()
        )
        pairs = [
            (change.instead_of(port) if by_service else fronted.instead_of(port, name_is_known=True), change)
            for change in about
            if (fronted := change.fronted)
        ]
        reaching = [(value, change) for value, change in pairs if value is not None]
        return NewPort(
            values=tuple(dict.fromkeys(value for value, _ in reaching)),
            stays=stays or any(value == port for value, _ in reaching),
            changes=tuple(about),
            fronted=tuple(change.fronted for _, change in reaching if change.fronted),
        )

    def _of_selected(self, reference: Reference) -> NewPort:
        """Return the new port of Services that are selected by their labels."""
        about = self._changes_of(reference)
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
        chosen = self._chosen(reference)
        reaching = [
            (value, each) for each in chosen if (value := each.instead_of(port, name_is_known=True)) is not None
        ]
        if not reaching:
            return nothing
        values = tuple(dict.fromkeys(value for value, _ in reaching))
        known = [as_port(value) for value in (port, *values)]
        others = self._others(reference)
        is_doubled = any(_has_twice(each, port) for _, each in reaching)
        is_others = any(other.tcp_port(each) for other in others for each in known)
        reached = {id(each.workload) for _, each in reaching}
        stays = is_doubled or is_others or any(id(each.workload) not in reached for each in chosen)
        fronted = tuple(each for _, each in reaching)
        return nothing.replace(values=values, stays=stays, is_doubled=is_doubled, fronted=fronted)

    def fronted_with(self, selects: Selects) -> list[FrontedPort]:
        """Return the fronted ports of Pods that may be selected: without those that certainly are not."""
        if self._fronted_by_label is None:
            from krm_fn.selectors.label_index import LabelIndex  # noqa: PLC0415 # few inputs have selectors

            self._fronted_by_label = LabelIndex(each.labels for each in self.fronted)
        return [self.fronted[position] for position in self._fronted_by_label.having(selects.label)]

    def _changes_of(self, reference: Reference) -> list[PortChange]:
        """Return the changes of the Services that a reference selects."""
        if self._changes_by_label is None:
            from krm_fn.selectors.label_index import LabelIndex  # noqa: PLC0415 # as above

            self._changes_by_label = LabelIndex(labels_of(change.service.readable_data) for change in self.changes)
        label = reference.selects_services.label if reference.selects_services else None
        possible = (self.changes[position] for position in self._changes_by_label.having(label))
        return [change for change in possible if self._takes(reference, change.service)]

    def _chosen(self, reference: Reference) -> list[FrontedPort]:
        """Return the fronted ports that a reference is for: by its own selector, or by the Services it is for."""
        pods = reference.selects_pods
        if pods:
            return [each for each in self.fronted_with(pods) if pods(each.labels, each.namespace) is True]
        if reference.workload:
            return [
                each for each in self._fronted_named(reference.workload) if is_named(reference.workload, each.workload)
            ]
        if reference.selects_services:
            keys = [_key_of(service) for service in self.bystanders.selected_services(reference.selects_services)]
        else:
            keys = [(key.namespace, key.name) for key in reference.services]
        if self._fronted_by_name is None:
            self._fronted_by_name = {}
            for position, each in enumerate(self.fronted):
                for service in each.services:
                    namespace, name = _key_of(service)
                    self._fronted_by_name.setdefault(name, []).append((namespace, position))
        found = {position for key in keys for position in self._positions(*key)}
        return [self.fronted[position] for position in sorted(found)]

    def _positions(self, namespace: str, name: str) -> list[int]:
        """Return the positions of the fronted ports of the Pods that a Service selects."""
        there = (self._fronted_by_name or {}).get(name, [])
        exact = [position for space, position in there if space == namespace]
        others = [position for space, position in there if space != namespace and may_be_one(space, namespace)]
        return exact if exact or not others or self.bystanders.service_named(namespace, name) else others

    def _fronted_named(self, key: WorkloadKey) -> list[FrontedPort]:
        """Return the fronted ports of workloads of a kind and name."""
        if self._fronted_by_workload is None:
            self._fronted_by_workload = {}
            for each in self.fronted:
                for name in names_of(each.workload.item.data):
                    self._fronted_by_workload.setdefault((each.workload.item.kind, name), []).append(each)
        return self._fronted_by_workload.get((key.kind, key.name), [])

    def _others(self, reference: Reference) -> list[Workload]:
        """Return the workloads that are no targets, and whose Pods a reference is also for."""
        pods = reference.selects_pods
        if pods:
            return [other for other in self.bystanders.workloads(pods) if pods(other.labels, other.namespace) is True]
        if reference.workload:
            return []
        if reference.selects_services:
            services = self.bystanders.selected_services(reference.selects_services)
        else:
            services = [service for each in self._chosen(reference) for service in each.services]
        return [other for service in dict.fromkeys(services) for other in self.bystanders.selected_by(service)]

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
        others = self.bystanders.workloads(rule.selects)
        return (other for other in others if rule.selects(other.labels, other.namespace) is not False)

    def _takes(self, reference: Reference, service: Item) -> bool:
        takes = reference.selects_services
        return bool(takes and takes(labels_of(service.readable_data), namespace_of(service.readable_data)))

    def _is_left(self, reference: Reference, name: str, reaching: list[PortChange]) -> bool:
        """Return whether a selected Service will have a port of a name, other than those changed to it."""
        assert reference.selects_services  # noqa: S101 # else there is no such Service
        changed = {(change.service, change.new_name) for change in reaching}
        for service in self.bystanders.selected_services(reference.selects_services):
            ports = mappings_at(self._drafts.data_of(service), ("spec", "ports"))
            if (service, name) not in changed and any(port.get("name") == name for port in ports):
                return True
        return False


def _key_of(service: Item) -> tuple[str, str]:
    return namespace_of(service.readable_data), name_of(service.readable_data)


def _has_twice(fronted: FrontedPort, port: int | str) -> bool:
    """Return whether a name is that of a port of the app's, and of another port of the same Pods."""
    return any(
        each.name == port and each.number != fronted.app_number and each.protocol == "TCP"
        for each in fronted.workload.ports
    )


def is_named(key: WorkloadKey, workload: Workload) -> bool:
    """Return whether a workload is the one that is named."""
    item = workload.item
    return key.kind == item.kind and key.name in names_of(item.data) and key.namespace == workload.namespace


def as_port(port: int | str) -> int | str:
    """Return a port with digits as the number that they are."""
    return number_of(port) if isinstance(port, str) and port.isdecimal() else port
