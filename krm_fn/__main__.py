"""The entry point: stdin to stdout, results to stderr. Here, and nowhere else, is read, written and exited."""

from __future__ import annotations

import sys

HELP_FLAGS = frozenset(("-h", "--help", "help"))


def main() -> int:
    """Run the function on stdin, or explain it where there is nothing to read; return the exit code."""
    arguments = sys.argv[1:]
    if HELP_FLAGS.intersection(arguments) or (not arguments and sys.stdin.isatty()):
        from krm_fn.cli.help import HELP  # noqa: PLC0415 # not needed in a pipeline

        sys.stdout.write(HELP)
        return 0
    if arguments == ["--version"]:
        from krm_fn import __version__  # noqa: PLC0415 # likewise

        sys.stdout.write(f"proxy-sidecar {__version__}\n")
        return 0
    if arguments:
        sys.stderr.write(
            f"proxy-sidecar takes no argument {arguments[0]!r}: it reads a ResourceList on stdin. See --help.\n"
        )
        return 2
    return run()


def run() -> int:
    """Read a ResourceList from stdin and write what becomes of it, all at once, when all is known."""
    from krm_fn.function import process  # noqa: PLC0415 # not needed for --help

    outcome = process(sys.stdin.buffer.read())
    sys.stdout.buffer.write(outcome.stdout)
    sys.stdout.buffer.flush()
    sys.stderr.write("".join(f"{line}\n" for line in outcome.lines))
    return outcome.exit_code


if __name__ == "__main__":
    sys.exit(main())
