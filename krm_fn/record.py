"""Record: the frozen plain value of which everything inside the function is made.

It replaces `dataclasses`, whose import alone costs more time than all the work on a small ResourceList.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self, dataclass_transform
else:

    def dataclass_transform(**_options: object) -> object:
        """At run time the decorator does nothing."""
        return lambda cls: cls


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record:
    """A frozen value with the fields its class annotates: keyword arguments only, equal by type and fields.

    A class attribute is the field's default, as with a dataclass, but is shared: nothing may change a dict in a Record.
    A missing or unknown field is a TypeError. Hashable where all its fields are.
    """

    _fields: tuple[str, ...] = ()
    _required: frozenset[str] | None = None
    """The fields without a default, found when the first value of the class is made."""
    _known: frozenset[str] = frozenset()
    """All fields, likewise."""

    def __init_subclass__(cls) -> None:
        """Collect the fields of the class and its bases, in the order written."""
        cls._required = None
        own = [name for name in cls.__annotations__ if name[0] != "_"]
        if not _RESERVED.isdisjoint(own):
            name = next(filter(_RESERVED.__contains__, own))
            msg = f"{cls.__name__} cannot have a field {name!r}: Record has a method of that name"
            raise TypeError(msg)
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields)) if cls._fields else tuple(own)

    def __init__(self, **values: Any) -> None:
        cls = type(self)
        required = cls._required
        if required is None:
            required = cls._required = frozenset([name for name in cls._fields if not hasattr(cls, name)])
            cls._known = frozenset(cls._fields)
        if not values.keys() >= required:
            absent = required - values.keys()
            msg = f"{cls.__name__} lacks the field {next(filter(absent.__contains__, cls._fields))!r}"
            raise TypeError(msg)
        if not values.keys() <= cls._known:
            msg = f"{cls.__name__} has no field {next(name for name in values if name not in cls._fields)!r}"
            raise TypeError(msg)
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        msg = f"{type(self).__name__} is frozen: cannot set {name!r}"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        msg = f"{type(self).__name__} is frozen: cannot delete {name!r}"
        raise AttributeError(msg)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"

    def replace(self, **changes: Any) -> Self:
        """Return the same value with some fields changed."""
        return type(self)(**{**{name: getattr(self, name) for name in self._fields}, **changes})

    def _values(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self._fields])


_RESERVED = frozenset(name for name in vars(Record) if not name.startswith("_"))
"""What a field cannot be called."""
