"""Parse the arguments of a command by what it accepts."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.cli.command import HELP, Arguments, UsageError
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.cli.command import Command, Option
    from krm_fn.codes import Code

_SHORT = {"-h": HELP.name}


def parse(command: Command, arguments: Sequence[str]) -> Arguments:
    """Return what the arguments behind a command's name say. A UsageError where the command does not accept them."""
    rest = list(arguments)
    operands: list[str] = []
    options: list[tuple[Option, str]] = []
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            operands += rest
            break
        if argument == "-" and command.operand:
            message = (
                f"proxy-sidecar {command.name} takes {command.operand.many}, no '-'. "
                f"To filter stdin, leave {command.name} out."
            )
            raise _usage_error(codes.DASH_AS_PATH, message)
        if argument.startswith("-"):
            options.append(_option(command, argument, rest))
        else:
            operands.append(argument)
    parsed = Arguments(operands=tuple(operands), options=tuple(options))
    if not parsed.has(HELP):
        _check(command, parsed)
    return parsed


def _option(command: Command, argument: str, rest: list[str]) -> tuple[Option, str]:
    """Return an option and its value, which may be the first of the arguments that follow: then it is removed there."""
    name, equals, value = argument.partition("=")
    option = next((each for each in command.all_options if each.name == _SHORT.get(name, name)), None)
    if not option:
        known = ", ".join(each.name for each in command.all_options)
        message = f"proxy-sidecar {command.name} has no option {name!r}, only {known}."
        if command.operand:
            message += f" A path of that name is ./{argument}."
        raise _usage_error(codes.OPTION_UNKNOWN, message)
    if not option.placeholder:
        if equals:
            message = f"{option.name} takes no value, got {value!r}. Write {option.name} alone."
            raise _usage_error(codes.OPTION_WITH_VALUE, message)
        return option, ""
    if not equals:
        value = rest.pop(0) if rest else ""
    if not value or (value.startswith("-") and not equals):
        message = (
            f"{option.name} must be followed by {option.value}, got {value or 'nothing'}. "
            f"See proxy-sidecar {command.name} --help."
        )
        raise _usage_error(codes.OPTION_WITHOUT_VALUE, message)
    return option, value


def _check(command: Command, parsed: Arguments) -> None:
    """Refuse arguments where one is missing, or there too often. The example shows how all of them are written."""
    example = f"For example: proxy-sidecar {command.name} {command.example}"
    problems: list[Result] = []
    for option in command.options:
        count = len(parsed.values(option))
        too_many = count > 1 and option.placeholder and not option.is_repeatable
        if too_many or (option.is_required and not count):
            one = "one" if option.is_required else "at most one"
            message = (
                f"proxy-sidecar {command.name} must have {one} {option.name}, {option.value}, "
                f"got {count or 'none'}. {example}"
            )
            problems.append(Result(code=codes.OPTION_NOT_ONCE, message=message))
    if command.operand and not parsed.operands:
        message = f"proxy-sidecar {command.name} must have {command.operand.one}, got none. {example}"
        problems.append(Result(code=codes.OPERAND_MISSING, message=message))
    if parsed.operands and not command.operand:
        message = f"proxy-sidecar {command.name} takes nothing but options, got {parsed.operands[0]!r}. {example}"
        problems.append(Result(code=codes.OPERAND_UNEXPECTED, message=message))
    if problems:
        raise UsageError(*problems)


def _usage_error(code: Code, message: str) -> UsageError:
    return UsageError(Result(code=code, message=message))
