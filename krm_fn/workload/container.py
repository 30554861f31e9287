"""Containers of a Pod: the restricted security context, and names made from others."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def restricted(user_id: int | None, capabilities: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the securityContext that Kubernetes' restricted standard requires, and a read-only root filesystem.

    Without an id the cluster chooses the user.
    """
    return {
        "runAsNonRoot": True,
        **({} if user_id is None else {"runAsUser": user_id, "runAsGroup": user_id}),
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], **({"add": [*capabilities]} if capabilities else {})},
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def label_of(stem: str, what: str) -> str:
    """Return a DNS label of a stem and a suffix; the stem is cut where both are too long."""
    limit = 63  # a DNS label's
    return f"{stem[: limit - len(what) - 1].rstrip('-')}-{what}"
