"""The output of a run that left no record: recognised by what is in it, and refused, as nothing says how to undo it.

| what is found in an object without a record                             | it is the output of            |
|-------------------------------------------------------------------------|--------------------------------|
| the annotation with a checksum, on a Pod template                       | the ProxySidecar in its key    |
| a container that runs with, or has the name of the owner of, a mounted  | the owner of the ConfigMap     |
| ConfigMap that is marked as ours                                        |                                |
| a container under our name that runs with a ConfigMap of our name       | this ProxySidecar              |

What a controller made of such an object, such as a Pod, has no record either, and is left alone.
"""

from __future__ import annotations

import re

from krm_fn import codes
from krm_fn.config_maps.reconcile import config_maps_of
from krm_fn.ledger.annotations import CHECKSUM_PREFIX, OWN_DOMAIN, OWNER, RECORD_PREFIX
from krm_fn.record import Record
from krm_fn.resource_list.identity import annotations_of, may_be_one, metadata_of, name_of, namespace_of
from krm_fn.workload.services import selector_of
from krm_fn.yaml_text.paths import get, list_at, mapping_at, mappings_at, shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.yaml_text.node import Path


_FEW = 8
"""Names that are searched for one by one."""
_NAME = re.compile(rb"[a-z0-9.-]+")


class Found(Record):
    """A container that mounts a ConfigMap of a ProxySidecar, as the sidecar of that does."""

    path: Path
    container: dict[str, Any]
    config_map: str
    runs_with_it: bool
    """Whether its command names a file of the ConfigMap."""


def unrecorded(items: Items, owners: Sequence[str]) -> list[Result]:
    """Return an error for each object that is the output of one of some ProxySidecars, and has no record of it."""
    found: list[Result] = []
    for owner in owners:
        config_maps = config_maps_of(items, owner)
        names = {name_of(item.data) for item in config_maps}
        possible = dict.fromkeys(items.mentioning(CHECKSUM_PREFIX + owner, OWN_DOMAIN))
        if names:
            possible |= {item: None for item in items.mentioning("configMap") if _mentions_any(item, names)}
        for item in possible:
            data = item.readable_data
            if RECORD_PREFIX + owner not in annotations_of(data) and "ownerReferences" not in metadata_of(data):
                found += _output(item, owner, _names_for(item, config_maps), items)
    return found


def sidecars_beside(item: Item, items: Items) -> dict[str, str]:
    """Return the containers of an object that run with a ConfigMap of ours, and the names of their ProxySidecars."""
    owners = {
        name_of(each.data): str(annotations_of(each.data)[OWNER])
        for each in items.mentioning(OWNER, OWN_DOMAIN)
        if each.kind == "ConfigMap" and OWNER in annotations_of(each.readable_data)
    }
    return {
        str(each.container.get("name")): owners[each.config_map]
        for each in _mounting(item.readable_data, dict.fromkeys(owners))
        if each.runs_with_it
    }


def runs_with_a_config_map(item: Item, path: Path) -> bool:
    """Return whether the container at a path has a command with a file of a ConfigMap that it mounts."""
    return any(each.path == path and each.runs_with_it for each in _mounting(item.readable_data))


def output_under_our_name(item: Item, container: str, config_map: str, owner: str, items: Items) -> list[Result]:
    """Return an error where a container of our name runs with a ConfigMap of our name: none of a mark is needed."""
    found = [
        each
        for each in _mounting(item.readable_data, {config_map: None})
        if each.runs_with_it and each.container.get("name") == container
    ]
    return [_refused(item, owner, found, [], items)] if found else []


def _mentions_any(item: Item, names: set[str]) -> bool:
    """Return whether an item's text has one of some names. It is read once where there are many."""
    if len(names) <= _FEW:
        return any(map(item.mentions, names))
    return not names.isdisjoint(name.decode() for name in _NAME.findall(item.original))


def _names_for(item: Item, config_maps: Sequence[Item]) -> dict[str, None]:
    """Return the names of those ConfigMaps that are in an object's namespace."""
    own = namespace_of(item.readable_data)
    spaces = [(name_of(each.data), namespace_of(each.data)) for each in config_maps]
    return {name: None for name, space in spaces if not space or may_be_one(space, own)}


def _output(item: Item, owner: str, names: Mapping[str, None], items: Items) -> Iterator[Result]:
    data = item.readable_data
    checksums = [path for path, _ in walk(data) if path[-1:] == (CHECKSUM_PREFIX + owner,)]
    mounting = _mounting(data, names)
    found = [each for each in mounting if each.runs_with_it or each.container.get("name") == owner]
    if checksums or found:
        yield _refused(item, owner, found, checksums, items)


def _mounting(data: dict[str, Any], names: Mapping[str, None] | None = None) -> list[Found]:
    """Return the containers, in any Pod template of an object, that mount one of some ConfigMaps, or any."""
    found = []
    for path, pod in walk(data):
        volumes = mappings_at(pod, ("volumes",))
        named = [(str(volume.get("name")), str(get(volume, ("configMap", "name")))) for volume in volumes]
        ours = {volume: name for volume, name in named if (name in names if names is not None else name != "None")}
        for field in ("containers", "initContainers") if ours else ():
            for index, container in enumerate(list_at(pod, (field,))):
                for mount in mappings_at(container, ("volumeMounts",)):
                    name = ours.get(str(mount.get("name")))
                    if name is not None:
                        each = Found(
                            path=(*path, field, index),
                            container=container,
                            config_map=name,
                            runs_with_it=_runs_with(container, f"{mount.get('mountPath')}/"),
                        )
                        found.append(each)
    return found


def _runs_with(container: dict[str, Any], folder: str) -> bool:
    words = [*list_at(container, ("command",)), *list_at(container, ("args",))]
    return any(str(word).startswith(folder) for word in words)


def _refused(item: Item, owner: str, found: Sequence[Found], checksums: Sequence[Path], items: Items) -> Result:
    evidence = [f'container "{each.container.get("name")}" mounts ConfigMap {each.config_map}' for each in found]
    evidence += [f"there is the annotation {path[-1]}" for path in checksums[:1]]
    services = [name for each in found for name in _services(item, each, items)]
    evidence += [f"Service {', '.join(dict.fromkeys(services))} routes to that container"] if services else []
    message = (
        f'must be as it was before the ProxySidecar "{owner}" was added, got the output of that, without a record of '
        f"how to undo it: {'; '.join(evidence)}. Run it on the source instead. If only the record was lost, put the "
        f"annotation {RECORD_PREFIX}{owner} back."
    )
    return item.result(codes.NO_RECORD, shown_path(found[0].path if found else checksums[0]), message)


def _services(item: Item, found: Found, items: Items) -> Iterator[str]:
    """Yield the names of the Services that route to a port of a container."""
    ports = mappings_at(found.container, ("ports",))
    targets = {str(port[field]) for port in ports for field in ("name", "containerPort") if field in port}
    labels = mapping_at(item.readable_data, (*found.path[:-3], "metadata", "labels"))
    for service in items.of_kind("Service"):
        selector = selector_of(service.readable_data)
        is_beside = may_be_one(namespace_of(service.readable_data), namespace_of(item.readable_data))
        routed = {str(port.get("targetPort")) for port in mappings_at(service.readable_data, ("spec", "ports"))}
        if is_beside and selector and selector.items() <= labels.items() and routed & targets:
            yield name_of(service.data)
