"""Policies of service meshes that speak of Pods' ports: Istio's AuthorizationPolicy, Linkerd's Server."""

from __future__ import annotations

from krm_fn.referrers.field_spec import Finder
from krm_fn.referrers.policy_port import plain_policy_port
from krm_fn.referrers.reference import PolicyRule, Reference
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.referrers.namespaces import Namespaces
    from krm_fn.referrers.reference import Selects


def authorization_policy(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports, as text, that a policy's rules are for, or all but which they are for.

    Without a selector it is for all Pods of its namespace. One of Istio's root namespace is for all: that is not known
    here.
    """
    selects = _pods(data, "selector")
    allows = str(_spec(data).get("action") or "ALLOW") == "ALLOW"
    for field in ("ports", "notPorts"):
        for path, ports in find(data, f"spec.rules[].to[].operation.{field}"):
            if isinstance(ports, list):
                admits = allows and field == "ports"
                entries = tuple(map(plain_policy_port, ports))
                yield PolicyRule(path=path, ports=entries, selects=selects, as_text=True, admits=admits)


def linkerd_server(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the port, by number or name, that the policies of a Server are for."""
    port = _spec(data).get("port")
    if isinstance(port, int | str) and "podSelector" in _spec(data):
        yield Reference(path=("spec", "port"), port=port, of="pods", selects_pods=_pods(data, "podSelector"))


def _pods(data: dict[str, Any], field: str) -> Selects:
    own, selector = namespace_of(data), _spec(data).get(field) or {}
    return lambda labels, namespace: namespace == own and matches(selector, labels)


def _spec(data: dict[str, Any]) -> dict[str, Any]:
    spec = data.get("spec")
    return spec if isinstance(spec, dict) else {}


KINDS = (
    Finder(groups=("security.istio.io",), kinds=("AuthorizationPolicy",), found_by="ports", find=authorization_policy),
    Finder(groups=("policy.linkerd.io",), kinds=("Server",), found_by="ports", find=linkerd_server),
)
