"""The cutover: how Services come from running Pods without the proxy to new Pods with it.

By name, the sidecar's port takes the name of the app's port, which gets another one. A Service that routes to that
name reaches the app in Pods that still run without the proxy, and the proxy in new ones: it has endpoints at each
moment, also when the proxy is removed. One that routes to the number gets the name.

| spec.cutover   | obstacle | Services of the Pods, among the items | then                                    |
|----------------|----------|---------------------------------------|-----------------------------------------|
| left out, name | no       | none, or some route to the port       | by name                                 |
| left out, name | either   | all route to other ports              | nothing is cut over                     |
| left out       | yes      | some route to the port                | Services change at once, with a warning |
| name           | yes      | some route to the port, or none       | an error                                |
| service        |          |                                       | Services change at once                 |
| staged         |          |                                       | Services change in a second run         |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.formats.kubernetes import is_port_name
from krm_fn.quoting import listed, shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of
from krm_fn.result import Result
from krm_fn.sidecar.plan import Takeover
from krm_fn.traffic.app_port import unresolved
from krm_fn.traffic.proxies import has_renamed
from krm_fn.workload.container import port_names
from krm_fn.workload.rollouts import missing_rollout
from krm_fn.workload.workload import PROBES
from krm_fn.yaml_text.paths import get, list_at, mappings_at, shown_path, text_in
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, TypeAlias

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path

    Found: TypeAlias = "dict[tuple[int, int], Takeover | Obstacle]"
    """What was found for a plan and a listener, by their positions."""

_FIRST_BY_NAME = "1.32"
"""The Kubernetes version from which Services find the named ports of native sidecars."""
_HOOKS = ("postStart", "preStop")
_BY_NAME = ("httpGet", "tcpSocket")
"""The handlers of probes and hooks whose port may be a name."""


class Obstacle(Record):
    """Why a listener's cutover cannot be by name."""

    reason: str
    """Goes on after "because"."""
    remedy: str = ""
    """A sentence that says what makes it possible; empty where nothing does."""


def with_takeovers(plans: Sequence[SidecarPlan], given: Spec, spec: Spec, drafts: Drafts) -> list[SidecarPlan]:
    """Return the plans with the names that listeners take over; report why some cannot, and Pods that stay.

    `given` is the spec without the names that were chosen for what it leaves out.
    """
    ignored = "Service" in spec.referrers.ignore
    found: Found = {}
    if spec.cutover in (None, "name") and not ignored:
        found = {
            (position, index): _takeover(plan, index, given, spec, drafts.ref.name)
            for position, plan in enumerate(plans)
            for index in plan.listeners.values()
            if _is_concerned(plan, index)
        }
        _divide(plans, found)
    for (position, index), each in found.items():
        if isinstance(each, Obstacle):
            drafts.report(*_not_by_name(plans[position], index, each, spec, drafts))
    taken: dict[int, dict[int, Takeover]] = {}
    for (position, index), each in found.items():
        if isinstance(each, Takeover):
            taken.setdefault(position, {})[index] = each
    taking = [_taking_over(plan, taken.get(position, {})) for position, plan in enumerate(plans)]
    for plan in taking:
        new_names = {taken.app_name for taken in plan.takeovers.values()}
        drafts.report(*unresolved(plan.survey, {*new_names, *(port.name for port in plan.all_ports)}))
        drafts.report(*_not_replaced(plan, spec, [] if ignored else _services(plan)))
    return taking


def app_names(name: str) -> Iterator[str]:
    """Yield, without end, what the app's port may be called whose name a listener takes over."""
    return port_names(f"app-{name}")


def has_known_names(spec: Spec) -> bool:
    """Return whether Services find the sidecar's ports by their names: of a native one only in later Kubernetes."""
    return spec.sidecar.mode == "classic" or (spec.kubernetes_version or "") >= _FIRST_BY_NAME


def _services(plan: SidecarPlan, *indexes: int) -> list[str]:
    """Return the names of the Services that route to the ports behind some listeners, or any."""
    numbers = [port.number for index, port in plan.app_ports.items() if index in (indexes or plan.app_ports)]
    return sorted({name_of(route.item.data) for route in plan.routes if route.pod_port in numbers})


def _is_concerned(plan: SidecarPlan, index: int) -> bool:
    """Return whether Services route to the port behind a listener, or may, as none among the items selects the Pods."""
    return not plan.services or bool(_services(plan, index))


def _takeover(plan: SidecarPlan, index: int, given: Spec, spec: Spec, owner: str) -> Takeover | Obstacle:
    """Return the name that a listener takes over, or why there is none."""
    workload, number = plan.workload, plan.app_ports[index].number
    entries = [
        ((*path, "ports", position, "name"), entry)
        for path, container in workload.located_containers
        for position, entry in enumerate(list_at(container, ("ports",)))
        if isinstance(entry, dict)
    ]
    own = [(path, text_in(entry, "name")) for path, entry in entries if _is_of(entry, number)]
    own = [(path, name) for path, name in own if name]
    names = sorted({name for _, name in own})
    taken = [text_in(entry, "name") for _, entry in entries]
    taken += [text_in(entry, "name") for entry in _written_ports(plan, spec)]
    obstacle = next(_obstacles_of_settings(plan, index, given, spec), None) or next(
        _obstacles_of_port(plan, index, names, taken), None
    )
    if obstacle:
        return obstacle
    place, name = own[0][0], names[0]
    container = place[:-3]
    if container[-2] != "containers":
        return Obstacle(reason=f"port {name} of {workload.ref} is that of a native sidecar")
    if has_renamed(workload, place, owner):
        return Obstacle(reason=f"another ProxySidecar gave port {number} of {workload.ref} its name")
    names_there = {*taken, *(port.name for port in plan.all_ports)}
    app_name = next(each for each in app_names(name) if each not in names_there)
    uses = list(uses_of(container, get(workload.item.data, container), name))
    places = (*reversed(uses), place)  # an alias, which comes after its anchor, is written out before that changes
    if not _is_editable(workload.item, places, app_name):
        reason = f"in the text of {workload.ref} an alias shares the name of port {name}"
        return Obstacle(reason=reason, remedy="Write it out.")
    return Takeover(name=name, app_name=app_name, places=places)


def _obstacles_of_settings(plan: SidecarPlan, index: int, given: Spec, spec: Spec) -> Iterator[Obstacle]:
    """Yield what in the functionConfig stands against it."""
    field = f"spec.listeners[{index}]"
    if given.listeners[index].name:
        reason = f"{field}.name is set, and running Pods have no port of that name"
        yield Obstacle(reason=reason, remedy=f"Leave out {field}.name.")
    if not has_known_names(spec):
        reason = f"Services find the named ports of native sidecars since Kubernetes {_FIRST_BY_NAME}"
        yield Obstacle(reason=reason, remedy=f"Set spec.kubernetesVersion where all clusters have {_FIRST_BY_NAME}.")
    if (given.listeners[index].tls is not None) != plan.verdicts[index].tls:
        yield Obstacle(reason="either the app or the proxy speaks TLS, and clients cannot speak both")
    if given.listeners[index].proxy_protocol:
        yield Obstacle(reason="running Pods do not take the PROXY protocol")
    number = spec.listeners[index].port
    if any(_is_of(entry, number) and entry.get("name") for entry in _written_ports(plan, spec)):
        yield Obstacle(reason="the sidecar's own container names its port", remedy="Leave that name out.")


def _written_ports(plan: SidecarPlan, spec: Spec) -> list[dict[str, Any]]:
    """Return the ports that the user wrote for the sidecar's container."""
    declared = get(plan.workload.pod_spec, plan.own_container) if plan.own_container else {}
    return [*mappings_at(declared, ("ports",)), *mappings_at(spec.sidecar.container, ("ports",))]


def _obstacles_of_port(
    plan: SidecarPlan, index: int, names: Sequence[str], taken: Sequence[object]
) -> Iterator[Obstacle]:
    """Yield what about the app's port stands against it, given its names and those of all ports of the Pod."""
    workload, port = plan.workload, plan.app_ports[index]
    if workload.kind.operated and port.container == workload.kind.operated.container:
        yield Obstacle(reason="an operator declares the app's port")
    if not names:
        yield Obstacle(reason=f"port {port.number} of {workload.ref} has no name by which running Pods are found")
    if len(names) > 1:
        yield Obstacle(reason=f"port {port.number} of {workload.ref} has several names, {listed(names)}")
    if names and taken.count(names[0]) > 1:
        yield Obstacle(reason=f"several ports of {workload.ref} are called {names[0]}")
    if names and not is_port_name(names[0]):
        reason = f"{shown(names[0])}, the name of port {port.number} of {workload.ref}, is none that a port can have"
        yield Obstacle(reason=reason, remedy="Correct it.")


def _is_of(entry: dict[str, Any], number: int) -> bool:
    return entry.get("containerPort") == number and str(entry.get("protocol") or "TCP") == "TCP"


def uses_of(path: Path, container: dict[str, Any], name: str) -> Iterator[Path]:
    """Yield where a container's probes and hooks have the name of one of its ports: only there it means that port."""
    for field, value in container.items():
        hooks = value if field == "lifecycle" and isinstance(value, dict) else {}
        above = [(field, hook) for hook in hooks if hook in _HOOKS] if hooks else [(field,)] * (field in PROBES)
        for steps in above:
            for handler in _BY_NAME:
                if get(container, (*steps, handler, "port")) == name:
                    yield (*path, *steps, handler, "port")


def _is_editable(item: Item, places: Sequence[Path], name: str) -> bool:
    """Return whether the text can be changed there, and nowhere else: not where an alias means that and more."""
    if not (item.mentions("*") or item.mentions("<<")):
        return True
    try:
        editor = item.editor()
        for place in places:
            editor.change(place, name)
        editor.finish()
    except YamlError:
        return False
    return True


def _divide(plans: Sequence[SidecarPlan], found: Found) -> None:
    """Find an obstacle where a Service also reaches Pods in which the name is another, or none by now; until none does.

    Of several such Services, the first is the reason.
    """
    sharing: dict[tuple[Item, int], list[tuple[int, int]]] = {}
    for position, index in found:
        plan = plans[position]
        for route in plan.routes:
            if route.pod_port == plan.app_ports[index].number:
                sharing.setdefault((route.item, route.index), []).append((position, index))
    names = [_counted(_taken_name(found[place]) for place in places) for places in sharing.values()]
    if all(len(each) == 1 for each in names):
        return
    from heapq import heappop, heappush  # noqa: PLC0415 # few workloads share Services

    services = list(sharing.items())
    of_place: dict[tuple[int, int], list[int]] = {}
    for at, (_, places) in enumerate(services):
        for place in places:
            of_place.setdefault(place, []).append(at)
    waiting = list(range(len(services)))
    while waiting:
        at = heappop(waiting)
        if len(names[at]) == 1:
            continue
        (service, _), places = services[at]
        obstacle = Obstacle(
            reason=f"Service {name_of(service.data)} also routes to Pods whose port has another name, or none"
        )
        for place in places:
            name = _taken_name(found[place])
            if name:
                found[place] = obstacle
                for other in of_place[place]:
                    _move(names[other], name)
                    heappush(waiting, other)


def _taken_name(each: Takeover | Obstacle) -> str:
    return each.name if isinstance(each, Takeover) else ""


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _move(counts: dict[str, int], name: str) -> None:
    """Count one that has no name any more."""
    counts[name] -= 1
    if not counts[name]:
        del counts[name]
    counts[""] = counts.get("", 0) + 1


def _not_by_name(plan: SidecarPlan, index: int, obstacle: Obstacle, spec: Spec, drafts: Drafts) -> Iterator[Result]:
    """Yield why a cutover is not by name: an error where it must be, else a warning where requests are lost by it."""
    path, current = "spec.cutover", spec.cutover
    if current:
        message = (
            f"must be service or staged, got name, because {obstacle.reason}. {obstacle.remedy or 'Set it to staged.'}"
        )
        code = codes.CUTOVER_NOT_BY_NAME
        yield Result(code=code, ref=drafts.ref, path=path, message=message, current_value=current)
        return
    services = _services(plan, index)
    if services and _overlaps(plan.workload):
        message = (
            f"may have to be set: requests to Service {listed(services)} fail from the moment that this is applied "
            f"until new Pods of {plan.workload.ref} have replaced the running ones, because {obstacle.reason}. "
            f"{f'{obstacle.remedy} Or set' if obstacle.remedy else 'Set'} it to staged, apply that, wait for the "
            "rollout, then set it to service; or to service now, if this does not matter."
        )
        yield Result(code=codes.CUTOVER_GAP, ref=drafts.ref, path=path, message=message, proposed_value="staged")


def _overlaps(workload: Workload) -> bool:
    """Return whether running Pods serve while new ones start: else the cutover loses nothing."""
    return get(workload.item.data, ("spec", "strategy", "type")) != "Recreate" and not missing_rollout(workload)


def _not_replaced(plan: SidecarPlan, spec: Spec, services: Sequence[str]) -> Iterator[Result]:
    """Yield a warning where running Pods are not replaced: what becomes of them, and what replaces them."""
    missing = missing_rollout(plan.workload)
    if missing is None:
        return
    if not services:
        effect = "Running ones have no proxy"
    elif spec.cutover == "staged":
        effect = "Set spec.cutover to service only when all have the proxy"
    elif plan.takeovers:
        effect = f"Service {listed(services)} still routes to running ones, which have no proxy"
    else:
        effect = f"Service {listed(services)} does not reach running ones from the moment that this is applied"
        if missing.is_gradual and spec.cutover is None:
            effect += ": set spec.cutover to staged until all have the proxy"
    message = f"{missing.reason} {effect}. {missing.remedy}"
    yield plan.workload.item.result(codes.NO_ROLLOUT, shown_path(missing.path), message)


def _taking_over(plan: SidecarPlan, taken: dict[int, Takeover]) -> SidecarPlan:
    if not taken:
        return plan
    ports = tuple(
        port.replace(name=taken[index].name) if index in taken else port for index, port in enumerate(plan.ports)
    )  # the listeners' come first
    return plan.replace(takeovers=taken, ports=ports)
