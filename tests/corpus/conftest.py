"""The table of what became of the corpus' workloads, at the end of the run."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import pytest

TALLY: Counter[tuple[str, str]] = Counter()
_ORDER = (
    "workloads",
    "injected",
    "changed with it",
    "rendered in its file and given back",
    "refused",
    "failed",
)


class Tally(Protocol):
    """Counts an outcome for a kind."""

    def __call__(self, kind: str, outcome: str, number: int = 1) -> None: ...


@pytest.fixture
def tally() -> Tally:
    """Count an outcome for a kind."""

    def count(kind: str, outcome: str, number: int = 1) -> None:
        TALLY[kind, outcome] += number

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table: a row for each outcome, a column for each kind."""
    if not TALLY:
        return
    kinds = sorted({kind for kind, _ in TALLY})
    outcomes = sorted({outcome for _, outcome in TALLY}, key=lambda name: (_ORDER.index(name.split(":")[0]), name))
    rows = [["", *kinds, "all"]]
    for outcome in outcomes:
        numbers = [TALLY[kind, outcome] for kind in kinds]
        rows.append([outcome, *(str(number or "") for number in numbers), str(sum(numbers))])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    terminalreporter.section("the corpus: each workload as the target in several ways, and what became of it each time")
    for first, *cells in rows:
        numbers_text = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        terminalreporter.write_line(f"{first.ljust(widths[0])}  {numbers_text}")
