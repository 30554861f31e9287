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
_MOST_DIGITS = 10
NEEDS_HASH = "kustomize.config.k8s.io/needs-hash"


def file_of(annotations: dict[str, Any]) -> str:
    """Return the path of the file that an object is from, relative to the package; empty where no host names one."""
    return next((str(annotations[key]) for key in _PATHS if annotations.get(key)), "")


def index_of(annotations: dict[str, Any]) -> int:
    """Return the object's place in its file."""
    index = next((str(annotations[key]) for key in _INDEXES if annotations.get(key)), "0")
    return int(index) if index.isdecimal() and len(index) < _MOST_DIGITS else 0


def file_in(text: bytes) -> str:
    """Return the file that the annotation names in a text that cannot be read as YAML."""
    for line in text.splitlines():
        key, _, value = line.strip().partition(b": ")
        if key.decode(errors="replace") in _PATHS:
            return value.strip(b"'\"").decode(errors="replace")
    return ""


def file_beside(annotations: dict[str, Any], name: str) -> dict[str, str]:
    """Return the annotations that put a new object into a file of a name, beside that of another object.

    None where they would name a file outside of the package: who writes an object may not choose that.
    """
    key = _path_key(annotations)
    path = str(annotations.get(key) or "")
    if not path or outside_place(annotations):
        return {}
    place = {key: "/".join(filter(None, (path.rpartition("/")[0], name)))}
    return {**place, _PACKAGE_PATH: str(annotations[_PACKAGE_PATH])} if _PACKAGE_PATH in annotations else place


def outside_place(annotations: dict[str, Any]) -> tuple[str, str] | None:
    """Return the annotation that names a file or package outside of the package, and its value; None without one.

    kpt writes the package's path from the root of its own tree.
    """
    key = _path_key(annotations)
    file, package = (str(annotations.get(each) or "") for each in (key, _PACKAGE_PATH))
    if file and not _is_inside(file):
        return key, file
    return (_PACKAGE_PATH, package) if ".." in _steps(package) else None


def _path_key(annotations: dict[str, Any]) -> str:
    """Return the annotation that names the file of an object."""
    return next((key for key in _PATHS if annotations.get(key)), _PATHS[0])


def _is_inside(path: str) -> bool:
    """Return whether a path is relative and goes up nowhere."""
    first, *rest = _steps(path)
    return bool(first) and not first.endswith(":") and ".." not in (first, *rest)


def _steps(path: str) -> list[str]:
    """Return the steps of a path, whatever system the host runs on."""
    return path.replace("\\", "/").split("/")


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
