"""The reviewed list: what each workload of a folder of manifests speaks, and whether a proxy can be in front of it.

`corpus.tsv` is that of the corpus beside the project. Each manifest was read, with what is beside it, by somebody who
knew or looked up what its images do; nothing in it comes from this program. Its columns:

- file, workload: which one; `Kind/name`, or `Kind/namespace/name`.
- speaks: what it speaks on its port: http, https, grpc, h2c, http+grpc for both on one port; tcp:redis and the like,
  udp, sctp; none where it serves nothing, whatever ports it declares; unknown where nothing tells.
- port: where a proxy should be. Empty where none should.
- frontable: yes where it speaks HTTP in some form, if only for its metrics, and no Service leads from that port to
  other workloads as well. What ends, what is no whole manifest yet, and what nobody can tell, is no.
- reason: why not, or what it is.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.first_try.workloads import Workload

CORPUS_LIST = Path(__file__).parent / "corpus.tsv"
COLUMNS = ("file", "workload", "speaks", "port", "frontable", "reason")
HTTP = ("http", "https", "grpc", "http+grpc", "h2c")
_OTHERS = ("udp", "sctp", "none", "unknown")


@dataclass(frozen=True)
class Verdict:
    """A row of the list."""

    file: str
    workload: str
    speaks: str
    port: int | None
    is_frontable: bool
    reason: str

    @property
    def speaks_no_http(self) -> bool:
        """Whether it is known to speak no HTTP."""
        return self.speaks not in (*HTTP, "unknown")


def read_list(path: Path) -> list[Verdict]:
    """Return the rows of a list. CannotRun where one is not as it must be."""
    with path.open(newline="") as file:
        header, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(header) != COLUMNS:
        msg = f"{path}: the first line must be {', '.join(COLUMNS)}, got {', '.join(header)}"
        raise CannotRun(msg)
    return [_verdict(f"{path}:{number}", row) for number, row in enumerate(rows, start=2)]


def verdicts_of(workloads: Sequence[Workload], listed: list[Verdict]) -> list[Verdict]:
    """Return the row of each workload. CannotRun where the list does not name exactly these, each once."""
    rows = {(row.file, row.workload): row for row in listed}
    often = Counter((row.file, row.workload) for row in listed)
    there = Counter((workload.file, workload.label) for workload in workloads)
    problems = {
        "it names twice": [key for key, number in often.items() if number > 1],
        "it does not name": [key for key in there if key not in rows],
        "it names what is not there": [key for key in rows if key not in there],
        "two workloads have the name": [key for key, number in there.items() if number > 1],
    }
    told = [f"{what} {label} in {file}" for what, found in problems.items() for file, label in found]
    if told:
        msg = f"the list must name each workload once: {'; '.join(told)}"
        raise CannotRun(msg)
    return [rows[workload.file, workload.label] for workload in workloads]


def _verdict(place: str, row: list[str]) -> Verdict:
    if len(row) != len(COLUMNS):
        msg = f"{place}: must have {len(COLUMNS)} columns, got {len(row)}"
        raise CannotRun(msg)
    file, workload, speaks, port, frontable, reason = row
    choices = {"yes": True, "no": False}
    is_http = speaks in HTTP
    if not (is_http or speaks in _OTHERS or speaks.startswith("tcp:")):
        msg = f"{place}: speaks must be one of {', '.join((*HTTP, 'tcp:NAME', *_OTHERS))}, got {speaks!r}"
        raise CannotRun(msg)
    if frontable not in choices or not reason:
        msg = f"{place}: frontable must be yes or no, with a reason, got {frontable!r} and {reason!r}"
        raise CannotRun(msg)
    if (port and not port.isdecimal()) or (choices[frontable] and not (port and is_http)):
        msg = f"{place}: what can be fronted must speak HTTP on a port, got {speaks!r} and port {port!r}"
        raise CannotRun(msg)
    return Verdict(file, workload, speaks, int(port) if port else None, choices[frontable], reason)
