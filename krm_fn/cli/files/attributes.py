"""What a file has beside its text: owner, mode, ACL and other extended attributes. A new text for it keeps them."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys

_ACL = "system.posix_acl_access"
_OF_CONTENT = ("security.capability", "security.evm", "security.ima")
"""Those that are made for the text as it is: the kernel drops them as well where a file is written in its place."""
_OF_SYSTEM = "security."
"""Labels that the system gives: a process may not be allowed to choose them."""


def keep_attributes(path: str, descriptor: int) -> None:
    """Give a new, open file what another has. An OSError where its mode or an attribute cannot be kept.

    The owner may be out of reach: then the new file is the user's own.
    """
    model = os.stat(path)
    for owner in ((-1, model.st_gid), (model.st_uid, -1)):
        try:
            os.fchown(descriptor, *owner)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EACCES, errno.EINVAL):  # the last: unknown in a container
                raise
    if sys.platform == "linux":
        _keep_extended(path, descriptor)
    os.fchmod(descriptor, stat.S_IMODE(model.st_mode))  # last: it is also the mask of an ACL


if sys.platform == "linux":

    def _keep_extended(path: str, descriptor: int) -> None:
        names = _extended(path)
        for name in names:
            if name in _OF_CONTENT:
                continue
            try:
                os.setxattr(descriptor, name, os.getxattr(path, name))
            except OSError as error:
                if not name.startswith(_OF_SYSTEM):
                    raise OSError(error.errno, f"{error.strerror} (its attribute {name})") from error
        if _ACL not in names and _ACL in _extended(descriptor):  # what the folder gives new files
            os.removexattr(descriptor, _ACL)

    def _extended(file: str | int) -> list[str]:
        """Return the names of a file's extended attributes, none where the file system has no such thing."""
        with contextlib.suppress(NotImplementedError):
            try:
                return os.listxattr(file)
            except OSError as error:
                if error.errno not in (errno.EOPNOTSUPP, errno.ENOSYS):
                    raise
        return []
