"""The container as it is after the merge: what Kubernetes refuses in it, alone and beside the rest of the Pod."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.container import Circumstances
from krm_fn.function_config.container.check import problems as refused
from krm_fn.function_config.container.fields import CONTAINER, entry_type, key_of, type_of
from krm_fn.function_config.problem import Problem
from krm_fn.workload.claims import volumes_elsewhere
from krm_fn.workload.workload import is_port
from krm_fn.yaml_text.paths import get, list_at, mapping_at, mappings_at, names_in, shown_path, text_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.problem import Steps
    from krm_fn.pod_checks.addition import AddedContainer, Addition
    from krm_fn.result import Result

_PORT_KEYS, _ = entry_type(type_of(CONTAINER, "ports"))
_CLAIMS = frozenset(("persistentVolumeClaim", "ephemeral"))
"""The kinds of volumes that can be devices."""


def problems(added: Addition) -> Iterator[Result]:
    """Yield what the API server would refuse in a container that the user set a part of, and a port without its name.

    What the functionConfig alone shows was reported when it was read. A result is where the user set the field: in
    the container under our name, whose fields win, or in the functionConfig.
    """
    given = Circumstances(version=added.spec.kubernetes_version or "", is_whole=True)
    for each in added.every:
        if each.override:
            found = [*refused(each.container, (), given)]
            for rule in (_volumes, _host_ports, _renamed, _sleeps, _stop_signal, _claims, _restarts, _null_limits):
                found += rule(each, added)
            first = {problem.steps: problem for problem in reversed(found)}
            yield from (_result(problem, each, added) for problem in found if first[problem.steps] is problem)


def _volumes(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require a volume of the Pod for each mount, and a claim for each device."""
    volumes = {str(volume.get("name")): volume for volume in (*added.workload.volumes, *added.volumes)}
    there = {*volumes, *volumes_elsewhere(added.workload)}
    for field in ("volumeMounts", "volumeDevices"):
        for index, entry in enumerate(list_at(each.container, (field,))):
            name = get(entry, ("name",))
            steps = (field, index, "name")
            if not isinstance(name, str) or not name:
                continue
            if name not in there:
                listed = ", ".join(sorted(there)) or "none"
                must = f"must be a volume of the Pod of {added.workload.ref}: {listed}"
                remedy = "Add the volume to the Pod, or name one that is there."
                yield Problem(code=codes.VOLUME_UNKNOWN, steps=steps, must=must, value=name, remedy=remedy)
            elif field == "volumeDevices" and name in volumes and _CLAIMS.isdisjoint(volumes[name]):
                must, remedy = "must be a claim, as only that can be a device", "Mount it, or name a claim."
                yield Problem(code=codes.VOLUME_UNKNOWN, steps=steps, must=must, value=name, remedy=remedy)


def _host_ports(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require ports of the node that no other port of the Pod has, and the container's own numbers on its network."""
    own_ports = [key_of(port, _PORT_KEYS) for port in list_at(each.override, ("ports",))]
    on_host = added.workload.pod_spec.get("hostNetwork") is True
    taken: dict[tuple[object, ...], str] = {}
    for other in added.running:
        if other.get("name") != each.name:
            for port in mappings_at(other, ("ports",)):
                taken.setdefault(_host_port(port, on_host=on_host), f'container "{other.get("name")}"')
    for index, port in enumerate(list_at(each.container, ("ports",))):
        if not isinstance(port, dict) or key_of(port, _PORT_KEYS) not in own_ports:
            continue
        own = _host_port(port, on_host=on_host)
        steps = ("ports", index, "hostPort")
        if not own[0]:
            continue
        if on_host and own[0] != port.get("containerPort"):
            number = port.get("containerPort")
            must, remedy = "must be the containerPort, as the Pod uses the node's network", f"Use {number}."
            yield Problem(code=codes.HOST_PORT_TAKEN, steps=steps, must=must, value=own[0], remedy=remedy)
        elif own in taken:
            must, remedy = f"must be free, and {taken[own]} has it", "Use another, or remove the field."
            yield Problem(code=codes.HOST_PORT_TAKEN, steps=steps, must=must, value=own[0], remedy=remedy)
        taken.setdefault(own, "another port of the container")


def _renamed(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Warn of a port of ours under another name: Services and probes have the name that it had."""
    ours = {port.number: port for port in added.ports}
    if each.field == "spec.sidecar.container" and not mappings_at(each.container, ("ports",)):
        must, remedy = "must list the ports that Services and probes find by name", "Leave it out."
        yield Problem(code=codes.PORT_RENAMED, steps=("ports",), must=must, value=None, remedy=remedy)
    for index, port in enumerate(mappings_at(each.container, ("ports",))):
        number = port.get("containerPort")
        own = ours.get(number) if is_port(number) else None
        name = port.get("name")
        if own and name != own.name and port.get("protocol") != "UDP":
            yield Problem(
                code=codes.PORT_RENAMED,
                steps=("ports", index, "name"),
                must=f'must be "{own.name}", by which Services and probes find the port',
                value=name,
                remedy=f"Set {own.name_field} in place of it.",
                proposed=own.name,
            )


def _host_port(port: dict[str, Any], *, on_host: bool) -> tuple[object, ...]:
    """Return what a port takes on the node: number, protocol and address; the number is 0 where it takes none."""
    number = port.get("hostPort") or (port.get("containerPort") if on_host else 0)
    return number if is_port(number) else 0, text_in(port, "protocol") or "TCP", text_in(port, "hostIP")


def _sleeps(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require that a hook sleeps no longer than the Pod may take to end."""
    grace = added.workload.grace_period
    for hook in ("postStart", "preStop"):
        steps = ("lifecycle", hook, "sleep", "seconds")
        seconds = get(each.container, steps)
        if isinstance(seconds, int) and seconds > grace:
            must = f"must be at most the grace period of {added.workload.ref}, {grace}"
            remedy = "Set less, or raise terminationGracePeriodSeconds there."
            yield Problem(
                code=codes.CONTAINER_VALUE_REFUSED, steps=steps, must=must, value=seconds, remedy=remedy, proposed=grace
            )


def _stop_signal(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require that the Pod names its system where a container has a stop signal."""
    steps = ("lifecycle", "stopSignal")
    if get(each.container, steps) and not mapping_at(added.workload.pod_spec, ("os",)).get("name"):
        must = f"must be removed where the Pod of {added.workload.ref} has no os.name"
        yield Problem(
            code=codes.CONTAINER_FIELD_INCOMPLETE, steps=steps, must=must, remedy="Set os: {name: linux} there."
        )


def _claims(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require that the Pod has the claims of resources that a container names."""
    there = names_in(list_at(added.workload.pod_spec, ("resourceClaims",)))
    for index, claim in enumerate(mappings_at(each.container, ("resources", "claims"))):
        name = claim.get("name")
        if isinstance(name, str) and name not in there:
            must = f"must be one of the resourceClaims of {added.workload.ref}"
            yield Problem(
                code=codes.CONTAINER_VALUE_REFUSED,
                steps=("resources", "claims", index, "name"),
                must=must,
                value=name,
                remedy="Add it there, or remove the entry.",
            )


def _restarts(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require that a native sidecar is one: an init container that is always started again."""
    policy = each.container.get("restartPolicy")
    if added.spec.sidecar.mode == "native" and policy != "Always" and each not in added.first:
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED,
            steps=("restartPolicy",),
            must="must be Always where spec.sidecar.mode is native",
            value=policy,
            remedy="Set Always.",
            proposed="Always",
        )


def _null_limits(each: AddedContainer, added: Addition) -> Iterator[Problem]:
    """Require that no limit in a manifest is null: there that is a limit of nothing, and removes no default."""
    written = get(added.workload.pod_spec, each.written) if each.written else {}
    for name, value in mapping_at(written, ("resources", "limits")).items():
        if value is None:
            yield Problem(
                code=codes.CONTAINER_VALUE_REFUSED,
                steps=("resources", "limits", name),
                must="must be a quantity",
                value=None,
                remedy="Remove the entry.",
            )


def _result(problem: Problem, each: AddedContainer, added: Addition) -> Result:
    """Return what is said of a problem, at the place where the user set the field or what is nearest to it."""
    written = get(added.workload.pod_spec, each.written) if each.written else {}
    set_there, there = _place_in(written, problem.steps, each.container)
    set_here, here = _place_in(each.override, problem.steps, each.container)
    if each.written and set_there >= set_here:
        path = shown_path((*added.workload.spec_path, *each.written, *there))
        return added.workload.item.result(problem.code, path, problem.message, proposed=problem.proposed)
    found = problem.replace(steps=here).result(added.ref)
    return found.replace(path=f"{each.field}.{found.path}")


def _place_in(source: Any, steps: Steps, container: Any) -> tuple[int, Steps]:
    """Return how many of the steps into a container are in a source that was merged into it, and the steps there."""
    found: list[str | int] = []
    kind: str = CONTAINER
    keys: tuple[str, ...] = ()
    for step in steps:
        place = _same_entry(source, keys, container, step) if isinstance(step, int) and keys else step
        source, container = get(source, (place,)), get(container, (step,))
        if source is None:
            break
        found.append(place)
        if isinstance(step, str):
            below = type_of(kind, step)
            keys, entry = entry_type(below)
            kind = entry or below
    return len(found), (*found, *steps[len(found) :])


def _same_entry(source: Any, keys: tuple[str, ...], container: Any, index: int) -> int:
    """Return where a source has the entry that a merged list has at an index; -1 where it has it not."""
    wanted = key_of(get(container, (index,)), keys)
    before = [key_of(entry, keys) for entry in container[:index]].count(wanted)
    same = [at for at, entry in enumerate(source if isinstance(source, list) else ()) if key_of(entry, keys) == wanted]
    return same[min(before, len(same) - 1)] if same else -1
