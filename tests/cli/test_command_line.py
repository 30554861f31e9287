"""The table of commands: a module in `commands` is all that a command takes, and nothing else runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from krm_fn.cli import commands
from krm_fn.cli.command_line import run_command
from krm_fn.cli.commands import command_named, command_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from krm_fn.summary import Outcome

MODULE = """
from krm_fn import codes
from krm_fn.cli.command import Command, Operand, Option
from krm_fn.result import FunctionError, Result
from krm_fn.summary import Outcome

LOUD = Option(name="--loud", summary="print it in capitals")


def run(arguments):
    if arguments.operands == ("fail",):
        raise FunctionError(Result(code=codes.FILE_UNREADABLE, message="must not fail."))
    text = " ".join(arguments.operands)
    return Outcome(exit_code=0, parts=[(text.upper() if arguments.has(LOUD) else text).encode()])


COMMAND = Command(
    name="echo",
    summary="prints words",
    options=(LOUD,),
    operand=Operand(placeholder="WORD...", one="a word", many="words"),
    example="hello",
    details="It prints each WORD.\\n",
    run=run,
)
"""


@pytest.fixture
def _echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add a command by a module, as a developer would."""
    (tmp_path / "echo.py").write_text(MODULE)
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    yield
    sys.modules.pop("krm_fn.cli.commands.echo", None)
    vars(commands).pop("echo", None)


def said(outcome: Outcome) -> tuple[int, str, tuple[str, ...], str]:
    return outcome.exit_code, outcome.stdout.decode(), outcome.lines, outcome.closing_line


def test_each_module_is_the_command_of_its_name() -> None:
    assert command_names() == ["remove", "render"]
    assert [command_named(name).name for name in command_names()] == command_names()


@pytest.mark.usefixtures("_echo")
def test_a_module_adds_a_command() -> None:
    assert command_names() == ["echo", "remove", "render"]
    assert said(run_command(["echo", "one", "two"])) == (0, "one two", (), "")
    assert said(run_command(["echo", "--loud", "one"])) == (0, "ONE", (), "")


@pytest.mark.usefixtures("_echo")
def test_its_help_comes_from_the_table() -> None:
    code, general, *_ = said(run_command(["--help"]))
    assert code == 0
    assert "\n  proxy-sidecar echo [--loud] WORD...\n" in general
    assert "\n  echo    prints words\n  remove  " in general
    assert said(run_command(["echo", "--help"]))[1] == (
        "proxy-sidecar echo: prints words.\n"
        "\n"
        "Usage:\n"
        "  proxy-sidecar echo [--loud] WORD...\n"
        "\n"
        "  --loud  print it in capitals\n"
        "  --help  print this\n"
        "\n"
        "It prints each WORD.\n"
    )


@pytest.mark.usefixtures("_echo")
@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["echo"], 2, "[error] PS035 ProxySidecar: proxy-sidecar echo must have a word, got none. For example: "),
        (["echo", "-"], 2, "[error] PS040 ProxySidecar: proxy-sidecar echo takes words, no '-'. "),
        (["echo", "--diff", "a"], 2, "[error] PS032 ProxySidecar: proxy-sidecar echo has no option '--diff', only "),
        (["echo", "fail"], 1, "[error] PS011 ProxySidecar: must not fail."),
    ],
)
def test_its_problems_are_reported_as_those_of_others(arguments: list[str], code: int, line: str) -> None:
    outcome = run_command(arguments)
    assert (outcome.exit_code, outcome.stdout, outcome.closing_line) == (code, b"", "")
    assert len(outcome.lines) == 1
    assert outcome.lines[0].startswith(line)


@pytest.mark.usefixtures("_echo")
def test_no_other_command_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> Outcome:
        raise AssertionError

    for name in ("remove", "render"):
        command = command_named(name)
        monkeypatch.setattr(sys.modules[f"krm_fn.cli.commands.{name}"], "COMMAND", command.replace(run=fail))
    assert run_command(["echo", "a"]).stdout == b"a"
    assert run_command(["ech", "a"]).exit_code == 2
    with pytest.raises(AssertionError):
        run_command(["remove", "a"])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["frobnicate"], "no argument 'frobnicate': it reads a ResourceList on stdin, or runs a command, which is "),
        (["frobnicate", "--help"], "one of remove, render. See --help."),
        (["rendr"], "one of remove, render. Did you mean render? See --help."),
        (["Remove", "a"], "Did you mean remove?"),
        (["__init__"], "no argument '__init__'"),
        (["--version", "a"], "no argument 'a'"),
        ([""], "no argument ''"),
    ],
)
def test_a_word_that_is_no_command(arguments: list[str], problem: str) -> None:
    outcome = run_command(arguments)
    assert (outcome.exit_code, outcome.stdout) == (2, b"")
    (line,) = outcome.lines
    assert line.startswith("[error] PS031 ProxySidecar: proxy-sidecar takes no argument ")
    assert problem in line
