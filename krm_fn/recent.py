"""What long texts gave, the last few of them: what many targets share, such as a configuration, is worked out once.

`functools` has such a thing too; to import it takes longer than the rest of what is done with a small ResourceList.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import TypeVar

    Given = TypeVar("Given", bound=Hashable)
    Found = TypeVar("Found")

LONG = 1000
"""Characters of a text for which it is worth it."""
_MOST = 32
"""Results that one function keeps: a run may write as many different files."""


def recent(make: Callable[[Given], Found]) -> Callable[[Given], Found]:
    """Let a function of one value return what it gave for an equal one a short time ago. Nothing may change that."""
    known: dict[Given, Found] = {}

    def recalled(given: Given) -> Found:
        found = known.get(given)
        if found is None:
            if len(known) == _MOST:
                known.clear()
            found = known[given] = make(given)
        return found

    return recalled
