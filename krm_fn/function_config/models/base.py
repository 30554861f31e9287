"""Model and Override: what all parts of the functionConfig have in common."""

from __future__ import annotations

from collections.abc import Iterable

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


class OneOf(Model):
    """A model of which one field is set, and no other. The schema says that one is; the rules hold the rest."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema.update(anyOf=required(schema["properties"])))


def required(fields: Iterable[str]) -> list[JsonValue]:
    """Return the alternatives of a schema in which one of the fields must be set."""
    return [{"required": [field]} for field in fields]


class Override(Model):
    """A model whose plain value is a dict of the fields the user set, under their own names, nulls included."""
