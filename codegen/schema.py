"""Writes docs/proxysidecar.schema.json: the functionConfig's JSON Schema, for editors and other validators."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from codegen.models import default_of, models_of
from krm_fn.function_config.models.spec import ProxySidecar

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> str:
    """Return the schema's text. It lacks most rules between fields."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """Return the schema as plain data."""
    whole = ProxySidecar.model_json_schema()
    for model in models_of(ProxySidecar, overrides=True):
        part = whole if model is ProxySidecar else whole["$defs"][model.__name__]
        _add_defaults(part, model)
    tidy: dict[str, Any] = _tidy(whole)
    return {"$schema": _DIALECT, "title": ProxySidecar.__name__, **tidy}


def _add_defaults(part: dict[str, Any], model: type[BaseModel]) -> None:
    """Give each optional field its default; pydantic leaves out those that a factory makes."""
    for field in model.model_fields.values():
        if not field.is_required():
            part["properties"][str(field.alias)]["default"] = _plain(default_of(field))


def _plain(default: Any) -> Any:
    """Return a default as the user would write it: a model that is all defaults is an empty mapping."""
    if isinstance(default, BaseModel):
        return default.model_dump(by_alias=True, exclude_defaults=True)
    return [_plain(entry) for entry in default] if isinstance(default, list) else default


def _tidy(part: Any) -> Any:
    """Drop the titles made from names, and defaults of null; close maps whose keys have a pattern."""
    if isinstance(part, list):
        return [_tidy(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    tidy = {
        key: {name: _tidy(entry) for name, entry in value.items()} if key in ("properties", "$defs") else _tidy(value)
        for key, value in part.items()
        if not (key == "title" or (key == "default" and value is None))
    }
    return {**tidy, "additionalProperties": False} if "patternProperties" in tidy else tidy
