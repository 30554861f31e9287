"""Inject the sidecar into the Pod template: its container, volumes and annotations, with those of companions."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import CHECKSUM_PREFIX, DEFAULT_CONTAINER
from krm_fn.quoting import MANY, listed
from krm_fn.yaml_text.paths import get, text_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.yaml_text.node import Path


def inject_sidecar(
    plan: SidecarPlan,
    config: ProxySidecar,
    container: dict[str, Any],
    volumes: Iterable[dict[str, Any]],
    drafts: Drafts,
    *,
    checksum: str,
) -> None:
    """Append the containers and volumes; set the checksum, unless it is empty, and the default container.

    A container that the user wrote under our name is completed; a volume that is the same stays the user's.
    """
    workload, existing = plan.workload, plan.own_container
    field = "initContainers" if config.spec.sidecar.mode == "native" else "containers"
    edit = drafts.edit(workload.item)
    copiers = plan.images.copiers if plan.images else ()
    entries = [
        *(((*workload.spec_path, "initContainers", -1), copier.container) for copier in copiers),
        *_containers(plan, field, container),
        *_volumes(plan, volumes),
        *_annotations(plan, config.metadata.name, field, checksum),
    ]
    edit.add_all(
        entries,
        codes.SIDECAR_INJECTED,
        _message(plan, config),
        at=(*workload.spec_path, *(existing or (field,))),
        proposed=plan.names.container,
    )
    for taken in plan.takeovers.values():
        message = f"is {taken.app_name}: the proxy's port is now {taken.name}, so that Services by that name reach it."
        for place in taken.places:
            edit.change(place, taken.app_name, codes.APP_PORT_RENAMED, message)
    if field == "containers" and DEFAULT_CONTAINER in workload.pod_annotations:
        edit.share((*workload.annotations_path, DEFAULT_CONTAINER))


def _containers(plan: SidecarPlan, field: str, container: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    workload, existing = plan.workload, plan.own_container
    if existing is None:
        yield (*workload.spec_path, field, -1), container
    else:
        from krm_fn.workload.merge import missing_fields  # noqa: PLC0415 # few write one themselves

        place = (*workload.spec_path, *existing)
        for below, value in missing_fields(get(workload.item.data, place), container):
            yield (*place, *below), value
    for companion in plan.companions:
        yield from (((*workload.spec_path, field, -1), beside) for beside in companion.containers)


def _volumes(plan: SidecarPlan, volumes: Iterable[dict[str, Any]]) -> Iterator[tuple[Path, Any]]:
    there = {str(volume.get("name")) for volume in plan.workload.volumes}
    for volume in volumes:
        if volume["name"] not in there:
            yield (*plan.workload.spec_path, "volumes", -1), volume


def _annotations(plan: SidecarPlan, owner: str, field: str, checksum: str) -> Iterator[tuple[Path, Any]]:
    workload = plan.workload
    if checksum:
        yield (*workload.annotations_path, CHECKSUM_PREFIX + owner), checksum
    first = text_in(workload.containers[0], "name") if field == "containers" and workload.containers else ""
    if first and not workload.kind.operated and DEFAULT_CONTAINER not in workload.pod_annotations:
        yield (*workload.annotations_path, DEFAULT_CONTAINER), first


def _message(plan: SidecarPlan, config: ProxySidecar) -> str:
    listeners = config.spec.listeners
    ports = plan.app_ports.items()
    listening = listed([f"on port {listeners[index].port} in front of {port.number}" for index, port in ports], MANY)
    reasons = [f"Port {plan.app_ports[index].number} is meant: {reason}." for index, reason in plan.reasons.items()]
    completed = ["What is set there wins over the defaults."] if plan.own_container is not None else []
    summaries = [companion.summary for companion in plan.companions if companion.summary]
    return " ".join((f"has the proxy, {listening}.", *dict.fromkeys(reasons), *completed, *summaries))
