"""Point Services at the sidecar: the ports that led to the fronted app port, and no other."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.owned_edit import OwnedEdit
from krm_fn.resource_list.identity import names_of, namespace_of
from krm_fn.result import FunctionError, Result
from krm_fn.services.port_changes import PortChange
from krm_fn.services.service_ports import Told, clashes, cut_off, divided, retargeted_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.result import ResourceRef
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.services.service_ports import RetargetedPort
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.services import ServiceRoute


def retarget_services(
    plans: list[SidecarPlan], fronts: list[FrontedPort], around: Bystanders, config: ProxySidecar, ref: ResourceRef
) -> tuple[list[PortChange], list[Result]]:
    """Change the Services of all plans; return what moved, and what there is to say of it."""
    moves: list[PortChange] = []
    results: list[Result] = []
    if "Service" in config.spec.referrers.ignore:
        return moves, results
    told = Told()
    for plan in plans:
        services = dict.fromkeys(route.item for route in plan.routes)
        pointed = [port for service in services for port in retargeted_ports(service, plan, config, told)]
        problems = [problem for port in pointed for problem in _against(port, pointed, ref)]
        problems += [problem for port in pointed for problem in divided(port, plans)]
        others = [each for port in pointed for each in cut_off(port, around)]
        problems += [each for each in others if each.severity == "error"]
        if problems:
            raise FunctionError(*problems)
        results += others
        for service in services:
            edit = OwnedEdit(service, config.metadata.name)
            for port in pointed:
                if port.route.item is service:
                    front = _front(fronts, plan, port)
                    moves.append(_move(port, front))
                    results += _point(edit, port, front)
            edit.close()
        results += _aside(plan, pointed)
        for index in range(len(config.spec.listeners)):
            if index not in (port.index for port in pointed):
                name = config.spec.listeners[index].name
                message = f"{_why_none(index, plan, config)}. Point a Service at port {name}."
                results.append(
                    Result(
                        code=codes.LISTENER_WITHOUT_SERVICE, ref=ref, path=f"spec.listeners[{index}]", message=message
                    )
                )
    return moves, results


def _front(fronts: list[FrontedPort], plan: SidecarPlan, port: RetargetedPort) -> FrontedPort:
    number = plan.app_ports[port.index].number
    return next(front for front in fronts if front.workload is plan.workload and front.app_number == number)


def _why_none(index: int, plan: SidecarPlan, config: ProxySidecar) -> str:
    """Return why no Service leads to a listener."""
    number = plan.app_ports[index].number
    first = next(position for position, port in enumerate(plan.app_ports) if port.number == number)
    if first != index:
        name = config.spec.listeners[first].name
        return f"no Service leads here: those of port {number} lead to {name}, the first listener in front of it"
    return f"no Service among the items leads to port {number} of {plan.workload.ref}, so none leads to the proxy"


def _against(port: RetargetedPort, pointed: list[RetargetedPort], ref: ResourceRef) -> Iterator[Result]:
    """Yield what stands against it in its own Service."""
    return clashes(port, [other for other in pointed if other.route.item is port.route.item], ref)


def _point(edit: OwnedEdit, port: RetargetedPort, front: FrontedPort) -> list[Result]:
    """Point one port at its listener; tell of each field that has another value then."""
    route, path = port.route, ("spec", "ports", port.route.index)
    target = front.name if front.by_name else front.number
    before = dict(route.port)
    edit.put((*path, "port"), port.number)
    if port.name:
        edit.put((*path, "name"), port.name)
    edit.put((*path, "targetPort"), target)
    protocol = "https" if port.listener.tls else "http"
    edit.put((*path, "appProtocol"), protocol)
    messages = {
        "port": "is what the listener's settings ask for.",
        "name": "is what the listener's settings ask for.",
        "targetPort": f"leads to the proxy's port {front.number}, and no longer to the app's {route.pod_port}.",
        "appProtocol": "is what the proxy speaks.",
    }
    values = {"port": port.number, "name": port.name, "targetPort": target, "appProtocol": protocol}
    results = [_speaks_tls(route)] if port.listener.tls else []
    return results + [
        route.item.result(
            codes.SERVICE_PORT_CHANGED,
            f"spec.ports[{route.index}].{field}",
            message,
            current=before.get(field),
            proposed=values[field],
        )
        for field, message in messages.items()
        if values[field] and before.get(field) != values[field]
    ]


def _speaks_tls(route: ServiceRoute) -> Result:
    """Tell of a port at which clients must speak TLS from now on: how each is told so is its own affair."""
    message = (
        "speaks TLS now: who asks it by http:// gets an error. Tell an Ingress by its controller's annotation, a "
        "ServiceMonitor by scheme: https, and others by their URLs."
    )
    return route.item.result(codes.SERVICE_SPEAKS_TLS, f"spec.ports[{route.index}]", message)


def _move(port: RetargetedPort, front: FrontedPort) -> PortChange:
    route = port.route
    return PortChange(
        service=route.item,
        service_names=names_of(route.item.data),
        namespace=namespace_of(route.item.data),
        front=front,
        old_number=route.port.get("port", ""),
        new_number=port.number,
        old_name=str(route.port.get("name") or ""),
        new_name=port.name,
    )


def _aside(plan: SidecarPlan, pointed: list[RetargetedPort]) -> list[Result]:
    """Tell of headless Services: who asks them for an address asks the Pods themselves, and so the app.

    A warning where no other Service leads to the proxy.
    """
    headless = [port for port in pointed if port.route.item.data["spec"].get("clusterIP") == "None"]
    code = codes.HEADLESS_ONLY if len(headless) == len(pointed) else codes.HEADLESS
    message = (
        "must be an address for clients to reach the proxy by the Service's number, got None: the names of a headless "
        "Service stand for the Pods, where {} is the app's port still, and the proxy's is {}. Ask for that one."
    )
    return [
        port.route.item.result(
            code,
            "spec.clusterIP",
            message.format(port.route.pod_port, port.listener.port),
            current="None",
        )
        for port in headless
    ]
