"""Names and regular expressions for names, as kustomize's targets have them."""

from __future__ import annotations

_REGEX_CHARACTERS = frozenset(".^$*+?()[]{}|\\")


def is_plain_name(pattern: str) -> bool:
    """Return whether a pattern is the one name that it matches."""
    return not _REGEX_CHARACTERS.intersection(pattern)


def name_matches(pattern: str | None, *values: str) -> bool:
    """Return whether a pattern, anchored at both ends, matches one of the values. None matches all."""
    if pattern is None or pattern in values:
        return True
    if is_plain_name(pattern):
        return False
    import re  # noqa: PLC0415 # only for real patterns: it is half of a short run's start-up

    return any(re.fullmatch(pattern, value) for value in values)
