"""Run one command and print its seconds, its peak memory in bytes and its exit code.

    python -I -S launch.py pipe|file STDIN STDOUT COMMAND...

A program of its own, without the project: the kernel counts a child's peak from what its parent held when it started,
so the parent has to be smaller than any child of interest. `pipe` feeds the command and takes its output as a host
does, through pipes and from and into memory, and leaves STDOUT alone; `file` gives it both files.
"""

import os
import sys
import threading
import time

CHUNK = 1 << 20


def main() -> None:
    """Run what the arguments say."""
    way, source, target, *command = sys.argv[1:]
    seconds, peak, code = (through_pipes if way == "pipe" else file_to_file)(command, source, target)
    print(seconds, peak, code)


def file_to_file(command: list[str], source: str, target: str) -> tuple[float, int, int]:
    """Run with the files as stdin and stdout."""
    stdin = os.open(source, os.O_RDONLY)
    stdout = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    start = time.perf_counter()
    return _ended(_started(command, stdin, stdout), start)


def through_pipes(command: list[str], source: str, _target: str) -> tuple[float, int, int]:
    """Run with pipes as stdin and stdout; the output is dropped."""
    stdin, feed = os.pipe()
    drain, stdout = os.pipe()
    feeder = threading.Thread(target=_feed, args=(feed, source))
    buffer = bytearray(CHUNK)
    start = time.perf_counter()
    process = _started(command, stdin, stdout)
    os.close(stdin)
    os.close(stdout)
    feeder.start()
    while os.readv(drain, [buffer]):
        pass
    result = _ended(process, start)
    feeder.join()
    return result


def _started(command: list[str], stdin: int, stdout: int) -> int:
    moves = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return os.posix_spawn(command[0], command, environment, file_actions=moves)


def _ended(process: int, start: float) -> tuple[float, int, int]:
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    peak = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
    return seconds, peak, os.waitstatus_to_exitcode(status)


def _feed(feed: int, source: str) -> None:
    """Write the file into the pipe, as far as the other side wants it."""
    buffer = bytearray(CHUNK)
    with open(source, "rb", buffering=0) as file:
        try:
            while size := file.readinto(buffer):
                rest = memoryview(buffer)[:size]
                while rest:
                    rest = rest[os.write(feed, rest) :]
        except BrokenPipeError:
            pass
        finally:
            os.close(feed)


if __name__ == "__main__":
    main()
