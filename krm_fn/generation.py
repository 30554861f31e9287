"""The call that kustomize makes for `generators:`, where only the functionConfig is among the items.

It makes the ConfigMaps, so that kustomize gives their names a hash. What depends on the workload is filled in by
the call for `transformers:`, and the hash is taken after that.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.config_map import DesiredConfigMap
from krm_fn.config_maps.reconcile import ConfigMapPlan
from krm_fn.config_maps.sources import desired_files
from krm_fn.engines import config_key
from krm_fn.hosts import NEEDS_HASH
from krm_fn.ledger.drafts import Drafts
from krm_fn.result import FunctionError, Result
from krm_fn.sidecar.plan import names_for
from krm_fn.workload.name_pattern import is_plain_name
from krm_fn.workload.targets import targets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import ProxySidecar, Target
    from krm_fn.resource_list.resource_list import Resources
    from krm_fn.result import ResourceRef

PLACEHOLDER = "# Filled in by the call for transformers, which sees the workload.\n"


def generate(resources: Resources, config: ProxySidecar, ref: ResourceRef) -> None:
    """Add the ConfigMaps. A FunctionError where their names depend on the workload, or are taken."""
    spec, drafts = config.spec, Drafts(ref)
    workload_name = _named_workload(targets_of(spec))
    if spec.config_map.name is None and workload_name is None:
        message = (
            "must be set where the target does not name one workload: the call that kustomize makes for "
            '"generators" does not see the workloads. Set a name, or name one workload in spec.target.name.'
        )
        path = "spec.configMap.name"
        raise FunctionError(Result(code=codes.GENERATOR_NEEDS_NAME, ref=ref, path=path, message=message))
    configuration = DesiredConfigMap(
        name=names_for(workload_name or "", config).config_map,
        namespace="",
        labels=spec.config_map.labels,
        data={config_key(spec): PLACEHOLDER},
        binary_data={},
        field="spec.configMap.name",
    )
    config_maps = ConfigMapPlan(resources.items, drafts)
    for desired in (*desired_files(spec), configuration):
        config_maps.need(desired)
    drafts.finish()
    config_maps.apply(resources)
    if spec.config_map.rollout == "hash":
        for new in resources.new_items:
            new.data["metadata"]["annotations"][NEEDS_HASH] = "true"


def _named_workload(targets: tuple[Target, ...]) -> str | None:
    """Return the name of the one workload that a pattern-free target names, None where that depends on the items."""
    names = [target.name for target in targets]
    return names[0] if len(names) == 1 and names[0] is not None and is_plain_name(names[0]) else None
