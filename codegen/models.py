"""The models as a tree: each with those in its fields, and the path of each field."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from krm_fn.function_config.formats.type_rules import Between, NumberOf, Text
from krm_fn.function_config.models.base import Override


def models_of(model: type[BaseModel], *, overrides: bool = False) -> list[type[BaseModel]]:
    """Return the model and all models in its fields, nested ones first; Overrides only with `overrides`."""
    found: dict[type[BaseModel], None] = {}
    for field in model.model_fields.values():
        inner, _ = nested(field.annotation)
        if inner and (overrides or not issubclass(inner, Override)):
            found.update(dict.fromkeys(models_of(inner, overrides=overrides)))
    return [*found, model]


def nested(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Return the model in the type, if there is one, and [] where it is an entry of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    suffix = "[]" if typing.get_origin(annotation) is list else ""
    for part in typing.get_args(annotation):
        inner, inner_suffix = nested(part)
        if inner:
            return inner, suffix + inner_suffix
    return None, ""


def field_paths(model: type[BaseModel], start: str = "") -> Iterator[str]:
    """Yield the path of each field in a document, with [] behind a list."""
    for field in model.model_fields.values():
        path = f"{start}{field.alias}"
        yield path
        inner, suffix = nested(field.annotation)
        if inner:
            yield from field_paths(inner, f"{path}{suffix}.")


def default_of(field: FieldInfo) -> Any:
    """Return a field's default; None where that only stands for a field left out, since the field's type refuses it."""
    default = field.get_default(call_default_factory=True)
    for rule in field.metadata:
        if isinstance(rule, (Between, NumberOf, Text)):
            try:
                rule.check(default)
            except PydanticCustomError:
                return None
    return default
