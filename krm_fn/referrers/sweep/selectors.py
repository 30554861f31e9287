"""Report what selects Pods that have a proxy now, or Services whose ports moved, and still names the old port.

| a mapping around the port, or the object           | and the port is                 | then                          |
|----------------------------------------------------|---------------------------------|-------------------------------|
| selects the Pods, or names their workload          | the app's, by number or name    | a warning                     |
| selects the Service by its labels                  | its old one                     | a warning                     |
| is a workload or a Service, or a row is about it   |                                 | nothing: decided elsewhere    |
| selects others, or says where requests come from   |                                 | nothing: it is another's port |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.referrers.sweep.covered import is_written
from krm_fn.referrers.sweep.key_words import port_stem, words_of
from krm_fn.referrers.sweep.pairs import ports_in, speaks_no_tcp
from krm_fn.referrers.sweep.spaces import Space
from krm_fn.resource_list.identity import labels_of, may_be_one, name_of
from krm_fn.selectors.label_index import LabelIndex, required_label
from krm_fn.selectors.label_selector import meets, requirements_of
from krm_fn.services.port_changes import FrontedPort
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.referrers.sweep.covered import Covered
    from krm_fn.referrers.sweep.key_words import Stem
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import PortChange
    from krm_fn.yaml_text.node import Path, Step

_TARGET = "targetPort"
_LABELS = ("labels", "labelSelectors", "labelSelector")
_SOURCES = frozenset(("from", "source", "sources", "client", "clients", "except", "peers"))
"""Words in keys below which it says where requests come from."""
_PASSED_OVER = frozenset(("metadata", "status"))


class Selected(Record):
    """Pods or a Service that have labels, and whose port moved."""

    labels: dict[str, Any]
    namespace: str
    workload: tuple[str, str]
    """Its kind and name; empty where it is a Service."""
    moved: FrontedPort | PortChange

    def instead_of(self, port: object) -> int | str | None:
        """Return the port as it is now, in the form in which the old one is given; None where that is another."""
        if isinstance(self.moved, FrontedPort):
            return self.moved.instead_of(port, name_is_known=True)
        return self.moved.instead_of(port)


def unfollowed_selectors(
    items: Items, kinds: Collection[str], resolver: PortResolver, drafts: Drafts, covered: Covered
) -> Iterator[Result]:
    """Yield a warning for each old port in an object of some kinds that selects its Pods or its Service.

    None for a place that a row is about.
    """
    search = SelectorSearch(resolver)
    words = dict.fromkeys(word for each in search.moved for word in _old_ports(each))
    for item in items.mentioning_any(list(words)):
        if item.kind in kinds:
            for path, port, found in search.ports_of(drafts.data_of(item)):
                if not (covered.has(item, path) or is_written(item, path, drafts)):
                    yield _warning(item, path, port, found)


def _pods(fronted: FrontedPort) -> Selected:
    workload = fronted.workload.item.kind, name_of(fronted.workload.item.readable_data)
    return Selected(labels=fronted.labels, namespace=fronted.namespace, workload=workload, moved=fronted)


def _service(change: PortChange) -> Selected:
    labels = labels_of(change.service.readable_data)
    return Selected(labels=labels, namespace=change.namespace, workload=("", ""), moved=change)


def _old_ports(moved: FrontedPort | PortChange) -> tuple[str, ...]:
    """Return the number and the names that do not mean what they meant."""
    if isinstance(moved, FrontedPort):
        return str(moved.app_number), *(name for name in moved.app_names if name != moved.name)
    return tuple(filter(None, (str(moved.old_number), moved.old_name)))


def _warning(item: Item, path: Path, port: Any, found: Selected) -> Result:
    new, moved, place = found.instead_of(port), found.moved, shown_path(path)
    if isinstance(moved, FrontedPort):
        message = (
            f"looks like port {shown(port)} of {moved.workload.ref}, which has port {moved.number} of the proxy in "
            f"front of it now: what goes there passes the proxy by. Change it to {shown(new)}, unless the app is meant."
        )
        return item.result(codes.POD_PORT_IN_FIELDS, place, message, current=port, proposed=new)
    message = f"looks like the old port of Service {shown(moved.service_names[0])}. Change it to {shown(new)}."
    return item.result(codes.ADDRESS_IN_FIELDS, place, message, current=port, proposed=new)


class SelectorSearch:
    """The search of objects for the ports of what they select."""

    def __init__(self, resolver: PortResolver) -> None:
        moved = [_pods(each) for each in resolver.fronted]
        moved += [_service(each) for each in resolver.changes if each.is_renamed]
        self._moved = moved
        self._by_label = LabelIndex(each.labels for each in moved)
        self._by_workload: dict[tuple[str, str], list[Selected]] = {}
        for each in moved:
            self._by_workload.setdefault(each.workload, []).append(each)

    @property
    def moved(self) -> list[FrontedPort | PortChange]:
        """What moved, and is searched for."""
        return [each.moved for each in self._moved]

    def ports_of(self, data: dict[str, Any]) -> Iterator[tuple[Path, Any, Selected]]:
        """Yield the old ports that an object names of what it selects, each with that."""
        rest: list[tuple[Path, Any, list[Selected], Space]] = [((), data, [], Space(namespace=""))]
        while rest:
            path, value, meant, space = rest.pop()
            if isinstance(value, list):
                rest += [((*path, index), each, meant, space) for index, each in enumerate(value)]
            if not isinstance(value, dict):
                continue
            space = space.inside(value)
            selected = list(self._selected(value, space.namespace))
            meant = [each for few in selected for each in few] if selected else meant
            for key, below in value.items():
                if key in _PASSED_OVER or not _SOURCES.isdisjoint(words_of(key)):
                    continue
                if meant and (port_stem(key) is not None or "port" in words_of(key)):
                    found = _matching((*path, key), below, meant)
                    yield from (each for each in found if _is_of_pods(get(data, each[0][:-1]), each[0][-1]))
                rest.append(((*path, key), below, meant, space))

    def _selected(self, holder: dict[str, Any], namespace: str) -> Iterator[list[Selected]]:
        """Yield what each selector in a mapping, or right below one of its keys, selects of what moved."""
        for key, value in holder.items():
            words = words_of(key)
            if key in _PASSED_OVER or not _SOURCES.isdisjoint(words):
                continue
            if isinstance(value, dict) and _is_selector(words):
                yield self._of_selector(value, namespace)
            else:
                for each in value if isinstance(value, list) else (value,):
                    if isinstance(each, dict):
                        yield from self._in_reference(each, namespace)

    def _in_reference(self, holder: dict[str, Any], namespace: str) -> Iterator[list[Selected]]:
        """Yield the workload that a mapping names, or what a selector in it selects, as far as it moved."""
        name, kind = holder.get("name"), holder.get("kind")
        if isinstance(name, str) and isinstance(kind, str):
            found = self._by_workload.get((kind, name))
            if found:
                yield [each for each in found if _is_in(each, namespace)]
        for key, value in holder.items():
            if isinstance(value, dict) and _is_selector(words_of(key)):
                yield self._of_selector(value, namespace)

    def _of_selector(self, selector: dict[str, Any], namespace: str) -> list[Selected]:
        labels = next((selector[key] for key in _LABELS if isinstance(selector.get(key), dict)), selector)
        selector = labels
        if not any(key in selector for key in ("matchLabels", "matchExpressions")):
            if not all(isinstance(value, str | int) for value in selector.values()):
                return []
            selector = {"matchLabels": selector}
        requirements = [
            (key.removeprefix("k8s:").removeprefix("any:"), operator, values)  # Cilium's sources
            for key, operator, values in requirements_of(selector)
        ]
        if not requirements:
            return []
        possible = (self._moved[position] for position in self._by_label.having(required_label(requirements)))
        return [
            each
            for each in possible
            if _is_in(each, namespace) and all(meets(requirement, each.labels) for requirement in requirements)
        ]


def _is_selector(words: Stem) -> bool:
    return words[-1:] in (("labels",), ("selector",)) or "selector" in words


def _is_in(each: Selected, namespace: str) -> bool:
    """Return whether an object may be about something in a namespace: it is there, or in none."""
    return not namespace or may_be_one(namespace, each.namespace)


def _is_of_pods(holder: Any, key: Step) -> bool:
    """Return whether a port may be the Pods': not where the Pods' is beside it, nor where it is not of TCP."""
    return not (isinstance(holder, dict) and ((key != _TARGET and _TARGET in holder) or speaks_no_tcp(holder)))


def _matching(path: Path, value: Any, meant: list[Selected]) -> Iterator[tuple[Path, Any, Selected]]:
    """Yield the ports under a port's key that are the app's, also those that are keys themselves."""
    if isinstance(value, dict):
        for key in value:
            if str(key).isdecimal():
                yield from _ours((*path, key), str(key), meant)
    for place, port in ports_in(path, value):
        yield from _ours(place, port, meant)


def _ours(path: Path, port: Any, meant: list[Selected]) -> Iterator[tuple[Path, Any, Selected]]:
    for each in meant:
        if isinstance(port, int | str) and each.instead_of(port) not in (None, port):
            yield path, port, each
            return
