"""The sets into which copies divide files: those of a folder, or those that a kustomization takes."""

from __future__ import annotations

from posixpath import dirname

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
            return all(map(self.has, other.files))
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
    found = []
    for position, place in enumerate(places):
        taken = {folder: files for folder, files in closures.files.items() if place in files}
        others = {folder: [other for other in places if other != place and other in taken[folder]] for folder in taken}
        alone = [folder for folder in taken if not others[folder]]
        if alone:
            folder = max(alone, key=lambda each: (len(taken[each]), each))
            found.append(FileSet(folder=folder, files=taken[folder]))
        elif taken:
            raise Unclear(*sorted((position, by_place[next(iter(others.values()))[0]])))
        else:
            found.append(FileSet(folder=_highest(place, places, closures)))
            same = [other for other in range(position) if found[other] == found[position]]
            if same:
                raise Unclear(same[0], position)
    return found


def set_of(place: str, sets: Iterable[FileSet]) -> FileSet | None:
    """Return the set that a file belongs to: the innermost; None where there is none, or several that are apart."""
    having = [each for each in sets if each.has(place)]
    taken = [each for each in having if each.files is not None]
    inner = [each for each in taken or having if all(other.encloses(each) for other in taken or having)]
    return inner[0] if inner else None


def _highest(place: str, places: Sequence[str], closures: Closures) -> str:
    """Return the highest folder around a file that is around no other copy, of those in other folders."""
    own = _steps(dirname(place))
    depth = 0
    for other in places:
        steps = _steps(dirname(other))
        if other != place and steps != own:
            common = 0
            while common < min(len(own), len(steps)) and own[common] == steps[common]:
                common += 1
            depth = max(depth, common + 1)
        elif other != place and any(other in files for files in closures.files.values()):
            depth = len(own)
    return "/".join(own[:depth]) or ("/" if place.startswith("/") else "")


def _steps(folder: str) -> list[str]:
    return folder.split("/") if folder else []


def _is_below(folder: str, above: str) -> bool:
    """Return whether a folder is another one, or below it."""
    return not above or folder == above or folder.startswith(f"{above.rstrip('/')}/")
