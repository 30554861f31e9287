"""Server processes: started, waited for, and ended by their own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PAUSE = 0.01


class Server:
    """A running server process whose output goes to two files."""

    def __init__(self, process: subprocess.Popen[bytes], stdout: Path, stderr: Path) -> None:
        self._process = process
        self._stdout = stdout
        self._stderr = stderr

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def root(self) -> Path:
        """Its root directory, as it is seen from outside its namespaces."""
        return Path(f"/proc/{self.pid}/root")

    def stdout(self) -> str:
        """Return what it has written to its standard output."""
        return self._stdout.read_text(encoding="utf-8", errors="replace")

    def lines(self) -> list[bytes]:
        """Return the whole lines that it has written to its standard output, as they are."""
        return self._stdout.read_bytes().split(b"\n")[:-1]

    def stderr(self) -> str:
        """Return what it has written to its standard error."""
        return self._stderr.read_text(encoding="utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def wait(self, seconds: float = 10) -> int:
        """Wait for its end and return its exit code."""
        return self._process.wait(seconds)


@contextmanager
def running(
    command: Sequence[str], ports: Sequence[int], directory: Path, *, output_owner: int = 0, seconds: float = 10
) -> Iterator[Server]:
    """Run a server until the block ends; enter the block once it accepts connections on all the ports.

    Its output goes to files in the directory that belong to the owner, as `open_output` says.
    """
    with open_output(directory, output_owner) as (stdout, stderr):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
    server = Server(process, directory / "stdout", directory / "stderr")
    try:
        wait_until(lambda: not server.is_running() or all(map(_is_open, ports)), seconds, f"ports {ports}")
        assert server.is_running(), f"{command[0]} ended with {server.wait()}:\n{server.stderr()}"
        yield server
    finally:
        _end(process)


@contextmanager
def open_output(directory: Path, owner: int) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open the files stdout and stderr in the directory, which belong to the owner and to nobody else."""
    with (directory / "stdout").open("ab") as stdout, (directory / "stderr").open("ab") as stderr:
        for file in (stdout, stderr):
            os.fchmod(file.fileno(), 0o600)
            os.fchown(file.fileno(), owner, owner)
        yield stdout, stderr


def wait_until(
    condition: Callable[[], bool], seconds: float = 10, what: str = "the condition", *, pause: float = _PAUSE
) -> None:
    """Return as soon as the condition holds; fail at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(pause)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
