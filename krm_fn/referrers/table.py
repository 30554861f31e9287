"""The kinds that refer to a Service's port or a Pod's. A row adds one that names Services, a finder any other."""

from __future__ import annotations

from krm_fn.referrers.clients import CLIENT_ROWS
from krm_fn.referrers.routing import ROUTING_ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from krm_fn.referrers.namespaces import Namespaces
    from krm_fn.referrers.reference import Admission, Reference

    Finder: TypeAlias = Callable[[dict[str, Any], Namespaces], Iterator[Reference | Admission]]

ROWS = (*ROUTING_ROWS, *CLIENT_ROWS)
"""Kinds that name the Service whose port they speak of."""


SELECTING = frozenset(
    (
        *("ServiceMonitor", "PodMonitor", "NetworkPolicy", "GlobalNetworkPolicy"),
        *("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
    )
)
"""Kinds that select Services or Pods by labels: a finder finds their places."""


def finder_of(group: str, kind: str) -> Finder | None:
    """Return what finds the references of a kind that selects by labels, None where it is no such kind."""
    if kind not in SELECTING:
        return None
    from krm_fn.referrers import calico, cilium, monitors, network_policy  # noqa: PLC0415 # only where there are such

    finders: dict[tuple[str, str], Finder] = {}
    for module in (monitors, network_policy, cilium, calico):
        finders |= module.FINDERS
    return finders.get((group, kind))
