"""Find the workloads that a target names, or say what there is in its place."""

from __future__ import annotations

from krm_fn.resource_list.identity import group_version_of, name_of, names_of, namespace_of, ref_of, result_on
from krm_fn.result import FunctionError, Result
from krm_fn.workload.kinds import KINDS
from krm_fn.workload.workload import Workload
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import Spec, Target
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef

_REGEX_CHARACTERS = frozenset(".^$*+?()[]{}|\\")


def targets_of(spec: Spec) -> tuple[Target, ...]:
    """Return the targets that a functionConfig names: one, or several."""
    return (spec.target,) if spec.target else spec.targets


def find_targets(items: Items, spec: Spec, config: ResourceRef) -> list[Workload]:
    """Return the workloads that the target matches, at least one, in the order of the items.

    A FunctionError tells what can be no target, what cannot be read, or what there is in its place.
    """
    found: dict[int, Workload] = {}
    problems: list[Result] = []
    for target in targets_of(spec):
        try:
            found.update((id(workload.item), workload) for workload in _found(items, target, config))
        except FunctionError as error:
            problems += error.results
    if problems:
        raise FunctionError(*dict.fromkeys(problems))
    return list(found.values())


def _found(items: Items, target: Target, config: ResourceRef) -> list[Workload]:
    kinds = [kind for kind in items.kinds() if _matches(target.kind, kind)]
    plain = target.name is not None and is_plain_name(target.name)
    likely = items.of_kind(*kinds, words=[target.name or ""] if plain else ())
    problems = [problem for item in likely for problem in _unreadable(item)]
    matching = [item for item in likely if _is_target(item, target)]
    problems += [problem for item in matching for problem in _unsuitable(item)]
    if problems:
        raise FunctionError(*problems)
    if not matching:
        raise FunctionError(_none_found(items, items.of_kind(*kinds), target, config))
    return [Workload(item, KINDS[item.kind]) for item in matching]


def is_plain_name(pattern: str) -> bool:
    """Tell whether a pattern is the one name that it matches."""
    return not _REGEX_CHARACTERS.intersection(pattern)


def _matches(pattern: str | None, *values: str) -> bool:
    """Tell whether a pattern, anchored at both ends, matches one of the values. None matches all."""
    if pattern is None or pattern in values:
        return True
    if is_plain_name(pattern):
        return False
    import re  # noqa: PLC0415 # only for real patterns: it is half of a short run's start-up

    return any(re.fullmatch(pattern, value) for value in values)


def _is_target(item: Item, target: Target) -> bool:
    data = item.readable_data
    group, version = group_version_of(data)
    return (
        bool(data)
        and _matches(target.name, *names_of(data))
        and _matches(target.group, group)
        and _matches(target.version, version)
        and _matches(target.namespace, namespace_of(data))
    )


def _unreadable(item: Item) -> list[Result]:
    """Return the problem of an item that may be a target and is no YAML, with the line of the whole input."""
    try:
        item.data  # noqa: B018 # reading it is the check
    except YamlError as error:
        where = item.place_of(error)
        message = f"a {item.kind} that may be the target {error.problem}{where}. Correct it there."
        return [Result(severity="error", message=message, file=item.file or _file_in(item.original))]
    return []


def _file_in(text: bytes) -> str:
    """Return the file that the host's annotation names in a text that cannot be read as YAML."""
    for line in text.splitlines():
        key, _, value = line.strip().partition(b": ")
        if key in (b"internal.config.kubernetes.io/path", b"config.kubernetes.io/path"):
            return value.strip(b"'\"").decode(errors="replace")
    return ""


def _unsuitable(item: Item) -> list[Result]:
    """Return why an item that the target matches can have no sidecar."""
    kind = KINDS.get(item.kind)
    if kind is None or group_version_of(item.data)[0] not in kind.groups:
        message = f"must be {_known_kinds()}, got {item.kind} of {item.data.get('apiVersion')}. Target one of these."
        return [result_on(item, "error", "kind", message, current=item.kind)]
    if kind.finishes:
        message = (
            f"must be a kind whose Pods keep running, got {item.kind}: a sidecar beside its containers would never "
            "let them finish. Target a workload that serves."
        )
        return [result_on(item, "error", "kind", message, current=item.kind)]
    workload = Workload(item, kind)
    if not workload.containers:
        path = ".".join(map(str, (*workload.spec_path, "containers")))
        return [result_on(item, "error", path, "must hold a container to put the proxy in front of, got none.")]
    return []


def _known_kinds() -> str:
    serving = {name: kind.groups[0] or "v1" for name, kind in KINDS.items() if not kind.finishes}
    kinds = {group: [name for name in serving if serving[name] == group] for group in serving.values()}
    return " or ".join(f"{', '.join(names)} of {group}" for group, names in kinds.items())


def _none_found(items: Items, candidates: list[Item], target: Target, config: ResourceRef) -> Result:
    """Return the error for a target that matches nothing: the nearest name, or what there is."""
    import difflib  # noqa: PLC0415 # only for the message

    names = sorted({name_of(item.readable_data) for item in candidates} - {""})
    if names:
        near = difflib.get_close_matches(target.name or "", names, n=1, cutoff=0.5)
        remedy = f'Did you mean "{near[0]}"?' if near else f"There are: {_listed(names)}."
        message = f'no {target.kind} "{target.name}" among the items. {remedy}'
        alike = [item for item in candidates if _matches(target.name, *names_of(item.readable_data))]
        if not alike:
            return Result(severity="error", ref=config, path="spec.target.name", message=message)
        there = ", ".join(sorted(str(ref_of(item.readable_data)) for item in alike))
        message = f'no {target.kind} "{target.name}" of that group, version and namespace. There is: {there}.'
        return Result(severity="error", ref=config, path="spec.target", message=message)
    workloads = sorted({f"{item.kind} {name_of(item.readable_data)}" for item in items if item.kind in KINDS})
    remedy = f"There are: {_listed(workloads)}." if workloads else "There is no workload at all: add its file."
    message = f'no {target.kind} "{target.name}" among the items, and no other {target.kind}. {remedy}'
    return Result(severity="error", ref=config, path="spec.target.kind", message=message)


def _listed(names: list[str]) -> str:
    shown = 10
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
