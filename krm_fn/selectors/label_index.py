"""LabelIndex: objects by their labels, so that a selector is compared only with what it may select."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

    Label: TypeAlias = tuple[str, str]


class LabelIndex:
    """The positions of some objects, in their order, by each of their labels."""

    def __init__(self, labels: Iterable[dict[str, Any]]) -> None:
        self._all: list[int] = []
        self._having: dict[Label, list[int]] = {}
        for position, each in enumerate(labels):
            self._all.append(position)
            for key, value in each.items():
                self._having.setdefault((key, str(value)), []).append(position)

    def having(self, label: Label | None) -> Sequence[int]:
        """Return the positions of the objects that have a label; of all, where it is None."""
        return self._all if label is None else self._having.get(label, ())


def required_label(requirements: Iterable[tuple[str, str, list[Any]]]) -> Label | None:
    """Return a label that all must have that meet some requirements; None where there is no such."""
    for key, operator, values in requirements:
        if operator == "In" and len(values) == 1 and isinstance(values[0], str):
            return key, values[0]
    return None
