"""Bystanders: the Services and workloads that are no targets, and that a change must not break."""

from __future__ import annotations

from krm_fn.resource_list.identity import metadata_of, name_of, namespace_of
from krm_fn.workload.kinds import kinds_with
from krm_fn.workload.services import selector_of, selects
from krm_fn.workload.targets import workloads_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from krm_fn.function_config.generated.values import WorkloadKind as OwnKind
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.workload import Workload


class Bystanders:
    """The Services and workloads beside the targets, read where they are needed."""

    def __init__(self, items: Items, targets: Iterable[Workload], own_kinds: Iterable[OwnKind]) -> None:
        self._items = items
        self._kinds = kinds_with(own_kinds)
        self._targets = {id(target.item) for target in targets}
        self._workloads: list[Workload] | None = None
        self._services: list[Item] | None = None

    def services(self) -> list[Item]:
        """Return all Services."""
        if self._services is None:
            services = self._items.of_kind("Service")
            self._services = [item for item in services if item.readable_data.get("apiVersion") == "v1"]
        return self._services

    def service_named(self, namespace: str, name: str) -> bool:
        """Return whether there is a Service of that name in a namespace."""
        named = [item.readable_data for item in self._items.of_kind("Service", words=[name])]
        return any((namespace_of(data), name_of(data)) == (namespace, name) for data in named)

    def workloads(self) -> list[Workload]:
        """Return all workloads that are no targets."""
        if self._workloads is None:
            self._workloads = self._others()
        return self._workloads

    def selected_by(self, service: Item) -> list[Workload]:
        """Return the workloads that are no targets, and whose Pods a Service selects as well."""
        values = list(map(str, selector_of(service.data).values()))
        return [workload for workload in self._others([max(values, key=len)]) if selects(service.data, workload)]

    def _others(self, words: Sequence[str] = ()) -> list[Workload]:
        """Return the workloads that are no targets, without those that another object owns."""
        found = workloads_in(self._items, self._kinds, words)
        return [
            workload
            for workload in found
            if id(workload.item) not in self._targets and not metadata_of(workload.item.data).get("ownerReferences")
        ]
