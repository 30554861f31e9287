"""SidecarNames: what the parts of the sidecar are called in the Pod."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import ProxySidecar


class SidecarNames(Record):
    """What the parts of the sidecar are called in the Pod."""

    container: str
    exporter: str
    config_volume: str
    files_volume: str
    secrets_volume: str
    cache_volume: str
    config_map: str


def names_for(workload_name: str, config: ProxySidecar) -> SidecarNames:
    """Return the names: the user's, or made from those of the ProxySidecar and the workload."""
    own, volumes = config.metadata.name, config.spec.sidecar.volumes
    container = config.spec.sidecar.name or own
    metrics = config.spec.companions.metrics
    return SidecarNames(
        container=container,
        exporter=(metrics.exporter.name if metrics else None) or _label(container, "metrics"),
        config_volume=volumes.config or _label(own, "config"),
        files_volume=volumes.files or _label(own, "files"),
        secrets_volume=volumes.secrets or _label(own, "secrets"),
        cache_volume=volumes.cache or _label(own, "cache"),
        config_map=config.spec.config_map.name or f"{workload_name}-{own}-config",
    )


def _label(own: str, what: str) -> str:
    limit = 63  # a DNS label's
    return f"{own[: limit - len(what) - 1].rstrip('-')}-{what}"
