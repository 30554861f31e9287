"""Who the clients of a workload's ports are: the objects that send requests to its Services' ports, or to its Pods.

What follows references asks where a port is named; this asks who uses it, and what they speak to it.
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.references.field_spec import FieldSpec
from krm_fn.references.kinds import known_kinds
from krm_fn.resource_list.identity import annotations_of, labels_of, names_of, namespace_of
from krm_fn.traffic.annotations import said_by_ingress
from krm_fn.traffic.words import INGRESS_WORDS
from krm_fn.workload.services import place_of
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.references.reference import Reference, ServiceKey, Use
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.workload.services import ServiceRoute, Survey
    from krm_fn.yaml_text.node import Path


class Client(Record):
    """An object that sends requests to a port."""

    item: Item
    path: Path
    """Where it names the port; where it names none, what names the Service."""
    pod_port: int | str
    """The Pods' port that it reaches."""
    route: ServiceRoute | None
    """The Service's port that it reaches it by; None where it sends requests to the Pods."""
    speaks: str
    """What it speaks, in the terms of `traffic.words`; empty where that is not known."""
    says: Path
    """The field that says so; empty where nothing but its kind does."""
    use: Use
    """What the object declares."""

    @property
    def place(self) -> Path:
        """The field to show: what it says, or else where the port is."""
        return self.says or self.path


def clients_of(items: Items, survey: Survey, *, telling: bool) -> list[Client]:
    """Return the clients of a workload's ports, in the order of their kinds and items.

    With `telling`, only those that may speak something else than HTTP without TLS: others need not be read.
    """
    return list(_clients(items, survey, telling=telling))


def _clients(items: Items, survey: Survey, *, telling: bool) -> Iterator[Client]:
    names = {name for service in survey.services for name in names_of(service.data)}
    for kind in items.kinds():
        known = [each for each in known_kinds(kind) if isinstance(each, FieldSpec) and (each.speaks or each.says)]
        specs = [each for each in known if names or each.of == "pods"]
        if not specs:
            continue
        if all(each.found_by == "names" for each in specs) and not _are_many(items, kind):
            for item in items.of_kind(kind, words=sorted(names)):
                for use in _uses(item, kind, specs, items, telling=telling):
                    yield from _reached(item, use, survey, items)
            continue
        all_uses = items.once(
            f"clients {kind} {telling} {len(specs)}",
            lambda kind=kind, specs=specs: _Uses(items, kind, specs, telling=telling),  # type: ignore[misc]
        )
        for item, use in all_uses.possible(survey, names):
            yield from _reached(item, use, survey, items)


def _are_many(items: Items, kind: str) -> bool:
    """Return whether the clients of so many workloads were asked for that all of a kind are read."""
    asked: list[None] = items.once(f"clients of {kind}", list)
    asked.append(None)
    return len(asked) > _MANY


_MANY = 30


def _uses(item: Item, kind: str, specs: Iterable[FieldSpec], items: Items, *, telling: bool) -> Iterator[Use]:
    """Yield what an item declares to use."""
    some = [each for each in specs if not telling or _may_tell(each, item, kind)]
    data = item.readable_data if some else {}
    for each in some:
        if each.is_for(data):
            yield from each.uses(data, items)


class _Uses:
    """What all items of a kind declare to use, by what of a workload and its Services it may be."""

    def __init__(self, items: Items, kind: str, specs: list[FieldSpec], *, telling: bool) -> None:
        of_kind = items.of_kind(kind)
        self._uses = [(item, use) for item in of_kind for use in _uses(item, kind, specs, items, telling=telling)]
        self._by_name: dict[str, list[int]] = {}
        self._by_label: dict[tuple[str, str], list[int]] = {}
        self._others: list[int] = []
        for position, (_, use) in enumerate(self._uses):
            selects = use.selects_pods or use.selects_services
            if selects and selects.label:
                self._by_label.setdefault(selects.label, []).append(position)
            elif selects:
                self._others.append(position)
            for key in use.services:
                self._by_name.setdefault(key.name, []).append(position)

    def possible(self, survey: Survey, names: Iterable[str]) -> list[tuple[Item, Use]]:
        """Return what may be of a workload or its Services, in the order of the items."""
        labels = [survey.workload.labels, *(labels_of(service.readable_data) for service in survey.services)]
        pairs = {(key, str(value)) for each in labels for key, value in each.items()}
        found = {position for name in names for position in self._by_name.get(name, ())}
        found |= {position for pair in pairs for position in self._by_label.get(pair, ())}
        return [self._uses[position] for position in sorted(found.union(self._others))]


def _may_tell(spec: FieldSpec, item: Item, kind: str) -> bool:
    """Return whether an item may say that it speaks something else than HTTP without TLS."""
    if spec.speaks not in ("", "http"):
        return True
    words = [each.field.rpartition(".")[2] for each in spec.says]
    return any(map(item.mentions, (*words, *INGRESS_WORDS) if kind == "Ingress" else words))


def _reached(item: Item, use: Use, survey: Survey, items: Items) -> Iterator[Client]:
    """Yield the use as a client of each port that it reaches."""
    if use.of == "pods" and use.selects_pods:
        workload = survey.workload
        if use.port is None or use.selects_pods(workload.labels, workload.namespace) is not True:
            return
        declared = workload.tcp_port(number_of(use.port) if str(use.port).isdecimal() else use.port)
        port = declared.number if declared else use.port
        yield Client(item=item, path=use.path, pod_port=port, route=None, speaks=use.speaks, says=use.says, use=use)
        return
    reached = [route for route in survey.routes if is_used(use, route.item, items) and _is_port(use, route)]
    for route in sorted(reached, key=place_of):
        speaks, says = _as_annotated(item, use, route)
        port = route.pod_port
        yield Client(item=item, path=use.path, pod_port=port, route=route, speaks=speaks, says=says, use=use)


def _as_annotated(item: Item, use: Use, route: ServiceRoute) -> tuple[str, Path]:
    if item.kind != "Ingress":
        return use.speaks, use.says
    said = list(said_by_ingress(annotations_of(item.data), names_of(route.item.data)[0]))
    if not said:
        return use.speaks, use.says
    says = {each.meaning.says for each in said}
    tells = max(said, key=lambda each: (_TELLING.get(each.meaning.says, 0), each.key))  # HTTPS, not its version HTTP2
    speaks = "grpcs" if tells.meaning.says == "grpc" and "https" in says else tells.meaning.says
    return speaks, ("metadata", "annotations", tells.key)


_TELLING = {"https": 1, "grpc": 2, "grpcs": 3, "tls": 4}
"""Of what several annotations of an Ingress say, that with the highest number counts."""


def is_used(use: Use | Reference, service: Item, items: Items) -> bool:
    """Return whether a use, or a reference, is of a Service, both among some items."""
    data = service.readable_data
    if use.selects_services:
        return use.selects_services(labels_of(data), namespace_of(data)) is True
    return any(key.name in names_of(data) and _is_in(key, namespace_of(data), items) for key in use.services)


def _is_in(key: ServiceKey, namespace: str, items: Items) -> bool:
    return (key.explicit and not namespace) or items.are_one(key.namespace, namespace, key.name)


def _is_port(use: Use, route: ServiceRoute) -> bool:
    """Return whether a use is of this port of its Service."""
    if use.port is None:
        return True
    number, name = route.port.get("port"), route.port.get("name")
    by_name = isinstance(use.port, str) and not use.port.isdecimal()
    if by_name:
        return use.port == (name if use.of != "pods" else route.port.get("targetPort"))
    return number_of(use.port) == (number if use.of == "service" else route.pod_port)
