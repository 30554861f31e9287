"""Writes the tables of docs/referrers.md from the rows of the kinds; the text around them is kept as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from codegen.referrer_kinds import declarations
from krm_fn.references.field_spec import FieldSpec, Finder

if TYPE_CHECKING:
    from krm_fn.references.field_spec import KnownKind

_BEGIN, _END = "<!-- generated from the rows: {} -->", "<!-- end -->"


def referrers_page(path: Path) -> str:
    """Return the page's text: what stands there, with each table between its two marks written anew."""
    page = path.read_text(encoding="utf-8")
    for title, is_in in _TABLES.items():
        begin = _BEGIN.format(title)
        before, _, rest = page.partition(f"{begin}\n")
        _, _, after = rest.partition(_END)
        rows = [row for _, declared in declarations() for row in declared if is_in(row)]
        page = f"{before}{begin}\n{_table(rows)}{_END}{after}"
    return page


def _is_of_services(row: KnownKind) -> bool:
    return row.names_services if isinstance(row, Finder) else row.of != "pods"


def _is_of_pods(row: KnownKind) -> bool:
    return not _is_of_services(row)


_TABLES: dict[str, Callable[[KnownKind], bool]] = {"services": _is_of_services, "pods": _is_of_pods}
"""The tables by their titles, and which rows they have."""


def _table(rows: Iterable[KnownKind]) -> str:
    """Return a table with a line for each kind of an API group and what is alike; sorted by both."""
    merged: dict[tuple[tuple[str, ...], tuple[str, ...]], list[KnownKind]] = {}
    for row in rows:
        merged.setdefault((row.groups, row.kinds), []).append(row)
    lines = sorted(_line(*key, alike) for key, alike in merged.items())
    return "| kind | where | defined in |\n|---|---|---|\n" + "".join(lines)


def _line(groups: tuple[str, ...], kinds: tuple[str, ...], rows: list[KnownKind]) -> str:
    where = "; ".join(dict.fromkeys(filter(None, map(_where, rows))))
    notes = " ".join(dict.fromkeys(note for row in rows for note in _notes(row)))
    read = "; ".join(dict.fromkeys(row.read for row in rows))
    names = f"{', '.join(kinds)} ({', '.join(each or 'core' for each in groups)})"
    return f"| {names} | {where}.{' ' if notes else ''}{notes} | {read} |\n"


def _where(row: KnownKind) -> str:
    """Return the fields of a row, and what else must be there; empty for one that only says what clients speak."""
    if isinstance(row, Finder):
        return _listed(row.fields)
    ports = [*row.ports, *row.addresses, *row.hosts, *filter(None, [row.app_field])] or [""] * (
        row.every or bool(row.default)
    )
    fields = [".".join(filter(None, (at, port))) for at in row.at for port in ports]
    conditions = [f"`{field.removeprefix('.')}: {word}`" for field, _, word in row.only if word]
    within = f" in {', '.join(row.versions)}" if row.versions else ""
    return _listed(fields) + within + (f" with {' and '.join(conditions)}" if fields and conditions else "")


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(f"`{field}`" for field in fields)


def _notes(row: KnownKind) -> Iterator[str]:
    """Yield what is said of a row besides its fields, as sentences."""
    if isinstance(row, FieldSpec) and row.fixed:
        yield f"A warning: {row.fixed}."
    if row.note:
        yield row.note
