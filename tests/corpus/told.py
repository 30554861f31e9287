"""What the results of a run say of a workload: the app's ports that get a proxy, and what each of them speaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.corpus.expected import at, tcp_ports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.result import Result

INJECTED, SPOKEN, RENAMED = "PS320", "PS365", "PS385"
DOUBTS = ("PS363", "PS364")


def fronted_ports(results: Iterable[Result], workload: Any) -> list[tuple[int, int]]:
    """Return the port of each listener, and the app's behind it, in their order."""
    (message,) = [result.message for result in _of(results, workload) if result.code.number == INJECTED]
    found = re.findall(r"on port (\d+) in front of (\d+)", message)
    return [(int(number), int(app)) for number, app in found]


def spoken_on(results: Iterable[Result], workload: Any, number: int) -> tuple[str, ...]:
    """Return what the proxy speaks to a port of the app; nothing where a warning says that this is doubtful."""
    name = at(workload, "metadata", "name")
    doubts = [result.message for result in results if result.code.number in DOUBTS]
    if any(f"port {number} of " in message and f"/{name} " in message for message in doubts):
        return ()
    found = {
        str(result.proposed_value)
        for result in _of(results, workload)
        if result.code.number == SPOKEN and f" on port {number}" in re.split("[,:]", result.message)[0]
    }
    assert len(found) <= 1, found
    return tuple(found.pop().split("+")) if found else ("http",)


def listener_name(results: Iterable[Result], workload: Any, app: int) -> str:
    """Return the name of a listener's port that is left out: that of the app's port, where a result says so."""
    names = [port.get("name") for port in tcp_ports(workload) if port["containerPort"] == app]
    renamed = [result.current_value for result in _of(results, workload) if result.code.number == RENAMED]
    return next((str(name) for name in renamed if name in names), "proxy-http")


def _of(results: Iterable[Result], workload: Any) -> Iterator[Result]:
    """Yield the results about a workload."""
    own = at(workload, "kind"), at(workload, "metadata", "name"), at(workload, "metadata", "namespace") or ""
    for result in results:
        if result.ref and (result.ref.kind, result.ref.name, result.ref.namespace) == own:
            yield result
