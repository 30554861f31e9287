"""Names of volumes that a Pod gets from elsewhere than its own list: from claims, and from an operator."""

from __future__ import annotations

from krm_fn.yaml_text.paths import get, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.workload.workload import Workload


def volumes_elsewhere(workload: Workload) -> dict[str, str]:
    """Return the names, each with what makes the volume. A claim wins over a volume of its name in the Pod's list."""
    data = workload.item.data
    operated = workload.kind.operated
    if operated:
        stored = get(data, ("spec", "storage", "volumeClaimTemplate", "metadata", "name"))
        made = [name for name in operated.volumes if "{}" not in name or not stored]
        names = {name.format(workload.name): "volume by the operator" for name in made}
        return {**names, str(stored): "volumeClaimTemplate"} if stored else names
    beside = (*workload.spec_path[:-2], "volumeClaimTemplates")  # of the Pod template
    claims = [get(claim, ("metadata", "name")) for claim in mappings_at(data, beside)]
    return {str(name): "volumeClaimTemplate" for name in claims if name}
