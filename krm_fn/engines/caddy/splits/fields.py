"""Which version answered, for the log; and splits that Caddy cannot make."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.caddy.json_parts import dial
from krm_fn.engines.caddy.splits.choosing import VERSION, can_share_clients
from krm_fn.engines.engine import RenderError, RenderProblem
from krm_fn.engines.routes import destination_of, effective_routes
from krm_fn.engines.splits.choices import CANARY, STABLE, is_keyed, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.engines.engine import ProxyListener, ProxyPlan
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Split


def check_splits(plan: ProxyPlan) -> None:
    """Raise a RenderError for each split that Caddy cannot make."""
    problems = [
        RenderProblem(
            code=codes.STICKY_UPSTREAMS_DIFFER,
            path=f"spec.listeners[{place}].routes[{index}].split.sticky",
            message=(
                "must be setCookie with engine caddy, where the two upstreams differ in TLS, protocol or Host header: "
                "it cannot choose between them by what a client is known by. Set setCookie, or engine: nginx."
            ),
        )
        for place, proxy_listener in enumerate(plan.listeners)
        for index, split, usual, others in _splits(proxy_listener)
        if index < len(proxy_listener.listener.routes) and not can_share_clients(split, usual, others)
    ]
    if problems:
        raise RenderError(*problems)


def _splits(proxy_listener: ProxyListener) -> Iterator[tuple[int, Split, Destination, Destination]]:
    for index, route in enumerate(effective_routes(proxy_listener)):
        if route.split:
            usual = destination_of(proxy_listener, route.upstream, grpc=route.grpc)
            yield index, route.split, usual, destination_of(proxy_listener, route.split.upstream, grpc=route.grpc)


def version_fields(plan: ProxyPlan) -> list[dict[str, Any]]:
    """Return the handlers that add the version to the log. What no upstream has answered has none.

    The address that Caddy has connected to may begin with its network.
    """
    keyed = {
        dial(others)
        for proxy_listener in plan.listeners
        for _, split, _, others in _splits(proxy_listener)
        if is_keyed(split)
    }
    mappings: list[dict[str, Any]] = [{"input_regexp": f"^({CANARY}|{STABLE}) .", "outputs": ["${1}"]}]
    for each in sorted(keyed):
        address = literal(each)
        mappings.append({"input_regexp": f"^{address} (?:[a-z0-9]+/)?{address}$", "outputs": [CANARY]})
        mappings.append({"input_regexp": f"^{address} .", "outputs": [STABLE]})
    found = {
        "handler": "map",
        "source": f"{{http.vars.{VERSION}}} {{http.reverse_proxy.upstream.address}}",
        "destinations": ["{log_version}"],
        "mappings": mappings,
        "defaults": [""],
    }
    return [found, {"handler": "log_append", "key": "version", "value": "{log_version}"}]
