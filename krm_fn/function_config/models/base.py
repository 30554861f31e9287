"""Model and Override: what all parts of the functionConfig have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A frozen, strict model: no coercion, unknown fields are errors, field names in camelCase."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )


def required(fields: Iterable[str]) -> list[JsonValue]:
    """Return the alternatives of a schema in which one of the fields must be set."""
    return [{"required": [field]} for field in fields]


def _one_of(schema: dict[str, Any], model: type[Any]) -> None:
    """Require one of a model's alternatives in its schema."""
    schema["anyOf"] = required(model.alternatives or schema["properties"])


class OneOf(Model):
    """A model of which one of some fields is set. The schema says that one is; the rules hold the rest."""

    alternatives: ClassVar[tuple[str, ...]] = ()
    """These fields; empty for all."""
    model_config = ConfigDict(json_schema_extra=_one_of)


class Override(Model):
    """A model whose plain value is a dict of the fields the user set, under their own names, nulls included."""
