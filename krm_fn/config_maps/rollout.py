"""How a changed configuration reaches running Pods: a checksum on the template, or kustomize's hash in the names."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.reconcile import find_config_map
from krm_fn.hosts import gets_name_hash
from krm_fn.resource_list.identity import annotations_of
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef


def missing_hash(items: Items, name: str, namespace: str, ref: ResourceRef) -> list[Result]:
    """Return a warning where kustomize will not add the desired hash to the ConfigMap's name."""
    found = find_config_map(items, name, namespace)
    if found is not None and gets_name_hash(annotations_of(found.data)):
        return []
    message = (
        f"ConfigMap {name} keeps its plain name: kustomize adds a hash only where the functionConfig is listed "
        'under both "generators" and "transformers". List it there, or set checksum.'
    )
    return [Result(code=codes.NO_NAME_HASH, ref=ref, path="spec.configMap.rollout", message=message)]
