"""Containers of a Pod: the defaults with what the user set, the restricted security context, names made from others."""

from __future__ import annotations

from krm_fn.function_config.formats.kubernetes import holds_mappings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def with_override(
    defaults: dict[str, Any], override: dict[str, Any], written: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the defaults with an override merged over them, as `merge.completed` does."""
    if written or any(value is None or holds_mappings(value) for value in override.values()):
        from krm_fn.workload.merge import completed  # noqa: PLC0415 # most set an image, if anything

        return completed(defaults, override, written)
    return {**defaults, **override}


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


def port_names(stem: str) -> Iterator[str]:
    """Yield names of ports without end: a stem, then it with -2, -3 and so on, cut where that is too long."""
    limit, count, mark = 15, 1, ""  # a port name's
    while True:
        yield stem[: limit - len(mark)].rstrip("-") + mark
        count += 1
        mark = f"-{count}"


def label_of(stem: str, what: str) -> str:
    """Return a DNS label of a stem and a suffix; the stem is cut where both are too long."""
    limit = 63  # a DNS label's
    return f"{stem[: limit - len(what) - 1].rstrip('-')}-{what}"
