"""What a version of an engine is too old for."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.engine import ANY_PATCH, HTTP2_DIRECTIVE
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.result import ResourceRef

_OLDEST = {"nginx": (1, 20), "caddy": (2, 8)}
_COMPRESSES_STREAMS = (2, 9)
"""Caddy's first version that hands on what it has compressed so far."""


def too_old(spec: Spec, version: tuple[int, ...], ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for a version that this program does not write for, and for what one cannot do."""
    oldest, of_engine = _OLDEST[spec.engine], {"nginx": _of_nginx, "caddy": _of_caddy}[spec.engine]
    problems = [(codes.FIELD_NEEDS_LATER_ENGINE, *problem) for problem in of_engine(spec, version)]
    if version < oldest:
        must = f"must be {_text(oldest)} or later with engine {spec.engine}"
        problems.insert(0, (codes.ENGINE_TOO_OLD, "spec.engineVersion", must, "Use a later image"))
    for code, path, must, remedy in problems:
        yield Result(code=code, ref=ref, path=path, message=f"{must}, got {_text(version)}. {remedy}.")


def _of_nginx(spec: Spec, version: tuple[int, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield where something is set that the version cannot do, what must be, and the remedy."""
    if version >= HTTP2_DIRECTIVE:
        return
    must = (
        f"must be left out without TLS under nginx before {_text(HTTP2_DIRECTIVE)}, whose ports speak HTTP/2 or HTTP/1 "
        "and not both"
    )
    for index, listener in enumerate(spec.listeners):
        for position, route in enumerate(listener.routes):
            if route.grpc and not listener.tls:
                path = f"spec.listeners[{index}].routes[{position}].grpc"
                yield path, must, "Use a later image, or set tls"


def _of_caddy(spec: Spec, version: tuple[int, ...]) -> Iterator[tuple[str, str, str]]:
    if version >= _COMPRESSES_STREAMS or not spec.compression.enabled:
        return
    for index, kind in enumerate(spec.compression.types or ()):
        if kind == "text/event-stream":
            must = (
                f"must be another type under Caddy before {_text(_COMPRESSES_STREAMS)}, which keeps compressed "
                "events to itself until their stream ends"
            )
            yield f"spec.compression.types[{index}]", must, "Use a later image, or leave it out"


def _text(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version if number < ANY_PATCH)
