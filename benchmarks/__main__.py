"""`benchmarks/run`: set up, check that all contestants do what they are measured for, measure, print the table."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import groups
from benchmarks.machine import describe, find_kubectl
from benchmarks.measure import CannotRun
from benchmarks.set_up import set_up, tell
from benchmarks.table import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.bench import Bench
    from benchmarks.table import Row

SIZES = (1_000, 10_000, 50_000)
FEWEST = 9
"""Pairs from which a median is worth a look on a shared machine."""


def main() -> int:
    """Print the table; return 1 where something could not run."""
    arguments = _arguments()
    kubectl = find_kubectl(arguments.kubectl)
    sizes = SIZES[:2] if arguments.quick else SIZES
    pairs = arguments.pairs or (3 if arguments.quick else FEWEST)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        try:
            bench = set_up(Path(scratch), pairs, sizes, kubectl, arguments.kustomize_items)
            table = markdown(_rows(bench, sizes))
        except CannotRun as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 1
    for label, text in describe(kubectl):
        print(f"- {label}: {text}")
    print(f"\nMedians of {pairs} rounds, in which the programs ran in turn.\n")
    print(table, end="")
    if not kubectl:
        print("\nThe rows beside `kubectl kustomize` are left out: there is no kubectl on the PATH. See --kubectl.")
    return 0


def _arguments() -> Namespace:
    parser = ArgumentParser(
        prog="benchmarks/run",
        description="Measure the function beside what one would use in its place, and print the table as Markdown.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="3 pairs, and 1,000 and 10,000 items only")
    parser.add_argument("--pairs", type=int, metavar="N", help=f"pairs of each row, {FEWEST} if not --quick")
    parser.add_argument("--kubectl", default="kubectl", metavar="PATH", help="which kubectl to measure")
    parser.add_argument(
        "--kustomize-items",
        type=int,
        choices=SIZES,
        default=SIZES[0],
        help="the most items to give to kustomize: 10,000 take it minutes for each pair",
    )
    return parser.parse_args()


def _rows(bench: Bench, sizes: tuple[int, ...]) -> Iterator[Row]:
    tell("scenario")
    yield from groups.scenario(bench)
    for number in sizes:
        if number in bench.folders:
            tell(f"{number} items beside kustomize")
            yield from groups.beside_kustomize(bench, number)
    for number in sizes:
        tell(f"{number} items beside copying")
        yield from groups.beside_copying(bench, number)
    tell("growth")
    yield from groups.growth(bench, sizes[0], sizes[-1])
    tell(f"{sizes[0]} items beside PyYAML")
    yield from groups.beside_load_and_dump(bench, sizes[0])


if __name__ == "__main__":
    sys.exit(main())
