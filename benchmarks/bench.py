"""The programs that are measured, and what they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from benchmarks.measure import Contestant

if TYPE_CHECKING:
    from pathlib import Path

OURS = "the image's ENTRYPOINT"
KUSTOMIZE = "`kubectl kustomize`"


@dataclass(frozen=True)
class Bench:
    """The programs, and the inputs by their number of items; the scenario alone is number 0."""

    pairs: int
    scratch: Path
    ways_to_start: dict[str, tuple[str, ...]]
    """Commands by their names; `OURS` is the one that the large inputs are given to."""
    python: str
    image_python: str
    """The one that has the dependencies."""
    cat: str
    kubectl: str | None
    lists: dict[int, Path]
    folders: dict[int, Path]
    """For kustomize; empty without kubectl."""

    def ours(self, number: int, way: Literal["pipe", "file"] = "pipe", name: str = OURS) -> Contestant:
        """Return the function on the list with so many items."""
        return Contestant(name, self.ways_to_start[OURS], self.lists[number], way)

    def kustomize(self, number: int) -> Contestant:
        """Return kustomize on the same items."""
        command = (str(self.kubectl), "kustomize", str(self.folders[number]))
        return Contestant(KUSTOMIZE, command, self.lists[0])
