"""Antrea's NetworkPolicy and ClusterNetworkPolicy: which ports of which Pods their rules name."""

from __future__ import annotations

from krm_fn.references.field_spec import Finder
from krm_fn.references.pod_peers import selected_pods
from krm_fn.references.policy_port import entry_like, policy_port
from krm_fn.references.reference import PolicyRule, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.yaml_text.paths import find, list_at, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces

_UNKNOWN = ("group", "namespaces", "nodeSelector", "service", "serviceAccount")
"""Fields that select Pods by what the items do not show."""


def antrea_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports: of ingress rules those of the Pods to which they apply, of egress rules the peers'.

    The policy says to which Pods, or each rule does. A rule without ports is for all. An egress rule without peers is
    for any destination: rules are in order, so none can be added beside it.
    """
    own = None if data.get("kind") == "ClusterNetworkPolicy" else namespace_of(data)
    spec = mapping_at(data, ("spec",))
    for direction in ("ingress", "egress"):
        for path, rule in find(data, f"spec.{direction}[]"):
            ports = list_at(rule, ("ports",))
            if not ports or not isinstance(rule, dict):
                continue
            if direction == "ingress":
                applied = spec.get("appliedTo") or rule.get("appliedTo")
                selects, wide = selected_pods(applied, own, namespaces, _UNKNOWN), False
            elif rule.get("to"):
                selects, wide = selected_pods(rule["to"], own, namespaces, _UNKNOWN), False
            else:
                selects, wide = Selects(test=lambda _labels, _namespace: True), True
            yield PolicyRule(
                path=(*path, "ports"),
                ports=tuple(map(policy_port, ports)),
                selects=selects,
                entry_like=entry_like,
                admits=rule.get("action") == "Allow",
                wide=wide,
            )


KINDS = (
    Finder(
        groups=("crd.antrea.io",),
        kinds=("NetworkPolicy", "ClusterNetworkPolicy"),
        read="antrea-io/antrea, v1beta1: pkg/apis/crd/v1beta1/types.go",
        note="For any destination, and for groups of Pods, a warning.",
        found_by="ports",
        find=antrea_policy,
        fields=("spec.ingress[].ports[].port", "spec.egress[].ports[].port"),
    ),
)
