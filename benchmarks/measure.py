"""Run contestants in turn, each a process of its own, and keep what each run took."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal, TypeVar

from benchmarks.machine import interpreter

T = TypeVar("T")
LAUNCHER = Path(__file__).parent / "launch.py"


class CannotRun(Exception):  # noqa: N818 # it is what the message says
    """Something that is measured does not run, or does not do what it is measured for."""


@dataclass(frozen=True)
class Contestant:
    """A command and what it reads. The command's first word is a path: what is measured is no shim."""

    name: str
    command: tuple[str, ...]
    stdin: Path
    way: Literal["pipe", "file"] = "pipe"


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    peak: int
    """The most memory it held at once, in bytes."""


@dataclass(frozen=True)
class Rounds:
    """The runs of each contestant by its name; those at one index ran right after one another."""

    runs: dict[str, list[Run]]

    def seconds(self, name: str) -> float:
        """Return the median time."""
        return median(run.seconds for run in self.runs[name])

    def peak(self, name: str) -> float:
        """Return the median peak."""
        return median(run.peak for run in self.runs[name])

    def ratio(self, name: str, other: str) -> float:
        """Return the median of what the one took for each second of the other in the same round."""
        pairs = zip(self.runs[name], self.runs[other], strict=True)
        return median(run.seconds / reference.seconds for run, reference in pairs)

    def difference(self, name: str, other: str) -> float:
        """Return the median of the seconds that the one took more than the other in the same round."""
        pairs = zip(self.runs[name], self.runs[other], strict=True)
        return median(run.seconds - reference.seconds for run, reference in pairs)


def run_rounds(contestants: list[Contestant], number: int, scratch: Path) -> Rounds:
    """Run all contestants `number` times in turn, each time another one first, after one round that does not count."""
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    for index in range(-1, number):
        for contestant in another_first(contestants, index):
            run = run_once(contestant, scratch)
            if index >= 0:
                runs[contestant.name].append(run)
    return Rounds(runs)


def another_first(contestants: list[T], index: int) -> list[T]:
    """Return the contestants in their turns of a round: each time another one is first, which may have it harder."""
    first = index % len(contestants)
    return [*contestants[first:], *contestants[:first]]


def run_once(contestant: Contestant, scratch: Path) -> Run:
    """Run a contestant; a file that it writes is left in the folder. A CannotRun where it fails."""
    files = (str(contestant.stdin), str(scratch / "stdout"))
    command = [interpreter(), "-I", "-S", str(LAUNCHER), contestant.way, *files, *contestant.command]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    words = process.stdout.split()
    if process.returncode or words[-1] != "0":
        msg = f"{contestant.name} does not run: {' '.join(contestant.command)}\n{process.stderr}"
        raise CannotRun(msg)
    return Run(seconds=float(words[0]), peak=int(words[1]))
