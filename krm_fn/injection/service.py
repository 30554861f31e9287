"""Point Services at the sidecar: the ports that led to the fronted app port, and no other."""

from __future__ import annotations

from krm_fn.injection.ownership import OwnedEdit
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import names_of, namespace_of, ref_of, result_on
from krm_fn.result import FunctionError, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.values import Listener, ProxySidecar
    from krm_fn.injection.plan import Plan
    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef
    from krm_fn.workload.services import ServiceRoute


class PortMove(Record):
    """A Service port that now leads to the proxy: what it was called before, and what it is called now."""

    service_names: tuple[str, ...]
    """The Service's name, then those it had before kustomize changed it."""
    namespace: str
    old_number: int | str
    new_number: int | str
    old_name: str
    new_name: str
    """Empty where the port has no name."""


def move_services(plan: Plan, config: ProxySidecar, ref: ResourceRef) -> tuple[list[PortMove], list[Result]]:
    """Change the Services of a plan; return what moved, and what there is to say of it."""
    moves: list[PortMove] = []
    results: list[Result] = []
    for service in dict.fromkeys(route.item for route in plan.routes):
        moved = _move(service, plan, config, ref)
        moves += [move for move, _ in moved]
        results += [result for _, result in moved]
    for index, fronted in enumerate(config.spec.listeners):
        if not any(result.proposed_value == fronted.name for result in results):
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


def _move(service: Item, plan: Plan, config: ProxySidecar, ref: ResourceRef) -> list[tuple[PortMove, Result]]:
    listeners: dict[int | str, tuple[int, Listener]] = {}
    for index, listener in enumerate(config.spec.listeners):
        # of two in front of one port, the first has the Service
        listeners.setdefault(plan.app_ports[index].number, (index, listener))
    routes = [route for route in plan.routes if route.item is service and route.pod_port in listeners]
    edit = OwnedEdit(service, config.metadata.name)
    moved = []
    renamed: set[str] = set()
    for route in routes:
        index, listener = listeners[route.pod_port]
        _check_free(route, index, listener, ref)
        first = listener.name not in renamed
        renamed.add(listener.name)
        moved.append(_point(edit, route, listener, rename=first))
    edit.close()
    return moved


def _point(edit: OwnedEdit, route: ServiceRoute, listener: Listener, *, rename: bool) -> tuple[PortMove, Result]:
    """Point one port at the listener. Number and name change only where told, and for the first of several ports."""
    path = ("spec", "ports", route.index)
    old_number, old_name = route.port.get("port", ""), str(route.port.get("name") or "")
    new_number = listener.service.port if rename and listener.service.port else old_number
    new_name = listener.service.name if rename and listener.service.name else old_name
    edit.put((*path, "port"), new_number)
    if new_name:
        edit.put((*path, "name"), new_name)
    edit.put((*path, "targetPort"), listener.name)
    edit.put((*path, "appProtocol"), "http")
    data = route.item.data
    move = PortMove(
        service_names=names_of(data),
        namespace=namespace_of(data),
        old_number=old_number,
        new_number=new_number,
        old_name=old_name,
        new_name=new_name,
    )
    field = f"spec.ports[{route.index}].targetPort"
    message = f"leads to the proxy's port {listener.port}, and no longer to the app's {route.pod_port}."
    current = route.port.get("targetPort")
    return move, result_on(route.item, "info", field, message, current=current, proposed=listener.name)


def _check_free(route: ServiceRoute, index: int, listener: Listener, ref: ResourceRef) -> None:
    """Refuse a number or name that another port of the Service has."""
    problems = []
    ports = enumerate(route.item.data["spec"]["ports"])
    others = [port for position, port in ports if position != route.index and isinstance(port, dict)]
    service = ref_of(route.item.data)
    for field, wanted in (("port", listener.service.port), ("name", listener.service.name)):
        same_protocol = [port for port in others if field == "name" or str(port.get("protocol") or "TCP") == "TCP"]
        if wanted is not None and any(port.get(field) == wanted for port in same_protocol):
            message = f"must be free, got {shown(wanted)}: another port of {service} has it. Leave it out."
            path = f"spec.listeners[{index}].service.{field}"
            problems.append(Result(severity="error", ref=ref, path=path, message=message))
    if problems:
        raise FunctionError(*problems)
