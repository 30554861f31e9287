"""The table of what became of the corpus' workloads, at the end of the run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

TALLY: Counter[tuple[str, str]] = Counter()


@pytest.fixture
def tally() -> Callable[[str, str], None]:
    """Count an outcome for a kind."""

    def count(kind: str, outcome: str) -> None:
        TALLY[kind, outcome] += 1

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table: a row for each outcome, a column for each kind."""
    if not TALLY:
        return
    kinds = sorted({kind for kind, _ in TALLY})
    outcomes = sorted({outcome for _, outcome in TALLY}, key=lambda name: (name.startswith("refused"), name))
    rows = [["", *kinds, "all"]]
    for outcome in outcomes:
        numbers = [TALLY[kind, outcome] for kind in kinds]
        rows.append([outcome, *(str(number or "") for number in numbers), str(sum(numbers))])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    terminalreporter.section("objects of the corpus, each workload as the target in several ways: what became of them")
    for first, *cells in rows:
        numbers_text = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        terminalreporter.write_line(f"{first.ljust(widths[0])}  {numbers_text}")
