"""Remove what the ownership records list, and leave what others have edited since.

The rule: an entry that was added is ours as a whole. A container, volume or other entry that was edited by hand is
removed with the edit. A single value that was edited by hand is the user's own from then on, and stays. A result
reports both.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import OWN_DOMAIN, RECORD_PREFIX
from krm_fn.ledger.digest import is_entry_of
from krm_fn.ledger.record_format import HOLDERS, holders_first, is_record, merged, record_text
from krm_fn.ledger.record_parser import added_by_others, changes_and_gone, changes_of
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import annotations_of
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.paths import format_pattern, get, shown_path
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.edit import Change, Editor
    from krm_fn.yaml_text.node import Path
    from krm_fn.yaml_text.paths import Pattern


def undo(items: Items, owners: Iterable[str]) -> list[tuple[Item, Result]]:
    """Undo what the records of ProxySidecars list, in all items: they become what they were before.

    Return a warning for each place that others changed since then, with the item it is about. A FunctionError has every
    record that cannot be undone.
    """
    results: list[tuple[Item, Result]] = []
    problems: list[Result] = []
    for owner in owners:
        for item in items.mentioning(RECORD_PREFIX + owner, OWN_DOMAIN, with_local=True):
            try:
                results += [(item, result) for result in _undo(item, owner)]
            except FunctionError as error:
                problems += error.results
    if problems:
        raise FunctionError(*problems)
    return results


def _undo(item: Item, owner: str) -> list[Result]:
    key = RECORD_PREFIX + owner
    value = annotations_of(item.readable_data).get(key)
    if value is None:
        return []
    record = str(value)
    editor = item.editor(with_anchors="\nexpanded " in f"\n{record}")
    try:
        changes, gone = changes_and_gone(record, editor.data)
        changed = [change for change in changes if change.verb == "changed"]
        renamed = [change for change in changes if change.verb == "renamed"]
        added = [change for change in changes if change.verb == "added"]
        editor.remove(("metadata", "annotations", key))
        shared = {change.path for _, change in added_by_others(editor.data) if change.new}
        added.sort(key=_last_first, reverse=True)
        results = [result for change in added for result in _remove_added(item, editor, change, shared)]
        holders = [change for change in changes_of(record, editor.data) if change.verb in HOLDERS][::-1]
        holders.sort(key=_inner_first)
        results += _restore_scalars(item, editor, changed)  # before an alias is put back that has the same scalar
        for change in renamed:
            editor.rename_back(change.path, change.old)
        still_needed = [change for change in holders if not _close(editor, change)]
        _hand_over(editor, still_needed[::-1])
        results += _not_found(item, gone)
        item.take(editor)
    except (YamlError, ValueError) as error:
        path = shown_path(("metadata", "annotations", key))
        message = (
            f"must be as this function wrote it, to be undone: {error}. Put it back; or undo by "
            "hand what it lists, and then delete it."
        )
        raise FunctionError(item.result(codes.RECORD_UNREADABLE, path, message)) from error
    return results


def _last_first(change: Change) -> list[tuple[bool, str | int]]:
    """Return what entries are sorted by, so that from the last on none moves before it is removed."""
    return [(isinstance(step, int), step) for step in change.path]


def _inner_first(change: Change) -> tuple[bool, int]:
    """Return what holders are sorted by: what is in others before these, and an alias after all that it may mean."""
    return change.verb == "expanded", -len(change.path)


def _restore_scalars(item: Item, editor: Editor, changes: list[Change]) -> list[Result]:
    """Restore the old text of changed scalars, where they still have the one that we wrote."""
    results = []
    for change in sorted(changes, key=lambda change: change.old.startswith("*")):  # an alias needs its anchor
        try:
            current = editor.text_at(change.path)
        except YamlError:
            current = ""
        if current.strip("\"'") == change.new.strip("\"'"):
            editor.restore(change.path, change.old)
        else:
            what = f"changed to {current}" if current else "removed"
            message = (
                f"was {what} since it was set to {change.new}: it stays as it is. "
                f"Before that it was {change.old}; check what refers to it."
            )
            results.append(item.result(codes.VALUE_EDITED, shown_path(change.path), message, current=current))
    return results


def _is_there(editor: Editor, path: Path) -> bool:
    """Return whether there is an entry at a path, and not by a merge key."""
    *parents, last = path
    holder = get(editor.data, parents)
    is_there = last in holder if isinstance(holder, dict) else isinstance(holder, list) and isinstance(last, int)
    return is_there and editor.owns(path)


def _remove_added(item: Item, editor: Editor, change: Change, shared: set[Path]) -> Iterator[Result]:
    """Remove what was added, unless it must stay; yield what there is to report.

    | the entry is                                  | removed | reported |
    |-----------------------------------------------|---------|----------|
    | added by another ProxySidecar as well         | no      | no       |
    | as it was added, or under a key of our domain | yes     | no       |
    | edited, a container or another collection     | yes     | yes      |
    | edited, in a list where no name identifies it | no      | yes      |
    | edited, a single value                        | no      | yes      |
    """
    if not _is_there(editor, change.path) or change.path in shared:
        return
    value = get(editor.data, change.path)
    path = shown_path(change.path)
    place = _place_of(editor, change)
    if place is None:
        message = "holds an entry that this function added, and that cannot be identified any more. Find and delete it."
        yield item.result(codes.ENTRY_NOT_TOLD_APART, shown_path(change.path[:-1]), message)
    elif not change.new or is_entry_of(get(editor.data, place), str(change.path[-1]), change.new):
        editor.remove(place)
    elif isinstance(value, dict | list):
        editor.remove(change.path)
        message = (
            "was changed since this function added it: removed with these changes. "
            "Set in the functionConfig what must stay."
        )
        yield item.result(codes.ENTRY_EDITED, path, message)
    else:
        message = f"was changed to {shown(value)} since this function added it: it stays as a value of your own."
        yield item.result(codes.VALUE_EDITED, path, message, current=value)


def _place_of(editor: Editor, change: Change) -> Path | None:
    """Return the current place of an added entry: one without a name may have another position in its list."""
    *parents, last = change.path
    entry = get(editor.data, change.path)
    if not isinstance(last, int) or (isinstance(entry, dict) and isinstance(entry.get("name"), str)):
        return change.path
    if not change.new or is_entry_of(entry, str(last), change.new):
        return change.path
    entries = get(editor.data, tuple(parents))
    places = [index for index, value in enumerate(entries) if is_entry_of(value, str(last), change.new)]
    return (*parents, places[-1]) if places else None


def _close(editor: Editor, change: Change) -> bool:
    """Remove what was made only to hold entries; return whether it is gone: False where others' entries need it."""
    if not _is_there(editor, change.path):
        return True
    if change.verb == "expanded":
        return editor.fold(change.path, change.old)
    if get(editor.data, change.path):
        return False
    if change.verb == "filled":
        editor.refill(change.path, change.old)
    else:
        editor.remove(change.path)
    return True


def _not_found(item: Item, gone: list[Pattern]) -> list[Result]:
    """Return a warning for what the record lists and what cannot be found any more."""
    if not gone:
        return []
    places = ", ".join(map(format_pattern, merged(gone)))
    message = (
        f"cannot be found any more where this function changed it: {places}. It was renamed or removed since, or "
        "there are several of that name. Look for what is left of it, and remove it by hand."
    )
    return [item.result(codes.RECORD_PLACE_GONE, "", message)]


def _hand_over(editor: Editor, changes: list[Change]) -> None:
    """Move what was made and is still needed to the record of another ProxySidecar, if there is one."""
    records = annotations_of(editor.data)
    heir = next((key for key in records if is_record(key)), None)
    if changes and heir:
        record = holders_first(record_text(changes, editor.data) + str(records[heir]))
        editor.remove(("metadata", "annotations", heir))
        editor.add(("metadata", "annotations", heir), record)
