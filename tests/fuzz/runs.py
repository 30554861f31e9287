"""Runs over many inputs: what became of them, and each fault with the numbers of the inputs that show it."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.files import files_of, hold_in_files
from tests.fuzz.inputs import made
from tests.fuzz.kustomize import go_yaml_agrees
from tests.fuzz.laws import Broken, TooLong, holds
from tests.fuzz.shrink import shrunk
from tests.laws.items import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_VARYING = re.compile(r"/\S*fuzz-\w+/work/|line \d+|\[\d+\]")
"""What differs in messages of the same fault."""
IN_FILES = 8
"""Of so many inputs one is given as files."""
BATCH = 48
"""Inputs that kustomize reads at once."""


class Found(NamedTuple):
    """What became of an input."""

    outcome: str
    fault: str = ""
    """What identifies the fault that it shows; empty where there is none."""
    details: str = ""


@dataclass
class Tally:
    """What became of inputs, and the faults that they show: by what is wrong, with the first input's number."""

    outcomes: Counter[str] = field(default_factory=Counter)
    inputs: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The number of the first input that shows a fault, and its details."""

    def note(self, number: int, found: Found) -> None:
        """Count an input, or several from this number on."""
        self.outcomes[found.outcome] += 1
        if found.fault:
            self.faults[found.fault] += 1
            self.first.setdefault(found.fault, (number, found.details))

    def add(self, other: Tally) -> None:
        """Add what became of others."""
        self.outcomes += other.outcomes
        self.inputs += other.inputs
        self.faults += other.faults
        self.first = {**other.first, **self.first}


def checked(run: int, numbers: Sequence[int], *, by_kustomize: bool = False) -> Tally:
    """Check inputs, and let kustomize read what came of them, too."""
    tally = Tally()
    for number in numbers:
        tally.note(number, outcome_of(partial(_hold, run, number)))
    tally.inputs = len(numbers)
    if by_kustomize:
        found = outcome_of(lambda: f"{go_yaml_agrees(made(run, each).stdin() for each in numbers)} objects")
        tally.note(numbers[0], found._replace(outcome="batches that go-yaml read"))
        tally.outcomes["objects that go-yaml read"] += (
            int(found.outcome.split()[0]) if "objects" in found.outcome else 0
        )
    return tally


def _hold(run: int, number: int) -> str:
    given = made(run, number)
    return f"{hold_in_files(given)} in files" if number % IN_FILES == 0 else holds(given.stdin())


def outcome_of(check: Callable[[], str]) -> Found:
    """Return what a check returns, or the fault that it shows."""
    try:
        return Found(check())
    except Broken as error:
        first = str(error).split("\n", maxsplit=1)[0]
        return Found("broken", _VARYING.sub("…", first)[:160], str(error))
    except TooLong as error:
        return Found("without end", f"does not end at {_place(error)}", traceback.format_exc())
    except Exception as error:
        return Found("failed", f"{type(error).__name__} at {_place(error)}", traceback.format_exc())


def _place(error: BaseException) -> str:
    """Return the last lines of ours on the way of an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames if "krm_fn" in frame.filename
    ]
    return " < ".join(ours[: -3 - 1 : -1]) or f"{frames[-1].filename}:{frames[-1].lineno}"


def write_reproducer(run: int, fault: str, tally: Tally, folder: Path) -> Path:
    """Write the details of a fault, and the least input that shows it: a ResourceList, or files."""
    number, details = tally.first[fault]
    given, path = made(run, number), folder / f"{run}-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".txt").write_text(f"{fault}\n\n{details}\n")
    if "go-yaml" in fault:
        return path.with_suffix(".txt")
    if number % IN_FILES == 0:
        (path / "work").mkdir(parents=True, exist_ok=True)
        for name, data in files_of(given).items():
            (path / "work" / name).write_bytes(data)
        (path / "fn.json").write_text(as_json(given.config))
        return path
    least = shrunk(given.stdin(), lambda data: outcome_of(lambda: holds(data)).fault == fault)
    path.with_suffix(".yaml").write_bytes(least)
    return path.with_suffix(".yaml")
