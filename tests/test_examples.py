"""What the function does, shown by directories: `input.yaml` is what a host sends, the other files what comes back.

`diff.patch` is what changes, and `results.yaml` the results: stdout ends with these lines, or else the diff shows how
they are written there. A file that would be empty is absent. Some directories hold all of stdout too: `expected.yaml`.

Under `examples/` the function succeeds, under `errors/` it fails.
"""

from __future__ import annotations

import difflib
import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from krm_fn.function import EMPTY_LIST, is_generator_call, process
from krm_fn.function_config.load import load
from krm_fn.removal import remove
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.result import FunctionError, ResourceRef
from krm_fn.summary import Outcome
from krm_fn.yaml_text.read import YamlError
from tests import golden
from tests.elided import elided

HERE = Path(__file__).parent
KNOWN = {"input.yaml", "diff.patch", "results.yaml", "stderr", "expected.yaml"}


def _directories(folder: str) -> list[Path]:
    return sorted((HERE / folder).iterdir())


def _name(directory: Path) -> str:
    return directory.name


examples = pytest.mark.parametrize("directory", _directories("examples"), ids=_name)
errors = pytest.mark.parametrize("directory", _directories("errors"), ids=_name)


def _input(directory: Path) -> bytes:
    return (directory / "input.yaml").read_bytes()


def _check(directory: Path, outcome: Outcome) -> None:
    unknown = {path.name for path in directory.iterdir()} - KNOWN
    assert not unknown, f"{directory} holds what no test reads"
    _check_stdout(directory, outcome.stdout)
    lines = filter(None, (*outcome.lines, outcome.closing_line))
    golden.check(directory / "stderr", "".join(f"{line}\n" for line in lines))


def _check_stdout(directory: Path, stdout: bytes) -> None:
    results = _block(_results(stdout))
    golden.check(directory / "diff.patch", _diff(_input(directory), stdout.removesuffix(results)))
    golden.check(directory / "results.yaml", elided(results.decode()))
    whole = directory / "expected.yaml"
    if whole.exists():
        golden.check(whole, elided(stdout.decode()))


def _block(results: list[dict[str, Any]]) -> bytes:
    """Return the lines that results are at the end of a list in block style."""
    return b"".join(ResourceList(EMPTY_LIST).written(results)).removeprefix(EMPTY_LIST)


def _diff(before: bytes, after: bytes) -> str:
    """Return the unified diff of two lists, both elided, which is empty where they are the same."""
    old, new = (io.StringIO(elided(data.decode())).readlines() for data in (before, after))
    shown = difflib.unified_diff(old, new, "a/input.yaml", "b/input.yaml")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in shown)


@examples
def test_example(directory: Path) -> None:
    outcome = process(_input(directory))
    assert outcome.exit_code == 0, outcome.lines
    _check(directory, outcome)


@errors
def test_error(directory: Path) -> None:
    outcome = process(_input(directory))
    assert outcome.exit_code == 1
    _check(directory, outcome)


@examples
def test_twice_is_once(directory: Path) -> None:
    given = _input(directory)
    once = process(given).stdout
    twice = process(once).stdout
    if not _has_records(given):
        assert {result["tags"]["code"] for result in _results(twice)} == {"PS716"}
        assert _items(twice) == _items(once)
        return
    if _is_generator_call(given):
        assert _items(once)[: len(_items(given))] == _items(given)
        return
    if _is_fresh(given):  # what is lost on the way is only so with a change
        lasting = [result for result in _results(once) if result["tags"]["code"] not in ("PS381", "PS383")]
        assert _results(twice) == lasting
    assert _without_results(twice) == _without_results(once)  # results tell of what the first run found
    assert process(twice).stdout == twice


NOT_REMOVED = {
    "record-of-another-object-that-cannot-be-read": "PS701",
    "remove-after-the-container-was-renamed-by-hand": "PS716",
}
"""Examples after which a removal is refused, since something is left that only the user can correct."""


@examples
def test_taken_out_gives_back_what_came(directory: Path) -> None:
    given = _input(directory)
    code = NOT_REMOVED.get(directory.name, "" if _has_records(given) else "PS716")
    if code:
        with pytest.raises(FunctionError, match=code):
            _undone(process(given).stdout)
        return
    undone = _undone(process(given).stdout)
    assert undone == _undone(given)
    if _is_fresh(given):
        assert undone == _without_results(given)


@errors
def test_items_leave_untouched_on_errors(directory: Path) -> None:
    given = _input(directory)
    stdout = process(given).stdout
    assert _items(stdout) == _items(given)
    assert any(result["severity"] == "error" for result in _results(stdout))


@pytest.mark.parametrize("directory", _directories("examples") + _directories("errors"), ids=_name)
def test_stderr_has_a_line_for_each_error_and_warning_that_names_the_function_and_one_that_sums_up(
    directory: Path,
) -> None:
    outcome = process(_input(directory))
    told = [result for result in _results(outcome.stdout) if result["severity"] != "info"]
    assert outcome.closing_line.startswith('[info] PS000 ProxySidecar "') == (outcome.exit_code == 0)
    for line, result in zip(outcome.lines, told, strict=True):
        assert line.startswith(f"[{result['severity']}] ")
        assert "ProxySidecar" in line
        assert line.endswith(result["message"])
        assert "\n" not in line


def _results(stdout: bytes) -> list[dict[str, Any]]:
    """Return the results, read without the items before them, which may be no YAML."""
    text = stdout.decode()
    assert "ResourceList" in text.split("items", 1)[0]
    at = max(text.rfind("\nresults:"), 0) if text.startswith("apiVersion") else 0
    results: list[dict[str, Any]] = yaml.safe_load(text[at:]).get("results", [])
    return results


def _items(data: bytes) -> list[bytes]:
    try:
        return [item.original for item in ResourceList(data).items]
    except YamlError:
        return []


def _owner(data: bytes) -> ResourceRef:
    config = load(ResourceList(data).function_config())
    return ResourceRef(api_version=config.api_version, kind=config.kind, name=config.metadata.name)


def _has_records(data: bytes) -> bool:
    return load(ResourceList(data).function_config()).spec.record == "annotation"


def _is_generator_call(data: bytes) -> bool:
    return is_generator_call(ResourceList(data), _owner(data))


def _is_fresh(data: bytes) -> bool:
    """Tell whether a list holds nothing that an earlier run of this ProxySidecar made."""
    marks = [mark for name in _names(data) for mark in (f"undo.krm-fn.dev/{name}:", f"krm-fn.dev/owner: {name}\n")]
    plain = data.replace(b"\\/", b"/").replace(b'"', b"")
    return not any(mark.encode() in plain for mark in marks)


def _names(data: bytes) -> list[str]:
    """Return the name of the ProxySidecar, and those it had before."""
    config = load(ResourceList(data).function_config())
    return [config.metadata.name, *config.spec.former_names]


def _without_results(data: bytes) -> bytes:
    return b"".join(ResourceList(data).written([]))


def _undone(data: bytes) -> bytes:
    """Return a list without what a ProxySidecar put in, and without results."""
    resource_list = ResourceList(data)
    remove(resource_list, _names(data), load(resource_list.function_config()).spec)
    return b"".join(resource_list.written([]))
