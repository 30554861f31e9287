"""Plan: all that a workload decides about its proxy, found and checked before anything is changed."""

from __future__ import annotations

from krm_fn.engines import engine_named
from krm_fn.record import Record
from krm_fn.result import FunctionError, Result
from krm_fn.sidecar.app_port import app_port, proxies_of
from krm_fn.sidecar.conflicts import name_conflicts, own_container, port_conflicts
from krm_fn.sidecar.names import SidecarNames, names_for
from krm_fn.workload.services import routes_of, services_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import ProxySidecar, Spec
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.workload.services import ServiceRoute
    from krm_fn.workload.workload import ContainerPort, Workload
    from krm_fn.yaml_text.node import Path


class SidecarPlan(Record):
    """A proxy for one workload: the app's port behind each listener, and the names of what is added."""

    workload: Workload
    services: tuple[Item, ...]
    """The Services that select the Pods."""
    routes: tuple[ServiceRoute, ...]
    """The ports of all Services that select the Pods, as they were before any change."""
    app_ports: tuple[ContainerPort, ...]
    """One for each listener, in order."""
    names: SidecarNames
    own_container: Path | None
    """Where below the Pod's spec a container stands that the user wrote under our container's name."""


def plan_for(workload: Workload, items: Items, config: ProxySidecar, ref: ResourceRef) -> SidecarPlan:
    """Return the plan. A FunctionError has everything that stands in its way."""
    names = names_for(workload.name, config)
    services = services_of(items, workload)
    routes = [route for service in services for route in routes_of(service, workload)]
    engine = engine_named(config.spec.engine)
    native = config.spec.sidecar.mode == "native"
    image = config.spec.sidecar.container.get("image") or engine.default_image
    theirs = own_container(workload, names.container, image, native=native)
    problems = [*port_conflicts(workload, config, names.container if theirs else "", ref)]
    if names_others(config.spec):
        from krm_fn.sidecar.upstream_ports import unknown_ports  # noqa: PLC0415 # few need it

        problems += unknown_ports(workload, config.spec, ref)
    problems += name_conflicts(workload, names.container, "spec.sidecar.name", theirs, ref)
    metrics = config.spec.companions.metrics
    if metrics and engine.exporter:
        field = "spec.companions.metrics.exporter.name"
        problems += name_conflicts(workload, names.exporter, field, None, ref)
    proxies = {**proxies_of(workload), **({names.container: config.metadata.name} if theirs else {})}
    asked = [route for route in routes if not (metrics and route.pod_port in (metrics.port, metrics.name))]
    app_ports = []
    for index, listener in enumerate(config.spec.listeners):
        found = app_port(workload, asked, proxies, listener.upstream.port)
        if isinstance(found, tuple):
            code, message = found
            path = f"spec.listeners[{index}].upstream.port"
            problems.append(Result(code=code, ref=ref, path=path, message=message))
        else:
            app_ports.append(found)
    if problems:
        raise FunctionError(*problems)
    return SidecarPlan(
        workload=workload,
        services=tuple(services),
        routes=tuple(routes),
        app_ports=tuple(app_ports),
        names=names,
        own_container=theirs,
    )


def names_others(spec: Spec) -> bool:
    """Tell whether anything leads elsewhere than to the listeners' own upstreams."""
    return any(
        listener.auth or any(route.upstream or route.split for route in listener.routes) for listener in spec.listeners
    )
