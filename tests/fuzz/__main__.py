"""Mutates manifests and functionConfigs, and checks the laws on each: python -m tests.fuzz [N] [--seed SEED].

Prints what became of the inputs, and each fault with the least input that shows it. Without N it runs until it is
interrupted. A path in the place of N is such an input: it is checked alone, and its fault is raised.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import krm_fn.cli.command_line
import krm_fn.function
from tests.fuzz.kustomize import KUBECTL
from tests.fuzz.laws import holds
from tests.fuzz.runs import BATCH, Tally, checked, write_reproducer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

FAULTS = Path("fuzz-faults")
_EVERY = 6
"""Of so many batches kustomize reads one."""
_SECONDS = 30


def main() -> int:
    """Run the inputs on all processors; return 1 where there is a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("n", nargs="?", help="how many inputs, or a file with one")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same inputs for the same number")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    arguments = parser.parse_args()
    _raise_faults()
    if arguments.n and not arguments.n.isdecimal():
        sys.stdout.write(f"{holds(Path(arguments.n).read_bytes())}\n")
        return 0
    if not shutil.which(KUBECTL[0]):
        sys.stdout.write(f"go-yaml reads nothing: {KUBECTL[0]} is not on the PATH.\n")
    return _run(arguments.seed, int(arguments.n) if arguments.n else None, arguments.jobs)


def _run(seed: int, most: int | None, jobs: int) -> int:
    sys.stdout.write(f"Seed {seed}. The same inputs again: python -m tests.fuzz {most or ''} --seed {seed}\n")
    batches = enumerate(_batches(most))
    whole, start, told = Tally(), time.monotonic(), 0.0
    with ProcessPoolExecutor(jobs, initializer=_start_worker) as pool:
        pending: set[Future[Tally]] = set()
        try:
            while True:
                pending |= {_submit(pool, seed, *batch) for batch in islice(batches, 2 * jobs - len(pending))}
                if not pending:
                    break
                done = {each for each in pending if each.done()}
                pending -= done
                for each in done:
                    _take(whole, each.result(), seed)
                if time.monotonic() - told > _SECONDS:
                    told = time.monotonic()
                    _tell(whole, told - start)
                time.sleep(0.05)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
    _tell(whole, time.monotonic() - start)
    return 1 if whole.faults else 0


def _batches(most: int | None) -> Iterable[range]:
    if most is None:
        return (range(at, at + BATCH) for at in count(step=BATCH))
    return [range(at, min(at + BATCH, most)) for at in range(0, most, BATCH)]


def _submit(pool: ProcessPoolExecutor, seed: int, index: int, numbers: range) -> Future[Tally]:
    by_kustomize = index % _EVERY == 0 and bool(shutil.which(KUBECTL[0]))
    return pool.submit(checked, seed, numbers, by_kustomize=by_kustomize)


def _take(whole: Tally, part: Tally, seed: int) -> None:
    """Add a part; report the faults that are new."""
    for fault in part.faults.keys() - whole.faults.keys():
        path = write_reproducer(seed, fault, part, FAULTS)
        sys.stdout.write(f"FAULT {fault}\n  input {part.first[fault][0]} of seed {seed}: {path}\n")
        sys.stdout.flush()
    whole.add(part)


def _tell(whole: Tally, seconds: float) -> None:
    counts = ", ".join(f"{number} {outcome}" for outcome, number in whole.outcomes.most_common())
    faults = f"{whole.faults.total()} with a fault, of {len(whole.faults)} kinds"
    sys.stdout.write(f"{seconds:.0f} s: {whole.inputs} inputs, {faults}; {counts}\n")
    sys.stdout.flush()


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _raise_faults()


def _raise_faults() -> None:
    """Let the last resort raise what it would report."""
    for module in (krm_fn.function, krm_fn.cli.command_line):
        vars(module)["fault"] = _raised


def _raised(error: Exception) -> NoReturn:
    raise error


if __name__ == "__main__":
    sys.exit(main())
