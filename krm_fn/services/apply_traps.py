"""Traps of a changed Service: where `kubectl apply` makes something else of it in a cluster than the manifest says.

| changed                 | beside it                                    | kubectl apply, client-side             |
|-------------------------|----------------------------------------------|----------------------------------------|
| anything but the number | an earlier port of its number, for UDP       | changes the earlier port instead       |
| anything but the number | a later port of its number, for UDP          | right                                  |
| the number              | a port of its old or new number, for UDP     | loses one of the two                   |
| the number              | no nodePort is written                       | another is allocated: see `_node_port` |

Client-side, ports are merged by number alone; on the server by number and protocol.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.yaml_text.paths import list_at, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result

_KEEPS_NODE_PORTS = "1.22"
"""The Kubernetes from which the server keeps the node port of a port whose name stays."""
_PORTS = ("spec", "ports")


def apply_traps(service: Item, before: dict[str, Any], after: dict[str, Any], kubernetes: str) -> Iterator[Result]:
    """Yield a warning for each changed port that does not become in the cluster what it is in the manifest.

    `kubernetes` is the oldest version that is written for, empty where it is not known.
    """
    old, new = list_at(before, _PORTS), list_at(after, _PORTS)
    for index, (was, now) in enumerate(zip(old, new, strict=False)):
        if was == now or not isinstance(was, dict) or not isinstance(now, dict):
            continue
        is_renumbered = was.get("port") != now.get("port")
        for position, (other, later) in enumerate(zip(old, new, strict=False)):
            is_twin = _is_twin(was, other) or _is_twin(now, later)
            if is_twin and position != index and (is_renumbered or position < index):
                yield _twin(service, index, position, later, is_renumbered=is_renumbered)
                break
        if is_renumbered and _gets_node_ports(after) and not now.get("nodePort"):
            yield from _node_port(service, index, was, now, kubernetes)


def _is_twin(port: dict[str, Any], other: object) -> bool:
    """Return whether another port has the same number, for another protocol."""
    return isinstance(other, dict) and port.get("port") == other.get("port") and _protocol(port) != _protocol(other)


def _protocol(port: dict[str, Any]) -> str:
    return str(port.get("protocol") or "TCP")


def _twin(service: Item, index: int, position: int, other: dict[str, Any], *, is_renumbered: bool) -> Result:
    what = "loses one of them" if is_renumbered else "changes that one instead"
    is_written = all("protocol" in port for port in mappings_at(service.data, _PORTS))
    use = "Use" if is_written else "Write the protocol of each port, and use"
    message = (
        f"must be told apart from spec.ports[{position}], which has the number {other.get('port')} for "
        f"{_protocol(other)}: kubectl apply does not, and {what}. {use} kubectl apply --server-side --force-conflicts."
    )
    if is_renumbered:  # the server keeps a number that was applied client-side, unless kubectl takes it over before
        namespace = namespace_of(service.data)
        name = name_of(service.data) + (f" -n {namespace}" if namespace else "")
        message += (
            f" Where it was not used before, run this first: kubectl apply view-last-applied service/{name} -o yaml | "
            "kubectl apply --server-side --force-conflicts -f -"
        )
    return service.result(codes.SERVICE_PORT_TWIN, f"spec.ports[{index}]", message)


def _gets_node_ports(service: dict[str, Any]) -> bool:
    spec = service["spec"]
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False)


def _node_port(
    service: Item, index: int, was: dict[str, Any], now: dict[str, Any], kubernetes: str
) -> Iterator[Result]:
    """Yield a warning where another node port is allocated: from 1.22 on only where the port's name changes too."""
    is_renamed = was.get("name") != now.get("name")
    if kubernetes >= _KEEPS_NODE_PORTS and not is_renamed:
        return
    older = "" if is_renamed else f" before Kubernetes {_KEEPS_NODE_PORTS}"
    message = (
        f"must be written for port {now.get('port')} to keep the node port of {was.get('port')}, got none: another one "
        f"is allocated{older}. Write the one that kubectl get service {name_of(service.data)} shows"
    )
    remedy = "." if is_renamed else f', or set spec.kubernetesVersion: "{_KEEPS_NODE_PORTS}".'
    yield service.result(codes.NODE_PORT_LOST, f"spec.ports[{index}].nodePort", message + remedy)
