"""Keep what did not need to change: an item that means what it meant keeps the text it came with.

Each run removes what an earlier one added and adds it again, at the end of its list. Where the result means the same,
the order, comments and layout that others gave it in between must stay; so must the order of entries that several
ProxySidecars added to one list, which has no meaning. The new record may differ where others added entries to a list
that was made for ours; the earlier one undoes the same.
"""

from __future__ import annotations

from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.digest import digest
from krm_fn.ledger.locate import added_by_others
from krm_fn.ledger.record_format import is_record
from krm_fn.resource_list.identity import annotations_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.node import Path

_BY_NAME = frozenset(("containers", "volumes"))
"""Lists of a Pod that we append to, in which the order of entries has no meaning."""


def restore_unchanged(items: Items) -> None:
    """Restore the text of each edited item that means what it meant. Only one that came with a record can."""
    for item in items.touched():
        if item.removed or not item.is_changed:
            continue
        before = item.as_it_came()
        has_record = any(map(is_record, annotations_of(before.readable_data)))
        if has_record and _meaning(before.data) == _meaning(item.data):
            item.restore()


def _meaning(data: dict[str, Any]) -> Any:
    """Return plain data in one form for all orders that mean the same, without the records."""
    added = {change.path for _, change in added_by_others(data) if isinstance(change.path[-1], int)}
    return _unordered(data, (), added)


def _keeps_running(entry: Any) -> bool:
    """Return whether an init container is a sidecar, which the others need not wait for in any one order."""
    return isinstance(entry, dict) and entry.get("restartPolicy") == "Always"


def _unordered(value: Any, path: Path, added: Container[Path]) -> Any:
    """Return plain data with the entries of a Pod's lists by their names, if these are unique, and added ones last."""
    if isinstance(value, dict):
        return {
            name: None if str(name).startswith(RECORD_PREFIX) else _unordered(value[name], (*path, name), added)
            for name in value
        }
    if not isinstance(value, list):
        return value
    key = path[-1] if path else ""
    entries = [_unordered(entry, (*path, index), added) for index, entry in enumerate(value)]
    if key == "initContainers":
        running = [_keeps_running(entry) for entry in value]
        started = [entry for entry, keeps in zip(entries, running, strict=True) if not keeps]
        return started, _by_name([entry for entry, keeps in zip(entries, running, strict=True) if keeps])
    if key in _BY_NAME:
        return _by_name(entries)
    is_added = [(*path, index) in added for index in range(len(value))]
    rest = [entry for entry, is_ours in zip(entries, is_added, strict=True) if not is_ours]
    return rest, sorted(digest(entry) for entry, is_ours in zip(entries, is_added, strict=True) if is_ours)


def _by_name(entries: list[Any]) -> Any:
    names = [str(entry.get("name")) if isinstance(entry, dict) else "" for entry in entries]
    return dict(zip(names, entries, strict=True)) if len(set(names)) == len(names) else entries
