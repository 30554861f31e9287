"""The fields of a container: their types, the keys by which lists are merged, and what takes the place of what."""

from __future__ import annotations

from krm_fn.function_config.generated.container_fields import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

CONTAINER = "Container"
_ACTIONS = {
    kind: tuple(field for field, text in TYPES[kind].items() if text.endswith("Action"))
    for kind in ("Probe", "LifecycleHandler")
}
ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    **_ACTIONS,
    "EnvVar": ("value", "valueFrom"),
    "EnvVarSource": tuple(TYPES["EnvVarSource"]),
    "EnvFromSource": ("configMapRef", "secretRef"),
    "VolumeMount": ("subPath", "subPathExpr"),
}
"""Fields of a type of which a container has one: a user's takes the place of another one of ours."""
_DEFAULTS = {"protocol": "TCP"}
"""Values of fields that are keys, where an entry does not set them."""


def type_of(kind: str, field: str) -> str:
    """Return the type of a field of a type, empty where that has no such field."""
    return TYPES.get(kind, {}).get(field, kind.removeprefix("{}") if kind.startswith("{}") else "")


def entry_type(kind: str) -> tuple[tuple[str, ...], str]:
    """Return, for the type of a list, the fields by which entries are merged, and an entry's type; () for no fields."""
    keys, _, entry = kind.removeprefix("[").partition("]")
    return (tuple(keys.split(",")) if keys else (), entry) if kind.startswith("[") else ((), "")


def key_of(entry: Any, keys: tuple[str, ...]) -> tuple[Any, ...] | None:
    """Return the values by which an entry is merged; None where it lacks one, or is no mapping."""
    if not isinstance(entry, dict):
        return None
    found = tuple(_DEFAULTS.get(key) if entry.get(key) is None else entry[key] for key in keys)
    return None if None in found else found
