"""Signs: by what they say, entries of lists without names are found again wherever they are by then.

The sign of a place is a digest of the entries on the way to it, each without what is on that way below it: of
`spec.rules[2].http.paths[0].backend.service.port.number` the rule's host, and the path with the name of its Service,
but not the number. So it stays the same when the value changes, and when entries beside it come, go or move.
"""

from __future__ import annotations

from krm_fn.ledger.digest import digest, entry_digest
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any, TypeAlias

    from krm_fn.yaml_text.node import Path

    Known: TypeAlias = dict[tuple[int, Path], str]
    FullName: TypeAlias = tuple[str, str]
    """A namespace, and a name in it."""

_TARGET_KEYS = ("name", "host", "service", "serviceName", "externalName", "rootService", "stableService")
"""The keys under which a reference names a Service."""
_LETTERS = 6
"""Enough for entries of one list; equal ones are told apart by their positions."""


def sign_of(path: Path, data: Any, known: Known) -> str:
    """Return the sign of a place. `known` holds what was found out of the same data before."""
    said = []
    for depth, step in enumerate(path[:-1]):
        if isinstance(step, int):
            below = path[depth + 1 :]
            end = next((at for at, step in enumerate(below) if isinstance(step, int)), len(below))
            entry, way = get(data, path[: depth + 1]), below[:end]
            key = id(entry), way
            if key not in known:
                known[key] = entry_digest(_without(entry, way), "")
            said.append(known[key])
    return digest(said)[:_LETTERS]


def target_of(path: Path, data: Any, name: str = "") -> str:
    """Return what the entry that holds a place refers to, as it is written: its namespace and name, or host.

    Only what stands on the way to the place counts, and not the value there, which may be a port's `name`. With a
    name: if it is that, or a host of it. Empty for none.
    """
    last = max((depth for depth, step in enumerate(path) if isinstance(step, int)), default=-1)
    for depth in range(len(path) - 1, last, -1):
        holder = get(data, path[:depth])
        for key in _TARGET_KEYS if isinstance(holder, dict) else ():
            value = holder.get(key) if (*path[:depth], key) != path else None
            if isinstance(value, str) and (not name or value == name or value.startswith(f"{name}.")):
                namespace = holder.get("namespace")
                return f"{namespace}/{value}" if isinstance(namespace, str) else value
    return ""


def full_name(data: Any) -> FullName:
    """Return the namespace and the name of an object."""
    return namespace_of(data), name_of(data)


def is_renamed(former: str, target: str, data: Any, objects: Collection[FullName]) -> bool:
    """Return whether what an object referred to has another name by now because a tool renamed all objects.

    kustomize does that by namePrefix and nameSuffix: the object that refers to it has got these as well. Of the
    `objects` that the same ProxySidecar changed, one has the new name, and none the former: so nobody gave the entry to
    another that stands beside it.
    """
    own_namespace, own_name = full_name(data)
    namespace, _, old = former.rpartition("/")
    new_namespace, _, new = target.rpartition("/")
    where = namespace or own_namespace
    if namespace != new_namespace or (where, new) not in objects or (where, old) in objects:
        return False
    return any(
        new.startswith(old, at) and _has_affixes(own_name, new[:at], new[at + len(old) :])
        for at in range(len(new) - len(old) + 1)
    )


def _has_affixes(name: str, prefix: str, suffix: str) -> bool:
    return len(name) > len(prefix) + len(suffix) and name.startswith(prefix) and name.endswith(suffix)


def _without(value: Any, way: Path) -> Any:
    """Return plain data without what is at the end of a way of keys."""
    if not way or not isinstance(value, dict):
        return None
    rest = {key: each for key, each in value.items() if key != way[0]}
    return {**rest, way[0]: _without(value.get(way[0]), way[1:])} if len(way) > 1 else rest
