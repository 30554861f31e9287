"""What command lines ask for, and what those that cannot be followed are told."""

from __future__ import annotations

import pytest

from krm_fn.cli.arguments import COMMANDS, Arguments, UsageError, parse

RENDER = Arguments(command="render", paths=("a",), config="f", names=(), diff=False, help=False)
REMOVE = Arguments(command="remove", paths=("a",), config="", names=(), diff=False, help=False)
EXAMPLES = {
    "render --config f a": RENDER,
    "render a --config f": RENDER,
    "render --config=f a": RENDER,
    "render --config=-f a": RENDER.replace(config="-f"),
    "render --config=a=b a": RENDER.replace(config="a=b"),
    "render --diff --config f a b": RENDER.replace(diff=True, paths=("a", "b")),
    "render --config f -- --diff -": RENDER.replace(paths=("--diff", "-")),
    "render --config f help": RENDER.replace(paths=("help",)),
    "render --help": RENDER.replace(help=True, config="", paths=()),
    "render -h --config f a": RENDER.replace(help=True),
    "remove a": REMOVE,
    "remove render": REMOVE.replace(paths=("render",)),
    "remove --name x a --name=y": REMOVE.replace(names=("x", "y")),
    "remove --diff a": REMOVE.replace(diff=True),
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
    "render --name x a": "has no option '--name', only --config, --diff, --help. A path of that name is ./--name.",
    "render --conf f a": "has no option '--conf', only --config",
    "render --diff=yes a": "--diff takes no value, got 'yes'. Write --diff alone.",
    "remove": "remove must have a file or folder to work on, got none. For example: proxy-sidecar remove deploy/",
    "remove --config f a": "has no option '--config', only --name, --diff, --help.",
    "remove -n x a": "has no option '-n', only --name",
    "remove --name": "--name must be followed by a ProxySidecar, got nothing.",
}


@pytest.mark.parametrize(("line", "wanted"), EXAMPLES.items(), ids=EXAMPLES)
def test_arguments(line: str, wanted: Arguments) -> None:
    assert parse(line.split()) == wanted


@pytest.mark.parametrize(("line", "problem"), PROBLEMS.items(), ids=PROBLEMS)
def test_a_command_line_that_cannot_be_followed(line: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(line.split())
    assert problem in str(caught.value)


def test_the_entry_point_knows_the_commands() -> None:
    from krm_fn.__main__ import COMMANDS as KNOWN  # noqa: PLC0415

    assert frozenset(COMMANDS) == KNOWN
