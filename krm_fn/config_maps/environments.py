"""Environments: the variables of containers that take some of them from ConfigMaps, and where each value is written."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.yaml_text.paths import get, list_at, mapping_at, mappings_at, text_in, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path

    Container: TypeAlias = tuple[Item, Path]

_REFERENCES = ("configMapRef", "configMapKeyRef")


class Variable(Record):
    """The value of a variable, and the object and the place in which it is written."""

    value: str
    item: Item
    path: Path


def environments(item: Item, items: Items) -> Iterator[tuple[Item, dict[str, Variable]]]:
    """Yield the variables of each container that takes some from ConfigMaps, with the object that it is in.

    Of an object those of its containers; of a ConfigMap those of the containers that take some from it.
    """
    if item.kind == "ConfigMap":
        found: dict[str, list[Container]] = items.once("containers by their ConfigMaps", lambda: _by_config_map(items))
        users = found.get(name_of(item.readable_data), [])
        containers = [each for each in users if _is_in_reach(item, each[0], items)]
    else:
        containers = [(item, path) for path, _ in _containers(item)]
    for holder, path in containers:
        yield holder, _variables(holder, path, items)


def _by_config_map(items: Items) -> dict[str, list[Container]]:
    found: dict[str, list[Container]] = {}
    for item in dict.fromkeys(each for word in _REFERENCES for each in items.mentioning(word)):
        for path, names in _containers(item):
            for name in names:
                found.setdefault(name, []).append((item, path))
    return found


def _containers(item: Item) -> Iterator[tuple[Path, set[str]]]:
    """Yield where containers are that take variables from ConfigMaps, and the names of these."""
    if not any(map(item.mentions, _REFERENCES)):
        return
    for path, value in walk(item.readable_data):
        if isinstance(value, dict) and ("env" in value or "envFrom" in value):
            named = [mapping_at(each, ("configMapRef",)) for each in mappings_at(value, ("envFrom",))]
            named += [mapping_at(each, ("valueFrom", "configMapKeyRef")) for each in mappings_at(value, ("env",))]
            names = {text_in(each, "name") for each in named} - {""}
            if names:
                yield path, names


def _variables(holder: Item, path: Path, items: Items) -> dict[str, Variable]:
    """Return the variables of a container; a later one of the same name counts."""
    container, found = get(holder.readable_data, path), {}
    for each in mappings_at(container, ("envFrom",)):
        taken = _config_map(text_in(each.get("configMapRef"), "name"), holder, items)
        for key, value in _texts(taken).items():
            if taken and isinstance(value, str):
                name = f"{text_in(each, 'prefix')}{key}"
                found[name] = Variable(value=value, item=taken, path=("data", key))
    for position, each in enumerate(list_at(container, ("env",))):
        name, value = text_in(each, "name"), get(each, ("value",))
        source = mapping_at(each, ("valueFrom", "configMapKeyRef"))
        taken, key = _config_map(text_in(source, "name"), holder, items), text_in(source, "key")
        if name and isinstance(value, str):
            found[name] = Variable(value=value, item=holder, path=(*path, "env", position, "value"))
        elif name and taken and isinstance(text := _texts(taken).get(key), str):
            found[name] = Variable(value=text, item=taken, path=("data", key))
    return found


def _texts(config_map: Item | None) -> dict[str, Any]:
    return mapping_at(config_map.readable_data, ("data",)) if config_map else {}


def _config_map(name: str, holder: Item, items: Items) -> Item | None:
    named = items.of_kind("ConfigMap", words=[name]) if name else []
    return next(
        (each for each in named if name_of(each.readable_data) == name and _is_in_reach(each, holder, items)), None
    )


def _is_in_reach(config_map: Item, holder: Item, items: Items) -> bool:
    return items.are_one(namespace_of(config_map.readable_data), namespace_of(holder.readable_data))
