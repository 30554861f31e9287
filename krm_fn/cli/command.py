"""Command: what a subcommand is called, accepts and does, and the arguments that one call gives it."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.result import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from krm_fn.summary import Outcome


class UsageError(FunctionError):
    """The command line cannot be followed, which is exit code 2. Carries a Result for each problem."""


class Option(Record):
    """An option. One with a value may be given once, unless it is repeatable; one without, any number of times."""

    name: str
    """With its dashes."""
    placeholder: str = ""
    """The placeholder of the value in the help, such as FN_CONFIG.yaml. Empty where the option accepts none."""
    value: str = ""
    """What the value is, for messages: "must be followed by …"."""
    summary: str = ""
    """What the option does, for the help. Empty where it is enough to say what the value is."""
    is_required: bool = False
    is_repeatable: bool = False


HELP = Option(name="--help", summary="print this")
"""Every command has it."""


class Operand(Record):
    """The arguments of a command that are no options: it must have at least one of them."""

    placeholder: str
    """Their placeholder in the help, such as PATH..."""
    one: str
    """What one of them is, for messages: "must have …"."""
    many: str
    """What they are, for messages: "takes …"."""


class Arguments(Record):
    """What one command line gives a command."""

    operands: tuple[str, ...] = ()
    options: tuple[tuple[Option, str], ...] = ()
    """In the order written, each with its value, which is empty where it accepts none."""

    def has(self, option: Option) -> bool:
        """Return whether the option is there."""
        return any(given == option for given, _ in self.options)

    def values(self, option: Option) -> tuple[str, ...]:
        """Return all values of an option."""
        return tuple(value for given, value in self.options if given == option)

    def value(self, option: Option) -> str:
        """Return the value of an option that is given once, empty where it is not there."""
        return next(iter(self.values(option)), "")


class Command(Record):
    """A subcommand. All that help and messages say about it comes from here."""

    name: str
    summary: str
    """What it does, in a line that goes on after its name: "adds …"."""
    options: tuple[Option, ...]
    """Those of its own."""
    operand: Operand | None
    """None for a command that accepts options only."""
    example: str
    """Arguments of a call that works, without the command's name."""
    details: str
    """The help after the options, in lines of at most 80 columns."""
    run: Callable[[Arguments], Outcome]
    """What it does. A FunctionError is exit code 1, a UsageError 2."""

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Its options, and those that every command has."""
        return (*self.options, HELP)
