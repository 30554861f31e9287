"""The sidecar's ports and names that a workload already has."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.result import Result
from krm_fn.workload.container import port_names
from krm_fn.workload.workload import ContainerPort
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from krm_fn.companions import PodPort
    from krm_fn.result import ResourceRef
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


def port_conflicts(workload: Workload, desired: Sequence[PodPort], own: str, ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for each port that we need whose number or name a container other than our own has.

    It has a number also where only its probes request it. A port of ours that our own container has is the same one,
    whatever its name.
    """
    same = {port.number for port in desired}
    ports = [port for port in workload.ports if port.container != own or port.number not in same]
    probed = [
        ContainerPort(container=str(container.get("name") or ""), number=number, name="", protocol="TCP")
        for container in workload.long_running
        if container.get("name") != own
        for number in workload.probed_ports(container)
    ]
    numbers = {port.number: port for port in (*probed, *ports) if port.protocol == "TCP"}
    names = {port.name: port for port in ports if port.name}
    unavailable = {*numbers, *(port.number for port in desired)}
    for port in desired:
        if port.number in numbers:
            free = next(other for other in range(port.number + 1, port.number + 1000) if other not in unavailable)
            unavailable.add(free)
            message = _taken(workload, numbers[port.number], port.number, free)
            yield Result(code=codes.PORT_TAKEN, ref=ref, path=port.number_field, message=message, proposed_value=free)
        if port.name in names:
            free_name = next(text for text in port_names(port.name) if text not in names)
            message = _taken(workload, names[port.name], port.name, free_name)
            yield Result(
                code=codes.PORT_NAME_TAKEN, ref=ref, path=port.name_field, message=message, proposed_value=free_name
            )


def upstream_conflicts(
    workload: Workload, desired: Sequence[PodPort], upstreams: Iterable[ContainerPort], ref: ResourceRef
) -> Iterator[Result]:
    """Yield an error for each port of ours that the app has by the functionConfig or a Service, undeclared."""
    undeclared = {port.number for port in upstreams if not port.container}
    for port in desired:
        if port.number in undeclared:
            message = (
                f"must be free, got {port.number}: the app of {workload.ref} listens there, for all that is known. Set "
                "another number, or leave it out."
            )
            yield Result(code=codes.PORT_TAKEN, ref=ref, path=port.number_field, message=message)


def _taken(workload: Workload, holder: ContainerPort, value: str | int, free: str | int) -> str:
    return f'must be free, got {shown(value)}: container "{holder.container}" of {workload.ref} has it. Use {free}.'


def own_container(workload: Workload, name: str, image: str, *, native: bool) -> Path | None:
    """Return where below the Pod's spec the user wrote a container of our name, to be completed; None if nowhere.

    It is meant as ours where it has no image, or a version of our image: else it is another container.
    """
    field = "initContainers" if native else "containers"
    for index, entry in enumerate(list_at(workload.pod_spec, (field,))):
        if isinstance(entry, dict) and entry.get("name") == name:
            is_ours = _repository(entry.get("image") or image) == _repository(image)
            return (field, index) if is_ours else None
    return None


def name_conflicts(
    workload: Workload, name: str, name_field: str, own: Path | None, ref: ResourceRef
) -> Iterator[Result]:
    """Yield an error where another container has the name of one of ours, which is set in a field."""
    for field in ("containers", "initContainers"):
        for index, entry in enumerate(list_at(workload.pod_spec, (field,))):
            if isinstance(entry, dict) and entry.get("name") == name and (field, index) != own:
                yield _not_ours(ref, name_field, name, "container", workload)


def _repository(image: object) -> str:
    """Return the last part of an image's repository, without registry, tag and digest."""
    return str(image).partition("@")[0].rpartition("/")[2].partition(":")[0]


def volume_conflicts(
    workload: Workload, fields: dict[str, str], volumes: list[dict[str, Any]], ref: ResourceRef
) -> Iterator[Result]:
    """Yield an error for each volume of the Pod, or claim for one, that has a name of ours and is another.

    `fields` say where in the functionConfig the name of a volume is set.
    """
    there = {str(volume.get("name")): volume for volume in workload.volumes}
    elsewhere: dict[str, str] = {}
    if workload.kind.operated or workload.item.mentions("volumeClaimTemplate"):
        from krm_fn.workload.claims import volumes_elsewhere  # noqa: PLC0415 # few workloads have any

        elsewhere = volumes_elsewhere(workload)
    for volume in volumes:
        name = str(volume["name"])
        if name in elsewhere:
            yield _not_ours(ref, fields.get(name, "spec.companions"), name, elsewhere[name], workload)
        elif there.get(name, volume) != volume:
            yield _not_ours(ref, fields.get(name, "spec.companions"), name, "volume", workload)


def _not_ours(ref: ResourceRef, path: str, name: str, what: str, workload: Workload) -> Result:
    message = f'must be free, got "{name}": a {what} of {workload.ref} has that name and is not ours. Set another name.'
    code = codes.CONTAINER_NAME_TAKEN if what == "container" else codes.VOLUME_NAME_TAKEN
    return Result(code=code, ref=ref, path=path, message=message, current_value=name)
