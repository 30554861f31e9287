"""The kinds that refer to a Service's port or a Pod's. A row adds one that names Services, a finder any other."""

from __future__ import annotations

from krm_fn.referrers.kinds.clients import CLIENT_ROWS
from krm_fn.referrers.kinds.routing import ROUTING_ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeAlias

    from krm_fn.referrers.reference import PolicyRule, Reference
    from krm_fn.resource_list.items import Items

    Place: TypeAlias = Reference | PolicyRule
    Finder: TypeAlias = Callable[[dict[str, Any], str], Iterator[Place]]

ROWS = (*ROUTING_ROWS, *CLIENT_ROWS)
"""Kinds that name the Service whose port they speak of."""
MONITORS = frozenset(("ServiceMonitor", "PodMonitor"))
"""Kinds that ask what they select for metrics, by one LabelSelector."""
SELECTING = MONITORS.union(
    (
        "NetworkPolicy",
        "GlobalNetworkPolicy",
        "CiliumNetworkPolicy",
        "CiliumClusterwideNetworkPolicy",
        "AuthorizationPolicy",
        "Server",
    )
)
"""Kinds that select Services or Pods by labels: a finder finds their places."""


def finders_for(kinds: Iterable[str], items: Items) -> dict[str, Finder]:
    """Return, for those of some kinds that select by labels, what finds the places of an object, given its group."""
    wanted = SELECTING.intersection(kinds)
    if not wanted:
        return {}
    from krm_fn.referrers.kinds import calico, cilium, mesh, monitors, network_policy  # noqa: PLC0415 # only where there are such
    from krm_fn.referrers.namespaces import Namespaces  # noqa: PLC0415 # likewise

    namespaces = Namespaces(items)
    finders: dict[tuple[str, str], Callable[[dict[str, Any], Namespaces], Iterator[Place]]] = {}
    for module in (monitors, network_policy, cilium, calico, mesh):
        finders.update(module.FINDERS)

    def find(data: dict[str, Any], group: str) -> Iterator[Place]:
        finder = finders.get((group, str(data.get("kind"))))
        yield from finder(data, namespaces) if finder else ()

    return dict.fromkeys(wanted, find)
