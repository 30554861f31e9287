"""Items that SOPS has encrypted. They are never changed, for they have a checksum of all that is in them.

One has a top-level `sops` with a checksum, a version or a date, or values that SOPS wrote. So has an entry of a list
where the list has them.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.resource_list.items import ENCRYPTED_VALUE as VALUE
from krm_fn.resource_list.items import may_be_encrypted
from krm_fn.yaml_text.paths import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import FunctionError, Result

_METADATA = frozenset(("mac", "version", "lastmodified"))


def is_encrypted(item: Item) -> bool:
    """Return whether an item, as it came, is encrypted as a whole or in part."""
    holder = item.holder
    if not may_be_encrypted(item):
        return False
    came = item.as_it_came().readable_data
    return any(map(_is_of_sops, (came, holder.as_it_came().readable_data) if item.entry else (came,)))


def encrypted_values(item: Item) -> bool:
    """Return whether an item has values that nobody can read here."""
    return any(_is_value(value) for _, value in walk(item.readable_data))


def encrypted_problems(items: Items) -> list[Result]:
    """Return an error for each encrypted item that is changed or removed."""
    touched = (item for item in items.touched() if item.removed or item.is_changed)
    return [_refused(item) for item in touched if is_encrypted(item)]


def with_encrypted(error: FunctionError, items: Items) -> list[Result]:
    """Return the results of an error, where those about encrypted items say that these cannot be worked on."""
    results: dict[Result, None] = {}
    refs = {result.ref for result in error.results}
    readable = (item for item in items.mentioning(VALUE, with_local=True) if item.loose_data)
    found = {item.result(codes.ENCRYPTED, "", "").ref: item for item in readable}
    for result in error.results:
        item = found.get(result.ref) if result.ref in refs else None
        results[_refused(item) if item and result.severity == "error" else result] = None
    for ref, item in found.items():  # the functionConfig's own field may be reported in place of the object
        if ref not in refs and any(ref and str(ref) in result.message for result in error.results):
            results[_refused(item)] = None
    return list(results)


def _refused(item: Item) -> Result:
    came = item.as_it_came()
    file = came.result(codes.ENCRYPTED, "", "").file
    message = (
        "is encrypted by SOPS, and would have to be changed, which its checksum does not allow. Decrypt it first"
        f"{f', by sops -d -i {file}' if file else ''}, and encrypt it after this; or leave it out of the "
        f"{'files' if item.file else 'items'}."
    )
    return came.result(codes.ENCRYPTED, "", message)


def _is_of_sops(data: dict[str, Any]) -> bool:
    metadata = data.get("sops")
    if isinstance(metadata, dict) and not _METADATA.isdisjoint(metadata):
        return True
    return any(_is_value(value) for _, value in walk(data))


def _is_value(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(VALUE) and value.endswith("]")
