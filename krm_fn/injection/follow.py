"""Let everything that referred to a moved Service port follow it: the one place that writes to referrers."""

from __future__ import annotations

from krm_fn.injection.ownership import OwnedEdit
from krm_fn.quoting import join_path
from krm_fn.referrers.reference import references_of
from krm_fn.referrers.table import REFERRER_KINDS
from krm_fn.resource_list.identity import namespace_of, result_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.injection.service import PortMove
    from krm_fn.referrers.reference import Reference
    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result


def follow(items: Iterable[Item], moves: list[PortMove], owner: str) -> list[Result]:
    """Change the referrers of the moves' old ports to the new ones; return what was changed."""
    renumbered = [move for move in moves if move.old_number != move.new_number or move.old_name != move.new_name]
    kinds = {row.kind: row for row in REFERRER_KINDS}
    results = []
    for item in items:
        row = kinds.get(item.kind) if renumbered and not item.removed else None
        if row is None or item.readable_data.get("apiVersion") != row.api_version:
            continue
        namespace = namespace_of(item.data)
        edit = OwnedEdit(item, owner)
        for reference in references_of(item.data, row):
            for move in renumbered:
                new = _new_port(reference, move) if move.namespace == namespace else None
                if new is not None:
                    edit.change(reference.path, new)
                    message = f'follows Service "{reference.service}".'
                    path = join_path(reference.path)
                    results.append(result_on(item, "info", path, message, current=reference.port, proposed=new))
                    break
        edit.close()
    return results


def _new_port(reference: Reference, move: PortMove) -> int | str | None:
    """Return what a reference's port becomes by a move, None where it speaks of another port or stays as it is."""
    if reference.service not in move.service_names:
        return None
    number = isinstance(reference.port, int)
    old, new = (move.old_number, move.new_number) if number else (move.old_name, move.new_name)
    return new if reference.port == old and new != old else None
