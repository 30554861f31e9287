"""Pods that the entries of a policy's list select, each by `podSelector` and `namespaceSelector`."""

from __future__ import annotations

from krm_fn.references.namespaces import both, either
from krm_fn.references.reference import Selects
from krm_fn.selectors.label_index import required_label
from krm_fn.selectors.label_selector import matches, requirements_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from krm_fn.references.namespaces import Namespaces
    from krm_fn.selectors.label_index import Label


def selected_pods(entries: Any, own: str | None, namespaces: Namespaces, unknown: Collection[str] = ()) -> Selects:
    """Return the Pods that one of the entries selects.

    One without a `namespaceSelector` is for its own namespace, or for all where that is None. Fields that are `unknown`
    select in ways that the items do not show; an entry without any of these selects no Pods, as an ipBlock does.
    """
    peers = [peer for peer in entries if isinstance(peer, dict)] if isinstance(entries, list) else []

    def is_peer(peer: dict[str, Any], labels: dict[str, Any], namespace: str) -> bool | None:
        pods, spaces = peer.get("podSelector"), peer.get("namespaceSelector")
        is_clear = not unknown or peer.keys().isdisjoint(unknown)
        if pods is None and spaces is None:
            return False if is_clear else None
        there = namespaces.are_one(own, namespace) if spaces is None else namespaces.selected(spaces, namespace)
        return both(there if is_clear else None, pods is None or matches(pods, labels))

    return Selects(
        test=lambda labels, namespace: either([is_peer(peer, labels, namespace) for peer in peers]),
        label=label_of(peers[0].get("podSelector")) if len(peers) == 1 else None,
        namespaces=None if own is None or any(peer.get("namespaceSelector") is not None for peer in peers) else (own,),
    )


def label_of(selector: Any) -> Label | None:
    """Return a label that all have that a LabelSelector selects; None where there is no such."""
    return required_label(requirements_of(selector)) if isinstance(selector, dict) else None
