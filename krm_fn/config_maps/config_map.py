"""DesiredConfigMap: a ConfigMap as it must be, and the problems of its size and name."""

from __future__ import annotations

from functools import lru_cache

from krm_fn import codes
from krm_fn.ledger.annotations import MANAGED_BY
from krm_fn.ledger.digest import digest
from krm_fn.record import Record
from krm_fn.resource_list.identity import labels_of
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from krm_fn.result import ResourceRef
    from krm_fn.workload.workload import Workload

SIZE_LIMIT = 1 << 20
"""Bytes of keys and values that the API server accepts in a ConfigMap."""
_SURELY_APPLIED = 40_000
"""Bytes that kubectl apply can record in any form."""
_AROUND = 10_000
"""More bytes than all has beside its content and labels in what kubectl apply records, and in our annotations."""
FILE_PREFIX, FILE_SUFFIX = "configmap_", ".yaml"
"""What the name of a new file for a ConfigMap begins and ends with."""
_LONGEST = 255 - len(FILE_PREFIX) - len(FILE_SUFFIX)
"""Letters of a name whose file's name a file system accepts; Kubernetes accepts 253."""

_HASH_LETTERS = frozenset("bcdfghkmt2456789")
_HASH_LENGTH = 10


class DesiredConfigMap(Record):
    """A ConfigMap as it must be."""

    name: str
    namespace: str
    labels: dict[str, str]
    data: dict[str, str]
    binary_data: dict[str, str]
    field: str
    """Where in the functionConfig its name is set."""
    is_named: bool = True
    """Whether it is: else the name is made from the workload's."""
    part_of: str = ""
    """The name under `spec.files` of which it is a part."""

    @property
    def key(self) -> tuple[str, str]:
        """Name and namespace."""
        return self.name, self.namespace


def made_name(stem: str, what: str) -> str:
    """Return a ConfigMap's name of two parts. A stem that makes it too long is cut, and followed by a digest of it."""
    name = "-".join(filter(None, (stem, what)))
    if len(name) <= _LONGEST:
        return name
    ending = f"-{digest(stem)}-{what}"
    return stem[: _LONGEST - len(ending)].rstrip("-.") + ending


def is_made_name(name: str, what: str) -> bool:
    """Return whether `made_name` gives a name for some stem, as it is or with the hash that kustomize adds."""
    plain, _, end = name.rpartition("-")
    if len(end) == _HASH_LENGTH and _HASH_LETTERS.issuperset(end):
        name = plain
    return name == what or name.endswith(f"-{what}")


def file_name(name: str, namespace: str = "") -> str:
    """Return the name of a new file for a ConfigMap: with the start of its name where a file system accepts no more.

    With its namespace where one is given, behind which is a `_`, that no name has. Nothing in a name leads to another
    folder: the API server refuses such names, and they are somebody's data.
    """
    name = f"{namespace}_{name}" if namespace else name
    plain = "".join("_" if character in "/\\" or not character.isprintable() else character for character in name)
    return f"{FILE_PREFIX}{plain[:_LONGEST]}{FILE_SUFFIX}"


def labels_by_workload(workloads: Iterable[Workload]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the labels of the workloads' ConfigMaps, by namespace and title; with "" for those that all there share.

    They are the workload's, since its Pods need the ConfigMap: what selects the one must select the other, such as
    `kubectl apply -l app=web`. Of several workloads they are what these have in common.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for workload in workloads:
        labels = labels_of(workload.item.data)
        own = {key: value for key, value in labels.items() if isinstance(value, str) and key != MANAGED_BY}
        for title in (workload.title, ""):
            place = workload.namespace, title
            found[place] = {key: value for key, value in found.get(place, own).items() if own.get(key) == value}
    return found


def size_problems(desired: DesiredConfigMap, made: Callable[[], dict[str, Any]], ref: ResourceRef) -> list[Result]:
    """Return an error for what the API server refuses, a warning for what kubectl apply cannot record.

    `made` gives the object as it will be.
    """
    stored = sum(len(key) + _bytes(value) for key, value in desired.data.items())
    stored += sum(len(key) + decoded_size(value) for key, value in desired.binary_data.items())
    if stored > SIZE_LIMIT:
        message = f"ConfigMap {desired.name} must hold at most {SIZE_LIMIT} bytes, got {stored}. Split it into several."
        return [Result(code=codes.CONFIG_MAP_TOO_LARGE, ref=ref, path=desired.field, message=message)]
    if stored < _SURELY_APPLIED:
        return []
    from krm_fn.ledger.annotation_size import LIMIT, REMEDY, applied_size, json_size  # noqa: PLC0415 # few are that large

    if json_size([desired.data, desired.binary_data, desired.labels]) < LIMIT - _AROUND:
        return []
    applied = applied_size(made())
    if applied <= LIMIT:
        return []
    message = (
        f"ConfigMap {desired.name} must fit into the {LIMIT} bytes of annotations that kubectl apply writes, got "
        f"{applied}. {REMEDY}"
    )
    return [Result(code=codes.CONFIG_MAP_LARGE_FOR_APPLY, ref=ref, path=desired.field, message=message)]


@lru_cache(maxsize=32)  # many targets have the same
def _bytes(text: str) -> int:
    return len(text.encode())


def decoded_size(base64: str) -> int:
    """Return the number of bytes that a text in base64 encodes."""
    text = "".join(base64.split())
    return len(text) // 4 * 3 - text.count("=")


def conflicting(desired: DesiredConfigMap, ref: ResourceRef) -> Result:
    """Return the error for a name under which a ConfigMap of other content is also generated."""
    message = (
        f'must name one ConfigMap, got "{desired.name}" for several of different content. '
        f"{'Leave it out, or give' if desired.is_named else 'Give'} each target a ProxySidecar of its own."
    )
    return Result(code=codes.CONFIG_MAP_CONFLICT, ref=ref, path=desired.field, message=message)
