"""Who an item is: its API group, names, namespace and file, from its plain data."""

from __future__ import annotations

from krm_fn.result import ResourceRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PREVIOUS_NAMES = "internal.config.kubernetes.io/previousNames"
PATH_ANNOTATIONS = ("internal.config.kubernetes.io/path", "config.kubernetes.io/path")
INDEX_ANNOTATIONS = ("internal.config.kubernetes.io/index", "config.kubernetes.io/index")


def metadata_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata, empty where there is none."""
    return _mapping(data.get("metadata"))


def annotations_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the annotations, empty where there are none."""
    return _mapping(metadata_of(data).get("annotations"))


def name_of(data: dict[str, Any]) -> str:
    """Return the name as it is now."""
    return str(metadata_of(data).get("name") or "")


def names_of(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the name as it is now, then those it had before kustomize changed it."""
    previous = annotations_of(data).get(PREVIOUS_NAMES)
    return (name_of(data), *(str(previous).split(",") if previous else ()))


def namespace_of(data: dict[str, Any]) -> str:
    """Return the namespace, empty where the object names none."""
    return str(metadata_of(data).get("namespace") or "")


def group_version_of(data: dict[str, Any]) -> tuple[str, str]:
    """Return the API group, "" for the core group, and the version."""
    group, _, version = str(data.get("apiVersion") or "").rpartition("/")
    return group, version


def ref_of(data: dict[str, Any]) -> ResourceRef:
    """Return the reference that results carry."""
    return ResourceRef(
        api_version=str(data.get("apiVersion") or ""),
        kind=str(data.get("kind") or ""),
        name=name_of(data),
        namespace=namespace_of(data),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
