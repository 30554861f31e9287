"""Run commands that are killed at a step: each line on stdin is a step and arguments, each on stdout an exit status.

A step is a call of the system that the interpreter announces, from the first lock on, before which nothing is written:
its number, or its name for the first of that. The kill comes right before it. 0 is for no kill.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from krm_fn.cli.command_line import run_command


class Killed:
    """A process that runs commands, each in a child of its own."""

    def __enter__(self) -> Killed:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        return self

    def run(self, step: int | str, *arguments: str) -> int:
        """Return the exit status of a command that is killed at a step, or ends before it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(" ".join([str(step), *arguments]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _run(step: str, arguments: list[str]) -> None:
    count = 0

    def kill(event: str, _: object) -> None:
        nonlocal count
        if event == "fcntl.flock" or (count and (event.startswith("os.") or event == "open")):
            count += 1
            if step in (str(count), event):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(kill)
    os._exit(run_command(arguments).exit_code)


def _serve() -> None:
    for line in sys.stdin:
        step, *arguments = line.split()
        if step == "0":  # here, so that children need not import what it imports
            print(run_command(arguments).exit_code, flush=True)
            continue
        child = os.fork()
        if not child:
            _run(step, arguments)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _serve()
