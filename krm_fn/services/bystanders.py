"""Bystanders: the Services and workloads that are no targets, and that a change must not break."""

from __future__ import annotations

from krm_fn.resource_list.identity import labels_of, may_be_one, metadata_of, name_of, namespace_of
from krm_fn.workload.kinds import kinds_with
from krm_fn.workload.services import selector_of, selects
from krm_fn.workload.targets import workloads_in
from krm_fn.yaml_text.paths import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from krm_fn.function_config.generated.values import WorkloadKind as OwnKind
    from krm_fn.references.reference import Selects
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.selectors.label_index import LabelIndex
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.workload.workload import Workload


class Bystanders:
    """The Services and workloads beside the targets, read where they are needed."""

    def __init__(self, items: Items, targets: Iterable[Workload], own_kinds: Iterable[OwnKind]) -> None:
        self._items = items
        self._kinds = kinds_with(own_kinds)
        self._targets = {id(target.item) for target in targets}
        self._workloads: list[Workload] | None = None
        self._services: list[Item] | None = None
        self._workloads_by_label: LabelIndex | None = None
        self._services_by_label: LabelIndex | None = None
        self._selected: dict[tuple[str, frozenset[tuple[str, str]], str], list[Workload]] = {}
        """By namespace and selector; and by name, where that decides whether two namespaces are one."""

    def services(self) -> list[Item]:
        """Return all Services."""
        if self._services is None:
            services = self._items.of_kind("Service")
            self._services = [item for item in services if item.readable_data.get("apiVersion") == "v1"]
        return self._services

    def aliases_of(self, name: str) -> list[Item]:
        """Return the Services of type ExternalName that may stand for a Service of a name, in whatever namespace."""
        return self._items.once("aliases", self._aliases).get(name, [])

    def _aliases(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self._items.of_kind("Service", words=["ExternalName"]):
            spec = mapping_at(item.readable_data, ("spec",))
            if spec.get("type") == "ExternalName":
                found.setdefault(str(spec.get("externalName")).partition(".")[0], []).append(item)
        return found

    def service_named(self, namespace: str, name: str) -> bool:
        """Return whether there is a Service of that name in a namespace."""
        named = [item.readable_data for item in self._items.of_kind("Service", words=[name])]
        return any((namespace_of(data), name_of(data)) == (namespace, name) for data in named)

    def make_service(self, fronted: FrontedPort) -> bool:
        """Return whether an object of another kind makes a Service that points to the app's port, and so follows."""
        from krm_fn.services.makers import points_to  # noqa: PLC0415 # most ports have a Service

        return points_to(self._items, fronted)

    def selected_services(self, by: Selects) -> list[Item]:
        """Return the Services that are selected."""
        services = self.services()
        if self._services_by_label is None:
            from krm_fn.selectors.label_index import LabelIndex  # noqa: PLC0415 # few inputs have selectors

            self._services_by_label = LabelIndex(labels_of(service.readable_data) for service in services)
        possible = [services[position] for position in self._services_by_label.having(by.label)]
        return [each for each in possible if by(labels_of(each.readable_data), namespace_of(each.readable_data))]

    def workloads(self, by: Selects) -> list[Workload]:
        """Return the workloads that are no targets and may be selected: without those that certainly are not."""
        if self._workloads is None:
            self._workloads = self._others()
        if self._workloads_by_label is None:
            from krm_fn.selectors.label_index import LabelIndex  # noqa: PLC0415 # as above

            self._workloads_by_label = LabelIndex(workload.labels for workload in self._workloads)
        return [self._workloads[position] for position in self._workloads_by_label.having(by.label)]

    def selected_by(self, service: Item) -> list[Workload]:
        """Return the workloads that are no targets, and whose Pods a Service selects as well."""
        selector = selector_of(service.data)
        space = namespace_of(service.data)
        key = space, frozenset((each, repr(value)) for each, value in selector.items()), ""
        named = (*key[:2], name_of(service.data))
        found = self._selected.get(key, self._selected.get(named))
        if found is None:
            others = self._others(list(map(str, selector.values())))
            found = [workload for workload in others if selects(service.data, workload, self._items)]
            by_name = any(other.namespace != space and may_be_one(other.namespace, space) for other in others)
            self._selected[named if by_name else key] = found
        return found

    def _others(self, words: Sequence[str] = ()) -> list[Workload]:
        """Return the workloads that are no targets, without those that another object owns.

        Where words are given, without some that do not have all of them.
        """
        found = workloads_in(self._items, self._kinds, words)
        return [
            workload
            for workload in found
            if id(workload.item) not in self._targets and not metadata_of(workload.item.data).get("ownerReferences")
        ]
