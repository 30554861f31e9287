"""The ConfigMaps that hold configuration and static files: found among the items, made, kept up to date, pruned."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.config_map import conflicting, file_name, size_problems
from krm_fn.hosts import file_beside
from krm_fn.ledger.annotations import CONTENT, MANAGED_BY, MANAGER, OWN_DOMAIN, OWNER
from krm_fn.ledger.digest import digest
from krm_fn.resource_list.identity import (
    annotations_of,
    name_of,
    names_of,
    namespace_of,
    ref_of,
)
from krm_fn.resource_list.items import NewItem
from krm_fn.result import ResourceRef, Result
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from typing import Any

    from krm_fn.config_maps.config_map import DesiredConfigMap
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items, Resources
    from krm_fn.yaml_text.edit import Editor
    from krm_fn.yaml_text.node import Path

_CONTENT = ("data", "binaryData")


def find_config_map(items: Items, name: str, namespace: str) -> Item | None:
    """Return the ConfigMap of a name, as it is now or was before kustomize changed it."""
    for item in items.mentioning(name):
        data = item.readable_data if item.kind == "ConfigMap" else {}
        if name in names_of(data) and namespace_of(data) in (namespace, ""):
            return item
    return None


def config_maps_of(items: Items, *owners: str) -> list[Item]:
    """Return the ConfigMaps that have the mark of one of some ProxySidecars."""
    return [item for item in items.mentioning(OWNER, OWN_DOMAIN, with_local=True) if is_ours(item, *owners)]


def is_ours(item: Item, *owners: str) -> bool:
    """Return whether a ConfigMap has the mark of one of some ProxySidecars."""
    return item.kind == "ConfigMap" and annotations_of(item.readable_data).get(OWNER) in owners


class ConfigMapPlan:
    """The ConfigMaps that a run needs: which of the items they are, which are made, rewritten and removed.

    Nothing is changed before `apply`. Rewritten ones, and all there is to report, are among the drafts.
    """

    def __init__(self, items: Items, drafts: Drafts) -> None:
        self._items = items
        self._ref = drafts.ref
        self._drafts = drafts
        self._desired: dict[tuple[str, str], tuple[DesiredConfigMap, str]] = {}
        self._created: list[NewItem] = []

    def check(self, desired: DesiredConfigMap) -> None:
        """Report what is wrong with a ConfigMap by itself."""
        self._drafts.report(*size_problems(desired, lambda: _new(desired, self._ref.name, {}), self._ref))

    def need(self, desired: DesiredConfigMap, beside: Item | None = None) -> str:
        """Return the current name of a ConfigMap that is needed, which is made or brought up to date.

        A new one goes beside the file of the item given. Errors among the results where another has its name.
        """
        earlier = self._desired.get(desired.key)
        if earlier:
            if earlier[0] != desired:
                self._drafts.report(conflicting(desired, self._ref))
            return earlier[1]
        name = self._reconciled(desired, beside)
        self._desired[desired.key] = desired, name
        return name

    def stale(self) -> list[Item]:
        """Return the ConfigMaps that this ProxySidecar made and that are not needed any more."""
        return stale_config_maps(self._items, [self._ref.name], self._desired)

    def apply(self, resources: Resources) -> None:
        """Add the new ones. The others are written with the drafts."""
        resources.new_items += self._created

    def _reconciled(self, desired: DesiredConfigMap, beside: Item | None) -> str:
        found = find_config_map(self._items, desired.name, desired.namespace)
        if found is None:
            data = _new(desired, self._ref.name, beside.file_annotations if beside else {})
            self._created.append(NewItem(data=data, beside=beside))
        elif not is_ours(found, self._ref.name):
            self._drafts.report(_taken(found, desired, self._ref))
            return desired.name
        else:
            _update(found, desired, self._drafts)
        name = desired.name if found is None else name_of(found.data)
        of = ResourceRef(api_version="v1", kind="ConfigMap", name=name, namespace=desired.namespace)
        keys = ", ".join([*desired.data, *desired.binary_data])
        message = f'holds {keys} for the ProxySidecar "{self._ref.name}".'
        self._drafts.report(Result(code=codes.CONFIG_MAP_WRITTEN, ref=of, path="data", message=message))
        return name


def stale_config_maps(items: Items, owners: Iterable[str], needed: Container[tuple[str, str]]) -> list[Item]:
    """Return the ConfigMaps that have the mark of some ProxySidecars, without those of these names and namespaces."""
    return [
        item
        for item in config_maps_of(items, *owners)
        if not any((name, namespace_of(item.data)) in needed for name in names_of(item.data))
    ]


def prune(stale: list[Item]) -> list[Result]:
    """Remove ConfigMaps that are not needed any more; return what was done, and a warning where edits are lost."""
    results = [result for item in stale for result in lost_edits(item)]
    for item in stale:
        item.removed = True
    message = "is not needed any more; removed."
    return results + [item.result(codes.CONFIG_MAP_PRUNED, "metadata.name", message) for item in stale]


def _taken(holder: Item, desired: DesiredConfigMap, ref: ResourceRef) -> Result:
    owner = annotations_of(holder.data).get(OWNER)
    whose = f'belongs to the ProxySidecar "{owner}"' if owner else "was not made by this function"
    message = f'must be free, got "{desired.name}": {ref_of(holder.data)} {whose}. Set another name.'
    return Result(code=codes.CONFIG_MAP_NAME_TAKEN, ref=ref, path=desired.field, message=message)


def _new(desired: DesiredConfigMap, owner: str, beside: dict[str, Any]) -> dict[str, Any]:
    file = file_beside(beside, file_name(desired.name))
    annotations = {OWNER: owner, CONTENT: digest(_content(desired)), **file}
    metadata: dict[str, Any] = {"name": desired.name}
    if desired.namespace:
        metadata["namespace"] = desired.namespace
    metadata["labels"] = _labels(desired)
    metadata["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **_content(desired)}


def _labels(desired: DesiredConfigMap) -> dict[str, str]:
    return {MANAGED_BY: MANAGER, **desired.labels}


def _content(desired: DesiredConfigMap) -> dict[str, dict[str, str]]:
    content = dict(zip(_CONTENT, (desired.data, desired.binary_data), strict=True))
    return {key: value for key, value in content.items() if value}


def _update(item: Item, desired: DesiredConfigMap, drafts: Drafts) -> None:
    """Make our own ConfigMap what is desired; report where that undoes an edit by hand.

    It is written as if it were new. Other annotations stay: they belong to the hosts.
    """
    content = _content(desired)
    annotations = {**annotations_of(item.data), CONTENT: digest(content)}
    parts: dict[Path, Any] = {
        ("metadata", "namespace"): desired.namespace or namespace_of(item.data) or None,
        ("metadata", "labels"): _labels(desired),
        ("metadata", "annotations"): annotations,
        **{(key,): content.get(key) for key in _CONTENT},
    }
    if all(get(item.data, path) == value for path, value in parts.items()):
        return
    if _held(item.data) != content:
        drafts.report(*lost_edits(item))

    def edit(editor: Editor) -> None:
        for path in parts:
            if get(editor.data, path) is not None or path[-1] in get(editor.data, path[:-1]):
                editor.remove(path)
        for path, value in parts.items():
            if value:
                editor.add(path, value)

    drafts.rewrite(item, edit)


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
