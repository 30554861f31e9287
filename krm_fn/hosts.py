"""Hosts: what kustomize and kpt write on objects for themselves and functions, and what they read there.

| annotation                                    | by            | meaning                                        |
|-----------------------------------------------|---------------|------------------------------------------------|
| internal.config.kubernetes.io/path, …/index   | both          | the file that an object is from, and its place |
| config.kubernetes.io/path, …/index            | both, earlier | the same                                       |
| internal.config.kubernetes.io/package-path    | kpt           | the package that the file is in                |
| internal.config.kubernetes.io/previousNames   | kustomize     | names before prefixes, suffixes and hashes     |
| kustomize.config.k8s.io/needs-hash            | a generator   | kustomize is to add a hash to the name         |
| internal.config.kubernetes.io/needsHashSuffix | kustomize     | it is going to                                 |
| config.kubernetes.io/local-config             | a user        | the object is never applied, unless "false"    |
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PATHS = ("internal.config.kubernetes.io/path", "config.kubernetes.io/path")
_INDEXES = ("internal.config.kubernetes.io/index", "config.kubernetes.io/index")
_PACKAGE_PATH = "internal.config.kubernetes.io/package-path"
_PREVIOUS_NAMES = "internal.config.kubernetes.io/previousNames"
LOCAL_CONFIG = "config.kubernetes.io/local-config"
_HASH_ENABLED = "internal.config.kubernetes.io/needsHashSuffix"
NEEDS_HASH = "kustomize.config.k8s.io/needs-hash"


def file_of(annotations: dict[str, Any]) -> str:
    """Return the path of the file that an object is from, relative to the package; empty where no host names one."""
    return next((str(annotations[key]) for key in _PATHS if annotations.get(key)), "")


def index_of(annotations: dict[str, Any]) -> int:
    """Return the object's place in its file."""
    index = next((str(annotations[key]) for key in _INDEXES if annotations.get(key)), "0")
    return int(index) if index.isdecimal() else 0


def file_in(text: bytes) -> str:
    """Return the file that the annotation names in a text that cannot be read as YAML."""
    for line in text.splitlines():
        key, _, value = line.strip().partition(b": ")
        if key.decode(errors="replace") in _PATHS:
            return value.strip(b"'\"").decode(errors="replace")
    return ""


def file_beside(annotations: dict[str, Any], name: str) -> dict[str, str]:
    """Return the annotations that put a new object into a file of a name, beside that of another object."""
    path = str(annotations.get(_PATHS[0]) or "")
    if not path:
        return {}
    place = {_PATHS[0]: "/".join(filter(None, (path.rpartition("/")[0], name)))}
    return {**place, _PACKAGE_PATH: str(annotations[_PACKAGE_PATH])} if _PACKAGE_PATH in annotations else place


def previous_names(annotations: dict[str, Any]) -> tuple[str, ...]:
    """Return the names that an object had before kustomize changed it."""
    names = annotations.get(_PREVIOUS_NAMES)
    return tuple(str(names).split(",")) if names else ()


def is_local_config(annotations: dict[str, Any]) -> bool:
    """Return whether an object is never applied to a cluster. Hosts take any value for a yes but "false"."""
    value = annotations.get(LOCAL_CONFIG)
    return value is not None and str(value).lower() != "false"


def gets_name_hash(annotations: dict[str, Any]) -> bool:
    """Return whether kustomize is going to add a hash to the object's name."""
    return _HASH_ENABLED in annotations
