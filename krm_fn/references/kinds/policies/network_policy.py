"""NetworkPolicy of Kubernetes: which ports of which Pods its rules admit."""

from __future__ import annotations

from krm_fn.references.field_spec import Finder
from krm_fn.references.namespaces import NAME_LABEL
from krm_fn.references.pod_peers import label_of, selected_pods
from krm_fn.references.policy_port import entry_like, policy_port
from krm_fn.references.reference import PolicyRule, Selects
from krm_fn.resource_list.identity import DEFAULT_NAMESPACE, namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.yaml_text.paths import find, get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.yaml_text.node import Path


def network_policy(data: dict[str, Any], namespaces: Namespaces) -> Iterator[PolicyRule]:
    """Yield the lists of ports: of ingress rules those of the policy's Pods, of egress rules those of the peers' Pods.

    A rule without ports admits all. One without peers is for any destination.
    """
    own, spec = namespace_of(data), data.get("spec")
    pods = spec.get("podSelector") if isinstance(spec, dict) else None

    def policys_pods(labels: dict[str, Any], namespace: str) -> bool:
        return namespaces.are_one(own, namespace) and matches(pods or {}, labels)

    for path, rule in find(data, "spec.ingress[]"):
        yield from _policy_rules(rule, path, Selects(test=policys_pods, label=label_of(pods), namespaces=(own,)))
    for path, rule in find(data, "spec.egress[]"):
        peers = rule.get("to") if isinstance(rule, dict) else None
        if peers:
            yield from _policy_rules(rule, path, selected_pods(peers, own, namespaces))
        else:
            yield from _policy_rules(rule, path, Selects(test=lambda _labels, _namespace: True), own)


def _policy_rules(rule: Any, path: Path, selects: Selects, wide_from: str | None = None) -> Iterator[PolicyRule]:
    ports = rule.get("ports") if isinstance(rule, dict) else None
    if not isinstance(ports, list) or not ports:
        return

    def beside(labels: dict[str, Any], namespace: str, entry: Any) -> tuple[Path, Any]:
        peer: dict[str, Any] = {"podSelector": {"matchLabels": labels}}
        if namespace != wide_from and not (not namespace and wide_from == DEFAULT_NAMESPACE):
            peer = {"namespaceSelector": {"matchLabels": {NAME_LABEL: namespace}}, **peer}
        return (*path[:-1], -1), {"to": [peer], "ports": [entry]}

    def is_beside(other: Any) -> bool:
        pods, spaces = (get(other, ("to", 0, field, "matchLabels")) for field in ("podSelector", "namespaceSelector"))
        namespace = str(spaces.get(NAME_LABEL) if isinstance(spaces, dict) else wide_from)
        is_for_pods = isinstance(pods, dict) and bool(pods)
        return is_for_pods and bool(other == beside(pods, namespace, get(other, ("ports", 0)))[1])

    yield PolicyRule(
        path=(*path, "ports"),
        ports=tuple(map(policy_port, ports)),
        selects=selects,
        entry_like=_entry_like,
        wide=wide_from is not None,
        beside=None if wide_from is None else beside,
        is_beside=None if wide_from is None else is_beside,
    )


def _entry_like(entry: Any, port: int | str) -> Any:
    """Return an entry as an API server completes it."""
    like = entry_like(entry, port)
    return like if like.get("protocol") else {**like, "protocol": "TCP"}


KINDS = (
    Finder(
        groups=("networking.k8s.io", "extensions"),
        kinds=("NetworkPolicy",),
        read="Kubernetes: networking/v1",
        note="An egress rule that allows the port to any destination gets a second rule beside it, for the app's Pods "
        "alone.",
        found_by="ports",
        find=network_policy,
        fields=("spec.ingress[].ports[].port", "spec.egress[].ports[].port"),
    ),
)
