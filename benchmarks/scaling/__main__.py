"""`benchmarks/doubling`: the CPU time of each dimension at n, 2n and 4n, and what it costs to double."""

from __future__ import annotations

import gc
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from benchmarks.scaling.dimensions import DIMENSIONS

if TYPE_CHECKING:
    from benchmarks.scaling.dimensions import Dimension


def main() -> int:
    """Print the table; return 1 where a run ends otherwise than it must."""
    parser = ArgumentParser(
        prog="benchmarks/doubling", description="Measure how CPU time grows with the input, in each dimension."
    )
    parser.add_argument("--only", default="", metavar="WORDS", help="the dimensions whose names have these words")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="sizes N times as large")
    arguments = parser.parse_args()
    chosen = [each for each in DIMENSIONS if arguments.only in each.name]
    gc.disable()  # as in a run of the function
    print("| dimension | n | seconds at n | 2n | 4n | last ratio | stderr at 4n |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for each in chosen:
        sizes = [each.size * arguments.times * factor for factor in (1, 2, 4)]
        runs = [measured(each, size) for size in sizes]
        seconds = " | ".join(f"{time:.2f}" for time, _ in runs)
        ratio = runs[2][0] / runs[1][0]
        print(f"| {each.name} | {sizes[0]:,} | {seconds} | {ratio:.1f} | {runs[2][1] / 1000:,.0f} kB |", flush=True)
    return 0


def measured(dimension: Dimension, size: int) -> tuple[float, int]:
    """Return the CPU time of a run in seconds, and the characters that it writes to stderr."""
    with tempfile.TemporaryDirectory() as folder:
        work = dimension.prepare(size, Path(folder))
        start = process_time()
        outcome = work()
        lines = sum(map(len, outcome.lines))
        seconds = process_time() - start
    gc.collect()
    if outcome.exit_code != dimension.exit_code:
        first = "\n".join(outcome.lines[:3])
        msg = f"benchmarks: {dimension.name}: must end with {dimension.exit_code}, got {outcome.exit_code}:\n{first}"
        raise SystemExit(msg)
    return seconds, lines


if __name__ == "__main__":
    sys.exit(main())
