"""The proxies: one package adds one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.proxy import Engine


def engine_named(name: str) -> Engine:
    """Return the engine of a name that the functionConfig admits. Only that one is imported."""
    from importlib import import_module  # noqa: PLC0415 # the other engines cost nothing

    engine: Engine = import_module(f"krm_fn.engines.{name}.engine").ENGINE
    return engine
