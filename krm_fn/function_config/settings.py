"""The settings of a functionConfig, each with its path as the user writes it."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.yaml_text.node import Path


def settings(spec: Spec) -> Iterator[tuple[Path, Any]]:
    """Yield all that a spec holds, with the path to each: what is above before what is in it."""
    rest: list[tuple[Path, Any]] = [(("spec",), spec)]
    for path, value in rest:
        yield path, value
        if isinstance(value, Record):
            rest += [((*path, _camel(name)), below) for name, below in vars(value).items()]
        elif isinstance(value, dict):
            rest += [((*path, key), below) for key, below in value.items()]
        elif isinstance(value, tuple | list):
            rest += [((*path, index), below) for index, below in enumerate(value)]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join("IP" if each == "ip" else each.capitalize() for each in others)
