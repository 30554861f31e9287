"""`benchmarks/first-try`: try the smallest functionConfig on each workload in a folder, print what became of them."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.first_try.report import Row, details, report
from benchmarks.first_try.reviewed import CORPUS_LIST, read_list, verdicts_of
from benchmarks.first_try.trials import tried
from benchmarks.first_try.workloads import workloads_in
from benchmarks.measure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

CORPUS = Path(os.environ.get("SHARED", Path(__file__).parents[3] / "shared")) / "corpus"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; return 1 where there is nothing to report, or a list that does not fit."""
    options = _options(arguments)
    folder = options.folder or CORPUS
    list_file = options.list or (None if options.folder else CORPUS_LIST)
    try:
        rows = tried_rows(folder, list_file)
    except (CannotRun, OSError) as error:
        print(f"benchmarks/first-try: {error}", file=sys.stderr)
        return 1
    if options.details:
        print("\n".join(details(rows)), end="\n\n")
    print("\n".join(report(rows)))
    return 0


def tried_rows(folder: Path, list_file: Path | None) -> list[Row]:
    """Try each workload in a folder, and return what became of it. CannotRun where there is none, or not the list's."""
    if not folder.is_dir():
        msg = f"no manifests: {folder} is not there. Name a folder of manifests"
        msg += ", or set SHARED to the folder that holds the corpus." if folder == CORPUS else "."
        raise CannotRun(msg)
    workloads = list(workloads_in(folder))
    if not workloads:
        msg = f"no manifests: {folder} has no workload."
        raise CannotRun(msg)
    if not list_file:
        return [Row(workload, tried(workload)) for workload in workloads]
    verdicts = verdicts_of(workloads, read_list(list_file))
    return [Row(workload, tried(workload), verdict) for workload, verdict in zip(workloads, verdicts, strict=True)]


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(
        prog="benchmarks/first-try",
        description="Try the smallest functionConfig, which names the target and nothing else, on each workload in a "
        "folder of manifests; print how many were accepted, and why the others were not.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="the manifests; left out: the corpus beside the project"
    )
    parser.add_argument(
        "--list",
        type=Path,
        metavar="FILE",
        help="what the workloads speak, and which can be fronted; left out: that of the corpus, none for a folder",
    )
    parser.add_argument("--details", action="store_true", help="print a line for each workload first")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
