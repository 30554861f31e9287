"""ResourceList: read from stdin's bytes, written back with the untouched bytes as they came."""

from __future__ import annotations

from krm_fn.resource_list.identity import ref_of, result_on
from krm_fn.resource_list.item import Item
from krm_fn.resource_list.layout import BYTE_ORDER_MARK
from krm_fn.resource_list.quick_layout import quick_layout
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.read import YamlError
from krm_fn.yaml_text.write import Style, block_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.resource_list.layout import Layout

_API_VERSIONS = tuple(f"config.kubernetes.io/{version}" for version in ("v1", "v1beta1", "v1alpha1"))


class ResourceList:
    """The list that a host sends. A YamlError where the text is not one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._layout = quick_layout(data) or _full_layout(data)
        if self._layout.kind != "ResourceList" or self._layout.api_version not in _API_VERSIONS:
            got = f"{self._layout.kind or 'no kind'} of {self._layout.api_version or 'no apiVersion'}"
            msg = f"must be a ResourceList of {_API_VERSIONS[0]}, got {got}"
            raise YamlError(msg)
        self.items = [Item(data, span) for span in self._layout.items]
        self.new_items: list[dict[str, Any]] = []

    def function_config(self) -> Any:
        """Return the plain data of the functionConfig, None where there is none. A FunctionError if it is no YAML."""
        span = self._layout.function_config
        if span is None:
            return None
        item = Item(self._data, span)
        try:
            return item.data.get("functionConfig", item.data)
        except YamlError as error:
            message = f"functionConfig {error.problem}{item.place_of(error)}. Correct it."
            raise FunctionError(Result(severity="error", message=message)) from error

    def written(self, results: list[dict[str, Any]]) -> bytes:
        """Return the list with the items as they are now, the new ones, and these results in place of earlier ones.

        A FunctionError where that would change the meaning of anything else.
        """
        self._check_anchors()
        text = self._spliced()
        if self._layout.appendable:
            return b"".join([text, *_encoded(block_lines({"results": results}, 0, Style()))]) if results else text
        try:
            return self._edited(text, results)
        except YamlError as error:
            message = f"the ResourceList {error}"
            raise FunctionError(Result(severity="error", message=message)) from error

    def _check_anchors(self) -> None:
        if b"&" not in self._data or b"*" not in self._data:
            return
        from krm_fn.resource_list.anchors import shared_change  # noqa: PLC0415 # hosts send items without anchors

        found = shared_change(self.items)
        if found:
            item, name, other = found
            user = ref_of(other.readable_data)
            message = f"must have no anchor &{name}: {user} has the alias *{name}, and would change too. Write it out."
            raise FunctionError(result_on(item, "error", "", message))

    def _spliced(self) -> bytes:
        """Return the text with each touched item in its place; where lines can be appended, with the new ones too."""
        changes = []
        for item, span in zip(self.items, self._layout.items, strict=True):
            if item.removed and self._layout.appendable:
                changes.append((span, b""))
            elif (output := item.output) is not item.original:
                changes.append((span, output))
        if self._layout.appendable and self.new_items:
            end = self._layout.items[-1][1]
            changes.append(((end, end), b"".join(_encoded(block_lines(self.new_items, 0, Style())))))
        if self._layout.results:
            changes.append((self._layout.results, b""))
        parts = []
        at = 0
        for (start, end), new in sorted(changes, key=lambda change: change[0]):
            parts += [self._data[at:start], new]
            at = end
        return b"".join([*parts, self._data[at:]]) if parts else self._data

    def _edited(self, text: bytes, results: list[dict[str, Any]]) -> bytes:
        """Return a text of any form with new items and results put in, and removed items taken out."""
        removed = [index for index, item in enumerate(self.items) if item.removed]
        mark = "\ufeff" if text.startswith(BYTE_ORDER_MARK) else ""
        editor = Editor(text.decode().removeprefix(mark))
        before = editor.text
        for item in self.new_items:
            editor.add(("items", -1), item)
        for index in reversed(removed):
            editor.remove(("items", index))
        if editor.data.get("results", results) != results:
            editor.remove(("results",))
        if results and "results" not in editor.data:
            editor.add(("results",), results)
        return text if editor.text == before else (mark + editor.finish()).encode()


def _full_layout(data: bytes) -> Layout:
    from krm_fn.resource_list.full_layout import full_layout  # noqa: PLC0415 # hosts send what the quick way takes

    return full_layout(data)


def _encoded(lines: Iterable[str]) -> Iterable[bytes]:
    return (line.encode() + b"\n" for line in lines)
