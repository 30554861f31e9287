"""Kubernetes' quantities as whole numbers of billionths, the smallest part that it keeps: exact, without `decimal`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

ONE = 10**9
"""How many parts one unit has: a CPU, or a byte."""
_DIGITS = frozenset("0123456789")
SUFFIXES = {
    **{suffix: 10 ** (9 + power) for suffix, power in zip(("n", "u", "m", "", "k"), range(-9, 6, 3), strict=True)},
    **{suffix: 10 ** (9 + power) for suffix, power in zip("MGTPE", range(6, 21, 3), strict=True)},
    **{f"{suffix}i": ONE << (10 * power) for power, suffix in enumerate("KMGTPE", 1)},
}
"""How many parts one of each unit has."""
_LONGEST = 64
"""Characters. A longer one is a slip, and its arithmetic would be slow."""
_LARGEST_EXPONENT = 18
RESOURCES = ("cpu", "memory")
"""What the QoS class depends on, and a Pod can have as a whole."""
BOUNDED = (*RESOURCES, "ephemeral-storage")
"""What LimitRanges and ResourceQuotas bound, of what is added."""


def parts_of(quantity: object) -> int | None:
    """Return a quantity, rounded up to a part as Kubernetes does; None where it is none, or less than nothing."""
    text = str(quantity).removeprefix("+")
    if isinstance(quantity, bool) or not isinstance(quantity, int | float | str) or len(text) > _LONGEST:
        return None
    end = next((at for at, char in enumerate(text) if char not in _DIGITS and char != "."), len(text))
    whole, _, fraction = text[:end].partition(".")
    scale = SUFFIXES.get(text[end:])
    up, down = (scale, 1) if scale else _exponent(text[end:])
    if not up or "." in fraction or not whole + fraction:
        return None
    parts: int = -(-int(whole + fraction) * up // (down * 10 ** len(fraction)))
    return parts


def whole_up(parts: int) -> int:
    """Return how many whole units hold these parts."""
    return -(-parts // ONE)


def text_of(parts: int, resource: str) -> str:
    """Return a quantity as one would write it: CPUs in thousandths, bytes in the largest binary unit that fits."""
    if resource == "cpu":
        thousandths = -(-parts // 10**6)
        return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)
    for suffix in ("Gi", "Mi", "Ki"):
        if parts and parts % SUFFIXES[suffix] == 0:
            return f"{parts // SUFFIXES[suffix]}{suffix}"
    return str(whole_up(parts))


def canonical(text: str) -> str:
    """Return a quantity as an API server writes it: whole, with the largest suffix. What is none stays as it is."""
    parts = parts_of(text)
    if not parts:
        return text if parts is None else "0"
    binary = text.endswith("i") and parts % ONE == 0
    units = ((unit, suffix) for suffix, unit in SUFFIXES.items() if not suffix or suffix.endswith("i") is binary)
    unit, suffix = max((unit, suffix) for unit, suffix in units if parts % unit == 0)
    return f"{parts // unit}{suffix}"


def resources_of(container: dict[str, Any], field: str) -> dict[str, int]:
    """Return the readable quantities under `requests` or `limits` of a container's, or a Pod's, `resources`.

    What has a limit alone requests as much: so the API server completes it.
    """
    resources = container.get("resources")
    resources = resources if isinstance(resources, dict) else {}
    fields = ("limits", "requests") if field == "requests" else ("limits",)
    found: dict[str, int] = {}
    for each in fields:
        values = resources.get(each)
        for name, value in values.items() if isinstance(values, dict) else ():
            parts = parts_of(value)
            if parts is not None:
                found[str(name)] = parts
    return found


def total(containers: Iterable[dict[str, Any]], field: str) -> dict[str, int]:
    """Return the sums of what containers request, or of their limits."""
    sums: dict[str, int] = {}
    for container in containers:
        for name, parts in resources_of(container, field).items():
            sums[name] = sums.get(name, 0) + parts
    return sums


def _exponent(suffix: str) -> tuple[int, int]:
    """Return what a suffix such as e3 or E-3 multiplies parts by and divides them by; (0, 1) where it is none."""
    digits = suffix[1:].removeprefix("-").removeprefix("+")
    if suffix[:1] not in ("e", "E") or not digits or not _DIGITS.issuperset(digits) or int(digits) > _LARGEST_EXPONENT:
        return 0, 1
    power = 10 ** int(digits)
    return (ONE, power) if suffix[1] == "-" else (ONE * power, 1)
