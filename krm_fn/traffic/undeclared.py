"""Ports that no container declares and no Service routes to, but on which probes, variables or flags say it listens."""

from __future__ import annotations

from krm_fn.yaml_text.paths import list_at
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.workload.workload import Workload

_VARIABLES = ("PORT", "HTTP_PORT", "WEB_PORT", "SERVER_PORT", "LISTEN_PORT", "APP_PORT")
_FLAGS = ("--port", "-port", "--http-port", "--listen", "-listen", "--listen-address", "--addr", "-addr", "--bind")


def undeclared_ports(workload: Workload) -> list[int]:
    """Return the ports that the probes request; where there are none, those of variables and flags."""
    containers = workload.long_running
    probed = [port for container in containers for port in workload.probed_ports(container)]
    said = [] if probed else [port for container in containers for port in said_ports(container)]
    return list(dict.fromkeys(probed or said))


def said_ports(container: dict[str, Any]) -> Iterator[int]:
    """Yield the ports on which variables and flags say that a container listens."""
    for variable in list_at(container, ("env",)):
        if isinstance(variable, dict) and variable.get("name") in _VARIABLES:
            yield from _number(str(variable.get("value")))
    words = [str(word) for field in ("command", "args") for word in list_at(container, (field,))]
    for word, following in zip(words, [*words, ""][1:], strict=True):
        flag, _, value = word.partition("=")
        if flag in _FLAGS:
            yield from _number((value or following).rpartition(":")[2])


def _number(text: str) -> Iterator[int]:
    if text.isdecimal() and 0 < number_of(text) < 2**16:
        yield number_of(text)
