"""SidecarPlan: the proxy of one workload, found and checked before anything is changed."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.companions import PodPort, companions_of
from krm_fn.config_maps.config_map import made_name
from krm_fn.engines import engine_named, without_user
from krm_fn.function_config.listeners import other_upstreams
from krm_fn.record import Record
from krm_fn.result import Result
from krm_fn.sidecar.conflicts import name_conflicts, own_container, port_conflicts, upstream_conflicts
from krm_fn.traffic.app_port import AppPort, AppPorts
from krm_fn.traffic.proxies import proxies_of
from krm_fn.traffic.readiness import readiness
from krm_fn.traffic.spoken import Spoken
from krm_fn.workload.container import label_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.companions import Companion
    from krm_fn.engines.engine import Engine
    from krm_fn.function_config.generated.values import Listener, ProxySidecar, Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.sidecar.images import Images
    from krm_fn.traffic.app_port import NoAppPort
    from krm_fn.traffic.readiness import Readiness
    from krm_fn.traffic.verdict import Verdict
    from krm_fn.workload.services import ServiceRoute, Survey
    from krm_fn.workload.workload import ContainerPort, Workload
    from krm_fn.yaml_text.node import Path


class SidecarNames(Record):
    """What the parts of the sidecar are called in the Pod."""

    container: str
    config_volume: str
    files_volume: str
    images_volume: str
    secrets_volume: str
    cache_volume: str
    config_map: str

    @property
    def volume_fields(self) -> dict[str, str]:
        """Where in the functionConfig the name of each volume is set, by that name."""
        parts = ("config", "files", "images", "secrets", "cache")
        return {getattr(self, f"{part}_volume"): f"spec.sidecar.volumes.{part}" for part in parts}


class Takeover(Record):
    """The name of the app's port that a listener's port takes, so that Services by that name reach the proxy."""

    name: str
    app_name: str
    """The name that the app's port gets."""
    places: tuple[Path, ...]
    """Where the workload has the name and means the app: at the port itself, in probes and hooks of its container."""


class SidecarPlan(Record):
    """A proxy for one workload: the app's port behind each listener, and the names and ports of what is added."""

    survey: Survey
    """The workload and its Services, as they were before any change."""
    app_ports: dict[int, ContainerPort]
    """By the listener's index, in order; without those that were not found, which are among the errors."""
    reasons: dict[int, str]
    """Why a listener's port is meant, where there were several and none was named."""
    settled: tuple[Listener, ...]
    """The listeners, with numbers for all ports and with what is spoken where the functionConfig does not say it."""
    verdicts: dict[int, Verdict]
    """What the app speaks on the port behind each listener."""
    readiness: Readiness | None
    """What /readyz requests of the app behind the first listener, if that has a port."""
    names: SidecarNames
    ports: tuple[PodPort, ...]
    """Those of the sidecar's container."""
    companions: tuple[Companion, ...]
    images: Images | None
    """What the Pod gets for static files of images."""
    is_renderable: bool
    """Whether all ports that listeners and routes name are there, so that the configuration can be rendered."""
    own_container: Path | None
    """Where below the Pod's spec the user wrote a container under our container's name."""
    takeovers: dict[int, Takeover] = {}  # noqa: RUF012 # a Record is frozen
    """The names of the app's ports that listeners take over, by the listener's index."""

    @property
    def workload(self) -> Workload:
        """The workload."""
        return self.survey.workload

    @property
    def services(self) -> tuple[Item, ...]:
        """The Services that select the Pods."""
        return self.survey.services

    @property
    def routes(self) -> tuple[ServiceRoute, ...]:
        """The ports of these Services."""
        return self.survey.routes

    @property
    def listeners(self) -> dict[int | str, int]:
        """The index of the listener in front of each port of the app: of several, the first gets the Services."""
        found: dict[int | str, int] = {}
        for index, port in self.app_ports.items():
            found.setdefault(port.number, index)
        return found

    def port_name(self, index: int) -> str:
        """Return the name of a listener's port in the Pod."""
        return self.takeovers[index].name if index in self.takeovers else self.settled[index].name

    @property
    def all_ports(self) -> tuple[PodPort, ...]:
        """The sidecar's ports, and those of companions beside it."""
        return _all_ports(self.ports, self.companions)


def plan_sidecar(survey: Survey, items: Items, config: ProxySidecar, drafts: Drafts) -> SidecarPlan:
    """Return the plan; errors are among the results, such as a listener that has no port of the app."""
    workload = survey.workload
    spec, ref, names = config.spec, drafts.ref, names_for(workload.title.rstrip("-."), config)
    engine = engine_named(spec.engine)
    engine = without_user(engine) if workload.is_of_openshift else engine
    companions = tuple(companions_of(config, names.container, engine))
    images = _images(spec, names, engine)
    ports = _sidecar_ports(spec, companions)
    image = spec.sidecar.container.get("image") or engine.default_image
    existing = own_container(workload, names.container, image, native=spec.sidecar.mode == "native")
    drafts.report(*port_conflicts(workload, _all_ports(ports, companions), names.container if existing else "", ref))
    unknown: list[Result] = []
    spoken = Spoken(survey, items, ref)
    if has_other_upstreams(spec):
        from krm_fn.sidecar.upstream_ports import doubtful_upstreams, unknown_ports  # noqa: PLC0415 # few need it

        unknown += unknown_ports(workload, spec, ref)
        drafts.report(*unknown, *doubtful_upstreams(spec, spoken))
    conflicts = list(name_conflicts(workload, names.container, "spec.sidecar.name", existing, ref))
    if existing or conflicts:
        from krm_fn.config_maps.unrecorded import output_under_our_name  # noqa: PLC0415 # few Pods have that name

        output = output_under_our_name(workload.item, names.container, names.config_map, ref.name, items)
        conflicts = output or conflicts
    drafts.report(*conflicts)
    for companion in companions:
        for container, field in zip(companion.containers, companion.name_fields, strict=True):
            drafts.report(*name_conflicts(workload, container["name"], field, None, ref))
    for copier in images.copiers if images else ():
        drafts.report(*name_conflicts(workload, copier.container["name"], "spec.sidecar.name", None, ref))
    others = proxies_of(workload, items, ref.name)
    proxies = {**others, **({names.container: config.metadata.name} if existing else {})}
    beside = {value for companion in companions for port in companion.ports for value in (port.number, port.name)}
    found = _found_ports(AppPorts(survey, items, proxies, beside), spec, drafts)
    app_ports = {index: each.port for index, each in found.items()}
    drafts.report(*upstream_conflicts(workload, _all_ports(ports, companions), app_ports.values(), ref))
    verdicts = spoken.verdicts(app_ports, spec, drafts)
    settled = _settled(spec, workload, spoken, verdicts, drafts)
    ready = readiness(workload, app_ports[0], verdicts[0], spec, others) if 0 in app_ports else None
    drafts.report(*(ready.warnings if ready else ()))
    return SidecarPlan(
        survey=survey,
        app_ports=app_ports,
        reasons={index: each.reason for index, each in found.items() if each.reason},
        settled=settled,
        verdicts=verdicts,
        readiness=ready,
        names=names,
        ports=ports,
        companions=companions,
        images=images,
        is_renderable=len(app_ports) == len(spec.listeners) and not unknown,
        own_container=existing,
    )


def _images(spec: Spec, names: SidecarNames, engine: Engine) -> Images | None:
    if not any(route.files and route.files.image for listener in spec.listeners for route in listener.routes):
        return None
    from krm_fn.sidecar.images import images_of  # noqa: PLC0415 # few sites come from an image

    return images_of(spec, names.container, names.images_volume, engine)


def _settled(
    spec: Spec, workload: Workload, spoken: Spoken, verdicts: dict[int, Verdict], drafts: Drafts
) -> tuple[Listener, ...]:
    """Return the listeners as the engine gets them; report what does not go with what their upstreams speak."""
    if not (has_other_upstreams(spec) or any("grpc" in found.protocols for found in verdicts.values())):
        return spec.listeners
    from krm_fn.sidecar.upstream_ports import grpc_problems, settled  # noqa: PLC0415 # few need it

    listeners = tuple(settled(listener, workload, spoken) for listener in spec.listeners)
    drafts.report(*grpc_problems(listeners, verdicts, drafts.ref))
    return listeners


def _found_ports(possible: AppPorts, spec: Spec, drafts: Drafts) -> dict[int, AppPort]:
    """Return the app's port behind each listener that has one; report why others have none, and what is doubtful."""
    found: dict[int, AppPort] = {}
    for index, listener in enumerate(spec.listeners):
        each = possible.find(listener.upstream.port)
        if not isinstance(each, AppPort):
            drafts.report(_missing(each, index, spec, drafts.ref))
            continue
        found[index] = each
        if each.doubt:
            path = f"spec.listeners[{index}].upstream.port"
            drafts.report(Result(code=codes.APP_PORT_UNDECLARED, ref=drafts.ref, path=path, message=each.doubt))
    return found


def _missing(missing: NoAppPort, index: int, spec: Spec, ref: ResourceRef) -> Result:
    """Return the error for a listener without a port: at the Service whose targetPort is wrong, or at the listener."""
    route = missing.route
    if route:
        path = f"spec.ports[{route.index}].targetPort"
        is_own = route.pod_port in [listener.name for listener in spec.listeners]
        message = f"{missing.message} {_OF_OUTPUT}" if is_own else missing.message
        return route.item.result(missing.code, path, message, current=route.pod_port)
    path = f"spec.listeners[{index}].upstream.port"
    return Result(code=missing.code, ref=ref, path=path, message=missing.message)


_OF_OUTPUT = (
    "That is the name of the proxy's own port: if the Service is from the output of an earlier run, use it as it was."
)


def names_for(workload_name: str, config: ProxySidecar) -> SidecarNames:
    """Return the names: the user's, or made from those of the ProxySidecar and the workload."""
    own, volumes = config.metadata.name, config.spec.sidecar.volumes
    return SidecarNames(
        container=config.spec.sidecar.name or own,
        config_volume=volumes.config or label_of(own, "config"),
        files_volume=volumes.files or label_of(own, "files"),
        images_volume=volumes.images or label_of(own, "images"),
        secrets_volume=volumes.secrets or label_of(own, "secrets"),
        cache_volume=volumes.cache or label_of(own, "cache"),
        config_map=config.spec.config_map.name or made_name(workload_name, f"{own}-config"),
    )


def has_other_upstreams(spec: Spec) -> bool:
    """Return whether requests go anywhere else than to the listeners' own upstreams."""
    return any(any(True for _ in other_upstreams(listener)) for listener in spec.listeners)


def _sidecar_ports(spec: Spec, companions: tuple[Companion, ...]) -> tuple[PodPort, ...]:
    """Return the ports of the sidecar's container, in its order."""
    ports, redirects = [], []
    for index, listener in enumerate(spec.listeners):
        place = f"spec.listeners[{index}]"
        ports.append(_port(listener.port, listener.name, f"{place}.port", f"{place}.name"))
        if listener.tls and listener.tls.redirect_port:
            fields = f"{place}.tls.redirectPort", f"{place}.tls.redirectName"
            redirects.append(_port(listener.tls.redirect_port, listener.tls.redirect_name, *fields))
    probes = _port(spec.probes.port, spec.probes.name, "spec.probes.port", "spec.probes.name")
    inside = [port for companion in companions if companion.is_in_proxy for port in companion.ports]
    return (*ports, *redirects, probes, *inside)


def _port(number: int, name: str, number_field: str, name_field: str) -> PodPort:
    return PodPort(number=number, name=name, number_field=number_field, name_field=name_field)


def _all_ports(ports: tuple[PodPort, ...], companions: tuple[Companion, ...]) -> tuple[PodPort, ...]:
    beside = [port for companion in companions if not companion.is_in_proxy for port in companion.ports]
    return (*ports, *beside)
