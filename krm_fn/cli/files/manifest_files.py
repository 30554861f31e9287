"""Find and read the files that the paths of a command line stand for, each once."""

from __future__ import annotations

import os
import stat

from krm_fn import codes
from krm_fn.cli.command import UsageError
from krm_fn.cli.files.reading import TO_NOTHING, reason_of, unreadable
from krm_fn.record import Record
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENDINGS = (".yaml", ".yml", ".json")
"""Of the files that are read from a folder. One that is named itself may have any."""


class ManifestFile(Record):
    """A file as it was read."""

    name: str
    """As messages have it: the first path by which it was reached."""
    path: str
    """The real one, behind all links."""
    data: bytes
    is_outside: bool
    """Whether only a link from inside of the folders given to outside reached it: then it must stay as it is."""


def manifest_files(paths: Iterable[str]) -> list[ManifestFile]:
    """Return the files, those of a folder in the order of their names, hidden files and folders left out.

    A UsageError with all paths that are not there; else a FunctionError with all files that cannot be read.
    """
    finder = _Finder()
    for path in paths:
        finder.add(path)
    return finder.files()


class _Finder:
    """The files found so far, by their real paths."""

    def __init__(self) -> None:
        self._usage_problems: list[Result] = []
        self._problems: list[Result] = []
        self._names: dict[str, str] = {}
        self._named: set[str] = set()
        self._folders: list[str] = []
        self._walked: set[str] = set()

    def add(self, path: str) -> None:
        """Add the files that a path of the command line stands for."""
        try:
            mode = os.stat(path).st_mode
            real = os.path.realpath(path, strict=True)
        except OSError as error:
            message = f"{reason_of(error)}. Name a file or folder that is there."
            self._usage_problems.append(Result(code=codes.PATH_ABSENT, file=path or "''", message=message))
            return
        if stat.S_ISDIR(mode):
            self._folders.append(os.path.join(real, ""))
            self._walk("" if path == "." else os.path.join(path, ""), real)
        elif stat.S_ISREG(mode):
            self._names.setdefault(real, path)
            self._named.add(real)
        else:
            message = "must be a file or a folder, got something else. To filter a stream, see proxy-sidecar --help."
            self._usage_problems.append(Result(code=codes.PATH_OF_OTHER_TYPE, file=path, message=message))

    def files(self) -> list[ManifestFile]:
        """Return all that was found; see `manifest_files` for the errors."""
        if self._usage_problems:
            raise UsageError(*self._usage_problems)
        found = []
        for path, name in self._names.items():
            is_outside = path not in self._named and not path.startswith(tuple(self._folders))
            try:
                with open(path, "rb") as file:
                    found.append(ManifestFile(name=name, path=path, data=file.read(), is_outside=is_outside))
            except OSError as error:
                self._refuse(name, error)
        if self._problems:
            raise FunctionError(*self._problems)
        return found

    def _walk(self, name: str, real: str) -> None:
        """Add the files of a folder whose name ends in a slash. Each is walked once, so that links make no circle."""
        if real in self._walked:
            return
        self._walked.add(real)
        for entry in self._entries(name, real):
            if entry.name.startswith("."):
                continue
            try:
                self._add_entry(name, entry)
            except OSError as error:
                self._refuse(name + entry.name, error)

    def _add_entry(self, name: str, entry: os.DirEntry[str]) -> None:
        """Add what an entry of a folder stands for. An OSError where that cannot be known."""
        shown, inside = name + entry.name, entry.path
        is_named = entry.name.endswith(ENDINGS)
        is_dead = False
        if entry.is_symlink():
            try:
                inside = os.path.realpath(inside, strict=True)
            except OSError as error:
                if error.errno not in TO_NOTHING:
                    raise
                is_dead = True
        if not is_dead and entry.is_dir():
            self._walk(f"{shown}/", inside)
        elif is_named and not is_dead and entry.is_file():
            self._names.setdefault(inside, shown)
        elif is_named and entry.is_symlink():
            message = "is a link to nothing that can be read. Delete it, or correct its target."
            self._problems.append(Result(code=codes.LINK_TO_NOTHING, file=shown, message=message))

    def _entries(self, name: str, real: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(real) as entries:
                yield from sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._refuse(name, error)

    def _refuse(self, name: str, error: OSError) -> None:
        self._problems.append(unreadable(name, error))
