"""What an engine does not support is refused, by field: see [Engines](#engines)."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated import values
from krm_fn.function_config.generated.engine_facts import UNSUPPORTED
from krm_fn.function_config.problem import Problem, engine_of
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FIELDS = (
    *UNSUPPORTED[values.Spec.engine],
    *(f"spec.engine: {engine}" for engine in UNSUPPORTED if engine != values.Spec.engine),
)


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the fields that the engine does not support."""
    engine = engine_of(document)
    for field, why in UNSUPPORTED.get(engine, {}).items():
        other = next(
            (f"Set engine: {name}, or remove" for name in UNSUPPORTED if field not in UNSUPPORTED[name]), "Remove"
        )
        for steps, value in find(document, field):
            if value is not None:
                must = f"must be removed with engine {engine}: {why}"
                yield Problem(code=codes.FIELD_UNSUPPORTED, steps=steps, must=must, remedy=f"{other} the field.")
