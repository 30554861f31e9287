"""The property: what a reference led to before, it leads to after, by the proxy where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.resolver.named import named
from tests.resolver.pod_ports import of_pods
from tests.resolver.pods import Object
from tests.resolver.selected import POLICIES, selected
from tests.resolver.services import Cluster, Target
from tests.resolver.texts import in_texts


@dataclass(frozen=True)
class Proxy:
    """A listener in front of a port of a workload's Pods."""

    workload: str
    app_port: int
    container: str
    port: int


def references(objects: list[Object]) -> dict[tuple[Any, ...], frozenset[Target]]:
    """Return where each reference of a cluster leads."""
    cluster = Cluster(objects)
    return {
        **dict(named(cluster)),
        **dict(selected(cluster)),
        **dict(of_pods(cluster)),
        **dict(in_texts(cluster)),
    }


def broken(before: list[Object], after: list[Object], proxies: list[Proxy]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield each reference that does not lead where it must, with what is wrong."""
    was, now = references(before), references(after)
    own = {(proxy.workload, proxy.container) for proxy in proxies}
    for place, targets in was.items():
        moved = frozenset(_moved(target, proxies) for target in targets)
        found = now.get(place, frozenset())
        if place[0] in POLICIES:
            # the proxy's own probes port may be within a range: it is nobody's loss
            found = frozenset(target for target in found if target[:2] not in own or target in moved)
            wanted = moved | targets
        else:
            wanted = moved
        if found != wanted:
            yield place, f"{place}: was {_text(targets)}, must be {_text(wanted)}, is {_text(found)}"


def _text(targets: frozenset[Target]) -> str:
    return " ".join(sorted(map(str, targets))) or "nothing"


def _moved(target: Target, proxies: list[Proxy]) -> Target:
    for proxy in proxies:
        if (target[0], *target[2:]) == (proxy.workload, proxy.app_port, "TCP"):
            return proxy.workload, proxy.container, proxy.port, "TCP"
    return target
