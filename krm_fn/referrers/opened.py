"""Report rules of policies that, as they came, admit others to the number of the proxy's port than to the app's.

| a rule for the Pods admits, to the proxy's number | to the app's port    | then                            |
|---------------------------------------------------|----------------------|---------------------------------|
| some                                              | nobody by any rule   | nothing: it is meant for it     |
| some                                              | these too, or all    | nothing                         |
| some                                              | others               | a warning: these now reach it   |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.record import Record
from krm_fn.references.kinds import known_of
from krm_fn.references.reference import PolicyRule
from krm_fn.yaml_text.paths import find, get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.yaml_text.node import Path

_ISTIO = "AuthorizationPolicy"
"""What it does not admit stays out, whatever network policies admit; these add up."""
_ALL: list[Any] = [{"ports": [{}]}]
_PLACES: dict[str, tuple[tuple[str, ...], str, Any]] = {
    "NetworkPolicy": (("spec.ingress[]",), "ports", [{}]),
    "CiliumNetworkPolicy": (("spec.ingress[]", "specs[].ingress[]"), "toPorts", _ALL),
    "CiliumClusterwideNetworkPolicy": (("spec.ingress[]", "specs[].ingress[]"), "toPorts", _ALL),
    _ISTIO: (("spec.rules[]",), "to", [{"operation": {"ports": ["1:65535"]}}]),
}
"""For each kind: where its rules are, which key has the ports, and what that means where it is absent."""
_GROUPS = ("networking.k8s.io", "cilium.io", "security.istio.io")


class _Admitted(Record):
    """A list of ports in a rule that admits some clients to some Pods."""

    item: Item
    rule: PolicyRule
    peers: tuple[Any, ...]
    """The clients, each with the key that it is under; empty for all."""

    def holding(self, number: int, names: tuple[str, ...]) -> int:
        """Return the position of the first entry that has a port, -1 where there is none."""
        held = (index for index, each in enumerate(self.rule.ports) if each and each.holds(number, names))
        return next(held, -1)


def opened(items: Items, resolver: PortResolver, ignored: Collection[str]) -> Iterator[Result]:
    """Yield a warning for each rule by which others now reach the app: by the proxy's port, which it admits already."""
    kinds = [kind for kind in _PLACES if kind not in ignored]
    there: dict[int, list[_Admitted]] = {}
    for each in (found for item in items.of_kind(*kinds) for found in _admitted(item, items)):
        for port in resolver.fronted_with(each.rule.selects):
            if each.rule.selects(port.labels, port.namespace) is True:
                there.setdefault(id(port), []).append(each)
    for port in resolver.fronted:
        known = there.get(id(port), [])
        to_app = [each for each in known if each.holding(port.app_number, port.app_names) >= 0]
        to_proxy = [(each, index) for each in known if (index := each.holding(port.number, (port.name,))) >= 0]
        for each, index in to_proxy if to_app else ():
            alike = [other for other in to_app if (other.item.kind == _ISTIO) is (each.item.kind == _ISTIO)]
            is_apps = any(each is other for other in alike)
            if alike and not is_apps and not _are_among(each, alike):
                who = "these clients" if each.peers else "anybody"
                message = (
                    f"admits {who} to port {port.number}, which is now the proxy's, in front of port {port.app_number} "
                    f"of {port.workload.ref}, to which other rules do not admit all of them: they now reach the app by "
                    "way of the proxy. Remove it, or set another spec.listeners[].port."
                )
                path = shown_path(each.rule.path_to(index))
                yield each.item.result(codes.POLICY_OPENS, path, message, current=port.number)


def _are_among(one: _Admitted, others: list[_Admitted]) -> bool:
    """Return whether all clients that a rule admits are among those that others admit."""
    known = [peer for each in others for peer in each.peers]
    is_any = any(not each.peers for each in others)
    return is_any or (bool(one.peers) and all(any(_covers(each, peer) for each in known) for peer in one.peers))


def _covers(known: Any, peer: Any) -> bool:
    """Return whether a peer is another one, or one of the Pods of its namespace or of all namespaces."""
    if known == peer:
        return True
    key, wide, pods = known[0], known[1], peer[1]
    if peer[0] != key or not isinstance(wide, dict) or not isinstance(pods, dict) or "ipBlock" in pods:
        return False
    if key == "fromEndpoints":
        return not wide
    is_for_all_pods = wide.keys() <= {"podSelector", "namespaceSelector"} and not any(wide.values()) and bool(wide)
    return is_for_all_pods and key == "from" and ("namespaceSelector" in wide or "namespaceSelector" not in pods)


def _admitted(item: Item, items: Items) -> Iterator[_Admitted]:
    """Yield the lists of ports of the rules in a policy that admit; of those without ports too."""
    data = item.readable_data
    patterns, key, everything = _PLACES[item.kind]
    paths = [path for pattern in patterns for path, _ in find(data, pattern)]
    known = [each for each in known_of(data) if each.groups[0] in _GROUPS] if paths else []
    whole = _completed(data, paths, key, everything) if known else data
    for rule in (place for each in known for place in each.places_among(items)(whole)):
        path = next((path for path in paths if rule.path[: len(path)] == path), None)
        if path and isinstance(rule, PolicyRule) and rule.admits:
            peers = [
                (word, peer)
                for word, value in get(data, path).items()
                if str(word).startswith("from")
                for peer in (value if isinstance(value, list) else [value])
            ]
            yield _Admitted(item=item, rule=rule, peers=tuple(peers))


def _completed(data: Any, paths: list[Path], key: str, everything: Any) -> Any:
    """Return an object in which the rules that say nothing of ports are for all of them."""
    from copy import deepcopy  # noqa: PLC0415 # few inputs have policies

    whole = deepcopy(data)
    for rule in (get(whole, path) for path in paths):
        if isinstance(rule, dict) and not rule.get(key) and not rule.get("when"):
            rule[key] = everything
    return whole
