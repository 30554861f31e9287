"""ResourceList: read from stdin's bytes, written back with the untouched bytes as they came."""

from __future__ import annotations

from krm_fn.resource_list.item import Item
from krm_fn.resource_list.layout import anchors_before, layout_of
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.read import YamlError, read
from krm_fn.yaml_text.write import Style, block_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_API_VERSIONS = tuple(f"config.kubernetes.io/{version}" for version in ("v1", "v1beta1", "v1alpha1"))


class ResourceList:
    """The list that a host sends. A YamlError where the text is not one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._layout = layout_of(data)
        if self._layout.kind != "ResourceList" or self._layout.api_version not in _API_VERSIONS:
            got = f"{self._layout.api_version or 'no apiVersion'}, {self._layout.kind or 'no kind'}"
            msg = f"must be a ResourceList of {_API_VERSIONS[0]}, got {got}"
            raise YamlError(msg)
        self.items = [Item(data[start:end], self._anchors_of(start)) for start, end in self._layout.items]
        self.new_items: list[dict[str, Any]] = []

    def function_config(self) -> Any:
        """Return the plain data of the functionConfig, None where there is none."""
        span = self._layout.function_config
        if span is None:
            return None
        item = Item(self._data[slice(*span)], self._anchors_of(span[0]))
        return item.data.get("functionConfig", item.data)

    def written(self, results: list[dict[str, Any]]) -> bytes:
        """Return the list with the items as they are now, the new ones, and the results."""
        text = self._spliced()
        if not self._layout.appendable:
            return self._with_all(text, results)
        return text if not results else self._with_results(text, results)

    def as_it_came(self, results: list[dict[str, Any]]) -> bytes:
        """Return the list with its items untouched, and the results."""
        return ResourceList(self._data).written(results)

    def _anchors_of(self, offset: int) -> Any:
        return lambda: anchors_before(self._data, offset)

    def _spliced(self) -> bytes:
        """Return the text with each touched item in its place; with the new ones where lines can be appended."""
        parts = []
        at = 0
        for item, (start, end) in zip(self.items, self._layout.items, strict=True):
            if item.output is not item.original or (item.removed and self._layout.appendable):
                parts += [self._data[at:start], b"" if item.removed and self._layout.appendable else item.output]
                at = end
        if self._layout.appendable and self.new_items:
            end = self._layout.items[-1][1]
            lines = block_lines(self.new_items, 0, Style())
            parts += [self._data[at:end], *(line.encode() + b"\n" for line in lines)]
            at = end
        return b"".join([*parts, self._data[at:]]) if parts else self._data

    def _with_results(self, text: bytes, results: list[dict[str, Any]]) -> bytes:
        if self._layout.has_results:
            return _edited(text, ((("results", -1), result) for result in results))
        lines = block_lines({"results": results}, 0, Style())
        return b"".join([text, *(line.encode() + b"\n" for line in lines)])

    def _with_all(self, text: bytes, results: list[dict[str, Any]]) -> bytes:
        """Return the text of any form with new items and results put in, and removed items taken out."""
        additions: list[tuple[tuple[str, int], Any]] = [(("items", -1), item) for item in self.new_items]
        additions += [(("results", -1), result) for result in results]
        removed = [index for index, item in enumerate(self.items) if item.removed]
        return _edited(text, additions, removed) if additions or removed else text


def _edited(text: bytes, additions: Iterable[tuple[tuple[str, int], Any]], removed: Iterable[int] = ()) -> bytes:
    editor = Editor(text.decode().removeprefix("\ufeff"))
    for path, value in additions:
        editor.add(path, value)
    for index in sorted(removed, reverse=True):
        editor.remove(("items", index))
    return editor.finish().encode()


def data_of(text: str) -> Any:
    """Return the plain data of a YAML text of one document."""
    return to_data(read(text))
