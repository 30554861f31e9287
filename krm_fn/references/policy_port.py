"""PolicyPort: an entry of a network policy's list of ports, in the two forms in which policies write it."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.yaml_text.node import Path


class PolicyPort(Record):
    """A port, a range of ports, or a port's name in a policy's list. Numbers are 0 where it is a name."""

    first: int
    last: int
    name: str
    entry: Any
    """As it is in the list."""
    field: Path = ()
    """Where in the entry the number or name is; empty where the entry is the port itself."""

    def holds(self, number: int, names: tuple[str, ...]) -> bool:
        """Return whether a Pod's port is in it."""
        return self.first <= number <= self.last if self.first else self.name in names


def policy_port(entry: Any) -> PolicyPort | None:
    """Return an entry of a list of ports, None where it is for another protocol. One without a port is for all."""
    if not isinstance(entry, dict) or str(entry.get("protocol") or "TCP").upper() not in ("TCP", "ANY"):
        return None
    port, last = entry.get("port"), entry.get("endPort")
    if port is None or port == "":
        return all_ports(entry)
    if not isinstance(port, int | str):
        return None
    if isinstance(port, str) and not port.isdecimal():
        return PolicyPort(first=0, last=0, name=port, entry=entry, field=_PORT)
    first = number_of(port)
    last = last if isinstance(last, int) and last > first else first
    return PolicyPort(first=first, last=last, name="", entry=entry, field=_PORT)


_PORT = ("port",)


def all_ports(entry: Any) -> PolicyPort:
    """Return an entry that names no port: it is for all."""
    return PolicyPort(first=1, last=65535, name="", entry=entry)


def entry_like(entry: Any, port: int | str) -> Any:
    """Return an entry of the list with another port, and all else as it is."""
    return {**{key: part for key, part in entry.items() if key != "endPort"}, "port": port}


def plain_entry_like(_entry: Any, port: int | str) -> Any:
    """Return an entry that is the port itself."""
    return port


def plain_policy_port(port: Any) -> PolicyPort | None:
    """Return a port: a number, a range as in 8000:9000, or a name."""
    if isinstance(port, int):
        return PolicyPort(first=port, last=port, name="", entry=port)
    if not isinstance(port, str):
        return None
    first, colon, last = port.partition(":")
    if first.isdecimal() and (last.isdecimal() or not colon):
        return PolicyPort(first=number_of(first), last=number_of(last or first), name="", entry=port)
    return PolicyPort(first=0, last=0, name=port, entry=port)
