"""Put the sidecar into the Pod template: its container, volumes and annotations."""

from __future__ import annotations

from krm_fn.engines import config_key, engine_named
from krm_fn.injection.marks import CHECKSUM_PREFIX, DEFAULT_CONTAINER
from krm_fn.injection.ownership import OwnedEdit
from krm_fn.quoting import join_path
from krm_fn.referrers.rows import at
from krm_fn.resource_list.identity import result_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.function_config.values import ProxySidecar
    from krm_fn.injection.plan import Plan
    from krm_fn.result import Result


def inject_sidecar(
    plan: Plan, config: ProxySidecar, container: dict[str, Any], volumes: Iterable[dict[str, Any]], checksum: str
) -> Result:
    """Append the containers and volumes; set the checksum, unless it is empty, and the default container. Tell of it.

    A container that the user wrote under our name is completed, a volume that is the very same stays theirs.
    """
    workload = plan.workload
    field = "initContainers" if config.spec.sidecar.mode == "native" else "containers"
    first = "" if field != "containers" or workload.kind.operated else str(workload.containers[0].get("name") or "")
    has_default = DEFAULT_CONTAINER in workload.pod_annotations
    there = {str(volume.get("name")) for volume in workload.volumes}
    edit = OwnedEdit(workload.item, config.metadata.name)
    theirs = plan.own_container
    if theirs is None:
        edit.add((*workload.spec_path, field, -1), container)
    else:
        from krm_fn.injection.completing import lacking  # noqa: PLC0415 # few write one themselves

        place = (*workload.spec_path, *theirs)
        for below, value in list(lacking(at(workload.item.data, place), container)):
            edit.add((*place, *below), value)
    metrics, exporter = config.spec.companions.metrics, engine_named(config.spec.engine).exporter
    if metrics and exporter:
        from krm_fn.injection.companions import exporter_container  # noqa: PLC0415 # few want one

        beside = exporter_container(plan.names.exporter, metrics, config.spec, exporter)
        edit.add((*workload.spec_path, field, -1), beside)
    for volume in volumes:
        if volume["name"] not in there:
            edit.add((*workload.spec_path, "volumes", -1), volume)
    if checksum:
        edit.add((*workload.annotations_path, CHECKSUM_PREFIX + config.metadata.name), checksum)
    default_container = (*workload.annotations_path, DEFAULT_CONTAINER)
    if has_default and field == "containers":
        edit.share(default_container)
    elif first:
        edit.add(default_container, first)
    edit.close()
    ports = zip(config.spec.listeners, plan.app_ports, strict=True)
    fronts = ", ".join(f"on port {listener.port} in front of {port.number}" for listener, port in ports)
    message = f"has the proxy, {fronts}."
    if theirs is not None:
        message += " What is set there wins over the defaults."
    if metrics:
        message += f" Prometheus finds its metrics on port {metrics.port}."
    path = join_path((*workload.spec_path, *(theirs or [field])))
    return result_on(workload.item, "info", path, message, proposed=plan.names.container)


def volumes_of(plan: Plan, config: ProxySidecar, config_map: str, files: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the volumes: the configuration, static files and Secrets if there are any, the writable one."""
    key = config_key(config.spec)
    source = {"name": config_map, "items": [{"key": key, "path": key}], "defaultMode": 0o444}
    scratch = {"sizeLimit": config.spec.sidecar.cache_size_limit}
    volumes = [
        {"name": plan.names.config_volume, "configMap": source},
        files,
        _secrets(plan, config) if _reads_secrets(config) else None,
        {"name": plan.names.cache_volume, "emptyDir": scratch},
    ]
    return [volume for volume in volumes if volume is not None]


def mounts_of(plan: Plan, config: ProxySidecar, *, files: bool) -> list[dict[str, Any]]:
    """Return the container's mounts of these volumes."""
    paths = config.spec.sidecar.mount_paths
    mounts: list[dict[str, Any]] = [{"name": plan.names.config_volume, "mountPath": paths.config, "readOnly": True}]
    if files:
        mounts.append({"name": plan.names.files_volume, "mountPath": paths.files, "readOnly": True})
    if _reads_secrets(config):
        mounts.append({"name": plan.names.secrets_volume, "mountPath": paths.secrets, "readOnly": True})
    return [*mounts, {"name": plan.names.cache_volume, "mountPath": paths.cache}]


def _reads_secrets(config: ProxySidecar) -> bool:
    return any(listener.tls or (listener.auth and listener.auth.basic) for listener in config.spec.listeners)


def _secrets(plan: Plan, config: ProxySidecar) -> dict[str, Any]:
    from krm_fn.injection.secrets import secrets_volume  # noqa: PLC0415 # few need it

    return secrets_volume(plan.names.secrets_volume, config.spec)
