"""Own what we change: the one place that writes to items, records each change there, and takes it out again."""

from __future__ import annotations

from krm_fn.injection.marks import RECORD_PREFIX
from krm_fn.injection.record_reader import changes_of
from krm_fn.injection.record_text import below, holders_first, record_text
from krm_fn.quoting import join_path
from krm_fn.resource_list.identity import annotations_of, result_on
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.yaml_text.change import Change
    from krm_fn.yaml_text.edit import Editor
    from krm_fn.yaml_text.node import Path


class OwnedEdit:
    """Changes of one item, for one ProxySidecar. `close` records them in an annotation and sets the item's text."""

    def __init__(self, item: Item, owner: str) -> None:
        self.item = item
        self._record_path = ("metadata", "annotations", RECORD_PREFIX + owner)
        self._editor = item.editor()
        self._changes: list[Change] = []

    def add(self, path: Path, value: Any) -> None:
        """Put an entry in; -1 as last step appends to a list. Missing parents are made."""
        try:
            self._changes += self._editor.add(path, value)
        except YamlError as error:
            raise self._refused(path, error) from error

    def change(self, path: Path, value: str | int) -> None:
        """Replace a scalar."""
        try:
            self._changes.append(self._editor.change(path, value))
        except YamlError as error:
            raise self._refused(path, error) from error

    def put(self, path: Path, value: str | int) -> None:
        """Replace a scalar, or put it in where the key is missing; nothing where it is the value already."""
        at: Any = self._editor.data
        for step in path[:-1]:
            at = at[step]
        key = path[-1]
        if key not in at:
            self.add(path, value)
        elif at[key] != value:
            self.change(path, value)

    def close(self) -> None:
        """Write the record and the item's new text. Nothing where nothing was changed."""
        if not self._changes:
            return
        earlier = annotations_of(self._editor.data).get(self._record_path[-1])
        try:
            made = [] if earlier else self._parents_of_record()
            record = holders_first((earlier or "") + record_text(made + self._changes, self._editor.data))
            if earlier:
                self._editor.remove(self._record_path)
            self._editor.add(self._record_path, record)
            self.item.text = self._editor.finish()
        except YamlError as error:
            raise self._refused((), error) from error

    def _parents_of_record(self) -> list[Change]:
        """Return what must be made or filled for the record's annotation itself, which the record has to tell."""
        if annotations_of(self._editor.data) and "*" not in self._editor.text:
            return []
        trial = self.item.editor()
        return [change for change in trial.add(self._record_path, "") if change.verb != "added"]

    def _refused(self, path: Path, error: YamlError) -> FunctionError:
        return FunctionError(result_on(self.item, "error", join_path(path), f"{error}"))


def take_out(items: Items, owner: str) -> list[Result]:
    """Undo what the records of a ProxySidecar tell, in all items: they are as they were before it.

    What was changed by others since then stays as it is; each such place is a warning.
    """
    return [result for item in items.mentioning(RECORD_PREFIX + owner) for result in _undo(item, owner)]


def _undo(item: Item, owner: str) -> list[Result]:
    key = RECORD_PREFIX + owner
    record = annotations_of(item.readable_data).get(key)
    if not isinstance(record, str):
        return []
    editor = item.editor(with_anchors="\nexpanded " in f"\n{record}")
    try:
        changed = [change for change in changes_of(record, editor.data) if change.verb == "changed"]
        editor.remove(("metadata", "annotations", key))
        lines = holders_first(record).splitlines()
        still_needed = [
            line
            for line in reversed(lines)
            if any(_take_away(editor, change) for change in changes_of(line, editor.data))
        ]
        _hand_over(editor, still_needed[::-1])
        results = _put_back(item, editor, changed)
        item.text = editor.finish()
    except (YamlError, ValueError) as error:
        path = join_path(("metadata", "annotations", key))
        message = (
            f"must be as this function wrote it, to be undone: {error}. Put it back, or take out what it tells of "
            "by hand, and then the annotation."
        )
        raise FunctionError(result_on(item, "error", path, message)) from error
    return results


def _put_back(item: Item, editor: Editor, changes: list[Change]) -> list[Result]:
    """Give the changed scalars their old text, where they still have the one that we wrote."""
    results = []
    for change in sorted(changes, key=lambda change: change.old.startswith("*")):  # an alias needs its anchor
        try:
            current = editor.text_at(change.path)
        except YamlError:
            current = ""
        if current.strip("\"'") == change.new.strip("\"'"):
            editor.restore(change.path, change.old)
        else:
            message = (
                f"was changed to {current} since it was set to {change.new}: taken for its own value from now on. "
                f"Before that it was {change.old}; look at what refers to it."
            )
            results.append(result_on(item, "warning", join_path(change.path), message, current=current))
    return results


def _take_away(editor: Editor, change: Change) -> bool:
    """Take out what was added, and what was made only to hold it; tell whether that holds something else now."""
    *parents, last = change.path
    holder: Any = editor.data
    for step in parents:
        holder = below(holder, step)
    is_there = last in holder if isinstance(holder, dict) else isinstance(holder, list) and isinstance(last, int)
    if change.verb == "changed" or not is_there:
        return False
    if change.verb == "expanded":
        editor.fold(change.path, change.old)
        return editor.text_at(change.path) != change.old
    if change.verb != "added" and holder[last]:
        return True
    if change.verb == "filled":
        editor.refill(change.path, change.old)
    else:
        editor.remove(change.path)
    return False


def _hand_over(editor: Editor, lines: list[str]) -> None:
    """Let the record of another ProxySidecar, if there is one, tell what was made and is still needed."""
    records = annotations_of(editor.data)
    heir = next((key for key in records if key.startswith(RECORD_PREFIX)), None)
    if lines and heir:
        record = holders_first("".join(f"{line}\n" for line in lines) + str(records[heir]))
        editor.remove(("metadata", "annotations", heir))
        editor.add(("metadata", "annotations", heir), record)
