"""What a version of an engine is too old for."""

from __future__ import annotations

from krm_fn.engines.version import ANY_PATCH, HTTP2_DIRECTIVE
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.values import Spec
    from krm_fn.result import ResourceRef

_OLDEST = {"nginx": (1, 20), "caddy": (2, 8)}


def too_old(spec: Spec, version: tuple[int, ...] | None, ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for a version that this program does not write for, and for what one cannot do."""
    if version is None:
        return
    oldest = _OLDEST[spec.engine]
    if version < oldest:
        message = (
            f"must be {_text(oldest)} or later with engine {spec.engine}, got {_text(version)}. Use a later image."
        )
        yield Result(severity="error", ref=ref, path="spec.engineVersion", message=message)
    if spec.engine == "nginx" and version < HTTP2_DIRECTIVE:
        for index, listener in enumerate(spec.listeners):
            for position, route in enumerate(listener.routes):
                if route.grpc and not listener.tls:
                    message = (
                        f"must be left out without TLS under nginx before {_text(HTTP2_DIRECTIVE)}, whose ports speak "
                        f"HTTP/2 or HTTP/1 and not both, got {_text(version)}. Use a later image, or set tls."
                    )
                    path = f"spec.listeners[{index}].routes[{position}].grpc"
                    yield Result(severity="error", ref=ref, path=path, message=message)


def _text(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version if number < ANY_PATCH)
