"""The arguments of the subcommands that work on files, taken apart."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.record import Record
from krm_fn.result import FunctionError, Result

COMMANDS = ("render", "remove")
_OPTIONS = {"render": ("--config", "--diff", "--help"), "remove": ("--name", "--diff", "--help")}
_VALUES = {"--config": "the file that holds the functionConfig", "--name": "a ProxySidecar"}
"""The options that take a value, and what that names."""


class UsageError(FunctionError):
    """The command line cannot be followed, which is exit code 2. Carries a Result for everything wrong with it."""


class Arguments(Record):
    """What a command line asks for."""

    command: str
    """One of COMMANDS."""
    paths: tuple[str, ...]
    """Files and folders, at least one unless help is asked for."""
    config: str
    """File of the functionConfig. Empty for remove."""
    names: tuple[str, ...]
    """The ProxySidecars to take out. None for all of them, and for render."""
    diff: bool
    """Whether to show what would be written, and write nothing."""
    help: bool


def parse(arguments: list[str]) -> Arguments:
    """Return what the arguments say, the first of which is the command. A UsageError tells what they must be."""
    command, *rest = arguments
    paths: list[str] = []
    given: list[tuple[str, str]] = []
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            paths += rest
            break
        if argument == "-":
            message = f"proxy-sidecar {command} takes files and folders, no '-'. To filter stdin, leave {command} out."
            raise UsageError(Result(code=codes.DASH_AS_PATH, message=message))
        if argument.startswith("-"):
            given.append(_option(command, argument, rest))
        else:
            paths.append(argument)
    configs = [value for option, value in given if option == "--config"]
    parsed = Arguments(
        command=command,
        paths=tuple(paths),
        config=configs[0] if configs else "",
        names=tuple(value for option, value in given if option == "--name"),
        diff=any(option == "--diff" for option, _ in given),
        help=any(option == "--help" for option, _ in given),
    )
    if not parsed.help:
        _check(parsed, len(configs))
    return parsed


def _option(command: str, argument: str, rest: list[str]) -> tuple[str, str]:
    """Return an option and its value, which may be the first of the arguments that follow, and is then taken there."""
    option, equals, value = argument.partition("=")
    option = "--help" if option == "-h" else option
    if option not in _OPTIONS[command]:
        there = ", ".join(_OPTIONS[command])
        message = (
            f"proxy-sidecar {command} has no option {option!r}, only {there}. A path of that name is ./{argument}."
        )
        raise UsageError(Result(code=codes.OPTION_UNKNOWN, message=message))
    if option not in _VALUES:
        if equals:
            message = f"{option} takes no value, got {value!r}. Write {option} alone."
            raise UsageError(Result(code=codes.OPTION_WITH_VALUE, message=message))
    elif not equals:
        value = rest.pop(0) if rest else ""
    if option in _VALUES and (not value or (value.startswith("-") and not equals)):
        got = value or "nothing"
        message = f"{option} must be followed by {_VALUES[option]}, got {got}. See proxy-sidecar {command} --help."
        raise UsageError(Result(code=codes.OPTION_WITHOUT_VALUE, message=message))
    return option, value


def _check(parsed: Arguments, configs: int) -> None:
    example = "--config fn-config.yaml deploy/" if parsed.command == "render" else "deploy/"
    remedy = f"For example: proxy-sidecar {parsed.command} {example}"
    if parsed.command == "render" and configs != 1:
        got = "none" if not configs else f"{configs}"
        message = (
            f"proxy-sidecar render must have one --config, the file that holds the functionConfig, got {got}. {remedy}"
        )
        raise UsageError(Result(code=codes.OPTION_NOT_ONCE, message=message))
    if not parsed.paths:
        message = f"proxy-sidecar {parsed.command} must have a file or folder to work on, got none. {remedy}"
        raise UsageError(Result(code=codes.PATH_MISSING, message=message))
