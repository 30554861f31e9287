"""Plan: all that a workload decides about its proxy, found and checked before anything is changed."""

from __future__ import annotations

from krm_fn.engines import engine_named
from krm_fn.injection.app_port import app_port, proxies_of
from krm_fn.injection.taken import own_container, taken_name, taken_ports
from krm_fn.record import Record
from krm_fn.result import FunctionError, Result
from krm_fn.workload.services import routes_of, services_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import ProxySidecar, Spec
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.workload.services import ServiceRoute
    from krm_fn.workload.workload import ContainerPort, Workload
    from krm_fn.yaml_text.node import Path


class Names(Record):
    """What the parts of the sidecar are called in the Pod."""

    container: str
    exporter: str
    config_volume: str
    files_volume: str
    secrets_volume: str
    cache_volume: str
    config_map: str


class Plan(Record):
    """A proxy for one workload: the app's port behind each listener, and the names of what is added."""

    workload: Workload
    services: tuple[Item, ...]
    """The Services that select the Pods."""
    routes: tuple[ServiceRoute, ...]
    """The ports of all Services that select the Pods, as they were before any change."""
    app_ports: tuple[ContainerPort, ...]
    """One for each listener, in order."""
    names: Names
    own_container: Path | None
    """Where below the Pod's spec a container stands that the user wrote under our container's name."""


def plan_for(workload: Workload, items: Items, config: ProxySidecar, ref: ResourceRef) -> Plan:
    """Return the plan. A FunctionError has everything that stands in its way."""
    names = names_for(workload.name, config)
    services = services_of(items, workload)
    routes = [route for service in services for route in routes_of(service, workload)]
    engine = engine_named(config.spec.engine)
    native = config.spec.sidecar.mode == "native"
    image = config.spec.sidecar.container.get("image") or engine.default_image
    theirs = own_container(workload, names.container, image, native=native)
    problems = [*taken_ports(workload, config, names.container if theirs else "", ref)]
    if names_others(config.spec):
        from krm_fn.injection.upstream_ports import unknown_ports  # noqa: PLC0415 # few need it

        problems += unknown_ports(workload, config.spec, ref)
    problems += taken_name(workload, names.container, "spec.sidecar.name", theirs, ref)
    metrics = config.spec.companions.metrics
    if metrics and engine.exporter:
        field = "spec.companions.metrics.exporter.name"
        problems += taken_name(workload, names.exporter, field, None, ref)
    proxies = {**proxies_of(workload), **({names.container: config.metadata.name} if theirs else {})}
    asked = [route for route in routes if not (metrics and route.pod_port in (metrics.port, metrics.name))]
    app_ports = []
    for index, listener in enumerate(config.spec.listeners):
        found = app_port(workload, asked, proxies, listener.upstream.port)
        if isinstance(found, str):
            path = f"spec.listeners[{index}].upstream.port"
            problems.append(Result(severity="error", ref=ref, path=path, message=found))
        else:
            app_ports.append(found)
    if problems:
        raise FunctionError(*problems)
    return Plan(
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


def names_for(workload_name: str, config: ProxySidecar) -> Names:
    """Return the names: the user's, or made from those of the ProxySidecar and the workload."""
    own, volumes = config.metadata.name, config.spec.sidecar.volumes
    container = config.spec.sidecar.name or own
    metrics = config.spec.companions.metrics
    return Names(
        container=container,
        exporter=(metrics.exporter.name if metrics else None) or _label(container, "metrics"),
        config_volume=volumes.config or _label(own, "config"),
        files_volume=volumes.files or _label(own, "files"),
        secrets_volume=volumes.secrets or _label(own, "secrets"),
        cache_volume=volumes.cache or _label(own, "cache"),
        config_map=config.spec.config_map.name or f"{workload_name}-{own}-config",
    )


def _label(own: str, what: str) -> str:
    limit = 63  # a DNS label's
    return f"{own[: limit - len(what) - 1].rstrip('-')}-{what}"
