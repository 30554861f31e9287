"""Objects that are no Services, and from which a controller makes one that points to Pods."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec
from krm_fn.references.kinds import known_kinds
from krm_fn.resource_list.identity import may_be_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.references.reference import Reference
    from krm_fn.resource_list.items import Items
    from krm_fn.services.port_changes import FrontedPort


def points_to(items: Items, fronted: FrontedPort) -> bool:
    """Return whether such an object names a port of the app's that a listener is in front of: it follows."""
    makers = items.once("makers of Services", lambda: _Makers(items))
    return any(fronted.instead_of(each.port, name_is_known=True) is not None for each in makers.of(fronted))


class _Makers:
    """The references of all such objects, by a label of the Pods that they select, or the workload that they name."""

    def __init__(self, items: Items) -> None:
        self._by_label: dict[tuple[str, str], list[Reference]] = {}
        self._by_workload: dict[tuple[str, str], list[Reference]] = {}
        for each in _references(items):
            if each.selects_pods and each.selects_pods.label:
                self._by_label.setdefault(each.selects_pods.label, []).append(each)
            elif each.workload:
                self._by_workload.setdefault((each.workload.kind, each.workload.name), []).append(each)

    def of(self, fronted: FrontedPort) -> Iterator[Reference]:
        """Yield the references to a workload's Pods."""
        workload = fronted.workload
        for key, value in fronted.labels.items():
            for each in self._by_label.get((key, str(value)), ()):
                if each.selects_pods and each.selects_pods(fronted.labels, fronted.namespace):
                    yield each
        for each in self._by_workload.get((workload.item.kind, workload.name), ()):
            if each.workload and may_be_one(each.workload.namespace, workload.namespace):
                yield each


def _references(items: Items) -> Iterator[Reference]:
    for kind in items.kinds():
        specs = [each for each in known_kinds(kind) if isinstance(each, FieldSpec) and each.makes_services]
        for item in items.of_kind(kind) if specs else ():
            data = item.readable_data
            for spec in specs:
                if spec.is_for(data):
                    yield from spec.references(data, items)
