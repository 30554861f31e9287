"""How many CPUs a container may use: Kubernetes quantities, in all their spellings."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST = 1024
"""No node has more: a larger limit is a slip."""
_DIGITS = frozenset("0123456789")
_SCALES = {
    **{suffix: 10.0**power for suffix, power in zip(("n", "u", "m", "", "k"), range(-9, 6, 3), strict=True)},
    "Ki": 1024.0,
}
_TINY = 1e-9
"""Kubernetes keeps no smaller part of a CPU; a float may be off by less."""


def cpu_limit(container: dict[str, Any]) -> int | None:
    """Return the container's CPU limit in whole CPUs, rounded up: 1 where it has none, None where it is no quantity."""
    at: Any = container
    for step in ("resources", "limits", "cpu"):
        if at is not None and not isinstance(at, dict):
            return None
        at = (at or {}).get(step)
    return 1 if at is None else _cpus(str(at))


def _cpus(quantity: str) -> int | None:
    text = quantity.removeprefix("+")
    end = next((at for at, char in enumerate(text) if char not in _DIGITS and char != "."), len(text))
    number, suffix = text[:end], text[end:]
    scale = _SCALES.get(suffix, _exponent(suffix))
    if scale is None or number.count(".") > 1 or not number.strip("."):
        return None
    cpus = float(number) * scale
    return max(1, -int(-(cpus - _TINY) // 1)) if cpus <= _MOST else None


def _exponent(suffix: str) -> float | None:
    digits = suffix[1:].removeprefix("-").removeprefix("+")
    if suffix[:1] not in ("e", "E") or not digits or not _DIGITS.issuperset(digits) or len(digits) > 1:
        return None
    return float(10.0 ** int(suffix[1:]))
