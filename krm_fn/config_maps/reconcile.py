"""The ConfigMaps that hold configuration and static files: found among the items, made, kept up to date, pruned."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import CONTENT, MANAGED_BY, MANAGER, OWN_DOMAIN, OWNER
from krm_fn.ledger.digest import digest
from krm_fn.resource_list.identity import (
    PATH_ANNOTATIONS,
    annotations_of,
    name_of,
    names_of,
    namespace_of,
    ref_of,
)
from krm_fn.resource_list.items import NewItem
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.config_maps.config_map import DesiredConfigMap
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items, Resources
    from krm_fn.result import ResourceRef
    from krm_fn.yaml_text.node import Path

_CONTENT = ("data", "binaryData")
PACKAGE_PATH = "internal.config.kubernetes.io/package-path"


def find_config_map(items: Items, name: str, namespace: str) -> Item | None:
    """Return the ConfigMap of a name, as it is now or was before kustomize changed it."""
    for item in items.mentioning(name):
        data = item.readable_data if item.kind == "ConfigMap" else {}
        if name in names_of(data) and namespace_of(data) in (namespace, ""):
            return item
    return None


def config_maps_of(items: Items, *owners: str) -> list[Item]:
    """Return the ConfigMaps that bear the mark of one of some ProxySidecars."""
    return [item for item in items.mentioning(OWNER, OWN_DOMAIN) if is_ours(item, *owners)]


def is_ours(item: Item, *owners: str) -> bool:
    """Tell whether a ConfigMap bears the mark of one of some ProxySidecars."""
    return item.kind == "ConfigMap" and annotations_of(item.readable_data).get(OWNER) in owners


def write_config_map(
    wanted: DesiredConfigMap, ref: ResourceRef, resources: Resources, beside: Item | None = None
) -> tuple[str, list[Result]]:
    """Put a ConfigMap in, or bring ours up to date; return its name as it is now, and a warning where edits are lost.

    A new one lies beside the file of the item given. A FunctionError where another has the name.
    """
    owner = ref.name
    found = find_config_map(resources.items, wanted.name, wanted.namespace)
    if found is None:
        data = _new(wanted, owner, beside.file_annotations if beside else {})
        resources.new_items.append(NewItem(data=data, beside=beside))
        return wanted.name, []
    if not is_ours(found, owner):
        holder = annotations_of(found.data).get(OWNER)
        whose = f'is of the ProxySidecar "{holder}"' if holder else "was not made by this function"
        message = f'must be free, got "{wanted.name}": {ref_of(found.data)} {whose}. Set another name.'
        raise FunctionError(Result(code=codes.CONFIG_MAP_NAME_TAKEN, ref=ref, path=wanted.field, message=message))
    return name_of(found.data), _update(found, wanted)


def prune(resources: Resources, owners: Iterable[str], wanted: Iterable[DesiredConfigMap]) -> list[Result]:
    """Take out the ConfigMaps that bear the mark and are not wanted any more."""
    kept = {(config.name, config.namespace) for config in wanted}
    ours = config_maps_of(resources.items, *owners)
    stale = [item for item in ours if kept.isdisjoint((name, namespace_of(item.data)) for name in names_of(item.data))]
    results = [result for item in stale for result in lost_edits(item)]
    for item in stale:
        item.removed = True
    return results + [
        item.result(codes.CONFIG_MAP_PRUNED, "metadata.name", "is not wanted any more; taken out.") for item in stale
    ]


def _new(wanted: DesiredConfigMap, owner: str, beside: dict[str, Any]) -> dict[str, Any]:
    annotations = {OWNER: owner, CONTENT: digest(_content(wanted))}
    path = str(beside.get(PATH_ANNOTATIONS[0]) or "")
    if path:
        folder = path.rpartition("/")[0]
        annotations[PATH_ANNOTATIONS[0]] = "/".join(filter(None, (folder, f"configmap_{wanted.name}.yaml")))
    if path and PACKAGE_PATH in beside:
        annotations[PACKAGE_PATH] = str(beside[PACKAGE_PATH])
    metadata: dict[str, Any] = {"name": wanted.name}
    if wanted.namespace:
        metadata["namespace"] = wanted.namespace
    metadata["labels"] = _labels(wanted)
    metadata["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **_content(wanted)}


def _labels(wanted: DesiredConfigMap) -> dict[str, str]:
    return {MANAGED_BY: MANAGER, **wanted.labels}


def _content(wanted: DesiredConfigMap) -> dict[str, dict[str, str]]:
    content = dict(zip(_CONTENT, (wanted.data, wanted.binary_data), strict=True))
    return {key: value for key, value in content.items() if value}


def _update(item: Item, wanted: DesiredConfigMap) -> list[Result]:
    """Make our own ConfigMap what is wanted; return a warning where that undoes an edit by hand.

    It is written as if it were new. Other annotations stay: they are the hosts'.
    """
    content = _content(wanted)
    annotations = {**annotations_of(item.data), CONTENT: digest(content)}
    parts: dict[Path, Any] = {
        ("metadata", "namespace"): wanted.namespace or namespace_of(item.data) or None,
        ("metadata", "labels"): _labels(wanted),
        ("metadata", "annotations"): annotations,
        **{(key,): content.get(key) for key in _CONTENT},
    }
    if all(get(item.data, path) == value for path, value in parts.items()):
        return []
    results = lost_edits(item) if _held(item.data) != content else []
    editor = item.editor()
    for path in parts:
        if get(editor.data, path) is not None or path[-1] in get(editor.data, path[:-1]):
            editor.remove(path)
    for path, value in parts.items():
        if value:
            editor.add(path, value)
    item.take(editor)
    return results


def lost_edits(item: Item) -> list[Result]:
    """Return a warning where one of our ConfigMaps was edited by hand."""
    if annotations_of(item.data).get(CONTENT) in (None, digest(_held(item.data))):
        return []
    message = (
        "was changed since this function made it: these changes are gone. Set in the functionConfig what must stay."
    )
    return [item.result(codes.CONFIG_MAP_EDITS_LOST, "data", message)]


def _held(data: dict[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in _CONTENT if data.get(key)}
