"""Ports and names that are left out: the first that are free in the Pods of all targets, so that all have the same.

Listeners count 8080, 8082, 8084, probes 8081, 8083, 8085, so that another listener does not move the probes.
"""

from __future__ import annotations

from krm_fn.function_config.listeners import other_upstreams
from krm_fn.sidecar.plan import names_for
from krm_fn.workload.container import port_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import ProxySidecar, Spec
    from krm_fn.workload.services import Survey
    from krm_fn.workload.workload import Workload


def with_free_ports(config: ProxySidecar, surveys: Iterable[Survey]) -> ProxySidecar:
    """Return the functionConfig with a number and a name for each port that it leaves out. The items decide alone."""
    spec, metrics = config.spec, config.spec.companions.metrics
    free = _Free(spec, surveys, names_for("", config).container)
    listeners = tuple(
        listener.replace(port=listener.port or free.number(8080, 2), name=listener.name or free.name("proxy-http"))
        for listener in spec.listeners
    )
    probes = spec.probes.replace(
        port=spec.probes.port or free.number(8081, 2), name=spec.probes.name or free.name("proxy-status")
    )
    companions = spec.companions
    if metrics:
        companions = companions.replace(
            metrics=metrics.replace(
                port=metrics.port or free.number(9113, 1, of_companion=True),
                name=metrics.name or free.name("proxy-metrics"),
            )
        )
    return config.replace(spec=spec.replace(listeners=listeners, probes=probes, companions=companions))


class _Free:
    """The numbers and names that nothing has yet."""

    def __init__(self, spec: Spec, surveys: Iterable[Survey], own: str) -> None:
        self._numbers: set[object] = set(_given_numbers(spec))
        self._routed: set[object] = set()
        """The ports that Services route to: the app's, unless they are for what a companion opens."""
        self._names: set[str] = set(_given_names(spec))
        self._own = own
        self._workloads: list[Workload] = []
        for survey in surveys:
            workload = survey.workload
            self._workloads.append(workload)
            others = [port for port in workload.ports if port.container != own]
            self._names |= {port.name for port in others}
            self._numbers |= {port.number for port in others if port.protocol == "TCP"}
            self._routed |= {route.pod_port for route in survey.routes}
            for container in workload.long_running:
                if container.get("name") != own:
                    self._numbers.update(workload.probed_ports(container))

    def number(self, first: int, step: int, *, of_companion: bool = False) -> int:
        """Return the first free number, which is free no more."""
        number, taken = first, self._numbers if of_companion else self._numbers | self._routed
        while number in taken or self._is_named(number):
            number += step
        self._numbers.add(number)
        return number

    def _is_named(self, number: int) -> bool:
        """Return whether a Pod names the number as its own: in a variable, a flag, a hook or an annotation.

        It may well be listened on there: 127.0.0.1:8080 cannot be, beside a listener on all addresses.
        """
        mentioning = [workload for workload in self._workloads if workload.item.mentions(str(number))]
        return any(
            _names(data, str(number))
            for workload in mentioning
            for data in (_without(workload.pod_spec, self._own), workload.pod_annotations)
        )

    def name(self, stem: str) -> str:
        """Return the first free name, which is free no more."""
        name = next(each for each in port_names(stem) if each not in self._names)
        self._names.add(name)
        return name


def _without(pod_spec: dict[str, Any], own: str) -> dict[str, Any]:
    """Return a Pod's spec without the container that the user wrote under our name."""
    return {
        field: [each for each in value if not (isinstance(each, dict) and each.get("name") == own)]
        if isinstance(value, list)
        else value
        for field, value in pod_spec.items()
    }


def _names(data: Any, number: str) -> bool:
    """Return whether a scalar of plain data names a port of the Pod itself: alone, or behind an address of its own."""
    if isinstance(data, dict):
        return any(_names(value, number) for value in data.values())
    if isinstance(data, list):
        return any(_names(value, number) for value in data)
    before, found, after = str(data).partition(number)
    while found:
        if not after[:1].isdecimal() and _is_own(before):
            return True
        head, found, after = after.partition(number)
        before += number + head
    return False


def _is_own(before: str) -> bool:
    """Return whether what stands before a number makes it one of the Pod: nothing, a blank, or such an address."""
    if not before.endswith(":"):
        return not before or not (before[-1].isalnum() or before[-1] in "._-")
    host = before[:-1]
    return host in ("", *_OWN_HOSTS) or host.endswith(_BEHIND)


_BEFORE_HOSTS = (" ", "/", "=", ",", '"', "'", "@")
_OWN_HOSTS = ("0.0.0.0", "127.0.0.1", "localhost", "[::]", "[::1]", "*")  # noqa: S104 # addresses to look for
_BEHIND = tuple(mark + host for mark in _BEFORE_HOSTS for host in ("", *_OWN_HOSTS))


def _given_numbers(spec: Spec) -> Iterator[object]:
    """Yield the numbers that the functionConfig sets, also those of the app."""
    holders: list[Any] = [*spec.listeners, spec.probes]
    holders += [spec.companions.metrics] if spec.companions.metrics else []
    yield from (holder.port for holder in holders)
    for listener in spec.listeners:
        yield listener.upstream.port
        if listener.tls:
            yield listener.tls.redirect_port
        yield from (upstream.port for _, upstream in other_upstreams(listener))


def _given_names(spec: Spec) -> Iterator[str]:
    yield from (listener.name for listener in spec.listeners)
    yield from (listener.tls.redirect_name for listener in spec.listeners if listener.tls)
    yield spec.probes.name
    if spec.companions.metrics:
        yield spec.companions.metrics.name
