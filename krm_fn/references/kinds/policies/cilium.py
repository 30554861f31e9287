"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy: which ports of which endpoints their rules name."""

from __future__ import annotations

from krm_fn.references.field_spec import Finder
from krm_fn.references.namespaces import NAME_LABEL, both, either
from krm_fn.references.policy_port import entry_like, policy_port
from krm_fn.references.reference import PolicyRule, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.label_index import required_label
from krm_fn.selectors.label_selector import meets, requirements_of
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.yaml_text.node import Path

NAMESPACE = "io.kubernetes.pod.namespace"
"""The label that Cilium gives each endpoint: its namespace."""
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
"""The prefix of those that an endpoint has from its namespace."""
_SOURCES = ("k8s:", "any:")
_ANYWHERE = ("cluster", "all")
"""Entities that Pods are among."""


def cilium_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports: of ingress rules those of the policy's endpoints, of egress rules those of the peers'.

    A rule with ports and no peer is for any destination.
    """
    own = None if data.get("kind") == "CiliumClusterwideNetworkPolicy" else namespace_of(data)
    for place in ("spec", "specs[]"):
        for path, spec in find(data, place):
            if isinstance(spec, dict):
                yield from _rules(spec, path, own, namespaces)


def _rules(spec: dict[str, Any], path: Path, own: str | None, namespaces: Namespaces) -> Iterator[PolicyRule]:
    endpoints = endpoints_of(spec.get("endpointSelector"), own, namespaces)
    for field in ("ingress", "ingressDeny", "egress", "egressDeny"):
        for below, rule in find(spec, f"{field}[]"):
            if not isinstance(rule, dict):
                continue
            selects, wide = (endpoints, False) if field.startswith("ingress") else peers_of(rule, own, namespaces)
            for deeper, ports in find(rule, "toPorts[].ports"):
                yield PolicyRule(
                    path=(*path, *below, *deeper),
                    ports=tuple(map(policy_port, ports if isinstance(ports, list) else [])),
                    selects=selects,
                    entry_like=entry_like,
                    as_text=True,
                    admits=not field.endswith("Deny"),
                    wide=wide,
                )


def peers_of(rule: dict[str, Any], own: str | None, namespaces: Namespaces) -> tuple[Selects, bool]:
    """Return which Pods are an egress rule's destinations, and whether it is for any destination."""
    selectors = rule.get("toEndpoints")
    peers = [endpoints_of(selector, own, namespaces) for selector in selectors] if isinstance(selectors, list) else []
    named = any(True for _ in find(rule, "toServices[].k8sService"))
    anywhere = any(entity in _ANYWHERE for _, entity in find(rule, "toEntities[]"))
    if anywhere or not any(key.startswith("to") and key != "toPorts" and rule[key] for key in rule):
        return Selects(test=lambda _labels, _namespace: True), True
    unknown: list[bool | None] = [None] if named else []
    if len(peers) == 1 and not unknown:
        return peers[0], False
    return Selects(test=lambda labels, namespace: either([peer(labels, namespace) for peer in peers] + unknown)), False


def endpoints_of(selector: Any, own: str | None, namespaces: Namespaces) -> Selects:
    """Return what an endpoint selector selects: in a namespace's policy, endpoints there unless it names others."""
    requirements = requirements_of(selector) if isinstance(selector, dict) else []
    plain = [(_without_source(key), operator, values) for key, operator, values in requirements]
    spaces = [requirement for requirement in plain if _is_of_namespace(requirement[0])]
    others = [requirement for requirement in plain if not _is_of_namespace(requirement[0])]
    as_labels = {"matchExpressions": [_of_namespace(requirement) for requirement in spaces]}

    def selects(labels: dict[str, Any], namespace: str) -> bool | None:
        if not isinstance(selector, dict):
            return False
        there = namespaces.selected(as_labels, namespace) if spaces else namespaces.are_one(own, namespace)
        return both(there, all(meets(requirement, labels) for requirement in others))

    names = None if spaces or own is None else (own,)
    return Selects(test=selects, label=required_label(others), namespaces=names)


def _without_source(key: str) -> str:
    return next((key.removeprefix(source) for source in _SOURCES if key.startswith(source)), key)


def _is_of_namespace(key: str) -> bool:
    return key == NAMESPACE or key.startswith(_NAMESPACE_LABELS)


def _of_namespace(requirement: tuple[str, str, list[Any]]) -> dict[str, Any]:
    key, operator, values = requirement
    key = NAME_LABEL if key == NAMESPACE else key.removeprefix(_NAMESPACE_LABELS)
    return {"key": key, "operator": operator, "values": values}


KINDS = (
    Finder(
        groups=("cilium.io",),
        kinds=("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
        read="cilium/cilium, v2: pkg/policy/api",
        note="Likewise in `specs[]`. For any destination, a warning.",
        found_by="ports",
        find=cilium_policy,
        fields=tuple(
            f"spec.{field}[].toPorts[].ports[].port" for field in ("ingress", "ingressDeny", "egress", "egressDeny")
        ),
    ),
)
