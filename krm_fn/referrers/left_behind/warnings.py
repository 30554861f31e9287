"""Warn of what still names a port that Services or Pods had only with the proxy, and that nothing has any more."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.values import Referrers
from krm_fn.ledger.drafts import Drafts
from krm_fn.quoting import shown
from krm_fn.references.annotations.table import annotations_in
from krm_fn.references.reference import Reference
from krm_fn.referrers.annotated.places import places
from krm_fn.referrers.candidates import referrers
from krm_fn.referrers.left_behind.lost_ports import LostPodPort, LostPorts
from krm_fn.referrers.left_behind.reach import Reach
from krm_fn.referrers.resolve import PortResolver, as_port
from krm_fn.referrers.sweep.covered import Covered
from krm_fn.resource_list.identity import name_of, names_of, namespace_of
from krm_fn.result import KIND, ResourceRef
from krm_fn.services.bystanders import Bystanders
from krm_fn.services.port_changes import FrontedPort, PortChange
from krm_fn.workload.workload import PROBES
from krm_fn.yaml_text.paths import get, list_at, mappings_at, names_in, shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.references.reference import PolicyRule
    from krm_fn.referrers.annotated.places import Place
    from krm_fn.referrers.left_behind.lost_ports import Ports
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path

_MOST = 5
"""So many ports are listed at most where none is in the place of the lost one."""


def left_behind(
    items: Items,
    spec: Spec | None = None,
    undone: Mapping[int, Ports] | None = None,
    reported: Iterable[Result] = (),
) -> list[Result]:
    """Return a warning for each place that names a lost port, except those that the run has reported already.

    `undone` has the ports as they were before the new edits of this run; None where it only undoes.
    """
    lost = LostPorts(items, undone, spec.workload_kinds if spec else ())
    if not (lost.changes or lost.pods):
        return []
    known = {_place(result) for result in reported if result.severity != "info"}
    found: dict[object, Result] = {}
    fields: set[object] = set()
    """Those that are known to hold a port: an address in one of these is the same."""
    for result in _Search(items, lost, spec).results():
        field = result.ref, result.path
        if result.code is not codes.ADDRESS_IN_TEXT:
            fields.add(field)
        elif field in fields:
            continue
        if _place(result) not in known:
            found.setdefault(_place(result), result)
    return list(found.values())


def _place(result: Result) -> object:
    """Return what two warnings have in common that are about one place; a text has many, which their messages name."""
    text = result.message if result.code is codes.ADDRESS_IN_TEXT else ""
    return result.ref, result.path, result.current_value, text


class _Search:
    """The search of all items for the lost ports of a run."""

    def __init__(self, items: Items, lost: LostPorts, spec: Spec | None) -> None:
        self._items = items
        self._lost = lost
        self._settings = spec.referrers if spec else Referrers()
        self._bystanders = Bystanders(items, (), spec.workload_kinds if spec else ())
        self._drafts = Drafts(ResourceRef(api_version="", kind=KIND, name=""))
        self._reach = Reach(items, lost, self._bystanders, self._drafts)
        self._covered = Covered()

    def results(self) -> Iterator[Result]:
        """Yield a warning for each place: fields that are known, then texts and fields of any kind."""
        yield from self._in_pods()
        yield from self._in_references()
        if "Service" not in self._settings.ignore:
            yield from self._in_services()
        if self._lost.changes:
            from krm_fn.referrers.sweep.moved import Moved  # noqa: PLC0415 # most Services keep number and name
            from krm_fn.referrers.sweep.sweep import unfollowed  # noqa: PLC0415 # likewise

            changes = [each if each.new_name else each.replace(old_name="", new_name="") for each in self._lost.changes]
            resolver = PortResolver(changes, [], self._bystanders, self._drafts)
            moved = Moved(self._items, resolver, with_pods=False)
            ignored = self._settings.ignore
            yield from unfollowed(self._items, moved, None, self._drafts, self._covered, ignored=ignored)

    def _in_references(self) -> Iterator[Result]:
        """Yield a warning for each place of a known kind, or of one of the user's own, in any item."""
        in_front = {
            id(service): service
            for workload, _ in self._lost.workloads
            for service in self._lost.services_of(workload) or ()
        }
        unchanged = [_as_it_is(service) for service in in_front.values()]
        fronted = [_as_fronted(port, self._lost.services_of(port.workload) or []) for port in self._lost.pods]
        resolver = PortResolver([*self._lost.changes, *unchanged], fronted, self._bystanders, self._drafts)
        for item, few in referrers(self._items, resolver, self._settings):
            self._covered.add(item, few)
            for place in few:
                if isinstance(place, Reference):
                    yield from self._in_reference(item, place)
                    continue
                for index, port in enumerate(place.ports):
                    found = self._reach.admitted(place, port) if port else None
                    if port and found:
                        yield _in_rule(item, index, place, found)
        for annotated in places(self._items, resolver, self._settings, is_staged=False):
            yield from self._in_annotations(annotated)

    def _in_annotations(self, place: Place) -> Iterator[Result]:
        """Yield a warning for each annotation that names a lost port, but none for what a mesh leaves out."""
        for annotation in annotations_in(place.annotations, place.on) if place.on != "Namespace" else ():
            for mention in annotation.mentions if annotation.row.does in ("follows", "gains") else ():
                if place.on != "Pod" or annotation.row.of == "service":
                    yield from self._in_reference(place.item, place.reference(annotation, mention))
                    continue
                found = self._reach.lost_by(place.fronted[0].workload, mention.port)
                if found:
                    yield _of_pods(place.item, (*place.path, annotation.key), mention.port, found)

    def _in_reference(self, item: Item, reference: Reference) -> Iterator[Result]:
        port, path = reference.port, reference.path
        is_number = not isinstance(port, str) or port.isdecimal()
        if reference.of == "pods" or (reference.of == "endpoints" and is_number):
            pod_port = self._reach.pod_port(reference)
            if pod_port and str(_instead(port, pod_port)) not in reference.also:
                yield _of_pods(item, path, port, pod_port, reference)
            return
        change = self._reach.service_port(reference)
        if change and str(change.instead_of(port)) not in reference.also:
            yield _of_service(item, reference, change)

    def _in_services(self) -> Iterator[Result]:
        """Yield a warning for each port of a Service that points to a lost port of the Pods that it selects."""
        words = self._reach.pod_values
        for service in self._items.of_kind("Service", words=words) if words else ():
            for index, port in enumerate(list_at(service.readable_data, ("spec", "ports"))):
                found = self._reach.target_port(service, port) if isinstance(port, dict) else None
                if found:
                    field = "targetPort" if port.get("targetPort") else "port"
                    yield _of_pods(service, ("spec", "ports", index, field), port[field], found)

    def _in_pods(self) -> Iterator[Result]:
        """Yield a warning for each probe and hook of the Pods themselves."""
        for now, came in self._lost.workloads:
            before = {str(container.get("name")): container for container in came.long_running}
            for path, container in now.located_containers:
                had = mappings_at(before.get(str(container.get("name"))), ("ports",))
                for below, value in walk(container):
                    if below[-1:] == ("port",) and below[0] in (*PROBES, "lifecycle"):
                        yield from self._in_probe(now, (*path, *below), value, had)

    def _in_probe(self, now: Workload, path: Path, port: object, had: list[dict[str, Any]]) -> Iterator[Result]:
        """Yield a warning for the port of a probe or hook: a name is one of its container, which had some ports."""
        if isinstance(port, str) and not port.isdecimal():
            there = mappings_at(get(now.item.data, path[: len(now.spec_path) + 2]), ("ports",))
            numbers = [each.get("containerPort") for each in had if each.get("name") == port]
            if numbers and port not in names_in(there):
                same = [each.get("name") for each in there if each.get("containerPort") in numbers]
                yield _port_name_gone(now.item, path, port, next(filter(None, same), None))
        elif isinstance(port, int | str) and as_port(port) not in (each.get("containerPort") for each in had):
            found = self._reach.lost_by(now, port)
            if found:
                yield _of_pods(now.item, path, port, found)


def _port_name_gone(item: Item, path: Path, name: str, instead: object) -> Result:
    remedy = f"Change it to {shown(instead)}." if instead else "Change it."
    message = f"must be a name that the container's port still has, got {shown(name)}. {remedy}"
    return item.result(codes.PORT_NAME_GONE, shown_path(path), message, current=name, proposed=instead)


def _of_service(item: Item, reference: Reference, change: PortChange) -> Result:
    there = mappings_at(change.service.readable_data, ("spec", "ports"))
    has = [_port_shown(each.get("port"), each.get("name")) for each in there]
    what = f'Service "{name_of(change.service.readable_data)}"'
    instead = change.instead_of(reference.port) or ""
    instead = reference.with_port(instead) if instead else ""
    return _warning(item, reference.path, reference.written, what, instead=instead, has=has)


def _of_pods(item: Item, path: Path, port: int | str, lost: LostPodPort, reference: Reference | None = None) -> Result:
    has = [_port_shown(each.number, each.name) for each in lost.workload.ports]
    instead = _instead(port, lost)
    if reference:
        port, instead = reference.written, reference.with_port(instead) if instead else ""
    return _warning(item, path, port, str(lost.workload.ref), instead=instead, has=has)


def _in_rule(item: Item, index: int, rule: PolicyRule, lost: LostPodPort) -> Result:
    """Return the warning for an entry of a rule: where the port in its place is listed as well, it is only removed."""
    path = rule.path_to(index)
    port: int | str = rule.keys[index] if rule.keys else get(item.loose_data, path)
    names = (lost.new_name,) if lost.new_name else ()
    if lost.new_number and any(listed and listed.holds(lost.new_number, names) for listed in rule.ports):
        message = (
            f"must be a port that {lost.workload.ref} still has, got {shown(port)}. "
            f"Remove it: {shown(_instead(port, lost))} is listed as well."
        )
        return item.result(codes.PORT_LEFT_BEHIND, shown_path(path), message, current=port)
    return _of_pods(item, path, port, lost)


def _warning(item: Item, path: Path, port: int | str, what: str, *, instead: int | str, has: list[str]) -> Result:
    if instead:
        remedy = f"Change it to {shown(instead)}."
    elif has:
        listed = ", ".join([*has[:_MOST], *(["…"] if len(has) > _MOST else [])])
        remedy = f"Change it to one that is there, or remove it: {listed}."
    else:
        remedy = "None is declared there: remove it, or change it to the app's."
    message = f"must be a port that {what} still has, got {shown(port)}. {remedy}"
    place, current, proposed = shown_path(path), port, instead or None
    return item.result(codes.PORT_LEFT_BEHIND, place, message, current=current, proposed=proposed)


def _instead(port: int | str, lost: LostPodPort) -> int | str:
    """Return the port in the place of a lost one, in its form: a number, digits, or a name; empty where none is."""
    if isinstance(port, int):
        return lost.new_number
    if port.isdecimal():
        return str(lost.new_number or "")
    return lost.new_name or lost.new_number


def _port_shown(number: object, name: object) -> str:
    return f"{shown(number)} ({shown(name)})" if name else shown(number)


def _as_it_is(service: Item) -> PortChange:
    """Return a Service that keeps its ports, so that what names it is found as well."""
    data = service.readable_data
    return PortChange(
        service=service,
        service_names=names_of(data),
        namespace=namespace_of(data),
        fronted=None,
        old_number=0,
        new_number=0,
        old_name="",
        new_name="",
    )


def _as_fronted(port: LostPodPort, services: list[Item]) -> FrontedPort:
    """Return a lost port as what is followed, with the one in its place in front, so that what names it is found."""
    workload = port.workload
    return FrontedPort(
        workload=workload,
        labels=workload.labels,
        namespace=workload.namespace,
        app_number=port.number,
        app_names=(port.name,) if port.name else (),
        app_name="",
        number=port.new_number,
        name=port.new_name,
        services=tuple(services),
        by_name=True,
    )
