"""Cases: a package in some style, and the functionConfigs to run on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.corpus.expected import OWNER
from tests.laws.choices import Choices
from tests.laws.configs import Config, function_config, neighbours, rivals
from tests.laws.packages import Package, package
from tests.laws.text import Text, text

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True)
class Case:
    """All that a law may ask for."""

    package: Package
    text: Text
    config: Config
    successor: Config
    """Another of the same name."""
    neighbours: tuple[Config, Config]
    rivals: tuple[Config, Config]


def case(random: Random) -> Case:
    """Return a case."""
    choices = Choices(random)
    found = package(choices)
    return Case(
        package=found,
        text=text(choices, found.items),
        config=function_config(choices, OWNER, found),
        successor=function_config(choices, OWNER, found),
        neighbours=neighbours(choices, found.target),
        rivals=rivals(choices, found.target),
    )
