"""Becomes: what a reference's port turns into by what moved."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.injection.moves import Fronted, PortMove


class Becomes(Record):
    """What a reference's port becomes."""

    values: tuple[int | str, ...]
    """The ports that lead to the proxy by now; empty where it led to nothing that moved."""
    stays: bool
    """Whether the port as it is leads somewhere, too: to what did not move, or where its value is the same."""
    shared: bool = False
    """Whether the port as it is leads to another Service that did not move."""
    gains: bool = False
    """Whether these would lead elsewhere, too."""
    moves: tuple[PortMove, ...]
    """Those of the Services that it speaks of."""
    fronts: tuple[Fronted, ...]
    """The listeners that it leads to by now."""

    @property
    def what(self) -> str:
        """What it follows, as a message names it."""
        moves = (move for move in self.moves if move.front in self.fronts)
        return ", ".join(dict.fromkeys(f'Service "{move.service_names[0]}"' for move in moves)) or "the proxy"
