"""`benchmarks/proxies`: run the servers, check that all give the same pages, load them in turn, print the table."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.machine import describe
from benchmarks.measure import CannotRun, another_first
from benchmarks.servers.contestants import CASES, NONE, Server, fetched, running
from benchmarks.servers.load import CONNECTIONS, Load, loaded
from benchmarks.table import duration, megabytes, significant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER = ("requested", "through", "bytes", "requests a second", "of no proxy", "p99", "of no proxy", "peak memory")
HOLDS = {("asset, cached by nginx", "nginx"): 0.7}
"""What the requests a second of no proxy must not fall below, by what is requested and through which: a hit costs no
compression."""


def main() -> int:
    """Print the table; return 1 where something could not run, or a rate is below what it must hold."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        try:
            with running(Path(scratch), logs=arguments.logs) as servers:
                measured = list(_measured(servers, arguments.rows or CASES, arguments.rounds, arguments.seconds))
                rows = [_row(each) for each in measured]
        except CannotRun as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 1
    for label, text in describe(None)[:3]:
        print(f"- {label}: {text}")
    print(
        f"\nMedians of {arguments.rounds} rounds of {arguments.seconds} s with {CONNECTIONS} connections, in which the "
        "servers took turns. The app is an nginx that serves files, one worker, as each proxy has. The proxies write "
        f"{'their access logs to /dev/null' if arguments.logs else 'no access logs'}.\n"
    )
    print("".join(f"| {' | '.join(line)} |\n" for line in (HEADER, ("---", "---", *["--:"] * 6), *rows)), end="")
    holds = {} if arguments.logs else HOLDS
    missed = [each for each in measured if each.rate < holds.get((each.case, each.server.name), 0)]
    for each in missed:
        hold = holds[each.case, each.server.name]
        print(f"benchmarks: {each.case} through {each.server.name} must hold {hold} of no proxy", file=sys.stderr)
    return 1 if missed else 0


@dataclass(frozen=True)
class _Measured:
    case: str
    server: Server
    own: list[Load]
    none: list[Load]
    size: int

    @property
    def rate(self) -> float:
        """Return the requests a second, of those of no proxy."""
        return median(load.rate / reference.rate for load, reference in zip(self.own, self.none, strict=True))


def _arguments() -> Namespace:
    parser = ArgumentParser(
        prog="benchmarks/proxies",
        description="Measure the same pages through no proxy, ours on nginx and on Caddy, and one written by hand.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, metavar="N", default=5, help="rounds of each row")
    parser.add_argument("--seconds", type=int, metavar="N", default=2, help="of each load")
    parser.add_argument("--rows", nargs="+", choices=CASES, metavar="ROW", help="only these, such as 'static file'")
    parser.add_argument("--logs", action="store_true", help="with access logs, which the app has none of")
    parser.add_argument("--quick", action="store_const", dest="rounds", const=1, help="one round")
    return parser.parse_args()


def _measured(servers: list[Server], cases: Iterable[str], rounds: int, seconds: int) -> Iterator[_Measured]:
    for case in cases:
        path, _ = CASES[case]
        print(f"benchmarks: {case}", file=sys.stderr)
        loads: dict[str, list[Load]] = {server.name: [] for server in servers}
        for index in range(rounds):
            for server in another_first(servers, index):
                loads[server.name].append(loaded(server, path, seconds))
        for server in servers:
            size = len(fetched(server, path)[0])
            yield _Measured(case=case, server=server, own=loads[server.name], none=loads[NONE], size=size)


def _row(each: _Measured) -> tuple[str, ...]:
    waits = [load.p99 / reference.p99 for load, reference in zip(each.own, each.none, strict=True)]
    return (
        each.case,
        each.server.name,
        f"{each.size:,}",
        f"{median(load.rate for load in each.own):,.0f}",
        significant(each.rate),
        duration(median(load.p99 for load in each.own)),
        significant(median(waits)),
        megabytes(each.server.memory()),
    )


if __name__ == "__main__":
    sys.exit(main())
