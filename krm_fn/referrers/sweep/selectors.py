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
from krm_fn.referrers.sweep.key_words import host_stem, port_stem, words_of
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
_RANGE = r"\s*([0-9]{1,5})\s*[-:]\s*([0-9]{1,5})\s*"
_NUMBERS = r"(?<![\w.-])[0-9]{1,5}(?![\w.-])"
_SEVERAL = r"\s*[0-9]{1,5}\s*(?:,\s*[0-9]{1,5}\s*)*(?:/\s*[Tt][Cc][Pp]\s*)?"
"""Ports with commas between them, and a protocol behind."""
_URL_OF_POD = r"^[a-z0-9+]+://(?:\$[({]?\w+[)}]?|\{\{[^{}]{1,80}\}\}):[0-9]{1,5}(?:/|$)"
"""A URL whose host is a variable: beside a selector that is a Pod's address."""
_ENDS = (("start", "end"), ("from", "to"), ("min", "max"), ("first", "last"))
"""The keys of a mapping that is a range of ports."""
_SELECTS = ("applabel", "podlabel")
"""Keys, in small letters, whose texts select Pods as well."""
_OWN_METADATA = frozenset(("name", "namespace", "labels", "annotations", "creationTimestamp"))
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
        """Return the port as it is now, in the form in which the old one is given; None where that is another.

        Of a range, which has the old port and not the new one, the new one.
        """
        new = self._one(port)
        return self._in_text(port) if new is None and isinstance(port, str) else new

    @property
    def numbers(self) -> tuple[int, int]:
        """The old number and the new one."""
        if isinstance(self.moved, FrontedPort):
            return self.moved.app_number, self.moved.number
        return int(self.moved.old_number), int(self.moved.new_number)

    def _in_text(self, text: str) -> str | None:
        """Return a text with the old port among others, with a protocol, or in a URL of the Pod, as it must be."""
        if not any(map(text.__contains__, ",/-:")):
            return None
        import re  # noqa: PLC0415 # few ports are such texts

        span = re.fullmatch(_RANGE, text)
        old, new = self.numbers
        if span:
            first, last = int(span[1]), int(span[2])
            return str(new) if first <= old <= last and not first <= new <= last else None
        ports = re.findall(_NUMBERS, text)
        if str(old) not in ports or str(new) in ports:
            return None
        if re.fullmatch(_SEVERAL, text) or re.search(_URL_OF_POD, text):
            return re.sub(rf"(?<![\w.-]){old}(?![\w.-])", str(new), text)
        return None

    def _one(self, port: object) -> int | str | None:
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
    words |= dict.fromkeys(search.label_values())  # for ranges, in which the number is not written
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
    if isinstance(moved, FrontedPort) and isinstance(port, str) and not (port.isdecimal() or port in moved.app_names):
        is_range = str(new) not in port and new == str(moved.number)
        message = (
            f"has port {moved.app_number} of {moved.workload.ref} in it, and not port {moved.number} of the proxy in "
            f"front of it: what goes there passes the proxy by. "
            f"{'Add' if is_range else 'Change it to'} {shown(new)}, unless the app is meant."
        )
        proposed = None if is_range else new
        return item.result(codes.POD_PORT_IN_FIELDS, place, message, current=port, proposed=proposed)
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
        moved += [_service(each) for each in resolver.changes if each.is_renamed and each.has_numbers]
        self._moved = moved
        self._by_label = LabelIndex(each.labels for each in moved)
        self._by_workload: dict[tuple[str, str], list[Selected]] = {}
        for each in moved:
            self._by_workload.setdefault(each.workload, []).append(each)

    @property
    def moved(self) -> list[FrontedPort | PortChange]:
        """What moved, and is searched for."""
        return [each.moved for each in self._moved]

    def label_values(self) -> Iterator[str]:
        """Yield the values of labels of the Pods that are searched for."""
        for each in self._moved:
            if isinstance(each.moved, FrontedPort):
                yield from (str(value) for value in each.labels.values() if value)

    def ports_of(self, data: dict[str, Any]) -> Iterator[tuple[Path, Any, Selected]]:
        """Yield the old ports that an object names of what it selects, each with that."""
        done: set[Path] = set()
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
                if _is_passed_over(key, below) or not _SOURCES.isdisjoint(words_of(key)):
                    continue
                if meant and _is_port(value, key, path):
                    found = _matching((*path, key), _range_from(value, key) or below, meant, done)
                    yield from (each for each in found if _is_of_pods(get(data, each[0][:-1]), each[0][-1]))
                rest.append(((*path, key), below, meant, space))

    def _selected(self, holder: dict[str, Any], namespace: str) -> Iterator[list[Selected]]:
        """Yield what each selector in a mapping, or right below one of its keys, selects of what moved."""
        for key, value in holder.items():
            words = words_of(key)
            if key in _PASSED_OVER or not _SOURCES.isdisjoint(words):
                continue
            if isinstance(value, dict) and words == ("scale", "target", "ref") and "kind" not in value:
                value = {**value, "kind": "Deployment"}  # noqa: PLW2901 # KEDA's default
            if isinstance(value, dict | str) and _is_selector(words):
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
            if isinstance(value, dict | str) and _is_selector(words_of(key)):
                yield self._of_selector(value, namespace)

    def _of_selector(self, selector: dict[str, Any] | str, namespace: str) -> list[Selected]:
        if isinstance(selector, str):
            return self._of_query(selector, namespace)
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
        return self._having(requirements, namespace)

    def _of_query(self, text: str, namespace: str) -> list[Selected]:
        """Return what a selector in the form of kubectl's option selects."""
        from krm_fn.selectors.label_query import parse  # noqa: PLC0415 # few selectors are texts

        try:
            return self._having(parse(text), namespace) if "=" in text or " in " in text else []
        except ValueError:
            return []

    def _having(self, requirements: list[tuple[str, str, list[Any]]], namespace: str) -> list[Selected]:
        if not requirements:
            return []
        possible = (self._moved[position] for position in self._by_label.having(required_label(requirements)))
        return [
            each
            for each in possible
            if _is_in(each, namespace) and all(meets(requirement, each.labels) for requirement in requirements)
        ]


def _is_selector(words: Stem) -> bool:
    return words[-1:] in (("labels",), ("selector",)) or "selector" in words or "".join(words) in _SELECTS


def _is_passed_over(key: str, value: Any) -> bool:
    """Return whether what is under a key is not searched: the metadata of an object; that of a trigger of KEDA is."""
    is_of_trigger = key == "metadata" and isinstance(value, dict) and _OWN_METADATA.isdisjoint(value)
    return key in _PASSED_OVER and not is_of_trigger


def _is_port(holder: dict[str, Any], key: str, path: Path) -> bool:
    """Return whether a key of a mapping holds ports, or a text that may have one; or is that of such a variable.

    In the metadata of a trigger it is the port of a host that is named there.
    """
    if port_stem(key) is not None or "port" in words_of(key):
        stem = port_stem(key)
        return path[-1:] != ("metadata",) or all(host_stem(each) != stem for each in holder)
    if key == "value" and isinstance(holder.get("name"), str):
        return port_stem(holder["name"]) is not None and "target" in words_of(holder["name"])
    value = holder[key]
    return isinstance(value, str) and "://" in value


def _range_from(holder: dict[str, Any], key: str) -> str:
    """Return the range that begins with the port under a key; empty where that is a port alone."""
    first, last = holder[key], holder.get("endPort")
    return f"{first}-{last}" if key == "port" and isinstance(first, int) and isinstance(last, int) else ""


def _is_in(each: Selected, namespace: str) -> bool:
    """Return whether an object may be about something in a namespace: it is there, or in none."""
    return not namespace or may_be_one(namespace, each.namespace)


def _is_of_pods(holder: Any, key: Step) -> bool:
    """Return whether a port may be the Pods': not where the Pods' is beside it, nor where it is not of TCP."""
    return not (isinstance(holder, dict) and ((key != _TARGET and _TARGET in holder) or speaks_no_tcp(holder)))


def _matching(path: Path, value: Any, meant: list[Selected], done: set[Path]) -> Iterator[tuple[Path, Any, Selected]]:
    """Yield the ports under a port's key that are the app's, also those that are keys themselves.

    None of a place that is done, and none in a list that has the new port too.
    """
    if isinstance(value, dict):
        for first, last in _ENDS:
            if isinstance(value.get(first), int) and isinstance(value.get(last), int):
                yield from _ours(path, f"{value[first]}-{value[last]}", meant)
                done.update(((*path, first), (*path, last)))
        for key in value:
            if str(key).isdecimal():
                yield from _ours((*path, key), str(key), meant)
    several = [(place, port) for place, port in ports_in(path, value) if place not in done]
    there = {str(port) for _, port in several}
    done.update(place for place, _ in several)
    for place, port in several:
        holder = value
        for step in place[len(path) : -1]:
            holder = holder[step]
        whole = _range_from(holder, str(place[-1])) if isinstance(holder, dict) and place[-1] in holder else ""
        yield from (each for each in _ours(place, whole or port, meant) if str(each[2].instead_of(port)) not in there)


def _ours(path: Path, port: Any, meant: list[Selected]) -> Iterator[tuple[Path, Any, Selected]]:
    for each in meant:
        if isinstance(port, int | str) and each.instead_of(port) not in (None, port):
            yield path, port, each
            return
