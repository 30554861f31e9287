"""The places in annotations that name ports: those of the rows that a run writes."""

from __future__ import annotations

from krm_fn.references.annotations.grammars import mentions, skeleton
from krm_fn.references.annotations.table import annotations_in, has_pattern
from krm_fn.undoable.places import Field
from krm_fn.undoable.values import Value
from krm_fn.yaml_text.paths import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from krm_fn.references.annotations.grammars import Mention
    from krm_fn.references.annotations.row import Grammar, On, Row
    from krm_fn.undoable.places import Places
    from krm_fn.yaml_text.node import Path


def add_annotations(data: dict[str, Any], path: Path, on: On, places: Places) -> None:
    """Add the annotations at a path that a run can have written: other ports in the value, or in the key."""
    for annotation in annotations_in(mapping_at(data, path), on):
        row, place = annotation.row, (*path, annotation.key)
        names_app = row.does == "stays" and row.of == "pods" and _has_name(annotation.mentions)
        if row.does not in ("follows", "gains") and not names_app:
            continue
        if annotation.is_in_key:
            places.keys[place] = _Keys(row)
        else:
            places.fields[place] = _field(row.grammar)


def _has_name(found: Iterable[Mention]) -> bool:
    """Return whether one of some ports is a name: the app's may have another."""
    return any(not mention.port.isdecimal() for mention in found)


class _Keys:
    """The keys of a row, with any port."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and has_pattern(self._row, key)


def _field(grammar: Grammar) -> Field:
    """Return a field for values in which ports may be others, and nothing else."""

    def accepts(value: Any) -> bool:
        is_scalar = isinstance(value, str | int) and not isinstance(value, bool)
        return is_scalar and bool(mentions(grammar, str(value)))

    def made_from(old: str) -> Callable[[Any], bool]:
        without = skeleton(grammar, old).rstrip("\n")  # those of a block may stand behind it
        return lambda new: skeleton(grammar, str(new)).rstrip("\n") == without

    return Field(takes=Value(what=_WHAT[grammar.form], accepts=accepts), made_from=made_from)


_WHAT = {
    "port": "a port",
    "list": "a list of ports",
    "pairs": "pairs with ports",
    "JSON keys": "JSON with ports as keys",
    "JSON fields": "JSON with fields that hold ports",
    "addresses": "text with addresses",
    "statistics": "text with names of statistics",
}
