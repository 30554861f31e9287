"""LostPorts: the ports of Services and Pods that a ProxySidecar gave them, and that are there no more.

| the port | when the items came | after the undo | now | is lost |
|----------|---------------------|----------------|-----|---------|
| number,  | there               | not there      | no  | yes     |
| or name  | there               | there          |     | no      |
|          | there               | not there      | yes | no      |
|          | not there           |                |     | no      |
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import DEFAULT_NAMESPACE, group_version_of, names_of, namespace_of
from krm_fn.services.port_changes import PortChange, ports_called
from krm_fn.workload.kinds import KnownWorkloadKind, kind_of, kinds_with
from krm_fn.workload.services import routes_of, selector_of, selects
from krm_fn.workload.workload import Workload
from krm_fn.yaml_text.paths import mappings_at, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from krm_fn.function_config.generated.values import WorkloadKind as OwnKind
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.workload import ContainerPort

    Ports: TypeAlias = tuple[int | str, ...]
    """Numbers and names."""

_FEW = 20
"""So many words are searched for in each Service; of more, all Services are read."""


class LostPodPort(Record):
    """A port of a workload's Pods whose number or name, or both, are there no more."""

    workload: Workload
    """As it is now."""
    number: int
    """0 where the Pods still have it."""
    name: str
    """Empty where the Pods still have it, or it had none."""
    new_number: int
    """That of the port in its place; 0 where there is none."""
    new_name: str
    """Likewise; empty where that port has none."""


class LostPorts:
    """What is found once for a run, from the items as they came and as they are now.

    `undone` has what `ports_after_undo` returned before new edits were made; None where there are none.
    """

    def __init__(self, items: Items, undone: Mapping[int, Ports] | None, own_kinds: Iterable[OwnKind]) -> None:
        self.changes: list[PortChange] = []
        """For each port of a Service that lost its number or name: these as they were, and as they are now."""
        self.pods: list[LostPodPort] = []
        self.workloads: list[tuple[Workload, Workload]] = []
        """The workloads whose Pods lost a port, as they are now and as they came."""
        self._items = items
        self._services: dict[int, list[Item]] = {}
        kinds, local = kinds_with(own_kinds), set(map(id, items.local()))
        lost: list[list[ContainerPort]] = []
        for item in items.touched():
            if item.removed or id(item) in local or not item.is_changed:
                continue
            kept = undone.get(id(item)) if undone is not None else ()
            if kept is None:  # nothing of it was undone
                continue
            kind = _kind(item, kinds)
            if item.kind == "Service":
                self.changes += _service_changes(item, item.as_it_came().readable_data, kept)
            elif kind:
                pair = Workload(item, kind), Workload(item.as_it_came(), kind)
                ports = _lost(pair[1].ports, {*kept, *_numbers_and_names(pair[0].ports)})
                if ports:
                    self.workloads.append(pair)
                    lost.append(ports)
        self._find_services()
        for (now, before), ports in zip(self.workloads, lost, strict=True):
            self.pods += self._pod_ports(now, before, ports)

    def services_of(self, workload: Workload) -> list[Item] | None:
        """Return the Services that select the Pods of a workload; None for one that lost no port."""
        return self._services.get(id(workload.item))

    def _find_services(self) -> None:
        """Find the Services in front of the workloads: each is compared with those that have one of its labels."""
        by_label: dict[tuple[str, str, int | str], list[Workload]] = {}
        words: dict[str, None] = {}
        for workload, _ in self.workloads:
            self._services[id(workload.item)] = []
            for key, value in workload.labels.items():
                if isinstance(value, int | str):
                    words[str(value)] = None
                    place = workload.namespace or DEFAULT_NAMESPACE
                    by_label.setdefault((place, key, value), []).append(workload)
        services = self._items.of_kind("Service", words=words if len(words) <= _FEW else ()) if by_label else []
        for service in services:
            data = service.readable_data
            place = namespace_of(data) or DEFAULT_NAMESPACE
            pairs = [(place, key, value) for key, value in selector_of(data).items()]
            found = [by_label.get(pair, []) for pair in pairs if isinstance(pair[2], int | str)]
            for workload in min(found, key=len, default=[]):
                if selects(data, workload, self._items):
                    self._services[id(workload.item)].append(service)

    def _pod_ports(self, now: Workload, came: Workload, ports: list[ContainerPort]) -> Iterator[LostPodPort]:
        """Yield lost ports of Pods, each with that in its place: of its name, of its number, or behind its Service."""
        there = now.ports
        kept = _numbers_and_names(there)
        services = self._services[id(now.item)]
        routed = {old: new for service in services for old, new in _routed(service, now, came)}
        for port in ports:
            same = [each for each in there if port.name and each.name == port.name]
            same += [each for each in there if each.number == port.number]
            new = same[0].number if same else routed.get(port.number, 0)
            named = (each.name for each in (*same[:1], *there) if each.number == new)
            yield LostPodPort(
                workload=now,
                number=0 if port.number in kept else port.number,
                name="" if port.name in kept else port.name,
                new_number=new,
                new_name=next(named, ""),
            )


def ports_after_undo(items: Items, own_kinds: Iterable[OwnKind]) -> dict[int, Ports]:
    """Return the numbers and names of the ports of each Service and workload in which something was undone."""
    found: dict[int, Ports] = {}
    kinds = kinds_with(own_kinds)
    for item in items.touched():
        if item.kind == "Service":
            found[id(item)] = ports_called(item.readable_data)
        elif not item.removed:
            kind = _kind(item, kinds)
            found[id(item)] = _numbers_and_names(Workload(item, kind).ports) if kind else ()
    return found


def _service_changes(item: Item, came: dict[str, Any], kept: Ports) -> Iterator[PortChange]:
    """Yield the ports of a Service that lost their number or name, each with the one that is in its position."""
    data = item.readable_data
    there = [*kept, *ports_called(data)]  # a list, as what is looked up may be a mapping
    now = mappings_at(data, ("spec", "ports"))
    before = mappings_at(came, ("spec", "ports"))
    for old, new in zip(before, now if len(now) == len(before) else now[:1] * len(before), strict=False):
        number, name = new.get("port", ""), str(new.get("name") or "")
        old_number, old_name = old.get("port", ""), str(old.get("name") or "")
        change = PortChange(
            service=item,
            service_names=names_of(data),
            namespace=namespace_of(data),
            fronted=None,
            old_number=number if old_number in there else old_number,
            new_number=number,
            old_name=name if not old_name or old_name in there else old_name,
            new_name=name,
        )
        if change.is_renamed:
            yield change


def _routed(service: Item, now: Workload, came: Workload) -> Iterator[tuple[int | str, int]]:
    """Yield the Pods' ports to which a Service's ports pointed, each with that to which they point now."""
    before = routes_of(service.as_it_came() if service.is_edited else service, came)
    for old, new in zip(before, routes_of(service, now), strict=False):
        if isinstance(new.pod_port, int) and new.pod_port != old.pod_port:
            yield old.pod_port, new.pod_port


def _lost(came: Iterable[ContainerPort], there: Collection[int | str]) -> list[ContainerPort]:
    return [
        port
        for port in came
        if port.protocol == "TCP" and (port.number not in there or (port.name and port.name not in there))
    ]


def _numbers_and_names(ports: Iterable[ContainerPort]) -> Ports:
    return tuple(value for port in ports for value in (port.number, port.name))


def _kind(item: Item, kinds: Iterable[KnownWorkloadKind]) -> KnownWorkloadKind | None:
    """Return the kind of a workload; one that is not known is recognised by what has containers with ports."""
    data = item.readable_data
    kind = kind_of(data, kinds)
    if kind or not item.mentions("containerPort"):
        return kind
    for path, value in walk(data):
        if path[-2:] == ("spec", "containers") and isinstance(value, list):
            return KnownWorkloadKind(groups=(group_version_of(data)[0],), kind=item.kind, templates=(path[:-2],))
    return None
