"""A network of the test's own: loopback alone, with every port free."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cannot_run import cannot_run
from tests.servers.http import OUTSIDER

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_SIOCSIFADDR = 0x8916
_IFF_UP = 1


def require_root() -> None:
    """Skip the test where namespaces are not to be had; in CI that is a failure."""
    if os.geteuid() != 0:
        cannot_run("real servers run in namespaces, which need root")


@contextmanager
def private_loopback() -> Iterator[None]:
    """Put this thread, and all it starts, into a new network namespace whose loopback is up. Needs root."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _check(libc.unshare(_CLONE_NEWNET))
        _configure("lo", _SIOCSIFFLAGS, struct.pack("h", _IFF_UP))
        _configure("lo:1", _SIOCSIFADDR, struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(OUTSIDER)))
        yield
    finally:
        _check(libc.setns(home, _CLONE_NEWNET))
        os.close(home)


def _configure(interface: str, request: int, value: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, request, struct.pack("16s24s", interface.encode(), value))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
