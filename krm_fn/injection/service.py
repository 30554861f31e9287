"""Point Services at the sidecar: the ports that led to the fronted app port, and no other."""

from __future__ import annotations

from krm_fn.injection.ownership import OwnedEdit
from krm_fn.injection.service_ports import Told, clashes, divided, pointed_ports
from krm_fn.record import Record
from krm_fn.resource_list.identity import names_of, namespace_of, result_on
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import ProxySidecar
    from krm_fn.injection.plan import Plan
    from krm_fn.injection.service_ports import Pointed
    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef


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


def move_services(plans: list[Plan], config: ProxySidecar, ref: ResourceRef) -> tuple[list[PortMove], list[Result]]:
    """Change the Services of all plans; return what moved, and what there is to say of it."""
    moves: list[PortMove] = []
    results: list[Result] = []
    told = Told()
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
    service: Item, plan: Plan, config: ProxySidecar, ref: ResourceRef, told: Told
) -> list[tuple[PortMove, Result]]:
    pointed = pointed_ports(service, plan, config, told)
    problems = [problem for port in pointed for problem in clashes(port, pointed, ref)]
    problems += [problem for port in pointed for problem in divided(port, plan, told)]
    if problems:
        raise FunctionError(*problems)
    edit = OwnedEdit(service, config.metadata.name)
    moved = [_point(edit, port) for port in pointed]
    edit.close()
    return moved


def _point(edit: OwnedEdit, port: Pointed) -> tuple[PortMove, Result]:
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
