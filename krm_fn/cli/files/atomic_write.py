"""Write several files, all or none of them: each is whole at every moment, and what cannot be finished is reverted.

Each new text goes to a file in a staging beside the old one, and replaces it by a rename. A second name of the old
file (a hard link) keeps the old text.

| what happens                                   | the files                                                         |
|------------------------------------------------|-------------------------------------------------------------------|
| an error, at whatever step                     | all as they were; what cannot be put back is reported             |
| SIGINT, SIGTERM or SIGHUP                      | all written: the signal waits until then                          |
| another run, or an edit, before the renames    | all as they were, and an error says so                            |
| SIGKILL, before the renames                    | all as they were                                                  |
| SIGKILL or the end of power among the renames  | each whole, some of them old and some new; the same run again     |
|                                                | finishes it, for it starts from what it finds                     |
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat

from krm_fn import codes
from krm_fn.cli.files.attributes import keep_attributes
from krm_fn.cli.files.file_change import FileChange
from krm_fn.cli.files.reading import reason_of
from krm_fn.cli.files.staging import Staging, allow_open_files, lock
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    Stamp: TypeAlias = tuple[int, int, int] | None
    """What differs where a file was changed: its type, size and time. None where there is no file."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MODE = 0o666
"""Of a new file, without the bits of the umask."""
_NO_SYNC = (errno.EACCES, errno.EBADF, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)
"""What a system says that does not write folders through to the disk at all."""


class _ChangedMeanwhileError(Exception):
    """Something else changed a file."""


def write_files(changes: Iterable[FileChange]) -> list[Result]:
    """Make all changes, or none: then a FunctionError reports the files that prevent it, and why.

    Return warnings, such as of copies that cannot be removed. Signals that would end the process wait until it is done.
    """
    stagings: dict[str, Staging] = {}
    steps = []
    for number, change in enumerate(changes):
        folder = os.path.dirname(change.path)
        steps.append(_Step(change, number, stagings.setdefault(folder, Staging(folder))))
    problems: tuple[Result, ...] = ()
    warnings: list[Result] = []
    with _signals_blocked(), contextlib.ExitStack() as locks:
        _lock(steps, locks)
        try:
            _write(steps)
            warnings += [warning for staging in stagings.values() for warning in _sync_folder(staging.folder)]
        except FunctionError as error:
            problems = error.results
        finally:
            for staging in stagings.values():
                kept = {step.old_name for step in steps if step.keeps_old and step.staging is staging}
                warnings += staging.clear(kept)
    if problems:
        raise FunctionError(*problems, *warnings)
    return warnings


def _lock(steps: list[_Step], locks: contextlib.ExitStack) -> None:
    """Lock the folders of all files, in one order, so that of several runs one gets its locks. None waits."""
    folders = {step.staging.folder: os.path.dirname(step.change.name) or "." for step in steps}
    allow_open_files(len(folders))
    problems = []
    for folder in sorted(folders):
        try:
            lock(folder, locks)
        except BlockingIOError:
            message = "is where another run writes files. No file was changed; run it again when that is done."
            problems.append(Result(code=codes.FOLDER_IN_USE, file=folders[folder], message=message))
        except OSError as error:
            problems.append(_not_written(folders[folder], error))
    if problems:
        raise FunctionError(*problems)


def _write(steps: list[_Step]) -> None:
    problems = [problem for step in steps for problem in step.prepare()]
    problems += [problem for step in steps for problem in step.conflict()]
    if problems:
        raise FunctionError(*dict.fromkeys(problems))
    for step in steps:
        try:
            step.apply()
        except (OSError, _ChangedMeanwhileError) as error:
            kept = list(_revert(steps))
            raise FunctionError(step.problem(error, is_reverted=not kept), *kept) from error


def _revert(steps: list[_Step]) -> Iterator[Result]:
    """Undo the steps, the last first; yield an error for each that cannot be."""
    for step in reversed(steps):
        try:
            step.revert()
        except (OSError, _ChangedMeanwhileError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else "something else changed it meanwhile"
            remedy = "Delete that file."
            if step.change.old is not None:
                step.keeps_old = True
                remedy = f"Its old content is in {step.old_path}: rename that file."
            message = f"cannot be restored: {reason}. {remedy}"
            yield Result(code=codes.FILE_NOT_PUT_BACK, file=step.change.name, message=message)


class _Step:
    """One change under way, with the two files that it needs in the staging beside the one it is for."""

    def __init__(self, change: FileChange, number: int, staging: Staging) -> None:
        self.change = change
        self.staging = staging
        self.old_name = f"{number}.old"
        self.old_path = ""
        self.keeps_old = False
        self._new_name = f"{number}.new"
        self._new_path = ""
        self._seen: Stamp = None
        self._is_applied = False

    def prepare(self) -> Iterator[Result]:
        """Write the new text to the staging, and give the old one a second name there; yield what prevents that."""
        change = self.change
        problems = list(self.conflict())
        if problems:
            yield from problems
            return
        try:
            if change.old is not None:
                if not os.access(change.path, os.W_OK):  # a rename would not check
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                self.old_path = self.staging.file(self.old_name)
                _keep(change.path, self.old_path, change.old)
            if change.new is not None:
                self._new_path = self.staging.file(self._new_name)
                _write_new(self._new_path, change.new, change.path)
        except OSError as error:
            yield self.problem(error)

    def conflict(self) -> Iterator[Result]:
        """Yield an error where the file is not as it was read."""
        try:
            self._seen = _stamp(self.change.path)
            if _read(self.change.path) != self.change.old:
                yield self.problem(_ChangedMeanwhileError())
        except OSError as error:
            yield self.problem(error)

    def apply(self) -> None:
        """Replace the old text by the new one."""
        if _stamp(self.change.path) != self._seen:
            raise _ChangedMeanwhileError
        if self.change.new is None:
            os.unlink(self.change.path)
        else:
            os.replace(self._new_path, self.change.path)
        self._is_applied = True

    def revert(self) -> None:
        """Replace the new text by the old one, where it was applied. What something else wrote since then stays."""
        if not self._is_applied:
            return
        if _read(self.change.path) != self.change.new:
            raise _ChangedMeanwhileError
        if self.change.old is None:
            os.unlink(self.change.path)
        else:
            os.replace(self.old_path, self.change.path)

    def problem(self, error: OSError | _ChangedMeanwhileError, *, is_reverted: bool = True) -> Result:
        """Return the error for a file that cannot be written."""
        if isinstance(error, OSError):
            return _not_written(self.change.name, error, is_reverted=is_reverted)
        outcome = "No file was changed; run" if is_reverted else "Run"
        message = f"was changed by something else meanwhile. {outcome} it again."
        return Result(code=codes.FILE_CHANGED_MEANWHILE, file=self.change.name, message=message)


def _not_written(name: str, error: OSError, *, is_reverted: bool = True) -> Result:
    outcome = "No file was changed; correct" if is_reverted else "Correct"
    message = f"cannot be written: {reason_of(error)}. {outcome} that, and run it again."
    return Result(code=codes.FILE_NOT_WRITTEN, file=name, message=message)


def _stamp(path: str) -> Stamp:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    return stat.S_IFMT(found.st_mode), found.st_size, found.st_mtime_ns


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write_new(path: str, data: bytes, like: str) -> None:
    """Write a file that is not there yet, with the attributes of another if that is there, through to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    with open(descriptor, "wb") as file:
        with contextlib.suppress(FileNotFoundError):
            keep_attributes(like, descriptor)
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


def _sync_folder(folder: str) -> Iterator[Result]:
    """Write the names to the disk as well; yield a warning where that fails."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            message = f"holds written files that may not be on the disk yet: {reason_of(error)}. Check the disk."
            yield Result(code=codes.FOLDER_NOT_SYNCED, file=folder, message=message)


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
