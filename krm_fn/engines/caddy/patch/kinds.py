"""What the table of a patch is made of: the kinds of values, and whether each may be added where there is none."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Kind: TypeAlias = "Value | Fields | Named | Servers | Several | Parts | OneOf"


class Value(Record):
    """A value that is judged by itself."""

    accepts: Callable[[Any], bool]
    must: str
    """What it must be: stands after `must be`."""
    example: Any
    may_be_added: bool = True


class Fields(Record):
    """A mapping with these fields; ours stay, and others are refused."""

    fields: dict[str, Kind]
    may_be_added: bool = True
    one_of: tuple[str, ...] = ()
    """Fields of which there must be one at least."""


class Named(Record):
    """A mapping in which the user gives the names; ours stay."""

    accepts_name: Callable[[str], bool]
    must: str
    """What the names are: stands after `only`."""
    kind: Kind
    example: str
    """A name."""
    within: str = ""
    """What stands between a name and that of a part of it, where a part of ours may not be in another."""
    may_be_added: bool = True

    def kind_of(self, name: Any) -> Kind | None:
        """Return what an entry of this name is; None where there can be none."""
        return self.kind if isinstance(name, str) and self.accepts_name(name) else None


class Servers(Record):
    """The servers: none may come or go, and those for the kubelet and Prometheus stay as they are."""

    kind: Kind
    fixed: tuple[str, ...]
    may_be_added: bool = False


class Several(Record):
    """A list of the user's own."""

    kind: Kind
    distinct: bool = False
    """Whether nothing may be in it twice."""
    may_be_added: bool = True


class Parts(Record):
    """A list of ours: its entries stay in their order, with the same identity, and others may come between them."""

    ours: Kind | None
    added: Kind | None = None
    same: tuple[str, ...] = ()
    """The fields that say which entry it is, and that no patch may change in ours."""
    may_be_added: bool = False


class OneOf(Record):
    """A mapping whose field `key` names what it is."""

    key: str
    choices: dict[str, Fields]
    may_be_added: bool = True
