"""Model and Override: what all parts of the functionConfig have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
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


class Override(Model):
    """A model whose plain value is a dict of the fields the user set, under their own names, nulls included."""
