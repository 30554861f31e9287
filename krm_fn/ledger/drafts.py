"""Drafts: all edits of a run and all that there is to report about them, before any item is changed."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.owned_edit import OwnedEdit
from krm_fn.resource_list.identity import DEFAULT_NAMESPACE, may_be_one, namespace_of, ref_of
from krm_fn.result import FunctionError
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from krm_fn.ledger.undo import Undone
    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef, Result
    from krm_fn.yaml_text.edit import Editor


class Drafts:
    """The edits of one ProxySidecar, one for each item, and the results in the order in which they were found."""

    def __init__(self, ref: ResourceRef, undone: Undone | None = None, *, has_records: bool = True) -> None:
        """Take the functionConfig, what became of the records of earlier runs, and whether this one leaves any."""
        self.ref = ref
        """The functionConfig, for results on its fields."""
        self._has_records = has_records
        self._results: dict[Result, None] = {}
        self._problems: dict[Result, None] = {}
        self._edits: dict[int, OwnedEdit] = {}
        self._unreadable = {id(item): result for item, result in undone.unreadable} if undone else {}
        self._distrusted = {id(item) for item, _ in undone.left} if undone else set()
        self._rewritten: dict[int, tuple[Item, Editor, str]] = {}
        self._assumed: set[int] = set()
        self._edited: dict[int, Item] = {}
        """What was edited in the part that is planned now."""

    def begin_part(self) -> None:
        """Begin with another part of a run, of which all items are planned that are edited from now on."""
        self._edited = {}

    def edit(self, item: Item) -> OwnedEdit:
        """Return the edit of an item, which begins with all changes so far."""
        self._edited[id(item)] = item
        found = self._edits.get(id(item))
        if found is None:
            found = self._edits[id(item)] = OwnedEdit(
                item,
                self.ref.name,
                self.report,
                has_record=self._has_records,
                unreadable=self._unreadable.get(id(item)),
                is_distrusted=id(item) in self._distrusted,
            )
        return found

    def rewrite(self, item: Item, edit: Callable[[Editor], None]) -> None:
        """Change an item that is wholly ours, without a record. An error among the results where the editor refuses."""
        try:
            editor = item.editor()
            edit(editor)
            self._rewritten[id(item)] = item, editor, editor.finish()
            self._edited[id(item)] = item
        except YamlError as error:
            self.report(item.result(codes.EDIT_REFUSED, "", f"{error}"))

    def data_of(self, item: Item) -> dict[str, Any]:
        """Return the plain data that an item will have, empty where it cannot be read."""
        edit = self._edits.get(id(item))
        if edit:
            return edit.data
        rewritten = self._rewritten.get(id(item))
        return rewritten[1].data if rewritten else item.readable_data

    def edited(self) -> list[Item]:
        """Return the items that have an edit in the part that is planned now."""
        return list(self._edited.values())

    def report(self, *results: Result) -> None:
        """Add results; the same one counts once: two workloads may share a Service."""
        for result in results:
            if result.severity == "error":
                self._problems[result] = None
            else:
                self._results[result] = None

    def assume(self, item: Item, other: Item, named: Collection[str] | None) -> None:
        """Report that an object without a namespace is taken for one of `default`: once for each such object.

        The first one names some namespaces for the other, such as its own; None where it chooses them in another way.
        """
        there = namespace_of(other.readable_data)
        if named is None or there in named or not any(may_be_one(there, each) for each in named):
            return
        bare, by = (item, other) if there else (other, item)
        if id(bare) not in self._assumed:
            self._assumed.add(id(bare))
            message = (
                f"must be set, got none: it may be for {ref_of(by.loose_data)}, and is taken for an object of "
                f"{DEFAULT_NAMESPACE}, where kubectl puts it unless another namespace is current. Write its namespace."
            )
            self.report(bare.result(codes.NAMESPACE_ASSUMED, "metadata.namespace", message, proposed=DEFAULT_NAMESPACE))

    @property
    def results(self) -> list[Result]:
        """What was done, and warnings, in the order in which they were found."""
        return list(self._results)

    def finish(self) -> None:
        """Prove all edits. A FunctionError has every problem that was reported; then nothing may be applied."""
        for edit in self._edits.values():
            edit.finish()
        if self._problems:
            raise FunctionError(*self._problems)

    def apply(self) -> None:
        """Set the items' texts to what was proven. It cannot fail."""
        for edit in self._edits.values():
            edit.apply()
        for item, editor, text in self._rewritten.values():
            item.accept(text, editor)
