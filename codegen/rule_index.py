"""Writes krm_fn/function_config/generated/rule_index.py: for each rule, the fields whose presence makes it apply."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from codegen.models import field_paths
from krm_fn.function_config import rules
from krm_fn.function_config.models.spec import ProxySidecar
from krm_fn.function_config.problem import ALWAYS

_HEADER = '''\
"""The fields that each rule is about. Generated from the rules by `python -m codegen`: do not edit."""

from __future__ import annotations

'''
_SEEN = ("spec", "spec.listeners[]", "spec.listeners[].upstream", "spec.listeners[].routes[]")
"""The mappings whose fields decide whether a rule is imported."""


def rule_index() -> str:
    """Return the module's text."""
    lines = (_line(name, rule) for name, rule in rule_modules().items())
    return f"{_HEADER}FIELDS = {{\n{''.join(lines)}}}\n"


def rule_modules() -> Mapping[str, ModuleType]:
    """Return the modules in the rules' folder, and in those within it, by name, such as `routes.paths`."""
    prefix = f"{rules.__name__}."
    names = sorted(each.name for each in pkgutil.walk_packages(rules.__path__, prefix) if not each.ispkg)
    return {name.removeprefix(prefix): import_module(name) for name in names}


def _line(name: str, rule: ModuleType) -> str:
    fields = sorted({_seen(field, name) for field in rule.FIELDS})
    line = f'    "{name}": ({", ".join(map(_quoted, fields))}{"," * (len(fields) == 1)}),\n'
    if len(line) <= 120 + 1:
        return line
    return f'    "{name}": (\n' + "".join(f"        {_quoted(field)},\n" for field in fields) + "    ),\n"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _seen(field: str, rule: str) -> str:
    """Return the part of a field's path that decides whether a rule is imported; a ValueError for no field."""
    if field in ALWAYS:
        return field
    path, colon, value = field.partition(": ")
    if path not in field_paths(ProxySidecar):
        msg = f"the rule {rule} is about {path}, and there is no such field"
        raise ValueError(msg)
    holder = max((place for place in _SEEN if path.startswith(f"{place}.")), key=len)
    name = path.removeprefix(f"{holder}.").partition(".")[0].partition("[")[0]
    return f"{holder}.{name}{colon}{value}"
