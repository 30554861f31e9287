"""Staging: a hidden folder beside files, in which a run prepares new texts and keeps old ones; and the folder's lock.

Its name has a random part and is new, and it begins with a mark, which also keeps git from adding what is in it. A run
has the lock of a folder as long as its staging is there. So one that is found when the lock is free was left by a run
that was killed: it is removed if it has the name, the mark and nothing but files of a staging's names, and stays
otherwise. No link is followed. Hosts see nothing of it: they read files by their endings, and these have others.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat

from krm_fn import codes
from krm_fn.cli.files.reading import reason_of, unreadable
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_PREFIX = ".proxy-sidecar."
_NAME = re.compile(r"\.proxy-sidecar\.[0-9a-f]{16}")
_FILE = re.compile(r"[0-9]+\.(new|old)")
_MARK = ".gitignore"
_MARK_TEXT = b"# The next run of proxy-sidecar on the files beside this folder removes it, if none is at work.\n*\n"
_READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FEW = 100
"""Files that may certainly be open at once."""
_NOT_OPENED = (errno.EACCES, errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EBADF)
"""What a file system says that has no locks of folders, such as NFS."""


class Staging:
    """The staging beside the files of one folder. It is made when the first file in it is needed."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._path = ""
        self._is_marked = False

    def file(self, name: str) -> str:
        """Return the path for a file in it: a number, and the ending new or old."""
        if not self._path:
            path = os.path.join(self.folder, f"{_PREFIX}{os.urandom(8).hex()}")
            os.mkdir(path, 0o700)
            self._path = path
        if not self._is_marked:
            with open(os.path.join(self._path, _MARK), "wb") as mark:
                mark.write(_MARK_TEXT)
            self._is_marked = True
        return os.path.join(self._path, name)

    def clear(self, kept: Collection[str] = ()) -> Iterator[Result]:
        """Remove it; yield a warning where that cannot be. Where files are kept, they stay without the mark."""
        if self._path:
            try:
                _remove(self._path, kept)
            except OSError as error:
                yield _not_removed(self._path, error)


def leftovers(folders: dict[str, str], *, is_kept: bool = False) -> Iterator[Result]:
    """Remove what killed runs left in folders, given with their names in messages; yield a warning for each.

    Where it is to be kept, only the warnings. A FunctionError where a folder cannot be read.
    """
    for folder, shown in folders.items():
        for name in sorted(filter(_NAME.fullmatch, _names(folder, shown))):
            yield from _leftover(folder, name, os.path.join(shown, name), is_kept=is_kept)


def lock(folder: str, locks: contextlib.ExitStack) -> bool:
    """Lock a folder for this run until a stack is closed; return False where it has no locks.

    A BlockingIOError where another run has it.
    """
    try:
        descriptor = os.open(folder, _READ_FOLDER)
    except OSError as error:
        if error.errno in _NOT_OPENED:
            return False
        raise
    locks.callback(_close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        raise
    return True


def allow_open_files(count: int) -> None:
    """Let the process have so many files open at once, as far as the system allows it."""
    if count > _FEW:
        import resource  # noqa: PLC0415 # few runs change that many folders

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        needed = count + _FEW if hard == resource.RLIM_INFINITY else min(count + _FEW, hard)
        if soft != resource.RLIM_INFINITY and soft < needed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _names(folder: str, shown: str) -> list[str]:
    """Return what is in a folder, nothing where that is not allowed: then its files were named one by one."""
    try:
        return os.listdir(folder)
    except PermissionError:
        return []
    except OSError as error:
        raise FunctionError(unreadable(shown or ".", error)) from error


def _leftover(folder: str, name: str, shown: str, *, is_kept: bool) -> Iterator[Result]:
    path = os.path.join(folder, name)
    with contextlib.ExitStack() as locks:
        try:
            is_locked = lock(folder, locks)
            if name not in os.listdir(folder):  # its run has ended since
                return
            if not _is_staging(path):
                message = "has the name of a folder that this program makes, and holds other files. Delete it by hand."
                yield Result(code=codes.LEFTOVER_NOT_REMOVED, file=shown, message=message)
            elif not is_locked:
                message = (
                    "is left of a run that was killed, or one is at work: the file system has no locks that would say "
                    "which. Delete it if no other run is at work here."
                )
                yield Result(code=codes.LEFTOVER_NOT_REMOVED, file=shown, message=message)
            elif is_kept:
                yield _left(shown, "The next run without --diff removes it")
            else:
                _remove(path)
                yield _left(shown, "It is removed")
        except BlockingIOError:  # another run is at work, and will remove it
            return
        except OSError as error:
            yield _not_removed(shown, error)


def _left(shown: str, what: str) -> Result:
    message = (
        f"is left of a run that was killed, with copies of files. {what}. Each file beside it has its old text or its "
        "new one as a whole: check those that this run does not work on."
    )
    return Result(code=codes.LEFTOVER, file=shown, message=message)


def _not_removed(path: str, error: OSError) -> Result:
    message = f"holds copies of files, and cannot be removed: {reason_of(error)}. Delete it, or let the next run do so."
    return Result(code=codes.LEFTOVER_NOT_REMOVED, file=path, message=message)


def _is_staging(path: str) -> bool:
    """Return whether a folder is a staging, at whatever moment its run, or one that removed it, was killed."""
    try:
        descriptor = os.open(path, _READ_FOLDER)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            return False
        raise
    try:
        names = os.listdir(descriptor)
        if not all(_is_file(name, descriptor) for name in names):
            return False
        mark = _read_mark(descriptor) if _MARK in names else b""
        others = [name for name in names if name != _MARK]
        if mark != _MARK_TEXT:
            return not others and _MARK_TEXT.startswith(mark)
        return all(map(_FILE.fullmatch, others))
    finally:
        _close(descriptor)


def _is_file(name: str, folder: int) -> bool:
    return stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def _read_mark(folder: int) -> bytes:
    descriptor = os.open(_MARK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with open(descriptor, "rb") as mark:
        return mark.read(len(_MARK_TEXT) + 1)


def _remove(path: str, kept: Collection[str] = ()) -> None:
    """Remove a staging. Its mark goes last, so that what a kill leaves is known as one; first where files are kept."""
    descriptor = os.open(path, _READ_FOLDER)
    try:
        names = [name for name in os.listdir(descriptor) if name not in kept]
        names.sort(key=lambda name: (name == _MARK) is not bool(kept))
        failed = [error for error in _unlinked(names, descriptor) if error]
    finally:
        _close(descriptor)
    if failed:
        raise failed[0]
    if not kept:
        os.rmdir(path)


def _close(descriptor: int) -> None:
    """Close a folder, of which nothing is lost where the system says that this failed."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _unlinked(names: Iterable[str], folder: int) -> Iterator[OSError | None]:
    """Delete files in a folder; yield what came of each. The mark stays where another file does."""
    is_complete = True
    for name in names:
        if name == _MARK and not is_complete:
            return
        try:
            os.unlink(name, dir_fd=folder)
            yield None
        except OSError as error:
            is_complete = False
            yield error
