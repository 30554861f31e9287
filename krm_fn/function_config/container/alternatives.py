"""Alternatives: of fields that exclude each other one is set, such as the handlers of a probe."""

from __future__ import annotations

from functools import partial

from krm_fn import codes
from krm_fn.function_config.container.fields import ALTERNATIVES
from krm_fn.function_config.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps

_NEED_ONE = ("Probe", "LifecycleHandler", "EnvVarSource", "EnvFromSource")
"""The types that are nothing without one of their alternatives."""


def at_most_one(kind: str, data: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that one alternative is set at most; an empty value of a variable is none."""
    chosen = [field for field in ALTERNATIVES[kind] if data.get(field, "") != ""]
    for field in chosen[1:]:
        yield Problem(
            code=codes.CONTAINER_FIELDS_CONFLICT,
            steps=(*steps, field),
            must=f"must be removed where {chosen[0]} is set: it may have one of {', '.join(ALTERNATIVES[kind])}",
            remedy=f"Remove {field} or {chosen[0]}.",
        )


def one(kind: str, data: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that one alternative is set."""
    fields = ALTERNATIVES[kind]
    if not any(field in data for field in fields):
        must = f"must have one of {', '.join(fields)}"
        yield Problem(
            code=codes.CONTAINER_FIELD_INCOMPLETE, steps=steps, must=must, remedy="Set one, or remove the field."
        )


RULES = {kind: (partial(at_most_one, kind),) for kind in ALTERNATIVES}
WHOLE_RULES = {kind: (partial(one, kind),) for kind in _NEED_ONE}
