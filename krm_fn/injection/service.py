"""Point Services at the sidecar: the ports that led to the fronted app port, and no other."""

from __future__ import annotations

from krm_fn.function_config.values import ServicePort
from krm_fn.injection.ownership import OwnedEdit
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import names_of, namespace_of, ref_of, result_on
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.values import Listener, ProxySidecar
    from krm_fn.injection.plan import Plan
    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef
    from krm_fn.workload.services import ServiceRoute


class PortMove(Record):
    """A Service port that now leads to the proxy: what it was called before, and what it is called now."""

    service: Item
    service_names: tuple[str, ...]
    """The Service's name, then those it had before kustomize changed it."""
    namespace: str
    old_number: int | str
    new_number: int | str
    old_name: str
    new_name: str
    """Empty where the port has no name."""


class _Pointed(Record):
    """A port of a Service that is to lead to a listener."""

    route: ServiceRoute
    index: int
    """The listener's, in the functionConfig."""
    listener: Listener
    settings: ServicePort
    """What the listener tells of this port: nothing, where it told an earlier one."""
    number: int | str
    name: str
    """What it is then called."""


class _Told:
    """What was decided for the Services so far, which several workloads may share."""

    def __init__(self) -> None:
        self.listeners: dict[tuple[Item, int], int] = {}
        """The listener that a port leads to, by Service and the port's position."""
        self.ports: dict[tuple[Item, int], int] = {}
        """The position of the port that a listener's settings are for, by Service and listener."""


def move_services(plans: list[Plan], config: ProxySidecar, ref: ResourceRef) -> tuple[list[PortMove], list[Result]]:
    """Change the Services of all plans; return what moved, and what there is to say of it."""
    moves: list[PortMove] = []
    results: list[Result] = []
    told = _Told()
    for plan in plans:
        services = dict.fromkeys(route.item for route in plan.routes)
        moved = [move for service in services for move in _move(service, plan, config, ref, told)]
        moves += [move for move, _ in moved]
        results += [result for _, result in moved]
        led_to = {result.proposed_value for _, result in moved}
        for index, fronted in enumerate(config.spec.listeners):
            if fronted.name not in led_to:
                message = f"{_why_none(index, plan, config)}. Point a Service at port {fronted.name}."
                results.append(Result(severity="warning", ref=ref, path=f"spec.listeners[{index}]", message=message))
    return moves, results


def _why_none(index: int, plan: Plan, config: ProxySidecar) -> str:
    """Return why no Service leads to a listener."""
    number = plan.app_ports[index].number
    first = next(position for position, port in enumerate(plan.app_ports) if port.number == number)
    if first != index:
        name = config.spec.listeners[first].name
        return f"no Service leads here: those of port {number} lead to {name}, the first listener in front of it"
    return f"no Service among the items leads to port {number} of {plan.workload.ref}, so none leads to the proxy"


def _move(
    service: Item, plan: Plan, config: ProxySidecar, ref: ResourceRef, told: _Told
) -> list[tuple[PortMove, Result]]:
    pointed = _pointed(service, plan, config, told)
    problems = [problem for port in pointed for problem in _clashes(port, pointed, ref)]
    problems += [problem for port in pointed for problem in _divided(port, plan, told)]
    if problems:
        raise FunctionError(*problems)
    edit = OwnedEdit(service, config.metadata.name)
    moved = [_point(edit, port) for port in pointed]
    edit.close()
    return moved


def _pointed(service: Item, plan: Plan, config: ProxySidecar, told: _Told) -> list[_Pointed]:
    """Return the ports to change. Number and name change only where told, and for the first of several ports."""
    listeners: dict[int | str, int] = {}
    for index, app_port in enumerate(plan.app_ports):
        listeners.setdefault(app_port.number, index)  # of two in front of one port, the first has the Service
    pointed: list[_Pointed] = []
    for route in plan.routes:
        index = listeners.get(route.pod_port, -1)
        if route.item is not service or index < 0:
            continue
        listener = config.spec.listeners[index]
        is_first = told.ports.setdefault((service, index), route.index) == route.index
        settings = listener.service if is_first else ServicePort()
        number, name = route.port.get("port", ""), str(route.port.get("name") or "")
        pointed.append(
            _Pointed(
                route=route,
                index=index,
                listener=listener,
                settings=settings,
                number=settings.port or number,
                name=settings.name or name,
            )
        )
    return pointed


def _clashes(port: _Pointed, pointed: list[_Pointed], ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for a number or name that is told, and that another port of the Service has or gets."""
    changed = {other.route.index: other for other in pointed}
    service = port.route.item.data
    for position, other in enumerate(service["spec"]["ports"]):
        if position == port.route.index or not isinstance(other, dict):
            continue
        new = changed.get(position)
        same_protocol = str(other.get("protocol") or "TCP") == "TCP"
        number, name = (new.number, new.name) if new else (other.get("port"), other.get("name"))
        for field, told, held in (
            ("port", port.settings.port, number if same_protocol else None),
            ("name", port.settings.name, name),
        ):
            if told is not None and told == held:
                message = f"must be free, got {shown(told)}: another port of {ref_of(service)} has it. Leave it out."
                path = f"spec.listeners[{port.index}].service.{field}"
                yield Result(severity="error", ref=ref, path=path, message=message, current_value=told)


def _divided(port: _Pointed, plan: Plan, told: _Told) -> Iterator[Result]:
    """Yield an error for a port that leads to one listener in one workload, and to another in another."""
    route = port.route
    if told.listeners.setdefault((route.item, route.index), port.index) != port.index:
        message = (
            f"must lead to the same listener in all workloads, got another in {plan.workload.ref} than in one before. "
            "Give each workload a Service of its own, or name the containers' ports alike."
        )
        yield result_on(route.item, "error", f"spec.ports[{route.index}]", message)


def _point(edit: OwnedEdit, port: _Pointed) -> tuple[PortMove, Result]:
    """Point one port at its listener."""
    route, listener = port.route, port.listener
    path = ("spec", "ports", route.index)
    edit.put((*path, "port"), port.number)
    if port.name:
        edit.put((*path, "name"), port.name)
    edit.put((*path, "targetPort"), listener.name)
    edit.put((*path, "appProtocol"), "http")
    move = PortMove(
        service=route.item,
        service_names=names_of(route.item.data),
        namespace=namespace_of(route.item.data),
        old_number=route.port.get("port", ""),
        new_number=port.number,
        old_name=str(route.port.get("name") or ""),
        new_name=port.name,
    )
    field = f"spec.ports[{route.index}].targetPort"
    message = f"leads to the proxy's port {listener.port}, and no longer to the app's {route.pod_port}."
    current = route.port.get("targetPort")
    return move, result_on(route.item, "info", field, message, current=current, proposed=listener.name)
