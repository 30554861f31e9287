"""Results for an engine's version that is too old, or too old for a field."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines import engine_named
from krm_fn.engines.engine import version_text
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import Protocol
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.result import ResourceRef


def too_old(
    spec: Spec, protocols: tuple[tuple[Protocol, ...], ...], version: tuple[int, ...], ref: ResourceRef
) -> Iterator[Result]:
    """Yield an error for a version that no configuration is written for, and for each field that needs a later one.

    It is a warning where the version does a part of what the field says.

    `protocols` are what the app speaks behind each listener.
    """
    engine, got = engine_named(spec.engine), version_text(version)
    if version < engine.oldest:
        must = f"must be {version_text(engine.oldest)} or later with engine {engine.name}"
        message = f"{must}, got {got}. Use a later image."
        yield Result(code=codes.ENGINE_TOO_OLD, ref=ref, path="spec.engineVersion", message=message)
    for problem in engine.needs_later(spec, protocols, version):
        message = f"{problem.must}, got {got}. {problem.remedy}."
        code = codes.AUTH_LINES_LOST if problem.is_partial else codes.FIELD_NEEDS_LATER_ENGINE
        yield Result(code=code, ref=ref, path=problem.path, message=message)
