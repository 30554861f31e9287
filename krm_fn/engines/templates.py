"""What a template compiled ahead of time needs at run time, in place of jinja2."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any


class SafeText(str):
    """Text that is written to a configuration unchanged: it must be quoted, or a safe word, when one is made of it."""

    __slots__ = ()


def finalize(value: object) -> SafeText | int:
    """Return what a template writes: SafeText or an int. All else is a TypeError, above all an unquoted str."""
    if isinstance(value, SafeText) or type(value) is int:
        return value
    msg = f"a template writes SafeText and numbers, not the {type(value).__name__} {value!r}"
    raise TypeError(msg)


def render(root: Callable[[Context], Iterator[str]], values: Mapping[str, Any]) -> str:
    """Return the text of a compiled template for the values it names."""
    return "".join(root(Context(values)))


class Context:
    """The values of a template by name."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def resolve(self, name: str) -> Any:
        """Return the value of the name; a NameError where it has none."""
        if name in self._values:
            return self._values[name]
        msg = f"the template names {name!r}, which has no value"
        raise NameError(msg)


class Environment:
    """The functions that a compiled template calls. Attributes are Python's, and a missing one is an AttributeError."""

    finalize = staticmethod(finalize)
    tests: Mapping[str, Callable[[object], bool]] = {"none": lambda value: value is None}

    def __init__(self, filters: Mapping[str, Callable[[str], SafeText]]) -> None:
        self.filters = filters
