"""The commands: each module here is one, of the module's name, and has it as COMMAND. No other list of them is kept.

A command's module holds what only that command does. Its `run` is given parsed Arguments and returns an Outcome: it
reads and writes files, never a stream.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.cli.command import Command


def command_names() -> list[str]:
    """Return the names of all commands, sorted."""
    return sorted(module.name for module in iter_modules(__path__))


def command_named(name: str) -> Command:
    """Return one of the commands. Only its own module is imported."""
    command: Command = import_module(f"{__name__}.{name}").COMMAND
    return command
