"""What a run reads as the number, name or protocol of a port must be one: all else is an error with its path."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import shown
from krm_fn.workload.workload import is_port, is_word
from krm_fn.yaml_text.paths import get, shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result
    from krm_fn.workload.services import Survey
    from krm_fn.yaml_text.node import Path

_NUMBER = "a number from 1 to 65535"
_EITHER = f"{_NUMBER}, or the name of a port"
_TEXT = "a text"
_NAME = "a name of letters, digits and dashes where another one is set"
_OF_SERVICE = {"port": _NUMBER, "targetPort": _EITHER, "name": _TEXT, "protocol": _TEXT, "appProtocol": _TEXT}
_OF_CONTAINER = {"containerPort": _NUMBER, "name": _TEXT, "protocol": _TEXT}


def port_types(found: Survey, own: str) -> Iterator[Result]:
    """Yield an error for each field of a workload's and its Services' ports that holds something else.

    All of the container under our own name is judged elsewhere.
    """
    for path, container in found.workload.located_containers:
        if container.get("name") != own:
            yield from _problems(found.workload.item, (*path, "ports"), _OF_CONTAINER)
    for service in found.services:
        yield from _problems(service, ("spec", "ports"), _OF_SERVICE)


def old_name(service: Item, index: int) -> Iterator[Result]:
    """Yield an error for a name of a Service's port that no port can have, and that would change: no undo knows it."""
    path = ("spec", "ports", index, "name")
    name = get(service.data, path)
    if name not in (None, "") and not is_word(str(name)):
        yield _problem(service, path, _NAME, name)


def _problems(item: Item, path: Path, fields: dict[str, str]) -> Iterator[Result]:
    ports = get(item.data, path)
    if ports is not None and not isinstance(ports, list):
        yield _problem(item, path, "a list", ports)
        return
    for index, port in enumerate(ports or ()):
        if not isinstance(port, dict):
            yield _problem(item, (*path, index), "a mapping", port)
            continue
        for field, wanted in fields.items():
            value = port.get(field)
            if value is not None and not _is(wanted, value):
                yield _problem(item, (*path, index, field), wanted, value)


def _is(wanted: str, value: Any) -> bool:
    """Return whether a value is what is wanted. A number may be in quotes; a name of digits may have lost them."""
    is_number = is_port(value) or (isinstance(value, str) and value.isdecimal() and is_port(number_of(value)))
    if wanted == _NUMBER:
        return is_number
    return is_number or isinstance(value, str) or (wanted == _TEXT and type(value) is int)


def _problem(item: Item, path: Path, wanted: str, value: Any) -> Result:
    message = f"must be {wanted}, got {shown(value)}. Correct it."
    return item.result(codes.PORT_TYPE, shown_path(path), message, current=value)
