"""Choices that shrink: each gives the first option, or none at all, where nothing says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

T = TypeVar("T")


class Choices:
    """Draws from a Random; hypothesis' own draws small numbers first."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *options: T) -> T:
        """Return one of the options, the plainest of which is the first."""
        return options[self.random.randrange(len(options))]

    def maybe(self, tenths: int = 5) -> bool:
        """Return True in so many cases of ten."""
        return self.random.randrange(10) >= 10 - tenths

    def some(self, options: Iterable[T], tenths: int = 5) -> list[T]:
        """Return some of the options, in their order."""
        return [option for option in options if self.maybe(tenths)]
