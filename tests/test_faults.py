"""The last resort: whatever exception there is, all stays as it came, and one line says what to report."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from krm_fn import __version__, codes
from krm_fn.cli.command_line import run_command
from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList
from tests.cli.manifests import DEPLOYMENT, SERVICE, config, tree, write_tree
from tests.faults import PLACE, faulty, reported_faults
from tests.test_entry_point import SMALLEST

if TYPE_CHECKING:
    from pathlib import Path

STDIN = SMALLEST.read_bytes()
ERRORS = [TypeError("a: secret"), IndexError(), RecursionError(), MemoryError(), AssertionError("secret")]
STEPS = ["load", "_transformed_or_generated", "object_summary", "transform", "find_targets", "plan_injection"]


@pytest.fixture(autouse=True)
def _reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reported_faults(monkeypatch)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_gives_the_items_back(step: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"krm_fn.function.{step}", faulty(error))
    outcome = process(STDIN)
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(STDIN)
    document = yaml.safe_load(outcome.stdout)
    assert document["items"] == yaml.safe_load(STDIN)["items"]
    (result,) = document["results"]
    assert (result["severity"], result["tags"]) == ("error", {"code": codes.FAULT.number})
    assert f"{__version__}: {type(error).__name__} at {PLACE}:2." in result["message"]
    assert "secret" not in result["message"]


def test_a_fault_after_edits_gives_the_items_back(monkeypatch: pytest.MonkeyPatch) -> None:
    injected = process(STDIN).stdout
    monkeypatch.setattr("krm_fn.function.apply_injection", faulty(TypeError()))  # what was recorded is undone before
    outcome = process(injected)
    assert [item.original for item in ResourceList(outcome.stdout).items] == [
        item.original for item in ResourceList(injected).items
    ]


def test_a_fault_while_the_list_is_read_gives_back_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    for stdin in (STDIN, b"\xff{", b""):
        with monkeypatch.context() as patch:
            patch.setattr("krm_fn.resource_list.resource_list.quick_layout", FailsOnce(STDIN))
            outcome = process(stdin)
            assert (outcome.exit_code, [result.code for result in outcome.results]) == (1, [codes.FAULT])
            assert outcome.stdout == stdin


class FailsOnce:
    """Fails for whatever comes in, but not for the list in which the result is written."""

    def __init__(self, _: bytes) -> None:
        from krm_fn.resource_list.quick_layout import quick_layout  # noqa: PLC0415 # before it is replaced

        self.works = quick_layout

    def __call__(self, data: bytes) -> object:
        from krm_fn.function import EMPTY_LIST  # noqa: PLC0415 # to read as in the code

        if data != EMPTY_LIST:
            raise RecursionError
        return self.works(data)


def test_what_interrupts_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (KeyboardInterrupt(), SystemExit()):
        monkeypatch.setattr("krm_fn.function.transform", faulty(error))
        with pytest.raises(type(error)):
            process(STDIN)


@pytest.mark.parametrize("step", ["commands.render.transform", "file_command.manifest_files", "file_command._summary"])
def test_a_fault_leaves_the_files_as_they_were(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = write_tree(tmp_path, {"fn.yaml": config(), "deploy/web.yaml": f"{DEPLOYMENT}---\n{SERVICE}"})
    monkeypatch.setattr(f"krm_fn.cli.{step}", faulty(KeyError("a")))
    outcome = run_command(["render", "--config", str(tmp_path / "fn.yaml"), str(tmp_path / "deploy")])
    (line,) = outcome.lines
    assert (outcome.exit_code, outcome.stdout) == (1, b"")
    assert line.startswith(f"[error] {codes.FAULT.number} ProxySidecar: ")
    assert f"KeyError at {PLACE}:2" in line
    assert tree(tmp_path) == before


@pytest.mark.parametrize("options", [(), ("-X", "dev")], ids=["as users run it", "as CONTRIBUTING.md says"])
def test_developers_see_the_traceback(options: tuple[str, ...]) -> None:
    program = (
        "import krm_fn.function as story, sys; story.transform = lambda *_: 1 / 0\n"
        "from krm_fn.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, *options, "-c", program], input=STDIN, capture_output=True, check=False)
    assert done.returncode == 1
    assert (b"Traceback" in done.stderr) == bool(options)
    assert b"ZeroDivisionError" in done.stderr
    assert (done.stdout == b"") == bool(options)
