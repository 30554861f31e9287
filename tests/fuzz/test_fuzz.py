"""Mutated manifests and functionConfigs, as scripts/fuzz makes them without end; and forged records, end to end."""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from krm_fn.function import process
from tests.cannot_run import cannot_run
from tests.fuzz.inputs import made
from tests.fuzz.kustomize import KUBECTL, go_yaml_agrees
from tests.fuzz.laws import Broken, holds
from tests.fuzz.runs import checked
from tests.fuzz.shrink import shrunk
from tests.undoable.forgeries import attack_on_all, violation_of_run

EXAMPLES = Path(__file__).parent.parent / "examples"
_ON_PURPOSE = {
    "again-with-the-proxysidecars-former-name",  # another owner's ConfigMap goes
    "kustomize-generators-call-for-a-pattern-with-a-name-given",  # what kustomize gives has another name than before
    "kustomize-generators-call-with-hash",
    "kustomize-generators-call-without-hash",
    "record-none",  # nothing says which container is ours
    "record-none-of-two-proxysidecars",
    "record-none-staged",
    "remove-what-json-writes-with-escaped-slashes",  # nor do the ConfigMap's bytes
}
"""Examples of which a law does not hold, and why."""
QUICK, MANY = range(60), range(1000, 1500)
SEED = 2026
SOME = 8
"""Each example of so many."""


def stdout(stdin: bytes) -> bytes:
    return process(stdin).stdout


def test_the_laws_hold_for_mutated_manifests() -> None:
    tally = checked(SEED, QUICK)
    assert not tally.faults
    assert (
        sum(number for outcome, number in tally.outcomes.items() if outcome in ("injected", "rendered in files")) > 20
    )


@pytest.mark.fuzz
def test_the_laws_hold_for_many_mutated_manifests() -> None:
    assert not checked(SEED, MANY).faults


@pytest.mark.parametrize(("records", "step"), [(300, SOME), pytest.param(10_000, 1, marks=pytest.mark.fuzz)])
def test_forged_records_do_no_harm_end_to_end(records: int, step: int) -> None:
    seeds = count()
    while records > 0:
        cases = attack_on_all(next(seeds), step)
        assert not violation_of_run(cases, stdout)
        records -= len(cases)


@pytest.mark.parametrize("step", [SOME, pytest.param(1, marks=pytest.mark.fuzz)])
def test_the_laws_hold_for_the_examples(step: int) -> None:
    inputs = sorted(EXAMPLES.glob("*/input.yaml"))[::step]
    held = [_held(path) for path in inputs if path.parent.name not in _ON_PURPOSE]
    assert held.count("injected") > len(inputs) // 2


def _held(example: Path) -> str:
    try:
        return holds(example.read_bytes())
    except Broken as error:
        raise AssertionError(example.parent.name) from error


@pytest.mark.fuzz
def test_go_yaml_reads_what_we_read() -> None:
    if not shutil.which(KUBECTL[0]):
        cannot_run(f"{KUBECTL[0]} is not on the PATH")
    assert go_yaml_agrees(made(SEED, number).stdin() for number in range(150)) > 20


def test_inputs_are_the_same_in_each_run() -> None:
    assert [made(1, number).stdin() for number in range(20)] == [made(1, number).stdin() for number in range(20)]


def test_inputs_differ() -> None:
    assert len({made(1, number).stdin() for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        (lambda stdin: stdin.replace(b"image: ", b"image: x"), "changes where it must not"),
        (lambda stdin: stdin.replace(b"functionConfig:", b"- a: b\nfunctionConfig:"), "items are lost or added"),
        (lambda stdin: stdin.replace(b"containers:\n", b"containers: # c\n"), "a removal leaves something"),
    ],
)
def test_the_laws_find_what_is_broken(monkeypatch: pytest.MonkeyPatch, broken: object, law: str) -> None:
    assert callable(broken)
    found: Counter[str] = Counter()

    def changed(stdin: bytes) -> object:
        outcome = process(stdin)
        return outcome if outcome.exit_code else outcome.replace(parts=[broken(outcome.stdout)])

    monkeypatch.setattr("tests.fuzz.laws.process", changed)
    for number in range(20):
        try:
            holds(made(SEED, number).stdin())
        except Broken as error:
            found[str(error)] += 1
        except Exception as error:  # whatever is raised is a fault as well
            found[str(error)] += 1
    assert any(law in message for message in found)


def test_an_input_is_shrunk() -> None:
    stdin = b"".join(b"line %d\n" % number for number in range(100))
    assert shrunk(stdin, lambda data: b"line 17\n" in data and b"line 80\n" in data) == b"line 17\nline 80\n"
