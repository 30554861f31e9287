"""What a listener's settings say that an app which speaks gRPC cannot do."""

from __future__ import annotations

from krm_fn.engines.routes import is_answered, protocol_of
from krm_fn.function_config.rules.routes.upstreams import NOT_WITH_GRPC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.engines.engine import Protocol
    from krm_fn.function_config.generated.values import Listener, Route


def grpc_conflicts(listener: Listener, protocols: tuple[Protocol, ...] = ("grpc",)) -> Iterator[tuple[str, str]]:
    """Yield the fields, by their path below the listener, that do not go with what the app speaks, and what must be.

    Where it speaks gRPC alone, its routes have nothing that only HTTP has. An app that is sent a share of a route's
    requests speaks gRPC where the usual one does, and only there.
    """
    for index, route in enumerate(listener.routes):
        if route.files or is_answered(route):
            continue
        by_grpc = route.grpc or (protocol_of(route.upstream) if route.upstream else protocols[0]) == "grpc"
        if by_grpc:
            for field in NOT_WITH_GRPC:
                if getattr(route, field):
                    yield f"routes[{index}].{field}", "must be removed where the app serves gRPC"
        if route.split and _differs(route, by_grpc=by_grpc):
            must = (
                "must be grpc, as of the route's other upstream" if by_grpc else "must not be grpc: the app serves HTTP"
            )
            yield f"routes[{index}].split.upstream.protocol", must


def _differs(route: Route, *, by_grpc: bool) -> bool:
    assert route.split  # noqa: S101 # the caller has checked
    protocol = route.split.upstream.protocol
    return protocol not in ("auto", "grpc") if by_grpc else protocol == "grpc"
