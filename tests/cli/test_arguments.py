"""What the arguments of the commands say, and what is reported of those that cannot be followed."""

from __future__ import annotations

import pytest

from krm_fn.cli.arguments import parse
from krm_fn.cli.command import HELP, Arguments, Command, Option, UsageError
from krm_fn.cli.commands import command_named
from krm_fn.cli.commands.remove import NAME
from krm_fn.cli.commands.render import CONFIG
from krm_fn.cli.file_command import DIFF
from krm_fn.summary import Outcome


def given(*operands: str, options: tuple[tuple[Option, str], ...] = ()) -> Arguments:
    return Arguments(operands=operands, options=options)


CONFIG_F = (CONFIG, "f")
EXAMPLES = {
    "render --config f a": given("a", options=(CONFIG_F,)),
    "render a --config f": given("a", options=(CONFIG_F,)),
    "render --config=f a": given("a", options=(CONFIG_F,)),
    "render --config=-f a": given("a", options=((CONFIG, "-f"),)),
    "render --config=a=b a": given("a", options=((CONFIG, "a=b"),)),
    "render --diff --config f a b": given("a", "b", options=((DIFF, ""), CONFIG_F)),
    "render --config f -- --diff -": given("--diff", "-", options=(CONFIG_F,)),
    "render --config f help": given("help", options=(CONFIG_F,)),
    "render --help": given(options=((HELP, ""),)),
    "render -h --config f a": given("a", options=((HELP, ""), CONFIG_F)),
    "remove a": given("a"),
    "remove render": given("render"),
    "remove --name x a --name=y": given("a", options=((NAME, "x"), (NAME, "y"))),
    "remove --diff a": given("a", options=((DIFF, ""),)),
    "remove --diff --diff a": given("a", options=((DIFF, ""), (DIFF, ""))),
}
PROBLEMS = {
    "render": "render must have one --config, the file that holds the functionConfig, got none. For example: ",
    "render a": "render must have one --config, the file that holds the functionConfig, got none. For example: ",
    "render --config f --config g a": "got 2. For example: proxy-sidecar render --config fn-config.yaml deploy/",
    "render --config f": "must have a file or folder to work on, got none. For example: proxy-sidecar render --config",
    "render --config": "--config must be followed by the file that holds the functionConfig, got nothing. See ",
    "render a --config --diff": "--config must be followed by the file that holds the functionConfig, got --diff.",
    "render --config= a": "--config must be followed by the file that holds the functionConfig, got nothing.",
    "render --config f -": "takes files and folders, no '-'. To filter stdin, leave render out.",
    "render --name x a": "has no option '--name', only --config, --stage, --diff, --help. A path of that name",
    "render --conf f a": "has no option '--conf', only --config",
    "render --diff=yes a": "--diff takes no value, got 'yes'. Write --diff alone.",
    "remove": "remove must have a file or folder to work on, got none. For example: proxy-sidecar remove deploy/",
    "remove --config f a": "has no option '--config', only --name, --diff, --help.",
    "remove -n x a": "has no option '-n', only --name",
    "remove --name": "--name must be followed by a ProxySidecar, got nothing.",
}


def parsed(line: str) -> Arguments:
    name, *arguments = line.split()
    return parse(command_named(name), arguments)


@pytest.mark.parametrize(("line", "arguments"), EXAMPLES.items(), ids=EXAMPLES)
def test_arguments(line: str, arguments: Arguments) -> None:
    assert parsed(line) == arguments


@pytest.mark.parametrize(("line", "problem"), PROBLEMS.items(), ids=PROBLEMS)
def test_a_command_line_that_cannot_be_followed(line: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(line)
    assert problem in str(caught.value)


def test_what_an_option_says() -> None:
    arguments = given(options=((NAME, "x"), (DIFF, ""), (NAME, "y")))
    assert (arguments.values(NAME), arguments.value(NAME), arguments.has(NAME)) == (("x", "y"), "x", True)
    assert (arguments.values(CONFIG), arguments.value(CONFIG), arguments.has(CONFIG)) == ((), "", False)
    assert (arguments.value(DIFF), arguments.has(DIFF)) == ("", True)


# What no command has yet.

PORT = Option(name="--port", placeholder="PORT", value="a free port")


def schema() -> Command:
    return Command(
        name="schema",
        summary="prints the schema",
        options=(PORT,),
        operand=None,
        example="--port 80",
        details="",
        run=lambda _: Outcome(exit_code=0),
    )


def test_a_command_of_options_alone() -> None:
    assert parse(schema(), ["--port=80"]) == given(options=((PORT, "80"),))
    assert parse(schema(), []) == given()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["a", "b"], "PS041 ProxySidecar: proxy-sidecar schema takes nothing but options, got 'a'. For example: "),
        (["--", "-x"], "takes nothing but options, got '-x'. For example: proxy-sidecar schema --port 80"),
        (["-"], "proxy-sidecar schema has no option '-', only --port, --help."),
        (["--port", "1", "--port", "2"], "must have at most one --port, a free port, got 2. For example: "),
    ],
)
def test_what_it_does_not_accept_is_refused(arguments: list[str], problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(schema(), arguments)
    assert problem in str(caught.value)
    assert len(caught.value.results) == 1
