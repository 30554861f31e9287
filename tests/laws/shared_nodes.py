"""Anchors, aliases and merge keys within an item: what stands there twice is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.yaml_text.styles import Writer

if TYPE_CHECKING:
    from tests.laws.choices import Choices

Path = tuple[str | int, ...]


class Anchored:
    """A value that is written with an anchor."""

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value


class Alias:
    """An alias in a value's place."""

    def __init__(self, name: str) -> None:
        self.name = name


class MergeKey(str):
    """The key that merges an alias in."""

    __slots__ = ()


def with_aliases(choices: Choices, item: Any) -> Any:
    """Return data in which a second occurrence of a value may be an alias of the first, or a mapping merge it in."""
    places = _values(item)
    pairs = [
        (one, other)
        for index, one in enumerate(places)
        for other in places[index + 1 :]
        if other[0][: len(one[0])] != one[0] and _may_stand_for(one[1], other[1])
    ]
    if not pairs:
        return item
    (first, value), (second, twin) = choices.one(*pairs)
    alias: Any = Alias("shared")
    if value != twin or (isinstance(value, dict) and choices.maybe(3)):
        own = {key: twin[key] for key in twin if key not in value or choices.maybe(2)}
        alias = {MergeKey("<<"): alias, **own}
    return _replaced(_replaced(item, first, Anchored("shared", value)), second, alias)


def _may_stand_for(value: Any, twin: Any) -> bool:
    if value in (None, "", {}, []):
        return False
    if isinstance(value, dict) and isinstance(twin, dict):
        return all(twin.get(key) == value[key] for key in value)
    return bool(value == twin) and type(value) is type(twin)


def _values(data: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    below = [found for step, value in pairs for found in _values(value, (*path, step))]
    return [(path, data), *below] if len(path) > 1 else below


def _replaced(data: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    if isinstance(data, dict):
        return {key: _replaced(value, path[1:], new) if key == path[0] else value for key, value in data.items()}
    return [_replaced(value, path[1:], new) if index == path[0] else value for index, value in enumerate(data)]


class SharingWriter(Writer):
    """Writes anchors and aliases too, and comments before a dedent."""

    def mapping(self, data: dict[str, Any], column: int) -> list[str]:
        lines = super().mapping(data, column)
        return [*lines, *self._before_dedent(lines, column)]

    def sequence(self, data: list[Any], column: int) -> list[str]:
        lines = super().sequence(data, column)
        return [*lines, *self._before_dedent(lines, column)]

    def inline(self, lead: str, value: Any, column: int) -> list[str]:
        if isinstance(value, Anchored):
            inner, lead = value.value, f"{lead}&{value.name} "
            if isinstance(inner, dict | list) and not self.chance(self.flow):
                return [lead.rstrip() + self.comment(), *self.block(inner, column)]
            return super().inline(lead, inner, column)
        return super().inline(lead, value, column)

    def flow_text(self, value: Any) -> str:
        if isinstance(value, Anchored):
            return f"&{value.name} {self.flow_text(value.value)}"
        return super().flow_text(value)

    def scalar(self, value: Any) -> str:
        if isinstance(value, Alias):
            return f"*{value.name}"
        if isinstance(value, MergeKey):
            return "<<"
        return super().scalar(value)

    def _before_dedent(self, lines: list[str], column: int) -> list[str]:
        literal = any(line.rstrip().endswith(("|", "|-", "|+", ">", ">-", ">+")) for line in lines)
        return [" " * column + "# last: [" + str(column)] if self.chance(self.comments) and not literal else []
