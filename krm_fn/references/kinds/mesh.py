"""Policies of service meshes for Pods' ports: Istio's AuthorizationPolicy, Linkerd's Server."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Finder
from krm_fn.references.policy_port import plain_policy_port
from krm_fn.references.reference import PolicyRule, Selects
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.label_index import required_label
from krm_fn.selectors.label_selector import matches, requirements_of
from krm_fn.yaml_text.paths import find, mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces


def authorization_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports, as text, that a policy's rules are for, or that they are not for.

    Without a selector it is for all Pods of its namespace. In Istio's root namespace it is for all Pods: which one that
    is, is not known here.
    """
    spec, own = mapping_at(data, ("spec",)), namespace_of(data)
    selector = spec.get("selector") or {}
    allows = str(spec.get("action") or "ALLOW") == "ALLOW"

    def are_selected(labels: dict[str, Any], namespace: str) -> bool:
        return namespaces.are_one(own, namespace) and matches(selector, labels)

    requirements = requirements_of(selector) if isinstance(selector, dict) else []
    selects = Selects(test=are_selected, label=required_label(requirements), namespaces=(own,))

    for field in ("ports", "notPorts"):
        for path, ports in find(data, f"spec.rules[].to[].operation.{field}"):
            if isinstance(ports, list):
                admits = allows and field == "ports"
                entries = tuple(map(plain_policy_port, ports))
                yield PolicyRule(
                    path=path, ports=entries, selects=selects, as_text=True, takes_names=False, admits=admits
                )


KINDS = (
    Finder(groups=("security.istio.io",), kinds=("AuthorizationPolicy",), found_by="ports", find=authorization_policy),
    FieldSpec(
        groups=("policy.linkerd.io",),
        kinds=("Server",),
        found_by="ports",
        at=("spec",),
        selector="spec.podSelector",
        ports=("port",),
        of="pods",
    ),
)
