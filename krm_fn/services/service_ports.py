"""Which ports of a Service are to point to which listener, and what conflicts with that."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.values import ServicePort
from krm_fn.quoting import FEW, listed, shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of
from krm_fn.result import Result
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krm_fn.codes import Code
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

    def of(self, plan: SidecarPlan) -> list[RetargetedPort]:
        """Return the ports to change. Number and name change only where set, and for the first of several ports."""
        ports: list[RetargetedPort] = []
        listeners = plan.listeners
        for route in plan.routes:
            service, index = route.item, listeners.get(route.pod_port, -1)
            if index < 0:
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


def conflicts(service: Item, ports: list[RetargetedPort], ref: ResourceRef) -> Iterator[Result]:
    """Yield an error for a number or name that is set for a port, and that another port of the Service has or gets."""
    settled = [(port, field) for port in ports for field in ("port", "name") if getattr(port.settings, field)]
    if not settled:
        return
    changed = {port.route.index: port for port in ports}
    holders: dict[tuple[str, object], list[int]] = {}
    for position, other in enumerate(service.data["spec"]["ports"]):
        if isinstance(other, dict):
            new = changed.get(position)
            number, name = (new.number, new.name) if new else (other.get("port"), other.get("name"))
            held: list[tuple[str, object]] = [("name", name)] if isinstance(name, str) else []
            if isinstance(number, int | str) and str(other.get("protocol") or "TCP") == "TCP":
                held.append(("port", number))
            for each in held:
                holders.setdefault(each, []).append(position)
    for port, field in settled:
        value = getattr(port.settings, field)
        if holders.get((field, value), [port.route.index]) != [port.route.index]:
            message = f"must be free, got {shown(value)}: another port of {ref_of(service.data)} has it. Leave it out."
            path = f"spec.listeners[{port.index}].service.{field}"
            yield Result(code=codes.SERVICE_PORT_TAKEN, ref=ref, path=path, message=message, current_value=value)


class Divisions:
    """Which ports of Services point to a listener in one target, and to another or none in another."""

    def __init__(self, plans: list[SidecarPlan]) -> None:
        self._positions = {id(plan): position for position, plan in enumerate(plans)}
        self._routed: dict[tuple[Item, int], list[tuple[int, SidecarPlan, int | str, int | None]]] = {}
        """By Service and port: the position of each target, its plan, its port, and the listener in front of that."""
        for position, plan in enumerate(plans):
            listeners = plan.listeners
            for route in plan.routes:
                routed = self._routed.setdefault((route.item, route.index), [])
                routed.append((position, plan, route.pod_port, listeners.get(route.pod_port)))
        self._reported: set[tuple[Item, int, int]] = set()

    def of(self, port: RetargetedPort, plan: SidecarPlan) -> Iterator[Result]:
        """Yield an error for each target in which a port points elsewhere.

        Where both have a listener, the earlier target reports it; what a later one would report, the first has.
        """
        item, place = port.route.item, (port.route.item, port.route.index)
        if (*place, port.index) in self._reported:
            return
        self._reported.add((*place, port.index))
        own = self._positions[id(plan)]
        for position, other, number, index in self._routed[place]:
            if index != port.index and (position >= own if index is not None else other.is_renderable):
                message = (
                    f"must point to the same listener in all workloads, got port {number} of {other.workload.ref}. "
                    "Give each workload a Service of its own, or name the containers' ports alike."
                )
                yield item.result(codes.SERVICE_PORT_DIVIDED, f"spec.ports[{port.route.index}]", message)


class CutOffs:
    """Which Service ports also reach Pods that get no proxy, and what becomes of these."""

    def __init__(self, bystanders: Bystanders) -> None:
        self._bystanders = bystanders
        self._found: dict[tuple[int, int | str, str], list[tuple[Code, str]]] = {}
        """By the workloads that are reached, the port, and the name that a listener takes over."""

    def of(self, port: RetargetedPort, taken: str) -> Iterator[Result]:
        """Yield an error for a port that also reaches Pods that get no proxy: it would not reach them any more.

        A warning where these declare no port at all, and may have that one; and where it still reaches them, as their
        port has the name that the listener takes over.
        """
        route, target = port.route, _target_port(port.route)
        others = self._bystanders.selected_by(route.item)
        key = id(others), target, taken
        if others and key not in self._found:
            self._found[key] = list(_cut_off(others, target, taken))
        for code, message in self._found[key] if others else ():
            yield route.item.result(code, f"spec.ports[{route.index}]", message)


def gathered(results: Iterable[Result]) -> Iterator[Result]:
    """Yield results, of several with one message only the first, which then names the others."""
    alike: dict[tuple[Code, str], list[Result]] = {}
    for result in results:
        alike.setdefault((result.code, result.message), []).append(result)
    for (_, message), found in alike.items():
        if len(found) <= FEW:
            yield from found
        else:
            others = [f"{each.ref} {each.path}" for each in found[1:]]
            yield found[0].replace(message=f"{message} The same holds for {listed(others)}.")


def _cut_off(others: list[Workload], target: int | str, taken: str) -> Iterator[tuple[Code, str]]:
    """Yield the code and message for other Pods that a Service's port reaches."""
    still = [other for other in others if taken and _means_the_same(other, taken, target)]
    if still:
        message = (
            f"also routes to the Pods of {_refs(still)}, which get no proxy: a part of the requests is not "
            "proxied. List these under spec.targets, or narrow the Service's selector."
        )
        yield codes.SERVICE_BYPASSES, message
    apart = {id(other) for other in still}
    reached = [
        other
        for other in others
        if id(other) not in apart and (other.tcp_port(target) or (taken and other.tcp_port(taken)))
    ]
    if reached:
        message = (
            f"must reach only Pods that get the proxy, got also those of {_refs(reached)}: they would be "
            "cut off. List these under spec.targets, or narrow the Service's selector."
        )
        yield codes.SERVICE_CUTS_OFF, message
    may = [other for other in others if not other.ports and isinstance(target, int)]
    if may:
        message = (
            f"also selects the Pods of {_refs(may)}, which declare no port: if they serve {target}, they are cut "
            "off. List these under spec.targets, or narrow the Service's selector."
        )
        yield codes.SERVICE_MAY_CUT_OFF, message


def _refs(workloads: list[Workload]) -> str:
    return listed([str(workload.ref) for workload in workloads])


def _means_the_same(workload: Workload, name: str, target: int | str) -> bool:
    """Return whether a name means the port in other Pods that the Service reaches there now."""
    named, reached = workload.tcp_port(name), workload.tcp_port(target)
    return named is not None and reached is not None and named.number == reached.number


def _target_port(route: ServiceRoute) -> int | str:
    """Return the Pod port that a Service's port names: a number, or a port's name."""
    target = route.port.get("targetPort") or route.port.get("port") or ""
    return number_of(str(target)) if str(target).isdecimal() else str(target)
