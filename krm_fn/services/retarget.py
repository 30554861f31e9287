"""Point Services at the sidecar: the ports that pointed to the app port behind it, and no other."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import listed, shown
from krm_fn.resource_list.identity import metadata_of, name_of, names_of, namespace_of
from krm_fn.result import Result
from krm_fn.services.app_protocol import app_protocol
from krm_fn.services.port_changes import PortChange
from krm_fn.services.port_types import old_name
from krm_fn.services.service_ports import CutOffs, Divisions, ServicePorts, conflicts, gathered
from krm_fn.workload.services import may_have_apply_traps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.services.service_ports import RetargetedPort
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.traffic.verdict import Verdict


FIELDS = _NUMBER, _NAME, _TARGET, _PROTOCOL = ("port", "name", "targetPort", "appProtocol")
"""The fields of a Service's port that are written: no other."""


def retarget_services(
    plans: list[SidecarPlan],
    fronted: list[FrontedPort],
    bystanders: Bystanders,
    config: ProxySidecar,
    drafts: Drafts,
) -> list[PortChange]:
    """Change the Services of all plans; return the changes, for what refers to them."""
    changes: list[PortChange] = []
    if "Service" in config.spec.referrers.ignore:
        return changes
    is_staged = config.spec.cutover == "staged"
    service_ports, divisions, cut_offs = ServicePorts(config), Divisions(plans), CutOffs(bystanders)
    in_front: dict[tuple[int, int], FrontedPort] = {}
    for each in fronted:
        in_front.setdefault((id(each.workload), each.app_number), each)
    for plan in plans:
        ports = service_ports.of(plan)
        services: dict[Item, list[RetargetedPort]] = {route.item: [] for route in plan.routes}
        for port in ports:
            services[port.route.item].append(port)
        for service, changed in services.items():
            drafts.report(*conflicts(service, changed, drafts.ref))
        for port in ports:
            drafts.report(*divisions.of(port, plan))
        taken = {index: each.name for index, each in plan.takeovers.items()}
        drafts.report(*gathered(each for port in ports for each in cut_offs.of(port, taken.get(port.index, ""))))
        if is_staged:
            drafts.report(*_staged(services, drafts.ref))
        else:
            for port in ports:
                listener = in_front[id(plan.workload), plan.app_ports[port.index].number]
                changes.append(_change(port, listener))
                _retarget(port, listener, plan.verdicts[port.index], drafts)
        _report_headless(ports, drafts)
        pointed_at = {port.index for port in ports}
        for index, app_port in plan.app_ports.items():
            if index not in pointed_at and not bystanders.make_service(in_front[id(plan.workload), app_port.number]):
                message = f"{_why_none(index, plan)}. Point a Service at port {plan.port_name(index)}."
                path = f"spec.listeners[{index}]"
                drafts.report(Result(code=codes.LISTENER_WITHOUT_SERVICE, ref=drafts.ref, path=path, message=message))
    drafts.report(*_nameless(changes))
    _report_apply_traps(changes, config, drafts)
    return changes


def _nameless(changes: list[PortChange]) -> Iterator[Result]:
    """Yield an error for each Service without a name whose ports change: what refers to them is found by it."""
    for service in dict.fromkeys(change.service for change in changes if change.is_renamed):
        name = metadata_of(service.data).get("name")
        if not (isinstance(name, str) and name):
            got = "none" if name is None else shown(name)
            message = f"must be set, got {got}: what refers to the port that changes is found by it. Give it a name."
            yield service.result(codes.SERVICE_NAME_MISSING, "metadata.name", message, current=name)


def _staged(services: Iterable[Item], ref: ResourceRef) -> Iterator[Result]:
    """Yield a warning for Services that still route to the app, until a second run."""
    names = listed([name_of(service.data) for service in services])
    if names:
        message = (
            f"is staged: Service {names}, and all that follows it, still route to the app, and no request is proxied. "
            "When all Pods have the proxy, set it to service, and apply that."
        )
        yield Result(code=codes.CUTOVER_STAGED, ref=ref, path="spec.cutover", message=message)


def _why_none(index: int, plan: SidecarPlan) -> str:
    """Return why no Service points to a listener."""
    number = plan.app_ports[index].number
    first = plan.listeners[number]
    if first != index:
        name = plan.port_name(first)
        return f"no Service points here: those of port {number} point to {name}, the first listener in front of it"
    return f"no Service among the items points to port {number} of {plan.workload.ref}, so none points to the proxy"


def _retarget(port: RetargetedPort, listener: FrontedPort, found: Verdict, drafts: Drafts) -> None:
    """Point one port at its listener."""
    route, path = port.route, ("spec", "ports", port.route.index)
    edit, code = drafts.edit(route.item), codes.SERVICE_PORT_CHANGED
    settings = "is what the listener's settings require."
    if port.number != "":
        edit.set((*path, _NUMBER), port.number, code, settings)
    if port.name == str(route.port.get("name")):  # which may be a number
        edit.share((*path, _NAME))
    elif port.name:
        drafts.report(*old_name(route.item, route.index))
        edit.set((*path, _NAME), port.name, code, settings)
    target = listener.name if listener.by_name else listener.number
    message = f"points to the proxy's port {listener.number}, and no longer to the app's {route.pod_port}."
    edit.set((*path, _TARGET), target, code, message)
    if port.listener.tls and "https" not in found.protocols:
        drafts.report(_speaks_tls(port))
    if port.settings.app_protocol:
        edit.set((*path, _PROTOCOL), port.settings.app_protocol, code, settings)
        return
    spoken = app_protocol(port, found.protocols)
    is_news = bool(port.listener.tls) or not listener.takes_over  # what was spoken before the cutover still is
    if spoken.new and is_news and not found.code:  # no guess is written where there is doubt
        edit.set((*path, _PROTOCOL), spoken.new, code, "is what the proxy speaks.")
    if spoken.doubt:
        where = f"spec.ports[{route.index}].{spoken.field}"
        value = route.port.get(spoken.field)
        drafts.report(route.item.result(codes.APP_PROTOCOL_KEPT, where, spoken.doubt, current=value))


def _speaks_tls(port: RetargetedPort) -> Result:
    """Return a warning for a port at which clients must now speak TLS, also those that are not among the items."""
    message = (
        "now speaks TLS: requests by http:// get an error. Set an Ingress by its controller's annotation, a "
        "ServiceMonitor by scheme: https, and others by their URLs."
    )
    return port.route.item.result(codes.SERVICE_SPEAKS_TLS, f"spec.ports[{port.route.index}]", message)


def _change(port: RetargetedPort, listener: FrontedPort) -> PortChange:
    route = port.route
    return PortChange(
        service=route.item,
        service_names=names_of(route.item.data),
        namespace=namespace_of(route.item.data),
        fronted=listener,
        old_number=route.port.get("port", ""),
        new_number=port.number,
        old_name=str(route.port.get("name") or ""),
        new_name=port.name,
    )


def _report_headless(ports: list[RetargetedPort], drafts: Drafts) -> None:
    """Report headless Services: their clients use the Pods' own addresses, and so the app's port.

    A warning where no other Service points to the proxy.
    """
    headless = [port for port in ports if port.route.item.data["spec"].get("clusterIP") == "None"]
    code = codes.HEADLESS_ONLY if len(headless) == len(ports) else codes.HEADLESS
    for port in headless:
        message = (
            "must be an address for clients to reach the proxy by the Service's number, got None: the names of a "
            f"headless Service resolve to the Pods, where {port.route.pod_port} is still the app's port, and the "
            f"proxy's is {port.listener.port}. Use that one."
        )
        drafts.report(port.route.item.result(code, "spec.clusterIP", message, current="None"))


def _report_apply_traps(changes: list[PortChange], config: ProxySidecar, drafts: Drafts) -> None:
    """Report where kubectl apply makes something else of a Service than it says now."""
    trapped = [service for service in dict.fromkeys(each.service for each in changes) if may_have_apply_traps(service)]
    if trapped:
        from krm_fn.services.apply_traps import apply_traps  # noqa: PLC0415 # few Services have any

        version = config.spec.kubernetes_version or ""
        for service in trapped:
            drafts.report(*apply_traps(service, service.data, drafts.data_of(service), version))
