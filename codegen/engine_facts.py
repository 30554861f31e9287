"""Writes krm_fn/function_config/generated/engine_facts.py: the engines' facts that rules read, from their packages."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from codegen.models import field_paths
from krm_fn import engines
from krm_fn.engines.engine import Engine
from krm_fn.engines.headers import API_KEYS, OF_THE_CONNECTION, OF_THE_PROXY
from krm_fn.function_config.models.spec import ProxySidecar, Spec

_FACTS = (
    "unsupported",
    "regex_dialect",
    "longest_path",
    "longest_regex",
    "longest_text",
    "lengths",
    "users_are_keys",
    "app_errors_sign_in",
    "not_answered",
)
"""The fields of Engine that rules read. A rule that reads another cannot be imported."""
_HEADERS = {
    "HEADERS_OF_THE_PROXY": OF_THE_PROXY,
    "HEADERS_OF_THE_CONNECTION": OF_THE_CONNECTION,
    "KEYS_AND_TOKENS": API_KEYS,
}
"""The names in lower case that rules read."""
_HEADER = '''\
"""The engines' facts that rules read. Generated from their packages by `python -m codegen`: do not edit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal
'''


def engine_facts() -> str:
    """Return the module's text: a mapping by engine for each fact, and headers of which all know the same."""
    return _HEADER + "".join(map(_mapping, _FACTS)) + "".join(_names(*each) for each in _HEADERS.items())


def _names(variable: str, headers: tuple[str, ...]) -> str:
    names = "".join(f'    "{name.lower()}",\n' for name in headers)
    return f"\n{variable} = (\n{names})\n"


def all_engines() -> dict[str, Engine]:
    """Return the engines by name, the default one first; a ValueError for one that does not fit the functionConfig."""
    packages = [module.name for module in pkgutil.iter_modules(engines.__path__) if module.ispkg]
    names = [name for name in packages if hasattr(import_module(f"{engines.__name__}.{name}"), "ENGINE")]
    default = Spec.model_fields["engine"].default
    found = {name: _engine(name) for name in sorted(names, key=lambda name: (name != default, name))}
    paths = set(field_paths(ProxySidecar))
    unknown = {field for engine in found.values() for field in engine.unsupported} - paths
    if unknown:
        msg = f"an engine does not support {', '.join(sorted(unknown))}, and there is no such field"
        raise ValueError(msg)
    return found


def _engine(name: str) -> Engine:
    engine: Engine = import_module(f"{engines.__name__}.{name}").ENGINE
    if engine.name != name:
        msg = f"the engine in the package {name} has the name {engine.name}"
        raise ValueError(msg)
    return engine


def _mapping(fact: str) -> str:
    kind = Engine.__annotations__[fact].replace("'", '"')
    entries = "".join(f"    {_source(name)}: {_value(engine, fact)},\n" for name, engine in all_engines().items())
    return f"\n{fact.upper()}: dict[str, {kind}] = {{\n{entries}}}\n"


def _value(engine: Engine, fact: str) -> str:
    value = getattr(engine, fact)
    if not isinstance(value, dict) or not value:
        return _source(value)
    entries = "".join(f"        {_source(key)}: {_source(entry)},\n" for key, entry in value.items())
    return f"{{\n{entries}    }}"


def _source(value: Any) -> str:
    """Return a constant as source text."""
    text = repr(value)
    return f'"{text[1:-1]}"' if text.startswith("'") and '"' not in text else text
