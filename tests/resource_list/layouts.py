"""Compare the two ways to cut a ResourceList: what the quick one answers must be what reading in full finds."""

from __future__ import annotations

from typing import Any

from krm_fn.resource_list.full_layout import full_layout
from krm_fn.resource_list.item import Item
from krm_fn.resource_list.layout import Layout
from krm_fn.resource_list.quick_layout import quick_layout
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.node import Sequence
from krm_fn.yaml_text.read import YamlError, read

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"


def full_or_none(data: bytes) -> Layout | None:
    """Return the full layout, None where the text is no YAML."""
    try:
        return full_layout(data)
    except YamlError:
        return None


def quick_is_right(data: bytes) -> bool:
    """Assert that the quick layout, where there is one, equals the full one, if that can be had; tell if there was."""
    quick = quick_layout(data)
    if quick is None:
        return False
    full = full_or_none(data)
    if full is not None:
        assert (quick.api_version, quick.kind) == (full.api_version, full.kind)
        assert [_item(data, span) for span in quick.items] == [_item(data, span) for span in full.items]
        assert _config(data, quick) == _config(data, full)
        for span in quick.items:
            root = read(data[slice(*span)].decode())
            assert isinstance(root, Sequence)
            assert len(root.items) == 1
    return True


def _item(data: bytes, span: tuple[int, int]) -> tuple[str, Any]:
    item = Item(data, span)
    kind = item.kind  # before the data: the cheap look
    try:
        found = to_data(item._root())
    except YamlError:
        return kind, None
    if isinstance(found, dict) and item.readable_data:
        assert kind == str(found.get("kind") or "")
    return kind, found


def _config(data: bytes, layout: Layout) -> Any:
    return layout.function_config and Item(data, layout.function_config).data
