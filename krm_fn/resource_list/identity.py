"""What identifies an item: its API group, names, namespace and file, from its plain data."""

from __future__ import annotations

from krm_fn.hosts import previous_names
from krm_fn.result import ResourceRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


DEFAULT_NAMESPACE = "default"
"""Where kubectl puts an object without a namespace, unless another one is current."""


def metadata_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata, empty where there is none."""
    return _mapping(data.get("metadata"))


def annotations_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the annotations, empty where there are none."""
    return _mapping(metadata_of(data).get("annotations"))


def labels_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the object's own labels, empty where there are none."""
    return _mapping(metadata_of(data).get("labels"))


def name_of(data: dict[str, Any]) -> str:
    """Return the name as it is now."""
    return str(metadata_of(data).get("name") or "")


def title_of(data: dict[str, Any]) -> str:
    """Return what an object is called: its name, or the generateName from which a cluster makes one."""
    return name_of(data) or str(metadata_of(data).get("generateName") or "")


def names_of(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the name as it is now, then those it had before kustomize changed it."""
    return (name_of(data), *previous_names(annotations_of(data)))


def namespace_of(data: dict[str, Any]) -> str:
    """Return the namespace, empty where the object names none."""
    return str(metadata_of(data).get("namespace") or "")


def may_be_one(namespace: str, other: str) -> bool:
    """Return whether two namespaces may be one: an absent one may be `default`. Whether it is, Items say."""
    return (namespace or DEFAULT_NAMESPACE) == (other or DEFAULT_NAMESPACE)


def group_version_of(data: dict[str, Any]) -> tuple[str, str]:
    """Return the API group, "" for the core group, and the version."""
    group, _, version = str(data.get("apiVersion") or "").rpartition("/")
    return group, version


def ref_of(data: dict[str, Any]) -> ResourceRef:
    """Return the reference that results carry: an object without a name is shown by its generateName."""
    return ResourceRef(
        api_version=str(data.get("apiVersion") or ""),
        kind=str(data.get("kind") or ""),
        name=title_of(data),
        namespace=namespace_of(data),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
