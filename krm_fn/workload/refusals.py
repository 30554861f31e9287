"""Why an item can be no target, or what there is where a target matches nothing: the messages."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.hosts import LOCAL_CONFIG, file_in
from krm_fn.quoting import listed, shown
from krm_fn.resource_list.identity import metadata_of, name_of, names_of, ref_of
from krm_fn.result import Result
from krm_fn.workload.kinds import KINDS, kind_of
from krm_fn.workload.name_pattern import name_matches
from krm_fn.workload.operating_system import LINUX, other_system
from krm_fn.yaml_text.paths import mapping_at, shown_path
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.function_config.generated.values import Spec, Target
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.workload.kinds import KnownWorkloadKind
    from krm_fn.workload.workload import Workload

NATIVE = "1.29"
"""The first Kubernetes whose init containers can keep running."""
_COMMON = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod")
_OPT_OUT = 'Narrow the target, or annotate it krm-fn.dev/inject: "false" to leave it out'

_MOST = 10
"""Objects to choose from that a message lists."""


def unreadable(item: Item) -> list[Result]:
    """Return the problem of an item that may be a target and is no YAML, with the line of the whole input."""
    try:
        item.data  # noqa: B018 # reading it is the check
    except YamlError as error:
        where = item.place_of(error)
        message = f"a {item.kind} that may be the target {error.problem}{where}. Correct it there."
        return [Result(code=codes.TARGET_UNREADABLE, message=message, file=item.file or file_in(item.holder.original))]
    return []


def refusals_of(
    item: Item, workload: Workload | None, target: Target, spec: Spec, kinds: Sequence[KnownWorkloadKind]
) -> list[Result]:
    """Return why an item that a target matches can have no sidecar, nothing where it can."""
    if workload is None:
        own = [f"{row.kind} of {row.groups[0] or 'v1'}" for row in kinds if row not in KINDS]
        known = " or ".join([*own, f"{', '.join(_COMMON)} or another that is known"])
        message = (
            f"must be {known}, got {item.kind} of {item.data.get('apiVersion')}. Target one of these, or say under "
            "spec.workloadKinds where its Pod template is."
        )
        return [item.result(codes.NOT_A_WORKLOAD, "kind", message, current=item.kind)]
    kind = workload.kind
    if kind.refused:
        message = f"must be a kind that can have a sidecar, got {item.kind} of {kind.groups[0]}: {kind.refused}."
        return [item.result(codes.KIND_REFUSED, "kind", message, current=item.kind)]
    if kind.finishes and spec.sidecar.mode != "native":
        remedy = _OPT_OUT if target.kind != item.kind else "Else target a workload that serves"
        native = "Set sidecar.mode: native"
        if spec.kubernetes_version and spec.kubernetes_version < NATIVE:
            native = f"Set sidecar.mode: native, and kubernetesVersion to {NATIVE} or later if that is what you run"
        message = (
            f"must be a kind whose Pods keep running, got {item.kind}: a sidecar beside its containers would never "
            f"let them finish. {native}. {remedy}."
        )
        return [item.result(codes.POD_FINISHES, "kind", message, current=item.kind)]
    reference = mapping_at(item.data, ("spec",)).get("workloadRef") if kind.refers else None
    if reference is not None and workload.item is item and not workload.pod_spec:
        message = f"must name a workload among the items, got {shown(reference)}. Add its file."
        return [item.result(codes.WORKLOAD_REF_ABSENT, "spec.workloadRef", message)]
    return _refusals_of_pod(workload)


def _refusals_of_pod(workload: Workload) -> list[Result]:
    """Return why no Pod of a workload can run the proxy, or be run at all."""
    item = workload.item
    if not workload.title:
        message = (
            "must be set, got none: the proxy's ConfigMap is named by it, and the API server would refuse the object. "
            "Give it a name, or a generateName."
        )
        return [item.result(codes.NAME_MISSING, "metadata.name", message)]
    system = other_system(workload)
    if system:
        path, name = system
        message = (
            f"must be for {LINUX}, as the proxy's image and securityContext are, got {shown(name)}: the Pod would not "
            f"start. {_OPT_OUT}."
        )
        return [item.result(codes.OTHER_SYSTEM, path, message, current=name)]
    if not workload.containers and not workload.kind.operated:
        path = shown_path((*workload.spec_path, "containers"))
        return [item.result(codes.NO_CONTAINER, path, "must hold a container to put the proxy in front of, got none.")]
    return []


def none_found(
    items: Items, target: Target, kinds: Sequence[KnownWorkloadKind], config: ResourceRef, path: str
) -> Result:
    """Return the error for a target that matches nothing: the nearest name, or what there is."""
    import difflib  # noqa: PLC0415 # only for the message

    local = items.local()
    there = [
        item for item in items if item not in local and (item.kind == target.kind or kind_of(item.readable_data, kinds))
    ]
    candidates = [item for item in there if name_matches(target.kind, item.kind)]
    what, called = _what(target), target.name or ""
    named = [item for item in candidates if name_matches(target.name, *names_of(item.readable_data))]
    names = sorted({name_of(item.readable_data) for item in candidates} - {""})
    if named:
        there_is = listed([*map(_described, named)], _MOST)
        message = f"no {what} among the items with all that the target requires. There is: {there_is}."
        return Result(code=codes.NO_TARGET, ref=config, path=path, message=message)
    hidden = next((item for item in local if _is_meant(item, target)), None) if target.name else None
    if hidden:
        message = (
            f"no {_what(target)} among the items that reach a cluster: {ref_of(hidden.data)} has the annotation "
            f"{LOCAL_CONFIG}. Remove the annotation, or target another."
        )
        return Result(code=codes.NO_TARGET, ref=config, path=f"{path}.name", message=message)
    elsewhere = [item for item in there if target.name and name_matches(target.name, *names_of(item.readable_data))]
    if elsewhere:
        other = listed([f"{item.kind} {name_of(item.readable_data)}" for item in elsewhere], _MOST)
        message = f"no {what} among the items. There is: {other}. Set its kind."
        return Result(code=codes.NO_TARGET, ref=config, path=f"{path}.kind", message=message)
    if names:
        near = difflib.get_close_matches(called, names, n=1, cutoff=0.5)
        remedy = f'Did you mean "{near[0]}"?' if near else f"There are: {listed([*names], _MOST)}."
        message = f"no {what} among the items. {remedy}"
        return Result(code=codes.NO_TARGET, ref=config, path=f"{path}.name", message=message)
    workloads = sorted({f"{item.kind} {name_of(item.readable_data)}" for item in there})
    remedy = f"There are: {listed([*workloads], _MOST)}." if workloads else "There is no workload at all: add its file."
    message = f"no {what} among the items, and no other {target.kind or 'workload'}. {remedy}"
    return Result(code=codes.NO_TARGET, ref=config, path=f"{path}.kind" if target.kind else path, message=message)


def _is_meant(item: Item, target: Target) -> bool:
    names = names_of(item.readable_data)
    return name_matches(target.kind, item.kind) and name_matches(target.name, *names)


def _what(target: Target) -> str:
    kind = target.kind or "workload"
    return f'{kind} "{target.name}"' if target.name else kind


def _described(item: Item) -> str:
    """Return an object with its labels, which selectors select by."""
    labels = metadata_of(item.readable_data).get("labels")
    text = ",".join(f"{key}={value}" for key, value in labels.items()) if isinstance(labels, dict) else ""
    return f"{ref_of(item.readable_data)}" + (f" ({text})" if text else "")
