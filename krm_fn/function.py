"""The function: a ResourceList in, a ResourceList out."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.load import load
from krm_fn.injection import apply_injection, plan_injection
from krm_fn.ledger.annotations import OWN_DOMAIN
from krm_fn.resource_list.identity import metadata_of, ref_of
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError, ResourceRef, Result
from krm_fn.summary import Outcome, object_summary
from krm_fn.workload.targets import find_targets
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items, Resources
    from krm_fn.summary import ObjectSummary

_OF_MANIFESTS = frozenset(("name", "generateName", "namespace", "labels", "annotations"))
EMPTY_LIST = b"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n"


def process(stdin: bytes) -> Outcome:
    """Return the outcome for the bytes of a ResourceList. Pure: the same input gives the same outcome."""
    try:
        resource_list = ResourceList(stdin)
    except YamlError as error:
        problem = Result(code=codes.STDIN_UNREADABLE, message=f"stdin {error}. Pipe a ResourceList in, or see --help.")
        return _outcome(ResourceList(EMPTY_LIST), [problem])
    name = ""
    try:
        config = load(resource_list.function_config())
        name = config.metadata.name
        results = _transformed_or_generated(resource_list, config)
        return _outcome(resource_list, results, name, object_summary(resource_list, results))
    except FunctionError as error:
        return _refused(resource_list, list(error.results), name)


def transform(resources: Resources, config: ProxySidecar) -> list[Result]:
    """Make the resources what the functionConfig requires, whatever an earlier run made of them; return the results.

    A FunctionError has all that is wrong; then the resources may be in any state, and must be restored.
    """
    closed = resources.closed_lists()
    try:
        return [*_transformed(resources, config), *closed]
    except FunctionError as error:
        raise FunctionError(*error.results, *closed) from error


def _transformed(resources: Resources, config: ProxySidecar) -> list[Result]:
    """Undo what an earlier run did, find the targets, plan, apply, and give unchanged items their text back."""
    ref, spec = _ref_of(config), config.spec
    if spec.remove:
        return _removed(resources, config, ref)
    is_marked = bool(resources.items.mentioning(OWN_DOMAIN, with_local=True))  # a first run finds nothing to undo
    results, undone = _undone(resources, ref.name, spec.former_names) if is_marked else ([], [])
    targets = find_targets(resources.items, spec, ref)
    plan = plan_injection(resources, targets, config, ref)
    done = apply_injection(plan, resources)
    if is_marked:
        from krm_fn.ledger.restore_unchanged import restore_unchanged  # noqa: PLC0415 # not for a first run

        restore_unchanged(resources.items)
        results += [result for item, result in undone if item.is_edited]
        if not any(item.is_changed for item in resources.items.touched()):  # then nothing is cut over
            done = [result for result in done if result.code not in (codes.CUTOVER_GAP, codes.NO_ROLLOUT)]
    return list(dict.fromkeys((*results, *_from_cluster(resources.items), *targets.opted_out, *done)))


def _from_cluster(items: Items) -> Iterator[Result]:
    """Yield warnings for objects from a cluster that are edited."""
    for item in items.touched():
        data = item.readable_data
        if item.is_edited and ("status" in data or not metadata_of(data).keys() <= _OF_MANIFESTS):
            from krm_fn.ledger.cluster_fields import warnings  # noqa: PLC0415 # most objects are manifests

            yield from warnings(item)


def _undone(resources: Resources, owner: str, former: Sequence[str]) -> tuple[list[Result], list[tuple[Item, Result]]]:
    """Remove what was added under former names; undo our own. Return the results of both."""
    from krm_fn.ledger.undo import undo  # noqa: PLC0415 # not for a first run
    from krm_fn.removal import remove  # noqa: PLC0415 # likewise

    removed: list[Result] = []
    problems: list[Result] = []
    if former:
        try:
            removed = remove(resources, former)
        except FunctionError as error:
            problems += error.results
    try:
        undone = undo(resources.items, [owner])
    except FunctionError as error:
        problems += error.results
    if problems:
        raise FunctionError(*problems)
    return removed, undone


def _removed(resources: Resources, config: ProxySidecar, ref: ResourceRef) -> list[Result]:
    from krm_fn.removal import apply_warnings, nothing_found, remove  # noqa: PLC0415 # few runs remove

    removed = remove(resources, [ref.name, *config.spec.former_names]) or [nothing_found(ref)]
    return [*removed, *apply_warnings(resources.items, config.spec.kubernetes_version or "")]


def _transformed_or_generated(resource_list: ResourceList, config: ProxySidecar) -> list[Result]:
    """Do what the call is for: kustomize shows its generators nothing but the functionConfig."""
    ref = _ref_of(config)
    if config.spec.remove or not is_generator_call(resource_list, ref):
        return transform(resource_list, config)
    from krm_fn.generation import generate  # noqa: PLC0415 # for those who build with kustomize

    generate(resource_list, config, ref)
    return []


def is_generator_call(resources: Resources, ref: ResourceRef) -> bool:
    """Return whether the functionConfig is the only item, as kustomize's generators get it."""
    return len(resources.items) == 1 and all(
        ref_of(item.readable_data) == ref and not item.entry for item in resources.items
    )


def _ref_of(config: ProxySidecar) -> ResourceRef:
    return ResourceRef(api_version=config.api_version, kind=config.kind, name=config.metadata.name)


def _refused(resource_list: ResourceList, results: list[Result], name: str) -> Outcome:
    """Return the outcome with the items as they came; without the results where there is no room for them."""
    resource_list.restore()
    try:
        return _outcome(resource_list, results, name)
    except FunctionError:
        return _outcome(ResourceList(EMPTY_LIST), results, name).replace(parts=[resource_list.data])


def _outcome(
    resource_list: ResourceList, results: list[Result], name: str = "", summary: ObjectSummary | None = None
) -> Outcome:
    return Outcome(
        exit_code=1 if any(result.severity == "error" for result in results) else 0,
        parts=resource_list.written([result.to_dict() for result in results]),
        results=tuple(results),
        name=name,
        summary=summary,
    )
