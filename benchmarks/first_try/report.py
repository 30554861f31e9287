"""What is printed: the share that was accepted, and why the others were not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.first_try.trials import help_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.first_try.reviewed import Verdict
    from benchmarks.first_try.trials import Trial
    from benchmarks.first_try.workloads import Workload

WIDTH = 160


@dataclass(frozen=True)
class Row:
    """A workload, what became of it, and what the list says of it."""

    workload: Workload
    trial: Trial
    verdict: Verdict | None = None
    """None without a list."""

    @property
    def place(self) -> str:
        """Which workload of which file."""
        return f"{self.workload.label} in {self.workload.file}"


def report(rows: list[Row]) -> Iterator[str]:
    """Yield the lines."""
    listed = [(row, row.verdict) for row in rows if row.verdict]
    if not listed:
        yield f"{_counted(len(rows), 'workload')}."
        yield from _share(rows, "")
        yield from _refusals([row for row in rows if not row.trial.is_accepted])
        return
    frontable = [row for row, verdict in listed if verdict.is_frontable]
    yield f"{_counted(len(rows), 'workload')}; the list says that {len(frontable)} of them can be fronted."
    yield from _share(frontable, " of those that can be fronted")
    right = sum(row.trial.is_right(verdict) for row, verdict in listed if verdict.is_frontable)
    yield f"Of these, with the port and the protocol that the list names: {right}."
    refused = [row for row in frontable if not row.trial.is_accepted]
    yield from _refusals(refused)
    yield from _helped(refused)
    yield from _wrong(listed)
    silent = [
        (row, verdict)
        for row, verdict in listed
        if verdict.speaks_no_http and row.trial.is_accepted and not row.trial.doubts_http
    ]
    yield f"\nAccepted with no word of doubt, though the list says that they speak no HTTP: {len(silent)}"
    for row, verdict in silent:
        yield f"  {row.place} ({verdict.speaks})"


def details(rows: list[Row]) -> Iterator[str]:
    """Yield a line for each workload."""
    for row in rows:
        said = row.verdict
        columns = [
            "accepted" if row.trial.is_accepted else f"refused: {row.trial.codes}",
            *([said.speaks, str(said.port or "-"), "yes" if said.is_frontable else "no"] if said else []),
            row.workload.label,
            row.workload.file,
        ]
        yield "\t".join(columns)


def share(rows: list[Row]) -> float:
    """Return the share of those that were accepted; 1 where there are none."""
    return sum(row.trial.is_accepted for row in rows) / len(rows) if rows else 1.0


def _share(rows: list[Row], of_which: str) -> Iterator[str]:
    accepted = sum(row.trial.is_accepted for row in rows)
    yield f"Accepted at first try: {accepted} of {len(rows)}{of_which} ({100 * share(rows):.1f} %)."


def _refusals(refused: list[Row]) -> Iterator[str]:
    """Yield the codes with which workloads were refused, the most frequent first, each with its first workload."""
    groups: dict[str, list[Row]] = {}
    for row in refused:
        groups.setdefault(row.trial.codes, []).append(row)
    yield f"\nRefused: {len(refused)}"
    for codes, rows in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        yield f"  {len(rows):3} {codes}, such as {rows[0].place}"
        for error in rows[0].trial.errors[:1]:
            yield f"      {_cut(' '.join(filter(None, (error.path, error.message))))}"


def _helped(refused: list[Row]) -> Iterator[str]:
    """Yield with which fields the refused ones would have been accepted."""
    helps = [(help_for(row.workload, row.verdict), row) for row in refused if row.verdict]
    counts = Counter((name, row.trial.codes) for name, row in helps if name)
    yield f"\nOf these, accepted with further fields of the functionConfig: {counts.total()}"
    for (name, codes), count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {count:3} {codes}, by {name}"
    lost = [(row, row.verdict) for name, row in helps if not name and row.verdict]
    yield f"Not by any that were tried: {len(lost)}"
    for row, verdict in lost:
        yield f"      {row.trial.codes}: {row.place}, {verdict.speaks} on {verdict.port}"


def _wrong(listed: list[tuple[Row, Verdict]]) -> Iterator[str]:
    """Yield the accepted ones with another port or protocol than the list's."""
    wrong = [
        (row, verdict)
        for row, verdict in listed
        if verdict.is_frontable and row.trial.is_accepted and not row.trial.is_right(verdict)
    ]
    yield f"\nAccepted with another port or protocol: {len(wrong)}"
    for row, verdict in wrong:
        doubt = ", with a warning" if row.trial.doubts_http else ""
        found = f"{row.trial.speaks} on {row.trial.port}{doubt}"
        yield f"  {row.place}: {found}; listed as {verdict.speaks} on {verdict.port}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
