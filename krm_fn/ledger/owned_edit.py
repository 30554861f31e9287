"""Own what we change: the one place that writes to items, and records each change there."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.ledger.record_format import has_added, holders_first, record_text
from krm_fn.resource_list.identity import annotations_of
from krm_fn.result import FunctionError
from krm_fn.yaml_text.edit import Change
from krm_fn.yaml_text.paths import get, shown_path
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.yaml_text.edit import Editor
    from krm_fn.yaml_text.node import Path


class OwnedEdit:
    """Changes of one item, for one ProxySidecar. `close` records them in an annotation and sets the item's text."""

    def __init__(self, item: Item, owner: str) -> None:
        self.item = item
        self._record_path = ("metadata", "annotations", RECORD_PREFIX + owner)
        self._made: Editor | None = None
        self._changes: list[Change] = []

    @property
    def _editor(self) -> Editor:
        """The editor, made at the first change."""
        if self._made is None:
            self._made = self.item.editor()
        return self._made

    def add(self, path: Path, value: Any) -> None:
        """Put an entry in; -1 as last step appends to a list. Missing parents are made."""
        try:
            self._changes += self._editor.add(path, value)
        except YamlError as error:
            raise self._refused(path, error) from error

    def change(self, path: Path, value: str | int) -> None:
        """Replace a scalar."""
        try:
            self._changes += self._editor.change(path, value)
        except YamlError as error:
            raise self._refused(path, error) from error

    def rename(self, path: Path, key: str) -> None:
        """Give an entry another key, in its place."""
        try:
            self._changes += self._editor.rename(path, key)
        except YamlError as error:
            raise self._refused(path, error) from error

    def put(self, path: Path, value: str | int) -> None:
        """Replace a scalar, or put it in where the key is missing; nothing where it is the value already."""
        at, key = get(self._editor.data, path[:-1]), path[-1]
        if key not in at:
            self.add(path, value)
        elif at[key] != value:
            self.change(path, value)
        else:
            self.share(path)

    def share(self, path: Path) -> None:
        """Record an entry that another ProxySidecar added as ours too: it stays until both are taken out."""
        if has_added(self.item.data, self._record_path[-1], path):
            self._changes.append(Change(verb="added", path=path))

    def close(self) -> None:
        """Write the record and the item's new text. Nothing where nothing was changed."""
        if not self._changes:
            return
        earlier = annotations_of(self._editor.data).get(self._record_path[-1])
        try:
            made = [] if earlier else self._editor.besides(self._record_path)
            record = holders_first((earlier or "") + record_text(made + self._changes, self._editor.data))
            if earlier:
                self._editor.remove(self._record_path)
            self._editor.add(self._record_path, record)
            self.item.take(self._editor)
        except YamlError as error:
            raise self._refused((), error) from error

    def _refused(self, path: Path, error: YamlError) -> FunctionError:
        return FunctionError(self.item.result(codes.EDIT_REFUSED, shown_path(path), f"{error}"))
