"""Every string in a functionConfig: the fields of the model, and the places in documents that hold one."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from krm_fn.function_config.models.base import Override
from krm_fn.function_config.models.spec import ProxySidecar

Place = tuple[str | int, ...]


def string_fields(model: type[BaseModel] = ProxySidecar, path: str = "") -> Iterator[str]:
    """Yield the path of each field of the model that may hold free text, such as spec.listeners[].name.

    {} stands for the keys of a map, [] for the entries of a list or the values of a map. Words to choose from are no
    free text; neither is what is handed on to Kubernetes as it is, nor what is refused wherever it stands.
    """
    for field in model.model_fields.values():
        name = f"{path}.{field.alias}" if path else str(field.alias)
        if not name.endswith(_REFUSED):
            yield from _strings(field.annotation, name)


_REFUSED = (".auth.external.upstream.fastcgi", ".split.upstream.fastcgi")


def _strings(annotation: Any, path: str) -> Iterator[str]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from _strings(arguments[0], path)
    elif origin is list:
        yield from _strings(arguments[0], f"{path}[]")
    elif origin is dict:
        yield from _strings(arguments[0], f"{path}{{}}")
        yield from _strings(arguments[1], f"{path}[]")
    elif origin in (typing.Union, types.UnionType):
        for part in arguments:
            yield from _strings(part, path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not issubclass(annotation, Override):
            yield from string_fields(annotation, path)
    elif annotation is str:
        yield path


def places(data: Any, path: str = "", steps: Place = ()) -> Iterator[tuple[str, Place]]:
    """Yield each string in a document: its field's path as `string_fields` has it, and the steps to it.

    Steps that end in {} are those of a key.
    """
    if isinstance(data, dict):
        for key, value in data.items():
            named = f"{path}.{key}" if path else str(key)
            yield f"{path}{{}}", (*steps, key, "{}")
            yield from places(value, named, (*steps, key))
            yield from places(value, f"{path}[]", (*steps, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from places(value, f"{path}[]", (*steps, index))
    elif isinstance(data, str):
        yield path, steps


def with_text(data: Any, steps: Place, text: str) -> Any:
    """Return the document with another string at a place."""
    if not steps:
        return text
    first, *rest = steps
    if rest == ["{}"]:
        return {(text if key == first else key): value for key, value in data.items()}
    if isinstance(data, dict):
        return {key: with_text(value, tuple(rest), text) if key == first else value for key, value in data.items()}
    return [with_text(value, tuple(rest), text) if index == first else value for index, value in enumerate(data)]
