"""Ports that two containers of a Pod declare: they share one network, so that only one of them can listen."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.yaml_text.paths import list_at, mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.pod_checks.addition import Addition
    from krm_fn.result import Result
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path


def problems(added: Addition) -> Iterator[Result]:
    """Yield a warning for each number and protocol, and each name, that a container declares after another one."""
    workload = added.workload
    numbers: dict[Any, str] = {}
    names: dict[str, str] = {}
    if workload.kind.operated:
        port = workload.ports[0]  # the operator's
        numbers[port.number, port.protocol] = names[port.name] = port.container
    for path, container, declared in _declared(workload):
        number, name = declared.get("containerPort"), declared.get("name")
        protocol = str(declared.get("protocol") or "TCP")
        holder = numbers.setdefault((number, protocol), container) if isinstance(number, int) else container
        if holder != container:
            message = (
                f'must be of one container, got {number} in "{holder}" and "{container}": they share one network, and '
                f"only the first to start can listen. Declare it where it is listened on, or let one use another port."
            )
            place = shown_path((*path, "containerPort"))
            yield workload.item.result(codes.PORT_SHARED, place, message, current=number)
        holder = names.setdefault(name, container) if isinstance(name, str) else container
        if holder != container:
            message = (
                f'must be of one container, got {shown(name)} in "{holder}" and "{container}": what names the port '
                f'means that of "{holder}". Give one of them another name.'
            )
            yield workload.item.result(codes.PORT_SHARED, shown_path((*path, "name")), message, current=name)


def _declared(workload: Workload) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Yield the ports of the containers that run at the same time, with path and container; init containers last."""
    for field in ("containers", "initContainers"):
        for index, container in enumerate(list_at(workload.pod_spec, (field,))):
            if isinstance(container, dict) and (field == "containers" or container.get("restartPolicy") == "Always"):
                for position, port in enumerate(mappings_at(container, ("ports",))):
                    path = (*workload.spec_path, field, index, "ports", position)
                    yield path, str(container.get("name") or index), port
