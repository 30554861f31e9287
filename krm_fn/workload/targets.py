"""Find the workloads that the functionConfig targets."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import (
    DEFAULT_NAMESPACE,
    annotations_of,
    group_version_of,
    metadata_of,
    name_of,
    names_of,
    namespace_of,
    ref_of,
    title_of,
)
from krm_fn.result import Result
from krm_fn.workload.kinds import kind_of, kinds_with
from krm_fn.workload.name_pattern import is_plain_name, name_matches
from krm_fn.workload.workload import Workload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.function_config.generated.values import Spec, Target
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.workload.kinds import KnownWorkloadKind

INJECT = "krm-fn.dev/inject"
"""The annotation, on a workload or its Pod template, by which it opts out."""
_NO = ("false", "disabled", "no")
_NAMING_SYSTEMS = frozenset(("os", "nodeSelector", "affinity"))
"""The fields of a Pod that may say which operating system it is for."""


def targets_of(spec: Spec) -> tuple[Target, ...]:
    """Return the targets that a functionConfig names: one, or several."""
    return (spec.target,) if spec.target else spec.targets


class Targets(Record):
    """What the targets match, in their order, and for each target in the order of the items."""

    workloads: list[Workload]
    """Those that get the proxy."""
    unsuitable: list[Workload]
    """Those that can have none: the reasons are among the problems."""
    opted_out: list[Result]
    """A result for each workload that has opted out."""
    problems: list[Result]
    """What can be no target, what cannot be read, and what matches nothing, with what there is instead."""


def find_targets(items: Items, spec: Spec, config: ResourceRef) -> Targets:
    """Return the workloads that the targets match, and what is wrong with the targets."""
    kinds = kinds_with(spec.workload_kinds)
    matched: dict[int, Workload] = {}
    unsuitable: dict[int, Workload] = {}
    problems: list[Result] = []
    for index, target in enumerate(targets_of(spec)):
        path = "spec.target" if spec.target else f"spec.targets[{index}]"
        possible = _possible(items, target, kinds)
        broken = _unreadable([item for item in possible if not item.readable_data])
        found = [item for item in possible if _is_target(item, target)]
        if not found and target.namespace is not None:
            found = [item for item in possible if _is_target(item, target, in_default=True)]
            problems += [_assumed(item, config, f"{path}.namespace", target) for item in found]
        for item in found:
            kind = kind_of(item.data, kinds)
            workload = _with_template(Workload(item, kind), items, kinds) if kind else None
            refusals: list[Result] = []
            if workload is None or not (has_opted_out(workload) or _is_plainly_suitable(workload)):
                from krm_fn.workload.refusals import refusals_of  # noqa: PLC0415 # few workloads are special

                refusals = refusals_of(item, workload, target, spec, kinds)
                broken += refusals
            if workload:
                (unsuitable if refusals else matched)[id(workload.item)] = workload
        if not (broken or found):
            from krm_fn.workload.refusals import none_found  # noqa: PLC0415 # only for the message

            broken = [none_found(items, target, kinds, config, path)]
        problems += broken
    out = [workload for workload in matched.values() if has_opted_out(workload)]
    leaving = set(out)
    code = codes.ALL_OPTED_OUT if len(out) == len(matched) else codes.OPTED_OUT
    path = f'metadata.annotations["{INJECT}"]'
    message = f"opts out of the proxy: {'left as it is' if code is codes.OPTED_OUT else 'nothing is left to do'}."
    return Targets(
        workloads=[workload for workload in matched.values() if workload not in leaving],
        unsuitable=list(unsuitable.values()),
        opted_out=[workload.item.result(code, path, message) for workload in out],
        problems=problems,
    )


def has_opted_out(workload: Workload) -> bool:
    """Return whether a workload opts out by its annotation."""
    values = (annotations_of(workload.item.data).get(INJECT), workload.pod_annotations.get(INJECT))
    return any(str(value).lower() in _NO for value in values)


def workloads_in(items: Items, kinds: Sequence[KnownWorkloadKind], words: Sequence[str] = ()) -> list[Workload]:
    """Return all workloads among the items; where words are given, without some that do not have all of them."""
    found = []
    for item in items.of_kind(*dict.fromkeys(row.kind for row in kinds), all_words=words):
        kind = kind_of(item.readable_data, kinds)
        if kind and not kind.refused:
            found.append(Workload(item, kind))
    return found


def _unreadable(items: list[Item]) -> list[Result]:
    """Return the problems of items that may be targets and cannot be read."""
    if not items:
        return []
    from krm_fn.workload.refusals import unreadable  # noqa: PLC0415 # only for the message

    return [problem for item in items for problem in unreadable(item)]


def _is_plainly_suitable(workload: Workload) -> bool:
    """Return whether a workload can certainly have a sidecar, whatever is special about its kind."""
    kind, item = workload.kind, workload.item
    return (
        bool(workload.containers and workload.title)
        and not (kind.refused or kind.finishes or kind.refers)
        and _NAMING_SYSTEMS.isdisjoint(workload.pod_spec)
        and not item.mentions("windowsOptions")
    )


def _possible(items: Items, target: Target, kinds: Sequence[KnownWorkloadKind]) -> list[Item]:
    """Return the items that may be meant. A pattern of kinds, or none, means those that have a Pod template."""
    there = items.kinds()
    names = [target.name] if target.name is not None and is_plain_name(target.name) else []
    if target.kind is not None and is_plain_name(target.kind):
        return items.of_kind(*(kind for kind in there if kind == target.kind), words=names)
    known = {row.kind for row in kinds}
    possible = items.of_kind(
        *(kind for kind in there if kind in known and name_matches(target.kind, kind)), words=names
    )
    return [item for item in possible if not item.readable_data or kind_of(item.data, kinds)]


def _assumed(item: Item, config: ResourceRef, path: str, target: Target) -> Result:
    """Return the warning for a target that matches an object if an absent namespace is `default`, and nothing else."""
    namespace, code = namespace_of(item.data), codes.NAMESPACE_ASSUMED
    if namespace:
        got, ref = shown(target.namespace), ref_of(item.data)
        message = f"must be {namespace}, got {got}: it may be for {ref}, and is taken so. Write that namespace."
        return Result(code=code, ref=config, path=path, message=message, proposed_value=namespace)
    message = f"must be set, got none: it may be for {path} of {config}, and is taken so. Write its namespace."
    return item.result(code, "metadata.namespace", message, proposed=DEFAULT_NAMESPACE)


def _is_target(item: Item, target: Target, *, in_default: bool = False) -> bool:
    """Return whether a target matches an item; where that is asked, if an absent namespace is `default`."""
    data = item.readable_data
    namespace = namespace_of(data)
    if in_default:
        namespace = {"": DEFAULT_NAMESPACE, DEFAULT_NAMESPACE: ""}.get(namespace, namespace)
    group, version = group_version_of(data)
    labels = metadata_of(data).get("labels")
    return (
        bool(data)
        and name_matches(target.name, *names_of(data), *([] if name_of(data) else [title_of(data)]))
        and name_matches(target.group, group)
        and name_matches(target.version, version)
        and name_matches(target.namespace, namespace)
        and _selected(target.label_selector, labels if isinstance(labels, dict) else {})
        and _selected(target.annotation_selector, annotations_of(data))
    )


def _selected(query: str | None, values: dict[str, object]) -> bool:
    if query is None:
        return True
    from krm_fn.selectors.label_query import query_matches  # noqa: PLC0415 # few targets have a selector

    return query_matches(query, values)


def _with_template(workload: Workload, items: Items, kinds: Sequence[KnownWorkloadKind]) -> Workload:
    """Return the workload that has the Pod template: another where `workloadRef` names one that is there.

    Of several of that name, as copies have, that of the nearest folder.
    """
    reference = workload.item.data.get("spec") or {}
    reference = reference.get("workloadRef") if isinstance(reference, dict) and workload.kind.refers else None
    if not isinstance(reference, dict):
        return workload
    name, kind = str(reference.get("name") or ""), str(reference.get("kind") or "")
    found = []
    for other in workloads_in(items, [row for row in kinds if row.kind == kind], [name] if name else ()):
        data = other.item.data
        same_group = group_version_of(data)[0] == group_version_of(reference)[0]
        is_there = items.are_one(other.namespace, workload.namespace, name, workload.title)
        if name in names_of(data) and is_there and same_group:
            found.append(other)
    return max(found, key=lambda other: _shared_folders(other.item, workload.item), default=workload)


def _shared_folders(item: Item, other: Item) -> int:
    """Return how many folders the files of two items have in common, from the outermost on."""
    paths = [each.place.split("/") for each in (item, other)]
    pairs = list(zip(*paths, strict=False))
    return next((depth for depth, (one, two) in enumerate(pairs) if one != two), len(pairs))
