"""Names and regular expressions for names, as kustomize's targets have them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.selectors.name_regex import NameRegex

_regexes: dict[str, NameRegex] = {}
"""The patterns that were matched, by their texts."""
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
    if pattern not in _regexes:
        from krm_fn.selectors.name_regex import NameRegex  # noqa: PLC0415 # most targets name one workload

        _regexes[pattern] = NameRegex(pattern)
    return any(map(_regexes[pattern].matches, values))
