"""The function: a ResourceList in, a ResourceList out."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.reconcile import prune
from krm_fn.function_config.load import load
from krm_fn.generation import generate, is_generator_call
from krm_fn.injection import inject_all
from krm_fn.ledger.restore_unchanged import restore_unchanged
from krm_fn.ledger.undo import undo
from krm_fn.removal import nothing_found, remove
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError, ResourceRef, Result
from krm_fn.summary import Outcome, object_summary
from krm_fn.workload.targets import find_targets
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.resource_list.items import Resources
    from krm_fn.summary import ObjectSummary

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
        results = _called(resource_list, config)
        return _outcome(resource_list, results, name, object_summary(resource_list, results))
    except FunctionError as error:
        return _refused(resource_list, list(error.results), name)


def transform(resources: Resources, config: ProxySidecar) -> list[Result]:
    """Make the resources what the functionConfig asks for, whatever an earlier one made of them; tell what was done."""
    closed = resources.closed_lists()
    try:
        return [*_transformed(resources, config), *closed]
    except FunctionError as error:
        raise FunctionError(*error.results, *closed) from error


def _transformed(resources: Resources, config: ProxySidecar) -> list[Result]:
    ref = _ref_of(config)
    own, former = config.metadata.name, config.spec.former_names
    if config.spec.remove:
        return remove(resources, [own, *former]) or [nothing_found(ref)]
    left = remove(resources, former) if former else []
    told = undo(resources.items, [own])
    workloads, opted_out = find_targets(resources.items, config.spec, ref)
    config_maps, done = inject_all(resources, workloads, config, ref)
    restore_unchanged(resources.items)
    left += [result for item, result in told if item.is_edited]
    return [*left, *opted_out, *done, *prune(resources, [own], config_maps)]


def _called(resource_list: ResourceList, config: ProxySidecar) -> list[Result]:
    """Do what the host calls for: to its generators it shows nothing but the functionConfig."""
    ref = _ref_of(config)
    if config.spec.remove or not is_generator_call(resource_list, ref):
        return transform(resource_list, config)
    generate(resource_list, config, ref)
    return []


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
