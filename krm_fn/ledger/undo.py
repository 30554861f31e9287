"""Undo what the ownership records list, and leave what others have edited since.

A record is a text that anybody may have written, so nothing is undone because it is listed: `refusals` says of each
change why no run can have made it. That is reported, and left.

The rule for the rest: an entry that was added is ours as a whole. A container, volume or other entry that was edited by
hand is removed with the edit. A single value that was edited by hand is the user's own from then on, and stays. A
result reports both.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import OWN_DOMAIN, RECORD_PREFIX
from krm_fn.ledger.digest import is_entry_of
from krm_fn.ledger.locate import located, recorded
from krm_fn.ledger.record_format import HOLDERS, holders_first, is_record, merged, record_text
from krm_fn.ledger.record_parser import NewerFormatError
from krm_fn.ledger.signs import full_name
from krm_fn.quoting import listed, shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import annotations_of
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.node import Scalar
from krm_fn.yaml_text.paths import format_pattern, get, shown_path
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from krm_fn.ledger.signs import FullName
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.edit import Change, Editor
    from krm_fn.yaml_text.node import Path
    from krm_fn.yaml_text.paths import Pattern

    Refusals: TypeAlias = Callable[[Item, str, Sequence[Change]], Sequence[str]]
    """For each change that a record of a ProxySidecar lists: why no run can have made it, empty where it can."""


_OF_RECORD = (("metadata",), ("metadata", "annotations"))
"""What holds the record itself."""


class Undone(Record):
    """What became of the records of ProxySidecars."""

    results: list[tuple[Item, Result]]
    """What was undone, and warnings for each place that others changed since then."""
    left: list[tuple[Item, Result]]
    """Warnings for what no run can have made: it stays."""
    unreadable: list[tuple[Item, Result]]
    """Errors for records that cannot be undone: these objects are as they were."""


def undo(items: Items, owners: Iterable[str], refusals: Refusals) -> Undone:
    """Undo what the records of ProxySidecars list, in all items: they become what they were before.

    A FunctionError for records that a later release wrote.
    """
    undone = Undone(results=[], left=[], unreadable=[])
    newer: list[Result] = []
    for owner in owners:
        records = [
            (item, str(annotations_of(item.readable_data)[RECORD_PREFIX + owner]))
            for item in items.mentioning(RECORD_PREFIX + owner, OWN_DOMAIN, with_local=True)
            if annotations_of(item.readable_data).get(RECORD_PREFIX + owner) is not None
        ]
        objects = {full_name(item.readable_data) for item, _ in records}
        for item, record in records:
            path = shown_path(("metadata", "annotations", RECORD_PREFIX + owner))
            try:
                results, left = _undo(item, owner, record, refusals, objects)
            except NewerFormatError as error:
                message = f"{error}. Use that release, or a later one."
                newer.append(item.result(codes.RECORD_NEWER, path, message))
            except (YamlError, ValueError) as error:
                message = (
                    f"must be as this function wrote it, to be undone: {error}. Put it back; or undo by "
                    "hand what it lists, and then delete it."
                )
                undone.unreadable.append((item, item.result(codes.RECORD_UNREADABLE, path, message)))
            else:
                undone.results.extend((item, result) for result in results)
                undone.left.extend((item, result) for result in left)
    if newer:
        raise FunctionError(*newer, *(result for _, result in undone.unreadable))
    return undone


def reports(undone: Undone, owner: str) -> Iterator[Result]:
    """Yield what there is to report of a run that went on after that, and found most of it desired again.

    | the object                        | reported                                          |
    |-----------------------------------|---------------------------------------------------|
    | is as it came                     | nothing                                           |
    | was changed by this run again     | each change                                       |
    | was not, so that it lost all      | each change, and a warning                        |
    | has a record that cannot be read  | a warning, unless the run had to change it: then  |
    |                                   | the plan has an error                             |
    | lists what no run can have made   | a warning for each                                |
    """
    for _, result in undone.left:
        yield result
    for item, result in undone.unreadable:
        yield item.result(codes.RECORD_PASSED_BY, result.path, result.message)
    alone: dict[int, tuple[Item, list[str]]] = {}
    for item, result in undone.results:
        if item.is_changed:
            yield result
            if result.path and RECORD_PREFIX + owner not in annotations_of(item.readable_data):
                alone.setdefault(id(item), (item, []))[1].append(result.path)
    for item, paths in alone.values():
        path = shown_path(("metadata", "annotations", RECORD_PREFIX + owner))
        message = (
            f"listed what is undone now, while this run changes nothing here: {listed(paths)}. If that is not meant, a "
            f'ProxySidecar "{owner}" of another folder or package did it: give one of both another name.'
        )
        yield item.result(codes.UNDONE_ALONE, path, message)


def _undo(
    item: Item, owner: str, record: str, refusals: Refusals, objects: Collection[FullName]
) -> tuple[list[Result], list[Result]]:
    """Undo one record; return what was done, and what was left."""
    key = RECORD_PREFIX + owner
    editor = item.editor(with_anchors="\nexpanded " in f"\n{record}")
    found = located(record, editor.data, objects)
    reasons = refusals(item, owner, found.changes)
    refused = [(change, reason) for change, reason in zip(found.changes, reasons, strict=True) if reason]
    changes = [change for change, reason in zip(found.changes, reasons, strict=True) if not reason]
    left = [_left(item, key, change, reason) for change, reason in refused]
    if refused and not changes:
        return [], left
    changed = [change for change in changes if change.verb == "changed"]
    renamed = [change for change in changes if change.verb == "renamed"]
    added = [change for change in changes if change.verb == "added"]
    shared = _shared(item, owner, refusals)
    editor.remove(("metadata", "annotations", key))
    added.sort(key=_last_first, reverse=True)
    written = [change for change in changed if change.old]
    results = _restore_scalars(item, editor, written)  # before an alias is put back that has the same scalar
    for change in renamed:
        results += _renamed_back(item, editor, change)
    removed: dict[Path, list[int]] = {}
    for change in added:
        results += _remove_added(item, editor, change, shared, removed)
    empty = [_after(removed, change) for change in changed if not change.old]
    results += _restore_scalars(item, editor, empty)  # an entry that was added may be right behind it
    holders = [_after(removed, change) for change in changes if change.verb in HOLDERS][::-1]
    holders.sort(key=_inner_first)
    still_needed = []
    for change in holders:
        was_there = _is_there(editor, change.path)
        if not _close(editor, change):
            still_needed.append(change)
        elif was_there and change.path not in _OF_RECORD:
            message = "is undone: an earlier run had made it for what it added there."
            results.append(item.result(codes.ENTRY_REMOVED, shown_path(change.path), message))
    _hand_over(editor, still_needed[::-1])
    results += _not_found(item, found.gone, found.apart)
    item.take(editor)
    return results, left


def _shared(item: Item, owner: str, refusals: Refusals) -> set[Path]:
    """Return what other ProxySidecars added as well, as far as they can have done so."""
    found: set[Path] = set()
    for other, changes in recorded(item.data):
        if other != owner:
            reasons = refusals(item, other, changes)
            pairs = zip(changes, reasons, strict=True)
            found |= {each.path for each, reason in pairs if each.verb == "added" and each.new and not reason}
    return found


def _left(item: Item, key: str, change: Change, reason: str) -> Result:
    """Return the warning for a change that no run can have made."""
    message = (
        f"is left as it is, though a record says that this function {_did(change)}: {reason}. If it did, undo that by "
        f"hand; else look who wrote that into metadata.annotations[{shown(key)}], and delete it there."
    )
    return item.result(codes.RECORD_NOT_OURS, shown_path(change.path), message)


def _did(change: Change) -> str:
    """Return what a record says of a place, as part of a sentence."""
    if change.verb == "changed":
        return f"changed it from {shown(change.old)} to {shown(change.new)}"
    return f"renamed it from {shown(change.old)}" if change.verb == "renamed" else f"{change.verb} it"


def _last_first(change: Change) -> list[tuple[bool, str | int]]:
    """Return what entries are sorted by, so that from the last on none moves before it is removed."""
    return [(isinstance(step, int), step) for step in change.path]


def _inner_first(change: Change) -> tuple[bool, bool, int]:
    """Return what holders are sorted by: what is in others before these, and an alias after all that it may mean."""
    return change.verb == "expanded", change.old.lstrip(" ").startswith("*"), -len(change.path)


def _restore_scalars(item: Item, editor: Editor, changes: list[Change]) -> list[Result]:
    """Restore the old text of changed scalars, where they still have the one that we wrote."""
    results = []
    for change in sorted(changes, key=lambda change: change.old.startswith("*")):  # an alias needs its anchor
        try:
            current = editor.text_at(change.path)
        except YamlError:
            current = ""
        path = shown_path(change.path)
        if _bare(current) == _bare(change.new):
            editor.restore(change.path, change.old)
            message = "is undone: an earlier run had changed it."
            value = get(editor.data, change.path)
            results.append(item.result(codes.VALUE_RESTORED, path, message, current=current, proposed=value))
        elif _bare(current) != _bare(change.old) or not current:
            what = f"changed to {current}" if current else "removed"
            message = (
                f"was {what} since it was set to {change.new}: it stays as it is. "
                f"Before that it was {change.old}; check what refers to it."
            )
            results.append(item.result(codes.VALUE_EDITED, path, message, current=current))
    return results


def _renamed_back(item: Item, editor: Editor, change: Change) -> list[Result]:
    editor.rename_back(change.path, change.old)
    message = f"is called {change.old} again: an earlier run had renamed it."
    return [item.result(codes.VALUE_RESTORED, shown_path(change.path), message)]


def _bare(text: str) -> str:
    """Return a scalar's text without the quotes, and escapes, that a tool may have given it."""
    if "\\" in text or "\n" in text:
        try:
            node = read(text)
        except YamlError:
            return text
        return node.value if isinstance(node, Scalar) else text
    return text.strip("\"'")


def _is_there(editor: Editor, path: Path) -> bool:
    """Return whether there is an entry at a path, and not by a merge key."""
    *parents, last = path
    holder = get(editor.data, parents)
    is_there = last in holder if isinstance(holder, dict) else isinstance(holder, list) and isinstance(last, int)
    return is_there and editor.owns(path)


def _remove_added(
    item: Item, editor: Editor, change: Change, shared: set[Path], removed: dict[Path, list[int]]
) -> Iterator[Result]:
    """Remove what was added, unless it must stay; yield what there is to report.

    The positions of entries that were removed from lists are added to `removed`.

    | the entry is                                  | removed | reported     |
    |-----------------------------------------------|---------|--------------|
    | added by another ProxySidecar as well         | no      | no           |
    | as it was added, or under a key of our domain | yes     | as removed   |
    | edited, a container or another collection     | yes     | as a warning |
    | edited, a single value                        | no      | as a warning |
    | not there any more                            | no      | as a warning |
    """
    if change.path in shared:
        return
    path = shown_path(change.path)
    if not _is_there(editor, change.path):
        yield from _not_found(item, [change.path], [])
        return
    value = get(editor.data, change.path)
    if not change.new or is_entry_of(value, str(change.path[-1]), change.new):
        _remove(editor, change.path, removed)
        yield item.result(codes.ENTRY_REMOVED, path, "is undone: an earlier run had added it.", current=value)
    elif isinstance(value, dict | list):
        _remove(editor, change.path, removed)
        message = (
            "was changed since this function added it: removed with these changes. "
            "Set in the functionConfig what must stay."
        )
        yield item.result(codes.ENTRY_EDITED, path, message)
    else:
        message = f"was changed to {shown(value)} since this function added it: it stays as a value of your own."
        yield item.result(codes.VALUE_EDITED, path, message, current=value)


def _remove(editor: Editor, path: Path, removed: dict[Path, list[int]]) -> None:
    editor.remove(path)
    if isinstance(path[-1], int):
        removed.setdefault(path[:-1], []).append(path[-1])


def _after(removed: dict[Path, list[int]], change: Change) -> Change:
    """Return a change with the place that it has after entries were removed from lists."""
    moved = [
        step - sum(position < step for position in removed.get(change.path[:depth], ()))
        if isinstance(step, int)
        else step
        for depth, step in enumerate(change.path)
    ]
    return change.replace(path=tuple(moved))


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
        if get(editor.data, change.path) not in (None, [], {}):  # an alias may mean false, or an empty text
            msg = f"{shown(change.old)} is not empty"
            raise YamlError(msg)
    else:
        editor.remove(change.path)
    return True


def _not_found(item: Item, gone: Sequence[Pattern], apart: Iterable[Path]) -> Iterator[Result]:
    """Yield a warning for what the record lists and what cannot be found any more."""
    if gone:
        places = ", ".join(map(format_pattern, merged(gone)))
        message = (
            f"cannot be found any more where this function changed it: {places}. It was renamed or removed since, or "
            "there are several of that name. Look for what is left of it, and remove it by hand."
        )
        yield item.result(codes.RECORD_PLACE_GONE, "", message)
    for path in apart:
        message = (
            "had an entry that this function added, and that was edited or deleted since. If it is still there, delete "
            "it, unless that leaves the list empty."
        )
        yield item.result(codes.ENTRY_NOT_TOLD_APART, shown_path(path), message)


def _hand_over(editor: Editor, changes: list[Change]) -> None:
    """Move what was made and is still needed to the record of another ProxySidecar, if there is one."""
    records = annotations_of(editor.data)
    heir = next((key for key in records if is_record(key)), None)
    if changes and heir:
        record = holders_first(record_text(changes, editor.data) + str(records[heir]))
        editor.remove(("metadata", "annotations", heir))
        editor.add(("metadata", "annotations", heir), record)
