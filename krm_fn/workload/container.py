"""Containers of a Pod: fields merged by Kubernetes' merge keys, names, and the restricted security context."""

from __future__ import annotations

from krm_fn.function_config.formats.kubernetes import MERGE_KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path

_HANDLERS = frozenset(("exec", "httpGet", "tcpSocket", "grpc", "sleep"))
"""A probe or a lifecycle hook has one of these: a user's takes the place of the default's."""


def merge(default: Any, override: Any, field: str = "") -> Any:
    """Return an override merged over a default: maps by key, lists by Kubernetes' merge keys; null removes a key."""
    if isinstance(override, dict):
        default = default if isinstance(default, dict) else {}
        if _HANDLERS & override.keys():
            default = {key: value for key, value in default.items() if key not in _HANDLERS}
        merged = {**default}
        for key, value in override.items():
            merged[key] = merge(default.get(key), value, key)
        return {key: value for key, value in merged.items() if value is not None}
    if isinstance(default, list) and isinstance(override, list) and field in MERGE_KEYS:
        return _merge_entries(default, override, MERGE_KEYS[field])
    return override


def missing_fields(existing: dict[str, Any], desired: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what the desired container has and the existing one lacks, with its path; -1 means a list's end.

    Lists are compared by Kubernetes' merge keys. A probe or hook has one handler: where the existing
    one has another, the desired one is left out. A field that is set to null is not missing.
    """
    own_handler = _HANDLERS & existing.keys()
    for key, value in desired.items():
        if key not in existing:
            if not (own_handler and key in _HANDLERS):
                yield (*path, key), value
        elif isinstance(value, dict) and isinstance(existing[key], dict):
            yield from missing_fields(existing[key], value, (*path, key))
        elif isinstance(value, list) and isinstance(existing[key], list) and key in MERGE_KEYS:
            field = MERGE_KEYS[key]
            known = [entry.get(field) for entry in existing[key] if isinstance(entry, dict)]
            yield from (((*path, key, -1), entry) for entry in value if entry[field] not in known)


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


def _merge_entries(default: list[Any], override: list[Any], key: str) -> list[Any]:
    by_key = {entry[key]: entry for entry in override if isinstance(entry, dict) and key in entry}
    known = [entry[key] for entry in default]
    merged = [merge(entry, by_key.get(entry[key], {})) for entry in default]
    return merged + [entry for entry in override if not isinstance(entry, dict) or entry.get(key) not in known]
