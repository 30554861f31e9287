"""OwnedEdit: changes of one item for one ProxySidecar, on a copy: each is recorded and reported in one call."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.record_format import holders_first, is_record, record_text
from krm_fn.resource_list.identity import annotations_of
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import get, shown_path
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result
    from krm_fn.yaml_text.edit import Editor
    from krm_fn.yaml_text.node import Path
    from krm_fn.yaml_text.parts import Part


_SURELY_SMALL = 40_000
"""Characters that are below the limit of annotations in any form. An alias may stand for more than is written."""


class OwnedEdit:
    """The changes of one item. The item itself stays as it is until `apply`.

    Each change takes the code and message of its result. The result's place and values are those of the change, unless
    `at`, `current` or `proposed` say otherwise. What the editor refuses is an error among the results, and the end of
    this edit: later changes of it do nothing.
    """

    def __init__(
        self,
        item: Item,
        owner: str,
        report: Callable[[Result], None],
        *,
        has_record: bool = True,
        unreadable: Result | None = None,
        is_distrusted: bool = False,
    ) -> None:
        """Take the item, and what is known of a record that is still there: why it cannot be read, or that it is false.

        A false one is replaced. One that cannot be read is an error among the results, if anything is changed.
        """
        self.item = item
        self._report = report
        self._has_record = has_record
        self._owner = owner
        self._record_path = ("metadata", "annotations", RECORD_PREFIX + owner)
        self._unreadable = unreadable
        self._is_distrusted = is_distrusted
        self._made: Editor | None = None
        self._changes: list[Change] = []
        self._is_refused = False
        self._text: str | None = None
        self._shared: dict[Path, None] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The plain data that the item will have."""
        data: dict[str, Any] = self._made.data if self._made else self.item.readable_data
        return data

    def add(
        self,
        path: Path,
        value: Any,
        code: Code,
        message: str,
        *,
        at: Path = (),
        current: Any = None,
        proposed: Any = None,
    ) -> None:
        """Add an entry; -1 as last step appends to a list. Missing parents are made."""
        if self._edited(path, lambda editor: editor.add(path, value)):
            self._add_result(code, message, at or path, current, value if proposed is None else proposed)

    def add_all(
        self, entries: Iterable[tuple[Path, Any]], code: Code, message: str, *, at: Path, proposed: Any = None
    ) -> None:
        """Add entries that are one change to a reader, and have one result."""
        for path, value in entries:
            self._edited(path, lambda editor, path=path, value=value: editor.add(path, value))  # type: ignore[misc]
        if not self._is_refused:
            self._add_result(code, message, at, None, proposed)

    def change(self, path: Path, value: str | int, code: Code, message: str, *, of: str = "") -> None:
        """Replace a scalar. `of` is the name of what it refers to, by which it is found again."""
        current = get(self.data, path)
        if self._edited(path, lambda editor: [_of(change, of) for change in editor.change(path, value)]):
            self._add_result(code, message, path, current, value)

    def change_parts(self, path: Path, parts: Sequence[Part], code: Code, message: str) -> None:
        """Replace parts of a text, whose style stays."""
        current = get(self.data, path)
        if self._edited(path, lambda editor: editor.change_parts(path, parts)):
            self._add_result(code, message, path, current, get(self.data, path))

    def set(self, path: Path, value: str | int, code: Code, message: str) -> None:
        """Replace a scalar, or add it where the key is missing; nothing where it is the value already."""
        holder, key = get(self.data, path[:-1]), path[-1]
        if key not in holder:
            self.add(path, value, code, message)
        elif holder[key] != value:
            self.change(path, value, code, message)
        else:
            self.share(path)

    def rename(self, path: Path, key: str, value: str | int, code: Code, message: str) -> None:
        """Give an entry another key, in its place, and a value."""
        current, field = get(self.data, path), (*path[:-1], key)
        if self._edited(path, lambda editor: editor.rename(path, key)) and self._edited(
            field, lambda editor: editor.change(field, value) if get(editor.data, field) != value else []
        ):
            self._add_result(code, message, field, current, value)

    def share(self, path: Path) -> None:
        """Record as ours also an entry that another ProxySidecar added: it stays until both are removed."""
        if path in self._shared_paths():
            del self._shared_paths()[path]
            self._changes.append(Change(verb="added", path=path))

    def finish(self) -> None:
        """Write the record, and prove that the text means what is meant. Nothing where nothing was changed."""
        if not self._changes or self._is_refused:
            return
        if self._unreadable:
            self._report(self._unreadable)
            return
        try:
            editor = self._editor()
            if self._has_record:
                self._write_record(editor)
            self._text = editor.finish()
            self._check_size(self._text)
        except YamlError as error:
            self._refuse((), error)

    def apply(self) -> None:
        """Set the item's text to what was proven."""
        if self._text is not None and self._made:
            self.item.accept(self._text, self._made)

    def _write_record(self, editor: Editor) -> None:
        earlier = annotations_of(editor.data).get(self._record_path[-1])
        made = [] if earlier else editor.besides(self._record_path)
        record = holders_first((earlier or "") + record_text(made + self._changes, editor.data))
        if earlier:
            editor.remove(self._record_path)
        editor.add(self._record_path, record)

    def _check_size(self, text: str) -> None:
        """Report where the object becomes too large."""
        if len(text) > _SURELY_SMALL or "*" in text:
            from krm_fn.ledger.annotation_size import size_problem  # noqa: PLC0415 # few objects are that large

            problem = size_problem(self.item, self.data)
            if problem:
                self._report(problem)

    def _editor(self) -> Editor:
        """Return the editor, made at the first change."""
        if self._made is None:
            self._made = self.item.editor()
            if self._is_distrusted and get(self._made.data, self._record_path) is not None:
                self._made.remove(self._record_path)
        return self._made

    def _shared_paths(self) -> dict[Path, None]:
        """Return the paths of what others added, as it is there, without those that we recorded as ours."""
        if self._shared is None:
            self._shared = {}
            if any(map(is_record, annotations_of(self.data))):
                from krm_fn.ledger.digest import is_entry_of  # noqa: PLC0415 # most have no other record
                from krm_fn.ledger.locate import added_by_others  # noqa: PLC0415 # likewise

                others = [change for key, change in added_by_others(self.data) if key != self._owner and change.new]
                there = [(change, get(self.data, change.path)) for change in others]
                added = (change.path for change, value in there if is_entry_of(value, str(change.path[-1]), change.new))
                self._shared = dict.fromkeys(added)
        return self._shared

    def _edited(self, path: Path, edit: Callable[[Editor], list[Change]]) -> bool:
        """Make a change and note it for the record; return whether it was made."""
        if not self._is_refused:
            try:
                self._changes += edit(self._editor())
            except YamlError as error:
                self._refuse(path, error)
        return not self._is_refused

    def _refuse(self, path: Path, error: YamlError) -> None:
        self._is_refused = True
        self._report(self.item.result(codes.EDIT_REFUSED, shown_path(path), f"{error}"))

    def _add_result(self, code: Code, message: str, path: Path, current: Any, proposed: Any) -> None:
        self._report(self.item.result(code, shown_path(path), message, current=current, proposed=proposed))


def _of(change: Change, name: str) -> Change:
    return change.replace(of=name) if name and change.verb == "changed" else change
