"""`benchmarks/proxies`: run the servers, check that all give the same pages, load them in turn, print the table."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.machine import describe
from benchmarks.measure import CannotRun, another_first
from benchmarks.servers.contestants import CASES, NONE, Server, fetched, running
from benchmarks.servers.load import CONNECTIONS, Load, loaded
from benchmarks.table import duration, megabytes, significant

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("requested", "through", "bytes", "requests a second", "of no proxy", "p99", "of no proxy", "peak memory")


def main() -> int:
    """Print the table; return 1 where something could not run."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        try:
            with running(Path(scratch)) as servers:
                rows = list(_rows(servers, arguments.rounds, arguments.seconds))
        except CannotRun as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 1
    for label, text in describe(None)[:3]:
        print(f"- {label}: {text}")
    print(
        f"\nMedians of {arguments.rounds} rounds of {arguments.seconds} s with {CONNECTIONS} connections, in which the "
        "servers took turns. The app is an nginx that serves files, one worker, as each proxy has.\n"
    )
    print("".join(f"| {' | '.join(line)} |\n" for line in (HEADER, ("---", "---", *["--:"] * 6), *rows)), end="")
    return 0


def _arguments() -> Namespace:
    parser = ArgumentParser(
        prog="benchmarks/proxies",
        description="Measure the same pages through no proxy, ours on nginx and on Caddy, and one written by hand.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, metavar="N", default=5, help="rounds of each row")
    parser.add_argument("--seconds", type=int, metavar="N", default=2, help="of each load")
    parser.add_argument("--quick", action="store_const", dest="rounds", const=1, help="one round")
    return parser.parse_args()


def _rows(servers: list[Server], rounds: int, seconds: int) -> Iterator[tuple[str, ...]]:
    for case, (path, _) in CASES.items():
        print(f"benchmarks: {case}", file=sys.stderr)
        loads: dict[str, list[Load]] = {server.name: [] for server in servers}
        for index in range(rounds):
            for server in another_first(servers, index):
                loads[server.name].append(loaded(server, path, seconds))
        for server in servers:
            yield _row(case, server, loads, len(fetched(server, path)[0]))


def _row(case: str, server: Server, loads: dict[str, list[Load]], size: int) -> tuple[str, ...]:
    own, none = loads[server.name], loads[NONE]
    rates = [load.rate / reference.rate for load, reference in zip(own, none, strict=True)]
    waits = [load.p99 / reference.p99 for load, reference in zip(own, none, strict=True)]
    return (
        case,
        server.name,
        f"{size:,}",
        f"{median(load.rate for load in own):,.0f}",
        significant(median(rates)),
        duration(median(load.p99 for load in own)),
        significant(median(waits)),
        megabytes(server.memory()),
    )


if __name__ == "__main__":
    sys.exit(main())
