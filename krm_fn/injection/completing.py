"""Complete what the user wrote under one of our names: theirs stays as it is, and only what it lacks is put in."""

from __future__ import annotations

from krm_fn.injection.container import HANDLERS, LIST_KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path


def lacking(theirs: dict[str, Any], ours: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what a container of ours has and theirs lacks, with the place for it; -1 stands for a list's end.

    Lists are compared by Kubernetes' merge keys. A probe or hook has one handler: where theirs has another, ours is
    left out. A field that is set to null is theirs, too.
    """
    own_handler = HANDLERS & theirs.keys()
    for key, value in ours.items():
        if key not in theirs:
            if not (own_handler and key in HANDLERS):
                yield (*path, key), value
        elif isinstance(value, dict) and isinstance(theirs[key], dict):
            yield from lacking(theirs[key], value, (*path, key))
        elif isinstance(value, list) and isinstance(theirs[key], list) and key in LIST_KEYS:
            field = LIST_KEYS[key]
            known = [entry.get(field) for entry in theirs[key] if isinstance(entry, dict)]
            yield from (((*path, key, -1), entry) for entry in value if entry[field] not in known)
