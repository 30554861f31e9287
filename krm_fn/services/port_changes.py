"""What changes: the app's ports that get a proxy in front, and the Service ports that now point to the proxy."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.sidecar.cutover import has_known_names
from krm_fn.yaml_text.paths import mappings_at
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.resource_list.item import Item
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.workload import Workload


class FrontedPort(Record):
    """A listener in front of a port of the app, in one workload."""

    workload: Workload
    labels: dict[str, Any]
    """The Pods'."""
    namespace: str
    app_number: int
    app_names: tuple[str, ...]
    """The names under which containers declared that port."""
    app_name: str
    """The name that it has now; empty where it has none."""
    number: int
    """The listener's."""
    name: str
    """The listener's, which is one of the app's where that has another now."""
    services: tuple[Item, ...]
    """The Services that select the Pods."""
    by_name: bool
    """Whether its name is known outside of the Pod: that of a native sidecar is not, before Kubernetes 1.32."""

    @property
    def takes_over(self) -> bool:
        """Whether the listener's port has the name that the app's had."""
        return self.name in self.app_names

    def instead_of(self, port: object, *, name_is_known: bool = False) -> int | str | None:
        """Return the listener's port in the form in which the app's is given: a number, digits, or a name.

        None where that is no port of the app's that the listener is in front of.
        """
        if isinstance(port, int):
            return self.number if port == self.app_number else None
        if not isinstance(port, str):
            return None
        if port.isdecimal():
            return str(self.number) if number_of(port) == self.app_number else None
        return (self.name if self.by_name or name_is_known else self.number) if port in self.app_names else None


class PortChange(Record):
    """A Service port that now points to the proxy: its number and name before, and now."""

    service: Item
    service_names: tuple[str, ...]
    """The Service's name, then those it had before kustomize changed it."""
    namespace: str
    fronted: FrontedPort | None
    """None where the Service is only compared with what it was."""
    old_number: int | str
    new_number: int | str
    old_name: str
    new_name: str
    """Empty where the port has no name."""

    @property
    def is_renamed(self) -> bool:
        """Whether its number or name changed."""
        return self.old_number != self.new_number or self.old_name != self.new_name

    @property
    def has_numbers(self) -> bool:
        """Whether the port has a number, as each must: a Service may be wrong."""
        return isinstance(self.old_number, int) and isinstance(self.new_number, int)

    def instead_of(self, port: object) -> int | str | None:
        """Return the Service port as it is now, in the form in which the old one is given; None where that is another.

        The form is a number, digits, or a name.
        """
        if isinstance(port, int):
            return self.new_number if port == self.old_number else None
        if isinstance(port, str) and port.isdecimal():
            return str(self.new_number) if port == str(self.old_number) else None
        return self.new_name if port and port == self.old_name else None


def ports_called(service: dict[str, Any]) -> tuple[int | str, ...]:
    """Return the numbers and the names of a Service's ports."""
    ports = mappings_at(service, ("spec", "ports"))
    values = (port.get(field) for port in ports for field in ("port", "name"))
    return tuple(value for value in values if isinstance(value, int | str))


def fronted_ports(plans: Iterable[SidecarPlan], config: ProxySidecar) -> list[FrontedPort]:
    """Return the fronted ports of all plans. Of two listeners in front of one port, the first counts."""
    fronted = []
    for plan in plans:
        for index in plan.listeners.values():
            number = plan.app_ports[index].number
            listener = config.spec.listeners[index]
            names = tuple(
                dict.fromkeys(
                    port.name
                    for port in plan.workload.ports
                    if port.name and port.number == number and port.protocol == "TCP"
                )
            )
            taken = plan.takeovers.get(index)
            port = FrontedPort(
                workload=plan.workload,
                labels=plan.workload.labels,
                namespace=plan.workload.namespace,
                app_number=number,
                app_names=names,
                app_name=taken.app_name if taken else next(iter(names), ""),
                number=listener.port,
                name=plan.port_name(index),
                services=plan.services,
                by_name=has_known_names(config.spec),
            )
            fronted.append(port)
    return fronted
