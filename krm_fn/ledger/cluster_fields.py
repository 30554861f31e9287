"""Objects as a cluster gives them back, which are no manifests: by the fields that only a cluster sets."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.identity import metadata_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result

_IN_METADATA = ("resourceVersion", "uid", "generation", "creationTimestamp", "managedFields", "selfLink")

_BOUND = frozenset(("metadata.resourceVersion", "metadata.uid"))
"""By these an object is that very one, and in this very state."""


def cluster_fields(data: dict[str, Any]) -> list[str]:
    """Return the fields that only a cluster sets. Tools write some into manifests, but without a value."""
    metadata = metadata_of(data)
    found = [f"metadata.{field}" for field in _IN_METADATA if metadata.get(field)]
    has_status = _holds_scalar(data.get("status")) or (found and "status" in data)
    return [*found, "status"] if has_status else found


def warnings(item: Item) -> list[Result]:
    """Return a warning for an object from a cluster that is edited."""
    fields = cluster_fields(item.readable_data)
    if not fields:
        return []
    is_bound = not _BOUND.isdisjoint(fields)
    effect = "is refused when it is applied after the object changed there" if is_bound else "has parts without effect"
    message = (
        f"must be a manifest, got an object from a cluster: it {effect}. Use the manifest as it was written, or delete "
        f"{', '.join(fields)}."
    )
    return [item.result(codes.LIVE_OBJECT, fields[0], message)]


def _holds_scalar(value: Any) -> bool:
    """Return whether there is anything in plain data but collections and null."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return value is not None if below is None else any(map(_holds_scalar, below))
