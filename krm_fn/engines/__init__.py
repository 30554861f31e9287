"""The engines: each is a package here that exports ENGINE, and knows no other engine."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import Engine
    from krm_fn.function_config.generated.values import Spec


def engine_named(name: str) -> Engine:
    """Return the engine of a name that the functionConfig admits. Only that one is imported."""
    from importlib import import_module  # noqa: PLC0415 # the other engines cost nothing

    engine: Engine = import_module(f"{__name__}.{name}").ENGINE
    return engine


def all_engines() -> list[Engine]:
    """Return the engines."""
    from krm_fn.function_config.generated.engine_facts import UNSUPPORTED  # noqa: PLC0415 # most need one engine

    return [engine_named(name) for name in UNSUPPORTED]


def without_user(engine: Engine) -> Engine:
    """Return an engine whose containers run as the user that the cluster chooses."""
    return engine.replace(sets_user=False)


def config_key(spec: Spec) -> str:
    """Return the key of the configuration in its ConfigMap, and its file's name."""
    return spec.config_map.key or engine_named(spec.engine).config_key


def config_path(spec: Spec) -> str:
    """Return the absolute path of the configuration in the container."""
    return f"{spec.sidecar.mount_paths.config}/{config_key(spec)}"
