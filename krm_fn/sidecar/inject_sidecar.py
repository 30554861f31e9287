"""Inject the sidecar into the Pod template: its container, volumes and annotations."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines import engine_named
from krm_fn.ledger.annotations import CHECKSUM_PREFIX, DEFAULT_CONTAINER
from krm_fn.ledger.owned_edit import OwnedEdit
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.result import Result
    from krm_fn.sidecar.plan import SidecarPlan


def inject_sidecar(
    plan: SidecarPlan, config: ProxySidecar, container: dict[str, Any], volumes: Iterable[dict[str, Any]], checksum: str
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
        from krm_fn.workload.container import missing_fields  # noqa: PLC0415 # few write one themselves

        place = (*workload.spec_path, *theirs)
        for below, value in list(missing_fields(get(workload.item.data, place), container)):
            edit.add((*place, *below), value)
    metrics, exporter = config.spec.companions.metrics, engine_named(config.spec.engine).exporter
    if metrics and exporter:
        from krm_fn.companions.metrics import exporter_container  # noqa: PLC0415 # few want one

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
    path = shown_path((*workload.spec_path, *(theirs or [field])))
    return workload.item.result(codes.SIDECAR_INJECTED, path, message, proposed=plan.names.container)
