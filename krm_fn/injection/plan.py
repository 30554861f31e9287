"""Plan: all that a workload decides about its proxy, found and checked before anything is changed."""

from __future__ import annotations

from krm_fn.injection.app_port import app_port, proxies_of
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.result import FunctionError, Result
from krm_fn.workload.services import routes_of, services_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.values import ProxySidecar
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.workload.services import ServiceRoute
    from krm_fn.workload.workload import ContainerPort, Workload


class Names(Record):
    """What the parts of the sidecar are called in the Pod."""

    container: str
    config_volume: str
    files_volume: str
    cache_volume: str
    config_map: str


class Plan(Record):
    """A proxy for one workload: the app's port behind each listener, and the names of what is added."""

    workload: Workload
    routes: tuple[ServiceRoute, ...]
    """The ports of all Services that select the Pods, as they were before any change."""
    app_ports: tuple[ContainerPort, ...]
    """One for each listener, in order."""
    names: Names


def plan_for(workload: Workload, items: Items, config: ProxySidecar, ref: ResourceRef) -> Plan:
    """Return the plan. A FunctionError has everything that stands in its way."""
    names = names_for(workload.name, config)
    routes = [route for service in services_of(items, workload) for route in routes_of(service, workload)]
    serves_files = any(route.files for listener in config.spec.listeners for route in listener.routes)
    problems = [*_taken_ports(workload, config, ref), *_taken_names(workload, names, serves_files, ref)]
    proxies = proxies_of(workload)
    app_ports = []
    for index, listener in enumerate(config.spec.listeners):
        found = app_port(workload, routes, proxies, listener.upstream.port)
        if isinstance(found, str):
            path = f"spec.listeners[{index}].upstream.port"
            problems.append(Result(severity="error", ref=ref, path=path, message=found))
        else:
            app_ports.append(found)
    if problems:
        raise FunctionError(*problems)
    return Plan(workload=workload, routes=tuple(routes), app_ports=tuple(app_ports), names=names)


def names_for(workload_name: str, config: ProxySidecar) -> Names:
    """Return the names: the user's, or made from those of the ProxySidecar and the workload."""
    own, volumes = config.metadata.name, config.spec.sidecar.volumes
    return Names(
        container=config.spec.sidecar.name or own,
        config_volume=volumes.config or _volume_name(own, "config"),
        files_volume=volumes.files or _volume_name(own, "files"),
        cache_volume=volumes.cache or _volume_name(own, "cache"),
        config_map=config.spec.config_map.name or f"{workload_name}-{own}-config",
    )


def _volume_name(own: str, what: str) -> str:
    limit = 63  # a DNS label's
    return f"{own[: limit - len(what) - 1].rstrip('-')}-{what}"


def _taken_ports(workload: Workload, config: ProxySidecar, ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for each of the sidecar's ports whose number or name a container has already."""
    spec = config.spec
    wanted = [
        (f"spec.listeners[{index}]", listener.port, listener.name) for index, listener in enumerate(spec.listeners)
    ]
    wanted.append(("spec.probes", spec.probes.port, spec.probes.name))
    numbers = {port.number: port for port in workload.ports if port.protocol == "TCP"}
    names = {port.name: port for port in workload.ports if port.name}
    unavailable = {*numbers, *(number for _, number, _ in wanted)}
    for field, number, name in wanted:
        if number in numbers:
            free = next(port for port in range(number + 1, number + 1000) if port not in unavailable)
            unavailable.add(free)
            message = _taken(workload, numbers[number], number, free)
            yield Result(severity="error", ref=ref, path=f"{field}.port", message=message, proposed_value=free)
        if name in names:
            free_name = next(text for text in _other_names(name) if text not in names)
            message = _taken(workload, names[name], name, free_name)
            yield Result(severity="error", ref=ref, path=f"{field}.name", message=message, proposed_value=free_name)


def _other_names(name: str) -> Iterator[str]:
    limit = 15  # a port name's
    for number in range(2, 1000):
        yield f"{name[: limit - len(str(number)) - 1]}-{number}"


def _taken(workload: Workload, holder: ContainerPort, value: str | int, free: str | int) -> str:
    return f'must be free, got {shown(value)}: container "{holder.container}" of {workload.ref} has it. Use {free}.'


def _taken_names(workload: Workload, names: Names, serves_files: bool, ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for each container or volume of the Pod that has a name of ours and is not ours."""
    init = workload.pod_spec.get("initContainers")
    containers = {str(entry.get("name")) for entry in [*workload.containers, *(init if isinstance(init, list) else [])]}
    if names.container in containers:
        yield _not_ours(ref, "spec.sidecar.name", names.container, "container", workload)
    volumes = {str(volume.get("name")) for volume in workload.volumes}
    for field, name, needed in (
        ("config", names.config_volume, True),
        ("files", names.files_volume, serves_files),
        ("cache", names.cache_volume, True),
    ):
        if needed and name in volumes:
            yield _not_ours(ref, f"spec.sidecar.volumes.{field}", name, "volume", workload)


def _not_ours(ref: ResourceRef, path: str, name: str, what: str, workload: Workload) -> Result:
    message = f'must be free, got "{name}": a {what} of {workload.ref} has that name and is not ours. Set another name.'
    return Result(severity="error", ref=ref, path=path, message=message, current_value=name)
