"""Write several files, all or none of them: each is whole at every moment, and what cannot be finished is reverted.

Each new text goes to a file of its own beside the old one, and replaces it by a rename. A second name of the old
file (a hard link) keeps the old text.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat

from krm_fn import codes
from krm_fn.cli.files.file_change import FileChange
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MODE = 0o666
"""Of a new file, without the bits of the umask."""


def write_files(changes: Iterable[FileChange]) -> None:
    """Make all changes, or none: then a FunctionError reports the files that prevent it, and why.

    Signals that would end the process wait until it is done.
    """
    steps = [_Step(change) for change in changes]
    with _signals_blocked(), contextlib.ExitStack() as cleared:
        for step in steps:
            cleared.callback(step.clear)
        problems = [problem for step in steps for problem in step.prepare()]
        problems += [problem for step in steps for problem in step.conflict()]
        if problems:
            raise FunctionError(*dict.fromkeys(problems))
        for step in steps:
            try:
                step.apply()
            except OSError as error:
                raise FunctionError(step.problem(error), *_revert(steps)) from error
        for folder in dict.fromkeys(os.path.dirname(step.change.path) for step in steps):
            _sync_folder(folder)


def _revert(steps: list[_Step]) -> Iterator[Result]:
    """Undo the steps, the last first; yield an error for each that cannot be."""
    for step in reversed(steps):
        try:
            step.revert()
        except OSError as error:
            step.keeps_old = True
            message = f"cannot be restored: {_reason(error)}. Its old content is in {step.old_path}: rename that file."
            yield Result(code=codes.FILE_NOT_PUT_BACK, file=step.change.name, message=message)


class _Step:
    """One change under way, with the two files that it needs beside the one it is for."""

    def __init__(self, change: FileChange) -> None:
        self.change = change
        folder, name = os.path.split(change.path)
        stem = os.path.join(folder, f".{name[:200]}.{os.getpid()}")
        self.new_path = f"{stem}.new"
        self.old_path = f"{stem}.old"
        self.keeps_old = False
        self._is_applied = False

    def prepare(self) -> Iterator[Result]:
        """Write the new text beside the file, and give the old one a second name; yield what prevents that."""
        change = self.change
        problems = list(self.conflict())
        if problems:
            yield from problems
            return
        try:
            if change.old is not None:
                if not os.access(change.path, os.W_OK):  # a rename would not check
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                _keep(change.path, self.old_path, change.old)
            if change.new is not None:
                _write_new(self.new_path, change.new, change.path)
        except OSError as error:
            yield self.problem(error)

    def conflict(self) -> Iterator[Result]:
        """Yield an error where the file is not as it was read."""
        try:
            if _read(self.change.path) != self.change.old:
                message = "was changed by something else meanwhile. No file was changed; run it again."
                yield Result(code=codes.FILE_CHANGED_MEANWHILE, file=self.change.name, message=message)
        except OSError as error:
            yield self.problem(error)

    def apply(self) -> None:
        """Replace the old text by the new one."""
        if self.change.new is None:
            os.unlink(self.change.path)
        else:
            os.replace(self.new_path, self.change.path)
        self._is_applied = True

    def revert(self) -> None:
        """Replace the new text by the old one, where it was applied."""
        if not self._is_applied:
            return
        if self.change.old is None:
            os.unlink(self.change.path)
        else:
            os.replace(self.old_path, self.change.path)

    def clear(self) -> None:
        """Delete the files that the step needed."""
        for path in (self.new_path, *(() if self.keeps_old else (self.old_path,))):
            with contextlib.suppress(OSError):
                os.unlink(path)

    def problem(self, error: OSError) -> Result:
        """Return the error for a file that cannot be written."""
        message = f"cannot be written: {_reason(error)}. No file was changed; correct that, and run it again."
        return Result(code=codes.FILE_NOT_WRITTEN, file=self.change.name, message=message)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write_new(path: str, data: bytes, like: str) -> None:
    """Write a file that is not there yet, with the owner and mode of another if that is there, through to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    with open(descriptor, "wb") as file:
        with contextlib.suppress(FileNotFoundError):
            model = os.stat(like)
            for owner in ((-1, model.st_gid), (model.st_uid, -1)):
                with contextlib.suppress(PermissionError):
                    os.fchown(descriptor, *owner)
            os.fchmod(descriptor, stat.S_IMODE(model.st_mode))
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _keep(path: str, second: str, data: bytes) -> None:
    """Give a file a second name, or where that cannot be, or could not be removed again, make a copy."""
    found = os.stat(path)
    if os.geteuid() in (0, found.st_uid):
        with contextlib.suppress(OSError):
            os.link(path, second)
            return
    _write_new(second, data, path)
    os.utime(second, ns=(found.st_atime_ns, found.st_mtime_ns))


def _sync_folder(folder: str) -> None:
    """Write the names to the disk as well, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
