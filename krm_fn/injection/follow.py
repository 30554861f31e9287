"""Let everything that referred to a moved Service port follow it: the one place that writes to referrers."""

from __future__ import annotations

from krm_fn.injection.ownership import OwnedEdit
from krm_fn.quoting import join_path, shown
from krm_fn.referrers.reference import references_of
from krm_fn.referrers.table import REFERRER_KINDS
from krm_fn.resource_list.identity import namespace_of, result_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.injection.service import PortMove
    from krm_fn.referrers.reference import Reference
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result


def follow(items: Items, moves: list[PortMove], owner: str) -> list[Result]:
    """Change the referrers of the moves' old ports to the new ones; return what was changed, and what leads nowhere."""
    renumbered = [move for move in moves if move.old_number != move.new_number or move.old_name != move.new_name]
    kinds = {row.kind: row for row in REFERRER_KINDS}
    names = {name for move in renumbered for name in move.service_names}
    results = []
    for item in items.of_kind(*kinds, words=names) if names else ():
        row = kinds[item.kind]
        if item.readable_data.get("apiVersion") != row.api_version:
            continue
        namespace = namespace_of(item.data)
        edit = OwnedEdit(item, owner)
        for reference in references_of(item.data, row):
            about = [
                move for move in renumbered if move.namespace == namespace and reference.service in move.service_names
            ]
            new = next((port for port in (_new_port(reference, move) for move in about) if port is not None), None)
            path = join_path(reference.path)
            if new is not None:
                edit.change(reference.path, new)
                message = f'follows Service "{reference.service}".'
                results.append(result_on(item, "info", path, message, current=reference.port, proposed=new))
            elif about and reference.port not in _ports_of(about[0].service):
                there = ", ".join(map(shown, _ports_of(about[0].service)))
                message = (
                    f'must be a port of Service "{reference.service}", got {shown(reference.port)}. It has {there}.'
                )
                results.append(result_on(item, "warning", path, message, current=reference.port))
        edit.close()
    return results


def _new_port(reference: Reference, move: PortMove) -> int | str | None:
    """Return what a reference's port becomes by a move, None where it speaks of another port or stays as it is."""
    number = isinstance(reference.port, int)
    old, new = (move.old_number, move.new_number) if number else (move.old_name, move.new_name)
    return new if reference.port == old and new != old else None


def _ports_of(service: Item) -> list[int | str]:
    """Return the numbers and names of a Service's ports, as they are now."""
    ports = [port for port in service.data["spec"]["ports"] if isinstance(port, dict)]
    return [port[field] for port in ports for field in ("port", "name") if isinstance(port.get(field), int | str)]
