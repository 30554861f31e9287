"""Which ports of a Service are to point to which listener, and what conflicts with that."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.values import ServicePort
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Listener, ProxySidecar
    from krm_fn.resource_list.item import Item
    from krm_fn.result import ResourceRef
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.services import ServiceRoute
    from krm_fn.workload.workload import Workload


class RetargetedPort(Record):
    """A port of a Service that is to point to a listener."""

    route: ServiceRoute
    index: int
    """The listener's, in the functionConfig."""
    listener: Listener
    settings: ServicePort
    """What the listener sets for this port: nothing, where it is for an earlier one."""
    number: int | str
    name: str
    """Its new name, or the one it has."""


class ServicePorts:
    """Which ports of Services are to point to which listener, for all workloads, which may share Services."""

    def __init__(self, config: ProxySidecar) -> None:
        self._config = config
        self._settled: dict[tuple[Item, int], int] = {}
        """The position of the port that a listener's settings are for, by Service and listener."""

    def of(self, service: Item, plan: SidecarPlan) -> list[RetargetedPort]:
        """Return the ports to change. Number and name change only where set, and for the first of several ports."""
        ports: list[RetargetedPort] = []
        listeners = plan.listeners
        for route in plan.routes:
            index = listeners.get(route.pod_port, -1)
            if route.item is not service or index < 0:
                continue
            listener = self._config.spec.listeners[index]
            is_first = self._settled.setdefault((service, index), route.index) == route.index
            settings = listener.service if is_first else ServicePort()
            number, name = route.port.get("port", ""), str(route.port.get("name") or "")
            ports.append(
                RetargetedPort(
                    route=route,
                    index=index,
                    listener=listener,
                    settings=settings,
                    number=settings.port or number,
                    name=settings.name or name,
                )
            )
        return ports


def conflicts(port: RetargetedPort, ports: list[RetargetedPort], ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for a number or name that is set, and that another port of the Service has or gets."""
    changed = {other.route.index: other for other in ports}
    service = port.route.item.data
    for position, other in enumerate(service["spec"]["ports"]):
        if position == port.route.index or not isinstance(other, dict):
            continue
        new = changed.get(position)
        same_protocol = str(other.get("protocol") or "TCP") == "TCP"
        number, name = (new.number, new.name) if new else (other.get("port"), other.get("name"))
        for field, value, held in (
            ("port", port.settings.port, number if same_protocol else None),
            ("name", port.settings.name, name),
        ):
            if value is not None and value == held:
                message = f"must be free, got {shown(value)}: another port of {ref_of(service)} has it. Leave it out."
                path = f"spec.listeners[{port.index}].service.{field}"
                yield Result(code=codes.SERVICE_PORT_TAKEN, ref=ref, path=path, message=message, current_value=value)


def divided(port: RetargetedPort, plan: SidecarPlan, plans: list[SidecarPlan]) -> Iterator[Result]:
    """Yield an error for a port that points to a listener in one target, and to another or none in another.

    Where both have one, the earlier target reports it.
    """
    place = port.route.item, port.route.index
    is_later = False
    for other in plans:
        is_later = is_later or other is plan
        for number in (route.pod_port for route in other.routes if (route.item, route.index) == place):
            index = other.listeners.get(number)
            if index != port.index and (is_later if index is not None else other.is_renderable):
                message = (
                    f"must point to the same listener in all workloads, got port {number} of {other.workload.ref}. "
                    "Give each workload a Service of its own, or name the containers' ports alike."
                )
                yield port.route.item.result(codes.SERVICE_PORT_DIVIDED, f"spec.ports[{port.route.index}]", message)


def cut_off(port: RetargetedPort, taken: str, bystanders: Bystanders) -> Iterator[Result]:
    """Yield an error for a port that also reaches Pods that get no proxy: it would not reach them any more.

    A warning where these declare no port at all, and may have that one; and where it still reaches them, as their port
    has the name that the listener takes over.
    """
    route, target = port.route, _target_port(port.route)
    others = bystanders.selected_by(route.item)
    path = f"spec.ports[{route.index}]"
    still = [str(other.ref) for other in others if taken and _means_the_same(other, taken, target)]
    if still:
        message = (
            f"also routes to the Pods of {', '.join(still)}, which get no proxy: a part of the requests is not "
            "proxied. List these under spec.targets, or narrow the Service's selector."
        )
        yield route.item.result(codes.SERVICE_BYPASSES, path, message)
    reached = [
        str(other.ref)
        for other in others
        if (other.tcp_port(target) or (taken and other.tcp_port(taken))) and str(other.ref) not in still
    ]
    if reached:
        message = (
            f"must reach only Pods that get the proxy, got also those of {', '.join(reached)}: they would be "
            "cut off. List these under spec.targets, or narrow the Service's selector."
        )
        yield route.item.result(codes.SERVICE_CUTS_OFF, path, message)
    may = [str(other.ref) for other in others if not other.ports and isinstance(target, int)]
    if may:
        message = (
            f"also selects the Pods of {', '.join(may)}, which declare no port: if they serve {target}, they are cut "
            "off. List these under spec.targets, or narrow the Service's selector."
        )
        yield route.item.result(codes.SERVICE_MAY_CUT_OFF, path, message)


def _means_the_same(workload: Workload, name: str, target: int | str) -> bool:
    """Return whether a name means the port in other Pods that the Service reaches there now."""
    named, reached = workload.tcp_port(name), workload.tcp_port(target)
    return named is not None and reached is not None and named.number == reached.number


def _target_port(route: ServiceRoute) -> int | str:
    """Return the Pod port that a Service's port names: a number, or a port's name."""
    target = route.port.get("targetPort") or route.port.get("port") or ""
    return int(target) if str(target).isdecimal() else str(target)
