"""The size of annotations: what the API server refuses, and what kubectl apply cannot record of an object."""

from __future__ import annotations

from functools import lru_cache

from krm_fn import codes
from krm_fn.resource_list.identity import annotations_of, metadata_of
from krm_fn.yaml_text.write import LONG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.result import Result

LIMIT = 262_144
"""Bytes of keys and values of all annotations of an object."""
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which kubectl apply keeps the whole object as JSON, but for this annotation."""
REMEDY = (
    "Use kubectl apply --server-side --force-conflicts. If it was applied without before, use kubectl replace once "
    "first."
)
_ESCAPED = {**dict.fromkeys((*map(chr, range(0x20)), *"<>&\u2028\u2029"), 6), **dict.fromkeys('"\\\n\r\t', 2)}
"""The bytes that a character becomes in JSON, where that is not the character itself."""


def size_problem(item: Item, data: dict[str, Any]) -> Result | None:
    """Return the error or warning for an object as it will be, None where nothing refuses it.

    Nor for what kubectl apply cannot record already of the object as it is: that is applied in another way.
    """
    annotations = annotations_of(data)
    sizes = {key: _bytes(key) + _bytes(value) for key, value in annotations.items() if isinstance(value, str)}
    size = sum(sizes.values())
    if size > LIMIT:
        largest = max(sizes, key=lambda key: sizes[key])
        remedy = "Delete it: kubectl writes it anew" if largest == LAST_APPLIED else "Split the object into several"
        message = (
            f"must hold at most {LIMIT} bytes, or the API server refuses the object, got {size}, of which "
            f"{sizes[largest]} are in {largest}. {remedy}."
        )
        return item.result(codes.ANNOTATIONS_TOO_LARGE, "metadata.annotations", message)
    applied = applied_size(data)
    if applied <= LIMIT or applied_size(item.data) > LIMIT:
        return None
    message = (
        f"must be at most {LIMIT} bytes with the copy of the object that kubectl apply writes there, got {applied}. "
        f"{REMEDY}"
    )
    return item.result(codes.OBJECT_LARGE_FOR_APPLY, "metadata.annotations", message)


def applied_size(data: dict[str, Any]) -> int:
    """Return the bytes of the annotations that an object has once kubectl apply recorded it."""
    others = {key: value for key, value in annotations_of(data).items() if key != LAST_APPLIED}
    recorded = {**data, "metadata": {**metadata_of(data), "annotations": others}}
    own = sum(_bytes(key) + _bytes(value) for key, value in others.items() if isinstance(value, str))
    return own + _bytes(LAST_APPLIED) + json_size(recorded) + 1  # for a line break


def json_size(value: Any) -> int:
    """Return the bytes of plain data as kubectl writes it: compact JSON in which a browser finds no markup."""
    if isinstance(value, dict):
        return 2 + sum(json_size(key) + json_size(below) + 2 for key, below in value.items()) - bool(value)
    if isinstance(value, list):
        return 2 + sum(json_size(entry) + 1 for entry in value) - bool(value)
    if isinstance(value, str):
        return (_text_size if len(value) < LONG else _long_text_size)(value)
    return len("null" if value is None else str(value))


def _text_size(text: str) -> int:
    escapes = sum((width - _bytes(each)) * text.count(each) for each, width in _ESCAPED.items() if each in text)
    return 2 + _bytes(text) + escapes


_long_text_size = lru_cache(maxsize=32)(_text_size)


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
