"""The entry point: stdin to stdout, results to stderr. Here, and nowhere else, are these read and written.

With arguments, `krm_fn.cli` does the work: it finds, reads and writes files.
"""

from __future__ import annotations

import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from krm_fn.resource_list.resource_list import Buffer
    from krm_fn.summary import Outcome

PIPE_SIZE = 1 << 16
"""What a pipe holds."""


def main() -> int:
    """Run the function on stdin, or what the arguments say; without either, print the help. Return the exit code."""
    arguments = sys.argv[1:]
    if not arguments and sys.stdin and sys.stdin.isatty():
        arguments = ["--help"]
    if not arguments:
        return run()
    from krm_fn.cli.command_line import run_command  # noqa: PLC0415 # not needed in a pipeline

    return _finish(run_command(arguments))


def run() -> int:
    """Read a ResourceList from stdin, and write the outcome at once, when all of it is known."""
    import gc  # noqa: PLC0415 # likewise

    gc.disable()  # a run is short and makes no garbage in circles: a search for it costs a twentieth of the time
    from krm_fn.function import process  # noqa: PLC0415 # not needed for a command

    _widen(sys.stdin)
    outcome = process(sys.stdin.buffer.read() if sys.stdin else b"")
    if sum(map(len, outcome.parts)) > PIPE_SIZE:
        _widen(sys.stdout)
    return _finish(outcome)


def _widen(stream: TextIO | None) -> None:
    """Let a pipe hold a mebibyte, where that is possible, so that its two ends wait less often for each other."""
    try:
        if stream and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode):
            import fcntl  # noqa: PLC0415 # not everywhere, and not for files

            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, 1 << 20)
    except (OSError, ImportError, AttributeError):  # another system, or a limit on pipes: the pipe stays as it is
        return


def _finish(outcome: Outcome) -> int:
    """Write the output, then its results; return the exit code.

    It is 1 where stdout does not accept the output: a host must not go on with a part.
    """
    reason = _write(sys.stdout, outcome.parts)
    if reason:
        outcome = _unwritten(outcome, reason)
    lines = [*outcome.lines, *filter(None, [outcome.closing_line])]
    _write(sys.stderr, ["".join(f"{line}\n" for line in lines).encode(errors="backslashreplace")])
    return outcome.exit_code


def _unwritten(outcome: Outcome, reason: str) -> Outcome:
    """Return the outcome of a run whose output could not be written."""
    from krm_fn import codes  # noqa: PLC0415 # likewise
    from krm_fn.result import Result  # noqa: PLC0415 # likewise

    problem = Result(code=codes.STDOUT_NOT_WRITTEN, message=f"cannot write to stdout: {reason}.")
    return outcome.replace(exit_code=1, results=(*outcome.results, problem), summary=None)


def _write(stream: TextIO | None, parts: Sequence[Buffer]) -> str:
    """Write to a stream; return why it could not be done, empty where it was."""
    if stream is None:
        return "it is closed" if any(parts) else ""
    try:
        stream.buffer.writelines(parts)
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # else Python tries its buffer again at exit
        return error.strerror or str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main())
