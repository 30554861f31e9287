"""The places in what refers to ports: found as a run finds them, by the declarations of the kinds."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, field_spec_of
from krm_fn.references.kinds import known_of
from krm_fn.references.reference import PolicyRule
from krm_fn.resource_list.identity import group_version_of
from krm_fn.undoable.places import Field
from krm_fn.undoable.values import PORT, among, part_of
from krm_fn.yaml_text.paths import parse, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Any

    from krm_fn.function_config.generated.values import ReferrerKind
    from krm_fn.references.reference import Reference
    from krm_fn.resource_list.items import Items
    from krm_fn.undoable.places import Places
    from krm_fn.yaml_text.node import Path


_BELOW = (["number"], ["name"])
_ENDS = ("", "s", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Referrers:
    """The kinds that refer to ports, with those of the user."""

    def __init__(self, items: Items, own: Iterable[ReferrerKind]) -> None:
        self._items = items
        self._own = [field_spec_of(kind) for kind in own]

    def add(self, data: dict[str, Any], places: Places) -> bool:
        """Add the places in an object; return whether its kind is known."""
        known = known_of(data, self._own)
        for each in known:
            for place in each.places_among(self._items)(data):
                if isinstance(place, PolicyRule):
                    _add_rule(place, places)
                elif not place.fixed:
                    _add_reference(place, places)
            if isinstance(each, FieldSpec):
                _add_choices(each, data, self._items, places)
        return bool(known)


def add_unknown(data: dict[str, Any], templates: Collection[Path], places: Places) -> None:
    """Add the places in an object of a kind that is not known: the ports outside of Pods, by the names of the fields.

    The Pods' specs are at some paths. What Kubernetes itself has is known: no run writes there.
    """
    group, _ = group_version_of(data)
    if "." not in group or group.endswith(".k8s.io"):
        return
    for path, value in walk(data):
        keys = [step for step in path if isinstance(step, str)][-2:]
        key = "" if not keys else keys[0] if keys[-1:] in _BELOW else keys[-1]  # such as port, or port.number
        is_port = _means_port(key) and path[0] != "metadata" and isinstance(value, int | str)
        if is_port and not any(path[: len(spec)] == spec for spec in templates):
            places.fields[path] = Field(takes=PORT)


def _add_reference(reference: Reference, places: Places) -> None:
    """Add the place of a reference, and of entries beside its own."""
    takes = part_of(reference) if reference.before else PORT
    places.fields[reference.path] = Field(takes=takes, may_be_added=reference.absent)
    if reference.entry:
        places.lists[reference.entry[:-1]] = _is_mapping


def _add_choices(spec: FieldSpec, data: dict[str, Any], items: Items, places: Places) -> None:
    """Add the keys, the defaults and the words in the mappings that name or select Services or Pods."""
    for holder, like in spec.holders(data, items):
        if (spec.default or spec.default_field) and not spec.fixed:
            for port in spec.ports:
                places.fields[(*like.path, *_keys(port))] = Field(takes=PORT, may_be_added=True)
        if spec.app_field:
            places.keys[(*like.path, spec.app_field)] = spec.ports
        for says in spec.says if spec.scrapes else ():
            if says.field in holder:
                words = Field(takes=among((*says.words, "http")))
                places.fields[(*like.path, says.field)] = words


def _add_rule(rule: PolicyRule, places: Places) -> None:
    """Add the ports of a policy's rule, the list that holds them, and where rules are added beside it."""
    if rule.keys:
        for index in range(len(rule.keys)):  # a run adds behind what it copies
            places.copies[rule.path_to(index)] = [port.entry for port in rule.ports[:index] if port].__contains__
        return
    entries = {id(port.entry): port for port in rule.ports if port and port.first == port.last}
    for index, port in enumerate(rule.ports):
        if port and port.first == port.last:
            places.fields[rule.path_to(index)] = Field(takes=PORT)
    places.lists[rule.path] = lambda entry: id(entry) in entries
    if rule.beside and rule.is_beside:
        is_beside: Callable[[Any], bool] = rule.is_beside
        places.lists[rule.beside({}, "", None)[0][:-1]] = is_beside


def _is_mapping(entry: Any) -> bool:
    return isinstance(entry, dict)


def _means_port(key: str) -> bool:
    """Return whether a field's name has the word port: not transport or export."""
    return (key.startswith("port") and key[4:5] in _ENDS) or key.endswith(("Port", "Ports"))


def _keys(field: str) -> tuple[str, ...]:
    return tuple(step for step in parse(field) if isinstance(step, str))
