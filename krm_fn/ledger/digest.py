"""A digest of plain data: by which an edit by hand is noticed, and by which a changed configuration rolls out."""

from __future__ import annotations

import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DIGITS = "bcdfghjklmnpqrst"


def digest(value: Any) -> str:
    """Return what identifies plain data: eight letters, the same in any order of its keys.

    A reader of YAML may take digits, or 12e45678, for a number: so these are hexadecimal digits in consonants.
    A CRC shows a change, and need not protect a secret. Importing hashlib would cost as much as a tenth of a run.
    """
    crc = zlib.crc32(repr(_canonical(value)).encode(errors="backslashreplace"))
    return "".join(_DIGITS[crc >> shift & 15] for shift in range(28, -4, -4))


def _canonical(value: Any, key: str = "") -> Any:
    """Return plain data with its keys in order, without the names of ConfigMaps: hosts change these."""
    if isinstance(value, dict):
        names = (name for name in sorted(value) if (key, name) != ("configMap", "name"))
        return [(name, _canonical(value[name], name)) for name in names]
    return [_canonical(entry) for entry in value] if isinstance(value, list) else value
