"""Keep what did not need to change: an item that means what it meant keeps the text it came with.

Each run removes what an earlier one added and adds it again, at the end of its list. Where the result means the same,
the order, comments and layout that others gave it in between must stay. The new record may differ where others added
entries to a list that was made for ours; the earlier one undoes the same.
"""

from __future__ import annotations

from krm_fn.ledger.annotations import RECORD_PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.items import Items

_BY_NAME = frozenset(("containers", "volumes"))
"""Lists of a Pod that we append to, in which the order of entries has no meaning."""


def restore_unchanged(items: Items) -> None:
    """Restore the text of each edited item that means what it meant. Only one that came with a record can."""
    for item in items.touched():
        if not item.removed and RECORD_PREFIX.encode() in item.original and item.is_changed:
            before = item.as_it_came()
            if _unordered(before.data) == _unordered(item.data):
                item.restore()


def _keeps_running(entry: Any) -> bool:
    """Return whether an init container is a sidecar, which the others need not wait for in any one order."""
    return isinstance(entry, dict) and entry.get("restartPolicy") == "Always"


def _unordered(value: Any, key: str = "") -> Any:
    """Return plain data with the entries of a Pod's lists by their names, where these are unique."""
    if isinstance(value, dict):
        return {name: None if name.startswith(RECORD_PREFIX) else _unordered(value[name], name) for name in value}
    if not isinstance(value, list):
        return value
    if key == "initContainers":
        started = [entry for entry in value if not _keeps_running(entry)]
        return [_unordered(entry) for entry in started], _unordered([*filter(_keeps_running, value)], "containers")
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in value]
    if key in _BY_NAME and len(set(map(str, names))) == len(names):
        return dict(zip(map(str, names), value, strict=True))
    return [_unordered(entry) for entry in value]
