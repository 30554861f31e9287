"""Moved: an object whose ports have another number or name now, and what a patch of it names of these."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of
from krm_fn.yaml_text.paths import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef
    from krm_fn.services.port_changes import FrontedPort, PortChange
    from krm_fn.yaml_text.node import Path


class Moved(Record):
    """An object whose ports have another number or name now, or point elsewhere."""

    item: Item
    ref: ResourceRef
    ports: dict[str, int | str]
    """The numbers and names now, by what they were."""
    targets: dict[str, int | str]
    """The same of what its ports point to."""
    numbers: dict[str, int]
    """The numbers of the app's ports, by the names that they have now."""

    def are_one(self, value: object, other: object) -> bool:
        """Return whether two values are the number and the name of one port of the app's."""
        return value == self.numbers.get(str(other), other)

    def named(self, data: Any, start: Path = ()) -> Iterator[tuple[Path, int | str, int | str]]:
        """Yield the places below a path in which data names what moved: path, value, and what it must be now."""
        for below, value in walk(data):
            path = (*start, *below)
            new = self._instead_of(path, value)
            if new is not None:
                yield path, value, new

    def _instead_of(self, path: Path, value: object) -> int | str | None:
        """Return what a value at a path must be now; None where it names nothing that moved."""
        keys = [step.lower() for step in path if isinstance(step, str)][-2:]
        if not any("port" in key for key in keys) or not isinstance(value, int | str):
            return None
        return (self.targets if keys[-1] == "targetport" else self.ports).get(str(value))


def moved_of(changes: Iterable[PortChange], fronted: Iterable[FrontedPort]) -> dict[Item, Moved]:
    """Return the Services and workloads whose ports changed."""
    found: dict[Item, Moved] = {}

    def of(item: Item) -> Moved:
        return found.setdefault(item, Moved(item=item, ref=ref_of(item.data), ports={}, targets={}, numbers={}))

    for change in changes:
        each, port = of(change.service), change.fronted
        for old, new in ((change.old_number, change.new_number), (change.old_name, change.new_name)):
            if old != new and old:
                each.ports[str(old)] = new
        if port:
            names = {} if port.takes_over else dict.fromkeys(port.app_names, port.name)
            each.targets.update({str(port.app_number): port.name if port.by_name else port.number, **names})
    for port in fronted:
        each = of(port.workload.item)
        if port.app_name:
            each.numbers[port.app_name] = port.app_number
        each.ports.update({name: port.app_name for name in port.app_names if port.app_name not in ("", name)})
    return found
