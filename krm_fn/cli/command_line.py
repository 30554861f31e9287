"""The command line: run the command that the first argument names, or print help."""

from __future__ import annotations

from krm_fn import __version__, codes
from krm_fn.cli.arguments import parse
from krm_fn.cli.command import HELP, UsageError
from krm_fn.cli.commands import command_named, command_names
from krm_fn.cli.help import command_help, general_help
from krm_fn.result import FunctionError, Result, fault
from krm_fn.summary import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP_FLAGS = ("-h", "--help", "help")


def run_command(arguments: Sequence[str]) -> Outcome:
    """Return the outcome of a command line of at least one argument.

    The exit code is 2 where it cannot be followed, and 1 where what it names cannot be worked on.
    """
    try:
        return _run(*arguments)
    except FunctionError as error:
        return Outcome(exit_code=2 if isinstance(error, UsageError) else 1, results=error.results)
    except Exception as error:  # the last resort, as in function.process
        return Outcome(exit_code=1, results=(fault(error),))


def _run(first: str, *rest: str) -> Outcome:
    if first in command_names():
        command = command_named(first)
        arguments = parse(command, rest)
        return _text(command_help(command)) if arguments.has(HELP) else command.run(arguments)
    if first in _HELP_FLAGS:
        return _text(general_help([command_named(name) for name in command_names()]))
    if first == "--version" and not rest:
        return _text(f"proxy-sidecar {__version__}\n")
    raise UsageError(_unknown(rest[0] if first == "--version" else first))


def _text(text: str) -> Outcome:
    return Outcome(exit_code=0, parts=[text.encode()])


def _unknown(argument: str) -> Result:
    from difflib import get_close_matches  # noqa: PLC0415 # only for the message

    names = command_names()
    near = get_close_matches(argument, names, n=1)
    message = (
        f"proxy-sidecar takes no argument {argument!r}: it reads a ResourceList on stdin, or runs a command, which is "
        f"one of {', '.join(names)}. {f'Did you mean {near[0]}? ' if near else ''}See --help."
    )
    return Result(code=codes.COMMAND_UNKNOWN, message=message)
