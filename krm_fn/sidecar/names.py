"""SidecarNames: what the parts of the sidecar are called in the Pod."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.workload.container import label_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import ProxySidecar


class SidecarNames(Record):
    """What the parts of the sidecar are called in the Pod."""

    container: str
    config_volume: str
    files_volume: str
    secrets_volume: str
    cache_volume: str
    config_map: str


def names_for(workload_name: str, config: ProxySidecar) -> SidecarNames:
    """Return the names: the user's, or made from those of the ProxySidecar and the workload."""
    own, volumes = config.metadata.name, config.spec.sidecar.volumes
    return SidecarNames(
        container=config.spec.sidecar.name or own,
        config_volume=volumes.config or label_of(own, "config"),
        files_volume=volumes.files or label_of(own, "files"),
        secrets_volume=volumes.secrets or label_of(own, "secrets"),
        cache_volume=volumes.cache or label_of(own, "cache"),
        config_map=config.spec.config_map.name or f"{workload_name}-{own}-config",
    )
