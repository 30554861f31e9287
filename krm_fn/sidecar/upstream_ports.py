"""The upstreams that routes name in place of the listener's: ports of the Pod by name, and what is spoken there."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.grpc_conflicts import grpc_conflicts
from krm_fn.function_config.listeners import other_upstreams
from krm_fn.quoting import MANY, listed, shown
from krm_fn.result import Result
from krm_fn.traffic.verdict import reasons

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from krm_fn.function_config.generated.values import Auth, Listener, OtherUpstream, Route, Spec
    from krm_fn.result import ResourceRef
    from krm_fn.traffic.spoken import Spoken
    from krm_fn.traffic.verdict import Verdict
    from krm_fn.workload.workload import Workload


def unknown_ports(workload: Workload, spec: Spec, ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for each name that no container's port has. A number need not be declared."""
    for index, listener in enumerate(spec.listeners):
        for place, upstream in other_upstreams(listener):
            if isinstance(upstream.port, str) and workload.tcp_port(upstream.port) is None:
                names = listed([shown(port.name) for port in workload.ports if port.name], MANY) or "none"
                message = (
                    f"must be the name of a TCP port in {workload.ref}, got {shown(upstream.port)}. Named are: {names}."
                )
                yield Result(
                    code=codes.UPSTREAM_PORT_UNKNOWN,
                    ref=ref,
                    path=f"spec.listeners[{index}].{place}.port",
                    message=message,
                )


def doubtful_upstreams(spec: Spec, spoken: Spoken) -> Iterator[Result]:
    """Yield what is wrong or doubtful about what upstreams speak that say nothing of it themselves."""
    for index, listener in enumerate(spec.listeners):
        for place, upstream in other_upstreams(listener):
            if upstream.protocol == "auto" and upstream.tls is None:
                yield from spoken.problems_of(upstream, f"spec.listeners[{index}].{place}.protocol")


def grpc_problems(listeners: Sequence[Listener], verdicts: Mapping[int, Verdict], ref: ResourceRef) -> Iterator[Result]:
    """Yield the fields of routes that do not go with gRPC, which the manifests say that their upstreams speak."""
    for index, found in verdicts.items():
        for place, must in grpc_conflicts(listeners[index], found.protocols):
            why = f", for {reasons(found)}" if found.because else ""
            message = f"{must}{why}. Remove it, or set the upstream's protocol."
            path = f"spec.listeners[{index}].{place}"
            yield Result(code=codes.ROUTE_FIELDS_CONFLICT, ref=ref, path=path, message=message)


def settled(listener: Listener, workload: Workload, spoken: Spoken) -> Listener:
    """Return the listener with numbers in the place of all names, and with what is spoken where it says nothing."""

    def of(upstream: OtherUpstream) -> OtherUpstream:
        found = workload.tcp_port(upstream.port) if isinstance(upstream.port, str) else None
        return spoken.settled(upstream.replace(port=found.number) if found else upstream)

    def route_of(route: Route) -> Route:
        split = route.split and route.split.replace(upstream=of(route.split.upstream))
        return route.replace(upstream=route.upstream and of(route.upstream), split=split, auth=auth_of(route.auth))

    def auth_of(auth: Auth | None) -> Auth | None:
        external = auth and auth.external
        return auth.replace(external=external.replace(upstream=of(external.upstream))) if auth and external else auth

    return listener.replace(auth=auth_of(listener.auth), routes=tuple(map(route_of, listener.routes)))
