"""Read files that may not be there. What cannot be read is an error, and never taken for a file that is not there."""

from __future__ import annotations

import errno
import os
import stat

from krm_fn import codes
from krm_fn.result import FunctionError, Result

TO_NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What the system says of a link to nothing."""


def read_if_there(path: str, name: str) -> bytes | None:
    """Return what is in a file, None where there is none, nothing for a folder, a pipe or a link to nothing.

    A FunctionError, with the name that messages have for it, where it cannot be read.
    """
    try:
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            if error.errno not in TO_NOTHING:
                raise
            return b"" if is_link(path, name) else None
        if not stat.S_ISREG(mode):
            return b""
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise FunctionError(unreadable(name, error)) from error


def is_link(path: str, name: str) -> bool:
    """Return whether there is a link at a path. A FunctionError where that cannot be known."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError as error:
        if error.errno not in TO_NOTHING:
            raise FunctionError(unreadable(name, error)) from error
        return False


def unreadable(name: str, error: OSError) -> Result:
    """Return the error for a file or folder that cannot be read."""
    message = f"cannot be read: {reason_of(error)}. Allow it, or name the files to work on."
    return Result(code=codes.FILE_UNREADABLE, file=name, message=message)


def reason_of(error: OSError) -> str:
    """Return why something could not be done."""
    return error.strerror or str(error)
