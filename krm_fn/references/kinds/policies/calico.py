"""Calico's NetworkPolicy and GlobalNetworkPolicy, staged or not: which ports of which Pods their rules name."""

from __future__ import annotations

from krm_fn.references.field_spec import Finder
from krm_fn.references.namespaces import both
from krm_fn.references.policy_port import plain_entry_like, plain_policy_port
from krm_fn.references.reference import PolicyRule, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.calico_selector import calico_label, calico_matches
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.selectors.label_index import Label

NAMESPACE = "projectcalico.org/namespace"
"""The label that Calico gives each Pod: its namespace."""
NAMESPACE_NAME = "projectcalico.org/name"
"""The label that it gives each namespace: its name."""
_NARROWING = ("selector", "namespaceSelector", "nets", "notNets", "services", "serviceAccounts", "domains")


def calico_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports: of ingress rules those of the policy's Pods, of egress rules the destination's.

    `ports` are those that a rule is for, `notPorts` all but those that it is for.
    """
    spec = data.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    is_global = str(data.get("kind")).endswith("GlobalNetworkPolicy")
    own = None if is_global else namespace_of(data)
    pods = pods_of(spec, own, namespaces)
    for direction in ("ingress", "egress"):
        for path, rule in find(data, f"spec.{direction}[]"):
            destination = rule.get("destination") if isinstance(rule, dict) else None
            if not isinstance(destination, dict) or str(rule.get("protocol") or "TCP").upper() not in ("TCP", "6"):
                continue
            wide = direction == "egress" and not any(destination.get(field) for field in _NARROWING)
            selects = pods if direction == "ingress" else pods_of(destination, own, namespaces)
            for field in ("ports", "notPorts"):
                ports = destination.get(field)
                if isinstance(ports, list):
                    yield PolicyRule(
                        path=(*path, "destination", field),
                        ports=tuple(map(plain_policy_port, ports)),
                        selects=selects,
                        entry_like=plain_entry_like,
                        admits=rule.get("action") == "Allow" and field == "ports",
                        wide=wide,
                    )


def plain_ports(ports: list[Any]) -> list[PolicyPort]:
    """Return the entries of a list of ports."""
    return [port for each in ports if (port := plain_policy_port(each))]


def pods_of(holder: dict[str, Any], own: str | None, namespaces: Namespaces) -> Selects:
    """Return what the selectors of a policy or of a destination select; of one that cannot be read, that is unknown."""
    selector = holder.get("selector")
    spaces = holder.get("namespaceSelector")

    def selects(labels: dict[str, Any], namespace: str) -> bool | None:
        if spaces:
            known = namespaces.labels(namespace)
            there = _matches(spaces, {**(known or {}), NAMESPACE_NAME: namespace})
            if known is None and there is False:
                is_any = NAMESPACE_NAME not in str(spaces) or not namespace
                there = None if is_any else False
        else:
            there = namespaces.are_one(own, namespace)
        return both(there, _matches(selector, {**labels, NAMESPACE: namespace}))

    return Selects(test=selects, label=_label_of(selector), namespaces=None if spaces or own is None else (own,))


def _label_of(selector: Any) -> Label | None:
    """Return a label that an expression of comparisons with && between requires."""
    try:
        label = calico_label(str(selector or ""))
    except ValueError:
        return None
    return label if label and label[0] != NAMESPACE else None


def _matches(expression: Any, labels: dict[str, Any]) -> bool | None:
    try:
        return calico_matches(str(expression or ""), labels)
    except ValueError:
        return None


KINDS = (
    Finder(
        groups=("projectcalico.org", "crd.projectcalico.org"),
        kinds=("NetworkPolicy", "GlobalNetworkPolicy", "StagedNetworkPolicy", "StagedGlobalNetworkPolicy"),
        read="projectcalico/calico, v3: api/pkg/apis/projectcalico/v3",
        note="In each tier. For any destination, a warning.",
        found_by="ports",
        find=calico_policy,
        fields=tuple(
            f"spec.{direction}[].destination.{field}[]"
            for direction in ("ingress", "egress")
            for field in ("ports", "notPorts")
        ),
    ),
)
