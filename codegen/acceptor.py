"""Writes krm_fn/function_config/generated/acceptor.py: the models as plain Python that accepts what is surely valid."""

from __future__ import annotations

import ast
import pkgutil
import types
import typing
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from annotated_types import MinLen
from pydantic import BaseModel
from pydantic.alias_generators import to_snake

from codegen.lines import WIDTH, broken
from codegen.models import models_of
from krm_fn.function_config import accepting, formats, generated
from krm_fn.function_config.formats.type_rules import Rule
from krm_fn.function_config.models.base import Override
from krm_fn.function_config.models.spec import ProxySidecar

_HEADER = '''\
"""Accepts what is surely a valid functionConfig. Generated from the models by `python -m codegen`: do not edit."""

from __future__ import annotations

'''
_SOURCES = (accepting, formats, generated)
"""What the names in the expressions are imported from."""


def acceptor_module() -> str:
    """Return the module's text: a part for each model, those of nested models first."""
    parts = "".join(_part(model) for model in models_of(ProxySidecar, overrides=True))
    return f"{_HEADER}{_imports(parts)}\n{parts}\naccept = {_name(ProxySidecar)}\n"


def _imports(code: str) -> str:
    """Return the imports of the names that the code uses and does not define."""
    names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    return "".join(_import(source, sorted(names & _offered(source))) for source in _SOURCES)


def _offered(source: ModuleType) -> set[str]:
    """Return the names of a module, or of a package's modules."""
    return {module.name for module in pkgutil.iter_modules(getattr(source, "__path__", ()))} or set(vars(source))


def _import(source: ModuleType, names: list[str]) -> str:
    line = f"from {source.__name__} import {', '.join(names)}\n"
    if len(line) <= WIDTH + 1:
        return line
    return f"from {source.__name__} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _name(model: type[BaseModel]) -> str:
    return f"_{to_snake(model.__name__)}"


def _part(model: type[BaseModel]) -> str:
    lines = [
        _line(f'"{field.alias}"', f'"{name}"', _expression(field.annotation, field.metadata))
        for name, field in model.model_fields.items()
    ]
    fields = "    {\n" + "".join(lines) + "    },\n"
    if issubclass(model, Override):
        return f"{_name(model)} = override(\n{fields})\n"
    required = [f'"{field.alias}"' for field in model.model_fields.values() if field.is_required()]
    tail = f"    required=({', '.join(required)}{',' * (len(required) == 1)}),\n" if required else ""
    tail += "    others=True,\n" if model.model_config.get("extra") == "ignore" else ""
    return f"{_name(model)} = record(\n    values.{model.__name__},\n{fields}{tail})\n"


def _line(alias: str, name: str, expression: str) -> str:
    line = f"        {alias}: ({name}, {expression}),\n"
    if len(line) <= WIDTH + 1:
        return line
    return f"        {alias}: (\n            {name},\n            {broken(expression, 12, 1)},\n        ),\n"


def _expression(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """Return the acceptor's expression for a type, with what is annotated on it."""
    for rule in metadata:
        if isinstance(rule, Rule):
            return rule.acceptor
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _expression(arguments[0], arguments[1:])
    if origin in (typing.Union, types.UnionType) and len(arguments) == 2 and arguments[1] is types.NoneType:  # noqa: PLR2004
        return f"optional({_expression(arguments[0])})"
    if origin is typing.Literal:
        return "choice(" + ", ".join(f'"{value}"' for value in arguments) + ")"
    if origin in (list, dict):
        function = "list_of" if origin is list else "map_of"
        least = [f"least={limit.min_length}" for limit in metadata if isinstance(limit, MinLen)]
        return f"{function}({', '.join([*map(_expression, arguments), *least])})"
    return _named(annotation)


def _named(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _name(annotation)
    names: dict[Any, str] = {bool: "boolean", Any: "anything"}
    if annotation in names:
        return names[annotation]
    msg = f"no acceptor for {annotation!r}: its type needs a rule"
    raise TypeError(msg)
