"""The function: a ResourceList in, a ResourceList out."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.load import load
from krm_fn.injection import apply_injection, plan_injection
from krm_fn.ledger.annotations import OWN_DOMAIN
from krm_fn.resource_list.identity import metadata_of, ref_of
from krm_fn.resource_list.items import ENCRYPTED_VALUE, may_be_encrypted
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError, ResourceRef, Result, fault
from krm_fn.summary import Outcome, object_summary
from krm_fn.workload.targets import find_targets
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.removal import EarlierRuns
    from krm_fn.resource_list.items import Items
    from krm_fn.resource_list.resource_list import Resources
    from krm_fn.summary import ObjectSummary

_OF_MANIFESTS = frozenset(("name", "generateName", "namespace", "labels", "annotations"))
EMPTY_LIST = b"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n"


def process(stdin: bytes) -> Outcome:
    """Return the outcome for the bytes of a ResourceList. Pure: the same input gives the same outcome."""
    try:
        return _processed(stdin)
    except Exception as error:  # the last resort: a host loses the items where there is no output
        problem = fault(error)
    return _after_fault(stdin, problem)


def _processed(stdin: bytes) -> Outcome:
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
        results = _transformed(resources, config)
        _check_encrypted(resources.items)
        return [*results, *closed]
    except FunctionError as error:
        raise FunctionError(*_explained(error, resources.items), *closed) from error


def _check_encrypted(items: Items) -> None:
    """Refuse changes of what SOPS has encrypted."""
    if not any(map(may_be_encrypted, items.touched())):
        return
    from krm_fn.encrypted import encrypted_problems  # noqa: PLC0415 # see the condition

    problems = encrypted_problems(items)
    if problems:
        raise FunctionError(*problems)


def _explained(error: FunctionError, items: Items) -> Sequence[Result]:
    """Return the results of an error; where an object is encrypted that it is about, that is the reason."""
    if not items.mentioning(ENCRYPTED_VALUE, with_local=True):
        return error.results
    from krm_fn.encrypted import with_encrypted  # noqa: PLC0415 # few items are

    return with_encrypted(error, items)


def _transformed(resources: Resources, config: ProxySidecar) -> list[Result]:
    """Undo what an earlier run did, find the targets, plan, apply, and give unchanged items their text back."""
    ref, spec = _ref_of(config), config.spec
    if spec.remove:
        from krm_fn.removal import removed  # noqa: PLC0415 # few runs remove

        return removed(resources, config, ref)
    earlier = _earlier_runs(resources, config, ref)
    targets = find_targets(resources.items, spec, ref)
    plan = plan_injection(resources, targets, config, ref, earlier.undone if earlier else None)
    done = apply_injection(plan, resources)
    reports: list[Result] = []
    if earlier:
        reports, done = earlier.settled(done)
    return list(dict.fromkeys((*reports, *_from_cluster(resources.items), *targets.opted_out, *done)))


def _earlier_runs(resources: Resources, config: ProxySidecar, ref: ResourceRef) -> EarlierRuns | None:
    """Undo what earlier runs did; None where there were none."""
    if not resources.items.mentioning(OWN_DOMAIN, with_local=True):
        return None
    from krm_fn.removal import EarlierRuns  # noqa: PLC0415 # not for a first run

    return EarlierRuns(resources, config, ref)


def _from_cluster(items: Items) -> Iterator[Result]:
    """Yield warnings for objects from a cluster that are edited."""
    for item in items.touched():
        data = item.readable_data
        if item.is_edited and ("status" in data or not metadata_of(data).keys() <= _OF_MANIFESTS):
            from krm_fn.ledger.cluster_fields import warnings  # noqa: PLC0415 # most objects are manifests

            yield from warnings(item)


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


def _after_fault(stdin: bytes, problem: Result) -> Outcome:
    """Return the outcome with the items as they came; without the results where even reading them is what fails."""
    try:
        return _outcome(ResourceList(stdin), [problem])
    except Exception:  # likewise
        return _outcome(ResourceList(EMPTY_LIST), [problem]).replace(parts=[stdin])


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
