"""A digest of plain data: by which an edit by hand is noticed, and by which a changed configuration rolls out."""

from __future__ import annotations

import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def digest(value: Any) -> str:
    """Return what plain data is known again by: eight hexadecimal digits, the same in whatever order its keys stand.

    A CRC tells a change from none, and keeps no secret. Importing hashlib would cost as much as a tenth of a run.
    """
    return f"{zlib.crc32(repr(_canonical(value)).encode(errors='backslashreplace')):08x}"


def _canonical(value: Any, key: str = "") -> Any:
    """Return plain data with its keys in order, without the names of ConfigMaps: hosts change these."""
    if isinstance(value, dict):
        names = (name for name in sorted(value) if (key, name) != ("configMap", "name"))
        return [(name, _canonical(value[name], name)) for name in names]
    return [_canonical(entry) for entry in value] if isinstance(value, list) else value
