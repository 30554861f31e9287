"""The cluster-wide policies of the Network Policy API: which ports of which Pods their rules name."""

from __future__ import annotations

from krm_fn.references.field_spec import Finder
from krm_fn.references.pod_peers import selected_pods
from krm_fn.references.policy_port import PolicyPort, all_ports
from krm_fn.references.reference import PolicyRule
from krm_fn.yaml_text.paths import find, get, list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.references.reference import Selects
    from krm_fn.yaml_text.node import Path

_ADMITTING = ("Allow", "Accept")


def admin_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports of an AdminNetworkPolicy, where a port is `portNumber`, `portRange` or `namedPort`."""
    return _rules(data, namespaces, "ports", admin_port, _admin_entry)


def cluster_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of protocols of a ClusterNetworkPolicy, where a port is in `tcp`, or `destinationNamedPort`."""
    return _rules(data, namespaces, "protocols", cluster_port, _cluster_entry)


def _rules(
    data: dict[str, Any],
    namespaces: Namespaces,
    field: str,
    port_of: Callable[[Any], PolicyPort | None],
    entry_like: Callable[[Any, int | str], Any],
) -> Iterator[PolicyRule]:
    """Yield the lists: of ingress rules those of the policy's subject, of egress rules those of the peers."""
    subject = [mapping_at(data, ("spec", "subject"))]
    for direction in ("ingress", "egress"):
        for path, rule in find(data, f"spec.{direction}[]"):
            entries = list_at(rule, (field,))
            if entries:
                peers = subject if direction == "ingress" else list_at(rule, ("to",))
                yield PolicyRule(
                    path=(*path, field),
                    ports=tuple(map(port_of, entries)),
                    selects=subject_of(peers, namespaces),
                    entry_like=entry_like,
                    has_two_forms=True,
                    admits=get(rule, ("action",)) in _ADMITTING,
                )


def subject_of(peers: list[Any], namespaces: Namespaces) -> Selects:
    """Return the Pods of a subject, or of peers: those in `namespaces`, or by the two selectors in `pods`."""
    entries = []
    for peer in peers:
        if isinstance(get(peer, ("namespaces",)), dict):
            entries.append({"namespaceSelector": peer["namespaces"]})
        elif isinstance(get(peer, ("pods",)), dict):
            entries.append({"namespaceSelector": {}, **peer["pods"]})
    return selected_pods(entries, None, namespaces)


def admin_port(entry: Any) -> PolicyPort | None:
    """Return a TCP port, or a range, in a list of ports; None for another protocol."""
    number, ports = mapping_at(entry, ("portNumber",)), mapping_at(entry, ("portRange",))
    if str((number or ports).get("protocol") or "TCP") != "TCP":
        return None
    return _port(entry, ("portNumber", "port"), ("portRange",), "namedPort")


def _admin_entry(_entry: Any, port: int | str) -> Any:
    return {"namedPort": port} if isinstance(port, str) else {"portNumber": {"protocol": "TCP", "port": port}}


def cluster_port(entry: Any) -> PolicyPort | None:
    """Return a TCP port, or a range, in a list of protocols; None for another protocol."""
    if isinstance(get(entry, ("tcp",)), dict) and not entry["tcp"].get("destinationPort"):
        return all_ports(entry)
    return _port(
        entry, ("tcp", "destinationPort", "number"), ("tcp", "destinationPort", "range"), "destinationNamedPort"
    )


def _cluster_entry(_entry: Any, port: int | str) -> Any:
    return {"destinationNamedPort": port} if isinstance(port, str) else {"tcp": {"destinationPort": {"number": port}}}


def _port(entry: Any, number: Path, ports: Path, name: str) -> PolicyPort | None:
    """Return an entry that has a number, a range, or a name, each in a field of its own."""
    first, last, named = get(entry, number), get(entry, number), get(entry, (name,))
    if isinstance(named, str):
        return PolicyPort(first=0, last=0, name=named, entry=entry, field=(name,))
    if first is None:
        first, last = (get(entry, (*ports, end)) for end in ("start", "end"))
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    return PolicyPort(first=first, last=last, name="", entry=entry, field=number)


KINDS = (
    Finder(
        groups=("policy.networking.k8s.io",),
        kinds=("AdminNetworkPolicy", "BaselineAdminNetworkPolicy"),
        read="kubernetes-sigs/network-policy-api, v1alpha1: apis/v1alpha1",
        found_by="ports",
        find=admin_policy,
        fields=tuple(
            f"spec.{direction}[].ports[].{port}"
            for direction in ("ingress", "egress")
            for port in ("portNumber", "portRange", "namedPort")
        ),
    ),
    Finder(
        groups=("policy.networking.k8s.io",),
        kinds=("ClusterNetworkPolicy",),
        read="kubernetes-sigs/network-policy-api, v1alpha2: apis/v1alpha2/clusternetworkpolicy_types.go",
        found_by="ports",
        find=cluster_policy,
        fields=tuple(
            f"spec.{direction}[].protocols[].{port}"
            for direction in ("ingress", "egress")
            for port in ("tcp.destinationPort.number", "tcp.destinationPort.range", "destinationNamedPort")
        ),
    ),
)
