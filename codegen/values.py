"""Writes krm_fn/function_config/generated/values.py: the plain frozen classes of the functionConfig's values."""

from __future__ import annotations

import textwrap
import types
import typing
from collections.abc import Callable

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from codegen.lines import WIDTH, broken
from codegen.models import models_of
from krm_fn.function_config.models.base import Override
from krm_fn.function_config.models.spec import ProxySidecar

_HEADER = '''\
"""The functionConfig as plain frozen values. Generated from the models by `python -m codegen`: do not edit."""

# ruff: noqa: RUF012 # the defaults are shared, and nothing changes a value once it is made

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal
'''


def values_module() -> str:
    """Return the module's text: a Record for each model, those of nested models first."""
    return _HEADER + "".join(f"\n\n{_class(model)}" for model in models_of(ProxySidecar))


def _class(model: type[BaseModel]) -> str:
    fields = "".join(_field(name, field) for name, field in model.model_fields.items())
    return f"class {model.__name__}(Record):\n{_docstring(model.__doc__)}\n{fields}"


def _field(name: str, field: FieldInfo) -> str:
    start = f"    {name}: "
    plain = _plain_type(field.annotation)
    if len(start + plain) > WIDTH - len(" = ()"):
        plain = broken(plain, 4, WIDTH)
    start += plain
    return start + _default(start, field) + "\n" + (_docstring(field.description) if field.description else "")


def _docstring(text: str | None) -> str:
    lines = textwrap.wrap(f'"""{" ".join((text or "").split())}"""', WIDTH - 4)
    return "".join(f"    {line}\n" for line in lines)


def _plain_type(annotation: object) -> str:
    """Return the annotation of the plain value, as source text."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    plain: dict[object, Callable[[], str]] = {
        typing.Annotated: lambda: _plain_type(arguments[0]),
        typing.Literal: lambda: f"Literal[{', '.join(map(_source, arguments))}]",
        list: lambda: f"tuple[{_plain_type(arguments[0])}, ...]",
        dict: lambda: f"dict[{', '.join(map(_plain_type, arguments))}]",
        typing.Union: lambda: " | ".join(dict.fromkeys(map(_plain_type, arguments))),
        types.UnionType: lambda: " | ".join(dict.fromkeys(map(_plain_type, arguments))),
    }
    if origin in plain:
        return plain[origin]()
    if annotation in (types.NoneType, typing.Any):
        return "None" if annotation is types.NoneType else "Any"
    if isinstance(annotation, type):
        return "dict[str, Any]" if issubclass(annotation, Override) else annotation.__name__
    msg = f"no plain type for {annotation!r}"
    raise TypeError(msg)


def _default(start: str, field: FieldInfo) -> str:
    """Return what follows the annotation: the default, or nothing for a required field with more than one choice."""
    if field.is_required():
        choices = typing.get_args(field.annotation) if typing.get_origin(field.annotation) is typing.Literal else ()
        return f" = {_source(choices[0])}" if len(choices) == 1 else ""
    value = field.get_default(call_default_factory=True)
    line = f" = {_source(value)}"
    if len(start.rpartition("\n")[2] + line) > WIDTH and isinstance(value, list):
        entries = "".join(f"        {_source(entry)},\n" for entry in value)
        return f" = (\n{entries}    )"
    return line


def _source(value: object) -> str:
    """Return the plain value of a default as source text."""
    if isinstance(value, Override) and value == type(value)():
        return "{}"
    if isinstance(value, BaseModel) and value == type(value)():
        return f"{type(value).__name__}()"
    if isinstance(value, list):
        return f"({', '.join(map(_source, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None or isinstance(value, (int, bool)) or value == {}:
        return repr(value)
    msg = f"no source text for the default {value!r}"
    raise TypeError(msg)
