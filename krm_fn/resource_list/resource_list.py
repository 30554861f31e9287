"""ResourceList: read from stdin's bytes, written back with the untouched bytes as they came."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.record import Record
from krm_fn.resource_list.item import Item
from krm_fn.resource_list.items import Items, Source
from krm_fn.resource_list.layout import BYTE_ORDER_MARK
from krm_fn.resource_list.quick_layout import quick_layout
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.write import Style, block_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from krm_fn.resource_list.layout import Layout

    Buffer: TypeAlias = bytes | memoryview

_API_VERSIONS = tuple(f"config.kubernetes.io/{version}" for version in ("v1", "v1beta1", "v1alpha1"))


class NewItem(Record):
    """A resource that the function makes."""

    data: dict[str, Any]
    beside: Item | None = None
    """The item it is made for, None where there is none yet."""


class Resources:
    """Items, and what is to be added to them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.restore()

    def restore(self) -> None:
        """Forget every edit, removal and new item."""
        self.items = Items(self._sources)
        self.new_items: list[NewItem] = []

    def unreadable(self, word: str) -> list[tuple[Item, str]]:
        """Return the items that have a word and cannot be read, each with its problem."""
        found = []
        for item in self.items.mentioning(word, with_local=True):
            try:
                item.data  # noqa: B018 # reading it is the check
            except YamlError as error:
                found.append((item, f"{error.problem}{item.place_of(error)}"))
        return found

    def closed_lists(self) -> list[Result]:
        """Return a warning for each list of objects that cannot be opened: nothing in it is found."""
        return [_not_opened(item, problem) for item, problem in self.items.closed_lists()]


class ResourceList(Resources):
    """The list that a host sends. A YamlError where the text is not one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._layout = quick_layout(data) or _full_layout(data)
        if self._layout.kind != "ResourceList" or self._layout.api_version not in _API_VERSIONS:
            got = f"{self._layout.kind or 'no kind'} of {self._layout.api_version or 'no apiVersion'}"
            msg = f"must be a ResourceList of {_API_VERSIONS[0]}, got {got}"
            raise YamlError(msg)
        super().__init__([Source(data, self._layout.items, kinds=self._layout.kinds)])

    def function_config(self) -> Any:
        """Return the plain data of the functionConfig, None where there is none. A FunctionError if it is no YAML."""
        span = self._layout.function_config
        if span is None:
            return None
        item = Item(self.data, span)
        try:
            return item.data.get("functionConfig", item.data)
        except YamlError as error:
            message = f"functionConfig {error.problem}{item.place_of(error)}. Correct it."
            raise FunctionError(Result(code=codes.FUNCTION_CONFIG_UNREADABLE, message=message)) from error

    def written(self, results: list[dict[str, Any]]) -> list[Buffer]:
        """Return the list with the items as they are now, the new ones, and these results in place of earlier ones.

        It comes in parts, so that what is untouched is not copied. A FunctionError where that would change the meaning
        of anything else.
        """
        self._check_anchors()
        try:
            parts = self._spliced()
            if self._layout.appendable:
                return [*parts, _encoded({"results": results})] if results else parts
            return [self._edited(b"".join(parts), results)]
        except YamlError as error:
            message = f"the ResourceList {error}"
            raise FunctionError(Result(code=codes.LIST_NOT_WRITTEN, message=message)) from error

    def _check_anchors(self) -> None:
        if b"&" not in self.data or b"*" not in self.data:
            return
        from krm_fn.resource_list.splices import shared_problems  # noqa: PLC0415 # hosts send items without anchors

        problems = shared_problems(self.items)
        if problems:
            raise FunctionError(*problems)

    def _spliced(self) -> list[Buffer]:
        """Return the text with each touched item in its place; where lines can be appended, also with the new ones."""
        appendable = self._layout.appendable
        touched = [item for item in self.items.touched() if item.is_edited or appendable or item.entry]
        removed = [item for item in touched if item.removed and item.entry]
        changes = [
            (item.span, b"" if item.removed and appendable else item.output)
            for item in touched
            if not (item.removed and item.entry)
        ]
        if removed:
            from krm_fn.resource_list.splices import without_removed  # noqa: PLC0415 # hardly ever

            changes = without_removed(self.data, changes, removed)
        if appendable and self.new_items:
            end = self._layout.items[-1][1]
            changes += [((end, end), _encoded([new.data])) for new in self.new_items]
        if self._layout.results:
            changes.append((self._layout.results, b""))
        whole = memoryview(self.data)
        parts: list[Buffer] = []
        at = 0
        for (start, end), new in sorted(changes, key=lambda change: change[0]):
            parts += [whole[at:start], new]
            at = end
        return [*parts, whole[at:]]

    def _edited(self, text: bytes, results: list[dict[str, Any]]) -> bytes:
        """Return a text of any form with new items and results, and without removed items."""
        gone = [item.span for item in self.items.touched() if item.removed and not item.entry]
        removed = [index for index, span in enumerate(self._layout.items) if span in gone]
        mark = "\ufeff" if text.startswith(BYTE_ORDER_MARK) else ""
        editor = Editor(text.decode().removeprefix(mark))
        before = editor.text
        for item in self.new_items:
            editor.add(("items", -1), item.data)
        for index in reversed(removed):
            editor.remove(("items", index))
        if editor.data.get("results", results) != results:
            editor.remove(("results",))
        if results and "results" not in editor.data:
            editor.add(("results",), results)
        return text if editor.text == before else (mark + editor.finish()).encode()


def _full_layout(data: bytes) -> Layout:
    from krm_fn.resource_list.full_layout import full_layout  # noqa: PLC0415 # hosts send what quick_layout reads

    return full_layout(data)


def _encoded(value: Any) -> bytes:
    """Return the lines of a mapping or of a sequence's items at column 0."""
    return "\n".join((*block_lines(value, 0, Style()), "")).encode()


def _not_opened(item: Item, problem: str) -> Result:
    message = f"is a list that is not opened, so that {problem}. Correct that to have its objects processed."
    result = item.result(codes.LIST_NOT_OPENED, "items", message)
    return result if item.readable_data else result.replace(ref=None)
