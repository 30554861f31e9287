"""The app's port behind a listener: the one that is named, else the only one that is possible."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.record_format import is_record
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.codes import Code
    from krm_fn.workload.services import ServiceRoute
    from krm_fn.workload.workload import ContainerPort, Workload


def app_port(
    workload: Workload, routes: list[ServiceRoute], proxies: dict[str, str], desired: int | str | None
) -> ContainerPort | tuple[Code, str]:
    """Return the app's port, or why there is none."""
    own = [port for port in workload.ports if port.protocol == "TCP" and port.container not in proxies]
    declared = ", ".join(map(_described, own))
    choices = f"Declared are: {declared}." if declared else "No container declares a TCP port: declare the app's."
    if desired is not None:
        found = workload.tcp_port(desired)
        if found and found.container in proxies:
            whose = f'the ProxySidecar "{proxies[found.container]}"'
            message = f"must be a port of the app, got {shown(desired)}: {whose} added that port. {choices}"
            return codes.APP_PORT_OF_PROXY, message
        return found or (
            codes.APP_PORT_UNKNOWN,
            f"no container of {workload.ref} declares the port {desired}. {choices}",
        )
    others = {port.number for port in workload.ports if port.container in proxies}
    routed = {route.pod_port for route in routes} - others
    open_ports = routed or {port.number for port in own}
    if len(open_ports) != 1:
        ports = ", ".join(sorted(map(str, open_ports)))
        several = f"Services point to the ports {ports} of {workload.ref}" if routed else f"{workload.ref} has several"
        reason = several if open_ports else f"{workload.ref} has none"
        return codes.APP_PORT_UNCLEAR, f"must be set: {reason}. {choices}"
    number = open_ports.pop()
    found = workload.tcp_port(number)
    message = f"must be set: Services point to {number}, which no container of {workload.ref} declares. {choices}"
    return found or (codes.APP_PORT_UNKNOWN, message)


def proxies_of(workload: Workload) -> dict[str, str]:
    """Return the containers that other ProxySidecars added, and these ProxySidecars' names."""
    if not any(map(is_record, annotations_of(workload.item.data))):
        return {}
    from krm_fn.ledger.record_parser import added_by_others  # noqa: PLC0415 # a first run finds no records

    spec = workload.pod_spec
    return {
        str(container.get("name")): owner
        for owner, path in added_by_others(workload.item.data)
        for field in ("containers", "initContainers")
        for index, container in enumerate(list_at(spec, (field,)))
        if isinstance(container, dict) and path == (*workload.spec_path, field, index)
    }


def _described(port: ContainerPort) -> str:
    name = f"{port.name}, " if port.name else ""
    return f'{port.number} ({name}container "{port.container}")'
