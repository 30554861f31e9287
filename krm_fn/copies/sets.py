"""The sets into which copies divide files: those of a folder, or those that a kustomization takes."""

from __future__ import annotations

from itertools import pairwise
from posixpath import dirname

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from krm_fn.copies.kustomizations import Closures


class FileSet(Record):
    """Files that are applied together, and hold no object twice."""

    folder: str
    """The folder of all that is in it and below; or that of the kustomization."""
    files: frozenset[str] | None = None
    """The files that the kustomization takes; None where it is all of the folder."""

    def has(self, place: str) -> bool:
        """Return whether a file is in it."""
        return place in self.files if self.files is not None else _is_below(dirname(place), self.folder)

    def encloses(self, other: FileSet) -> bool:
        """Return whether it holds all of another set."""
        if other.files is not None:
            return other.files <= self.files if self.files is not None else all(map(self.has, other.files))
        return self.files is None and _is_below(other.folder, self.folder)


class Unclear(Exception):  # noqa: N818 # it is caught where the copies are known
    """Two copies of one object, by their positions, that nothing tells apart."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(one, other)
        self.positions = one, other


def sets_of(places: Sequence[str], closures: Closures) -> list[FileSet]:
    """Return the set of each copy of one object, by the paths of their files. `Unclear` where two have one set.

    | a kustomization takes it, and no other copy | the set is what the largest of these takes                       |
    | only one that takes another copy as well    | unclear                                                          |
    | none takes it                               | the set is the highest folder around it that is around no other; |
    |                                             | its own, and unclear, where another is in it that none takes     |
    """
    by_place = {place: position for position, place in enumerate(places)}
    for position, place in enumerate(places):
        if not place or by_place[place] != position:
            other = by_place[place] if place else 1 - min(position, 1)
            raise Unclear(*sorted((position, other)))
    taking: dict[str, Sequence[str]] = {place: closures.taking.get(place, ()) for place in places}
    copies_in: dict[str, list[str]] = {}
    for place, folders in taking.items():
        for folder in folders:
            copies_in.setdefault(folder, []).append(place)
    highest = _highest({place for place in places if not taking[place]}, places)
    found: list[FileSet] = []
    first: dict[FileSet, int] = {}
    for position, place in enumerate(places):
        alone = [folder for folder in taking[place] if len(copies_in[folder]) == 1]
        if alone:
            folder = max(alone, key=lambda each: (len(closures.files[each]), each))
            found.append(FileSet(folder=folder, files=closures.files[folder]))
        elif taking[place]:
            rival = next(each for each in copies_in[taking[place][0]] if each != place)
            raise Unclear(*sorted((position, by_place[rival])))
        else:
            found.append(FileSet(folder=highest[place]))
            if found[-1] in first:
                raise Unclear(first[found[-1]], position)
        first.setdefault(found[-1], position)
    return found


class Sets:
    """Several sets, to be found by the files that they have."""

    def __init__(self, every: Sequence[FileSet]) -> None:
        self.every = every
        self._by_folder = {each.folder: number for number, each in enumerate(every) if each.files is None}
        self._by_file: dict[str, list[int]] = {}
        for number, each in enumerate(every):
            for file in each.files or ():
                self._by_file.setdefault(file, []).append(number)

    def having(self, place: str) -> list[int]:
        """Return the positions of the sets that have a file."""
        return [*self._by_file.get(place, ()), *self._around(place)]

    def of(self, place: str) -> int:
        """Return the position of the set that a file belongs to: the innermost.

        -1 where there is none, or several that are apart.
        """
        taking = self._by_file.get(place)
        if not taking:
            return next(self._around(place), -1)
        inner = min(taking, key=lambda number: len(self.every[number].files or ()))
        return inner if all(self.every[other].encloses(self.every[inner]) for other in taking) else -1

    def _around(self, place: str) -> Iterator[int]:
        """Yield the sets of the folders around a file, the innermost first."""
        folder = dirname(place)
        while True:
            if folder in self._by_folder:
                yield self._by_folder[folder]
            if not folder or folder == "/":
                return
            folder = dirname(folder)


def _highest(wanted: Collection[str], places: Sequence[str]) -> dict[str, str]:
    """Return the highest folder around each wanted file that is around no other copy, of those in other folders.

    In order, the folders that a folder has the most steps in common with are beside it.
    """
    ordered = sorted({tuple(_steps(dirname(place))) for place in places})
    depths: dict[tuple[str, ...], int] = {}
    for one, other in pairwise(ordered):
        common = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
        for each in (one, other):
            depths[each] = max(depths.get(each, 0), common + 1)
    taken = {tuple(_steps(dirname(place))) for place in places if place not in wanted}
    found = {}
    for place in wanted:
        own = tuple(_steps(dirname(place)))
        depth = len(own) if own in taken else depths.get(own, 0)
        found[place] = "/".join(own[:depth]) or ("/" if place.startswith("/") else "")
    return found


def _steps(folder: str) -> list[str]:
    return folder.split("/") if folder else []


def _is_below(folder: str, above: str) -> bool:
    """Return whether a folder is another one, or below it."""
    return not above or folder == above or folder.startswith(f"{above.rstrip('/')}/")
