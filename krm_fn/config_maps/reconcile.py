"""The ConfigMaps that hold configuration and static files: found among the items, made, kept up to date, pruned."""

from __future__ import annotations

from functools import lru_cache

from krm_fn import codes
from krm_fn.config_maps.config_map import conflicting, file_name, is_made_name, size_problems
from krm_fn.hosts import file_beside, file_of, outside_place
from krm_fn.ledger.annotations import CONTENT, MANAGED_BY, MANAGER, OWN_DOMAIN, OWNER
from krm_fn.ledger.digest import digest
from krm_fn.quoting import MANY, listed, shown
from krm_fn.resource_list.identity import (
    annotations_of,
    labels_of,
    may_be_one,
    name_of,
    names_of,
    namespace_of,
    ref_of,
)
from krm_fn.resource_list.resource_list import NewItem
from krm_fn.result import ResourceRef, Result
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from krm_fn.config_maps.config_map import DesiredConfigMap
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.resource_list.resource_list import Resources
    from krm_fn.yaml_text.edit import Editor
    from krm_fn.yaml_text.node import Path

_CONTENT = ("data", "binaryData")


def find_config_map(
    items: Items, name: str, namespace: str, is_other: Callable[[Item], bool] | None = None
) -> Item | None:
    """Return the ConfigMap of a name, as it is now or was before kustomize changed it.

    One in the very namespace comes first, then one without any. For a workload without any it is also one in `default`,
    unless we made that. Those of which `is_other` is true are not meant.
    """
    found = [item for item in items.mentioning(name) if item.kind == "ConfigMap" and not (is_other and is_other(item))]
    named = [item for item in found if name in names_of(item.readable_data)]
    for space in dict.fromkeys((namespace, "")):
        there = next((item for item in named if namespace_of(item.readable_data) == space), None)
        if there:
            return there
    others = (item for item in named if OWNER not in annotations_of(item.readable_data))
    return next((item for item in others if may_be_one(namespace_of(item.readable_data), namespace)), None)


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

    def __init__(
        self,
        items: Items,
        drafts: Drafts,
        has: Callable[[Item], bool] | None = None,
        spaces: Collection[str] = (),
    ) -> None:
        """Take the items, which of them are its own, None for all, and the namespaces of the targets.

        Those of ours that are not its own stay as they are.
        """
        self._items = items
        self._has = has
        self._spaces = frozenset(spaces)
        self._ref = drafts.ref
        self._drafts = drafts
        self._desired: dict[tuple[str, str], tuple[DesiredConfigMap, str]] = {}
        self._created: list[NewItem] = []
        self.kept: set[Item] = set()
        """Those among the items that are as they must be, or are rewritten."""

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

    @property
    def owner(self) -> str:
        """The name of the ProxySidecar."""
        return self._ref.name

    @property
    def names(self) -> list[str]:
        """The names that it gives, without those of parts."""
        return [desired.part_of or desired.name for desired, _ in self._desired.values()]

    def needs(self, item: Item) -> bool:
        """Return whether a ConfigMap of ours is needed."""
        namespace = namespace_of(item.data)
        is_own = self._has is None or self._has(item)
        return is_own and any((name, namespace) in self._desired for name in names_of(item.data))

    def apply(self, resources: Resources) -> None:
        """Add the new ones. The others are written with the drafts."""
        resources.new_items += with_files_apart(self._created)

    def _is_for_others(self, namespace: str) -> Callable[[Item], bool] | None:
        """Return what says whether one of ours is in no part of this plan, or in the namespace of other targets."""
        if self._has is None and not self._spaces.difference((namespace,)):
            return None

        def is_other(found: Item) -> bool:
            space = namespace_of(found.readable_data)
            is_far = (self._has is not None and not self._has(found)) or (space != namespace and space in self._spaces)
            return is_far and is_ours(found, self._ref.name)

        return is_other

    def _reconciled(self, desired: DesiredConfigMap, beside: Item | None) -> str:
        found = find_config_map(self._items, desired.name, desired.namespace, self._is_for_others(desired.namespace))
        annotations = beside.file_annotations if beside and not beside.file else {}  # by which a host knows the file
        outside = outside_place(annotations)
        if outside and beside:
            self._drafts.report(_outside(beside, *outside, desired.name))
        if found is None:
            data = _new(desired, self._ref.name, annotations)
            self._created.append(NewItem(data=data, beside=beside))
        elif not is_ours(found, self._ref.name):
            self._drafts.report(_taken(found, desired, self._ref))
            return desired.name
        else:
            self.kept.add(found)
            _update(found, desired, self._drafts)
        name = desired.name if found is None else name_of(found.data)
        of = ResourceRef(api_version="v1", kind="ConfigMap", name=name, namespace=desired.namespace)
        keys = listed([*desired.data, *desired.binary_data], MANY)
        message = f'holds {keys} for the ProxySidecar "{self._ref.name}".'
        self._drafts.report(Result(code=codes.CONFIG_MAP_WRITTEN, ref=of, path="data", message=message))
        return name


def with_files_apart(created: list[NewItem]) -> list[NewItem]:
    """Return new ConfigMaps with the namespace in the names of their files where several have one file."""
    paths = [file_of(annotations_of(new.data)) for new in created]
    seen: set[str] = set()
    several: set[str] = set()
    for path in filter(None, paths):
        (several if path in seen else seen).add(path)
    if not several:
        return created
    return [_with_namespace_in_file(new) if path in several else new for new, path in zip(created, paths, strict=True)]


def _with_namespace_in_file(new: NewItem) -> NewItem:
    annotations = annotations_of(new.data)
    name = file_name(name_of(new.data), namespace_of(new.data))
    beside = file_beside(new.beside.file_annotations if new.beside else {}, name)
    metadata = {**new.data["metadata"], "annotations": {**annotations, **beside}}
    return new.replace(data={**new.data, "metadata": metadata})


def prune_unneeded(items: Items, plans: Sequence[ConfigMapPlan]) -> list[Result]:
    """Remove the ConfigMaps that a ProxySidecar made and that none of its plans needs any more; see `prune`."""
    names = [name for plan in plans for name in plan.names]
    owners = list(dict.fromkeys(plan.owner for plan in plans))
    kept = {item for plan in plans for item in plan.kept}
    return prune(items, owners, lambda item: item in kept or any(plan.needs(item) for plan in plans), names)


def prune(
    items: Items,
    owners: Sequence[str],
    is_needed: Callable[[Item], bool] = lambda _: False,
    names: Collection[str] = (),
) -> list[Result]:
    """Remove the ConfigMaps that some ProxySidecars made, without those needed.

    A mark can be a copy, so that its name must also be one that they give: one of `names`, or a part's of these; or it
    must be as it was made. Return what was done, and a warning where edits are lost, or where one with a mark is left.
    """
    marked = [item for item in config_maps_of(items, *owners) if not is_needed(item)]
    unclear = [item for item in marked if not (has_given_name(item, names) or _is_as_made(item))]
    if unclear:
        from krm_fn.config_maps.recorded import recorded_names  # noqa: PLC0415 # most have a name made from the owner's

        recorded = recorded_names(items, owners)
        unclear = [item for item in unclear if recorded.isdisjoint(names_of(item.data))]
    stale = [item for item in marked if item not in unclear]
    results = list(map(_left, unclear))
    if stale:
        from krm_fn.config_maps.in_use import InUse  # noqa: PLC0415 # most runs remove none

        in_use = InUse(items)
        needs = [(item, in_use.of(name_of(item.data), namespace_of(item.data))) for item in stale]
        results += [_needed(item, *place) for item, place in needs if place]
        stale = [item for item, place in needs if not place]
    results += [result for item in stale for result in lost_edits(item)]
    for item in stale:
        item.removed = True
    message = "is not needed any more; removed."
    return results + [item.result(codes.CONFIG_MAP_PRUNED, "metadata.name", message) for item in stale]


def _outside(beside: Item, key: str, place: str, name: str) -> Result:
    path = shown_path(("metadata", "annotations", key))
    message = (
        f"must be inside of the package, got {shown(place)}: ConfigMap {shown(name)} is put into no file by it. "
        "Correct it, or leave it out."
    )
    return beside.result(codes.PLACE_OUTSIDE, path, message, current=place)


def names_in_spec(spec: Spec) -> list[str]:
    """Return the names of ConfigMaps that a functionConfig sets."""
    return [*filter(None, [spec.config_map.name]), *(files.name for files in spec.files)]


def has_given_name(item: Item, names: Collection[str]) -> bool:
    """Return whether the ProxySidecar of a ConfigMap's mark gives such a name, which sets some names itself."""
    what = f"{annotations_of(item.data)[OWNER]}-config"
    for name in names_of(item.data):
        plain, _, number = name.rpartition("-")
        if name in names or (number.isdecimal() and plain in names) or is_made_name(name, what):
            return True
    return False


def _is_as_made(item: Item) -> bool:
    """Return whether a ConfigMap is in all as it was made: with the label, and the digest of what it holds."""
    has_label = labels_of(item.data).get(MANAGED_BY) == MANAGER
    return has_label and _is_of(annotations_of(item.data).get(CONTENT), _held(item.data))


def _left(item: Item) -> Result:
    owner = annotations_of(item.data)[OWNER]
    message = (
        f"must be on a ConfigMap that the ProxySidecar {shown(owner)} made, got one of a name that it does not "
        "give: it stays. Delete this annotation; or the ConfigMap, if nothing needs it."
    )
    return item.result(codes.CONFIG_MAP_OF_ANOTHER_NAME, shown_path(("metadata", "annotations", OWNER)), message)


def _needed(item: Item, by: Item, path: Path) -> Result:
    message = (
        f"is left, because {ref_of(by.data)} {shown_path(path)} still names it, in a place that this function did not "
        "add. Remove what names it, and run it again; or delete the annotation krm-fn.dev/owner, to keep it."
    )
    return item.result(codes.CONFIG_MAP_STILL_NAMED, "metadata.name", message)


def _taken(holder: Item, desired: DesiredConfigMap, ref: ResourceRef) -> Result:
    owner = annotations_of(holder.data).get(OWNER)
    whose = f'belongs to the ProxySidecar "{owner}"' if owner else "was not made by this function"
    message = f'must be free, got "{desired.name}": {ref_of(holder.data)} {whose}. Set another name.'
    return Result(code=codes.CONFIG_MAP_NAME_TAKEN, ref=ref, path=desired.field, message=message)


def _new(desired: DesiredConfigMap, owner: str, beside: dict[str, Any]) -> dict[str, Any]:
    file = file_beside(beside, file_name(desired.name))
    content = _digest_of((tuple(desired.data.items()), tuple(desired.binary_data.items())))
    annotations = {OWNER: owner, CONTENT: content, **file}
    metadata: dict[str, Any] = {"name": desired.name}
    if desired.namespace:
        metadata["namespace"] = desired.namespace
    metadata["labels"] = _labels(desired)
    metadata["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **_content(desired)}


def has_only_our_fields(data: dict[str, Any]) -> bool:
    """Return whether one of our ConfigMaps has no field that `_new` does not write, in its metadata neither."""
    metadata = ("name", "namespace", "labels", "annotations")
    return not data.keys() - {"apiVersion", "kind", "metadata", *_CONTENT} and not data["metadata"].keys() - {*metadata}


def _labels(desired: DesiredConfigMap) -> dict[str, str]:
    return {MANAGED_BY: MANAGER, **desired.labels}


def _content(desired: DesiredConfigMap) -> dict[str, dict[str, str]]:
    content = dict(zip(_CONTENT, (desired.data, desired.binary_data), strict=True))
    return {key: value for key, value in content.items() if value}


def _update(item: Item, desired: DesiredConfigMap, drafts: Drafts) -> None:
    """Make our own ConfigMap what is desired; report where that undoes an edit by hand.

    It is written as if it were new. Other annotations stay: they belong to the hosts.
    """
    content, annotations = _content(desired), annotations_of(item.data)
    if not _is_of(annotations.get(CONTENT), content):
        annotations = {**annotations, CONTENT: _digest(content)}
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
    if _is_of(annotations_of(item.data).get(CONTENT), _held(item.data)):
        return []
    message = (
        "was changed since this function made it: these changes are gone. Set in the functionConfig what must stay."
    )
    return [item.result(codes.CONFIG_MAP_EDITS_LOST, "data", message)]


def _digest(content: dict[str, Any]) -> str:
    """Return a digest of what a ConfigMap holds, whatever is blank at the ends of lines and texts: tools remove it."""
    return digest({key: _without_blank_ends(content[key]) for key in content})


@lru_cache(maxsize=32)  # many targets have the same
def _digest_of(texts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """Return the same for the texts in `data` and in `binaryData`."""
    return _digest({key: dict(each) for key, each in zip(_CONTENT, texts, strict=True) if each})


def _is_of(recorded: object, content: dict[str, Any]) -> bool:
    """Return whether a digest is that of some content. Former ConfigMaps have the digest of the very texts."""
    return recorded in (_digest(content), digest(content))


def _without_blank_ends(texts: object) -> object:
    if not isinstance(texts, dict):
        return texts
    return {key: _text_without_blank_ends(text) if isinstance(text, str) else text for key, text in texts.items()}


@lru_cache(maxsize=32)  # many targets have the same
def _text_without_blank_ends(text: str) -> str:
    return "\n".join(map(str.rstrip, text.rstrip().split("\n")))


def _held(data: dict[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in _CONTENT if data.get(key)}
