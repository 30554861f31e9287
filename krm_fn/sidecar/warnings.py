"""What a workload's author should know before the proxy goes live: warnings that stop nothing."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines import engine_named
from krm_fn.function_config.formats.kubernetes import holds_mappings
from krm_fn.quoting import MANY, listed
from krm_fn.workload.kinds import OPENSHIFT
from krm_fn.yaml_text.paths import get, list_at, mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.pod_checks.addition import AddedContainer
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef, Result
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.workload import Workload


def warnings(plan: SidecarPlan) -> Iterator[Result]:
    """Yield a warning where ports are the node's, and where one bypasses the proxy."""
    workload = plan.workload
    if workload.pod_spec.get("hostNetwork") is True:
        ports = listed([str(port.number) for port in plan.all_ports], MANY)
        message = f"makes the proxy's ports those of the node: {ports} must be free on each that runs such a Pod."
        yield workload.item.result(
            codes.HOST_NETWORK, shown_path((*workload.spec_path, "hostNetwork")), message, current=True
        )
    fronted = [port.number for port in plan.app_ports.values()]
    for container in workload.long_running:
        for port in mappings_at(container, ("ports",)):
            if port.get("containerPort") in fronted and port.get("hostPort"):
                message = (
                    f"bypasses the proxy: the node's port {port['hostPort']} is still the app's "
                    f"{port['containerPort']}. Remove hostPort, or let clients use the Service."
                )
                path = shown_path((*workload.spec_path, "containers"))
                yield workload.item.result(codes.HOST_PORT, path, message, current=port["hostPort"])


def client_warnings(plans: Iterable[SidecarPlan], spec: Spec, items: Items, ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning where a setting goes by the client's address, and clients can choose it."""
    if spec.real_ip.trusted_proxies or any(
        listener.routes or listener.maintenance or listener.rate_limit for listener in spec.listeners
    ):
        from krm_fn.sidecar.client_address import warnings  # noqa: PLC0415 # most settings go by none

        yield from warnings(plans, spec, items, ref)


def apply_warnings(workload: Workload, after: dict[str, Any]) -> Iterator[Result]:
    """Yield a warning for each changed port of a container that kubectl apply takes for an earlier one of its number.

    Client-side, ports are merged by number alone; on the server by number and protocol, which must differ there.
    """
    for path, container in workload.located_containers:
        before = list_at(container, ("ports",))
        ports = list_at(get(after, path), ("ports",))
        numbers = [port.get("containerPort") if isinstance(port, dict) else None for port in ports]
        for index, (number, port) in enumerate(zip(numbers, ports, strict=True)):
            first = numbers.index(number)
            if number is None or first == index or port in before[index : index + 1]:
                continue
            differs = (ports[first].get("protocol") or "TCP") != (port.get("protocol") or "TCP")
            message = (
                f"must be told apart from ports[{first}], which has the number {number} too: kubectl apply does not, "
                "and changes or loses one of them. Use kubectl "
                f"{'apply --server-side --force-conflicts' if differs else 'replace'}."
            )
            place = shown_path((*path, "ports", index))
            yield workload.item.result(codes.CONTAINER_PORT_TWIN, place, message)


def pod_problems(
    plan: SidecarPlan,
    sidecar: dict[str, Any],
    spec: Spec,
    items: Items,
    ref: ResourceRef,
    *,
    volumes: Iterable[dict[str, Any]],
) -> Iterator[Result]:
    """Yield what the API server or a node would refuse in the Pod, or change. Most Pods need none of the checks."""
    checks = list(_checks(plan, spec, items))
    if not checks:
        return
    from importlib import import_module  # noqa: PLC0415 # see above

    from krm_fn.pod_checks.addition import AddedContainer, Addition  # noqa: PLC0415 # likewise

    containers = tuple(_added(plan, sidecar, spec))
    added = Addition(
        workload=plan.workload,
        containers=containers,
        first=tuple(
            AddedContainer(container=copier.container, override=copier.override, field=f"{copier.field}.container")
            for copier in (plan.images.copiers if plan.images else ())
        ),
        volumes=tuple(volumes),
        ports=plan.all_ports,
        spec=spec,
        items=items,
        ref=ref,
    )
    for check in checks:
        yield from import_module(f"krm_fn.pod_checks.{check}").problems(added)


def _checks(plan: SidecarPlan, spec: Spec, items: Items) -> Iterator[str]:
    """Yield the checks that may apply, each the name of its module."""
    workload, kinds = plan.workload, items.kinds()
    running = workload.long_running
    if len(running) + bool(workload.kind.operated) > 1:
        yield "shared_ports"
    if not workload.kind.operated:
        if all(get(container, ("resources", "limits")) for container in running):
            yield "qos"
        if "resources" in workload.pod_spec:
            yield "pod_resources"
    if "ResourceQuota" in kinds:
        yield "quotas"
    if "LimitRange" in kinds:
        yield "limit_ranges"
    if not workload.is_of_openshift and items.mentioning(OPENSHIFT):
        yield "fixed_user"
    metrics = spec.companions.metrics
    copiers = plan.images.copiers if plan.images else ()
    overrides = (
        spec.sidecar.container,
        metrics.exporter.container if metrics else {},
        *(copier.override for copier in copiers),
    )
    if plan.own_container is not None or any(holds_mappings(value) for each in overrides for value in each.values()):
        yield "merged_container"
    image = spec.sidecar.container.get("image")
    if plan.own_container is not None or (image and image != engine_named(spec.engine).default_image):
        yield "image_version"


def _added(plan: SidecarPlan, sidecar: dict[str, Any], spec: Spec) -> Iterator[AddedContainer]:
    """Yield the sidecar's container, completed where the user wrote it, and those of companions."""
    from krm_fn.pod_checks.addition import AddedContainer  # noqa: PLC0415 # only for checks

    override, field = spec.sidecar.container, "spec.sidecar.container"
    if plan.own_container is None:
        yield AddedContainer(container=sidecar, override=override, field=field)
    else:
        from krm_fn.workload.merge import merge  # noqa: PLC0415 # few write one themselves

        own = get(plan.workload.pod_spec, plan.own_container)
        container, override = merge(sidecar, own), merge(override, own)
        yield AddedContainer(container=container, override=override, field=field, written=plan.own_container)
    metrics = spec.companions.metrics  # the one companion that may have a container
    for companion in plan.companions:
        for container, name_field in zip(companion.containers, companion.name_fields, strict=True):
            field = f"{name_field.removesuffix('.name')}.container"
            override = metrics.exporter.container if metrics else {}
            yield AddedContainer(container=container, override=override, field=field)
