"""What must hold between fields: a module for each rule, whose docstring is its documentation.

Each states its FIELDS, the fields that it is about, and `problems(document)`. The rules read the plain data and not
the models: so they report even where other fields are wrong, and import nothing where all is right. Where a field does
not have the shape that its type requires, they ignore it: the types report that.
"""

from __future__ import annotations

from importlib import import_module

from krm_fn.function_config.generated.rule_index import FIELDS
from krm_fn.function_config.problem import listeners_of, mapping, routes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Problem


def problems(document: dict[Any, Any]) -> Iterator[Problem]:
    """Yield the problems between fields of the document. Only rules about fields that it has are imported."""
    used = set(_used_fields(document))
    for rule, fields in FIELDS.items():
        if not used.isdisjoint(fields):
            yield from import_module(f"{__name__}.{rule}").problems(document)


def _used_fields(document: dict[Any, Any]) -> Iterator[str]:
    """Yield the fields that are set of the spec, of listeners, their upstreams and routes, and values that are text."""
    yield "spec"
    for field, value in mapping(document, "spec").items():
        yield f"spec.{field}"
        if isinstance(value, str):
            yield f"spec.{field}: {value}"
    for steps, listener in listeners_of(document):
        yield from (f"spec.listeners[].{field}" for field in listener)
        yield from (f"spec.listeners[].upstream.{field}" for field in mapping(listener, "upstream"))
        for _, route in routes_of(listener, steps):
            yield from (f"spec.listeners[].routes[].{field}" for field in route)
