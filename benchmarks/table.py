"""The table: rows with their thresholds, as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = ("measured", "ours", "beside", "value", "hold", "aim", "met")


@dataclass(frozen=True)
class Threshold:
    """What a value must not exceed, and what it is wanted to be."""

    hold: float
    aim: float | None = None


@dataclass(frozen=True)
class Row:
    """A value with the two figures that it comes from, which are written out."""

    measured: str
    ours: str
    beside: str
    value: float
    unit: str = ""
    """Empty for a ratio."""
    threshold: Threshold | None = None

    @property
    def met(self) -> str:
        """Whether the thresholds are met: `aim` (and so both), `ok` (hold alone), `no`."""
        if self.threshold is None:
            return "—"
        if self.threshold.aim is not None and self.value <= self.threshold.aim:
            return "aim"
        return "ok" if self.value <= self.threshold.hold else "**no**"

    def cells(self) -> tuple[str, ...]:
        """Return the row's texts."""
        hold = self._figure(self.threshold.hold) if self.threshold else "—"
        aim = self._figure(self.threshold.aim) if self.threshold and self.threshold.aim is not None else "—"
        return (self.measured, self.ours, self.beside, self._figure(self.value), hold, aim, self.met)

    def _figure(self, value: float) -> str:
        return f"{value:+.0f} {self.unit}" if self.unit else significant(value)


def markdown(rows: Iterable[Row]) -> str:
    """Return the table."""
    lines = [HEADER, ("---", "--:", "--:", "--:", "--:", "--:", "---"), *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def significant(value: float) -> str:
    """Return a number with two significant digits, never in powers of ten."""
    return f"{float(f'{value:.2g}'):.10f}".rstrip("0").rstrip(".")


def duration(seconds: float) -> str:
    """Return a time as read by people."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def megabytes(size: float) -> str:
    """Return a size in millions of bytes, as files are given."""
    return f"{size / 1e6:.1f} MB" if size < 1e7 else f"{size / 1e6:.0f} MB"  # noqa: PLR2004 # two digits at least
