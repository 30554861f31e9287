"""Whether a kustomization beside a file lists it: people have to add what is new there, and take out what is gone."""

from __future__ import annotations

import os

from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.cli.write import FileChange

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def unlisted(changes: Iterable[FileChange]) -> Iterator[Result]:
    """Yield a warning for each new file that a kustomization beside it lacks, and each gone one that it has."""
    for change in changes:
        folder, name = os.path.split(change.path)
        for kustomization in _NAMES:
            listed = _mentions(os.path.join(folder, kustomization), name)
            there = os.path.join(os.path.dirname(change.name), kustomization)
            if change.old is None and listed is False:
                message = f"is new, and not in {there}: add it to the resources there."
                yield Result(severity="warning", file=change.name, message=message)
            elif change.new is None and listed:
                message = f"is deleted, and still in {there}: take it out of the resources there."
                yield Result(severity="warning", file=change.name, message=message)


def _mentions(path: str, name: str) -> bool | None:
    """Tell whether a file has a name in it, None where there is no such file."""
    try:
        with open(path, "rb") as file:
            return os.fsencode(name) in file.read()
    except OSError:
        return None
