"""The ports that are put in: of listeners, of redirects to TLS, of the probes, of metrics."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.function_config.generated.values import Spec


class SidecarPort(Record):
    """A port of one of our containers, and where in the functionConfig it is set."""

    number: int
    name: str
    number_field: str
    name_field: str


def own_ports(spec: Spec) -> tuple[SidecarPort, ...]:
    """Return all of them."""
    metrics = spec.companions.metrics
    if metrics is None:
        return sidecar_ports(spec)
    place = "spec.companions.metrics"
    return (*sidecar_ports(spec), _port(metrics.port, metrics.name, f"{place}.port", f"{place}.name"))


def sidecar_ports(spec: Spec) -> tuple[SidecarPort, ...]:
    """Return those on which the proxy answers clients and the kubelet, in the order of the container's."""
    ports, redirects = [], []
    for index, listener in enumerate(spec.listeners):
        place = f"spec.listeners[{index}]"
        ports.append(_port(listener.port, listener.name, f"{place}.port", f"{place}.name"))
        if listener.tls and listener.tls.redirect_port:
            fields = f"{place}.tls.redirectPort", f"{place}.tls.redirectName"
            redirects.append(_port(listener.tls.redirect_port, listener.tls.redirect_name, *fields))
    probes = _port(spec.probes.port, spec.probes.name, "spec.probes.port", "spec.probes.name")
    return (*ports, *redirects, probes)


def _port(number: int, name: str, number_field: str, name_field: str) -> SidecarPort:
    return SidecarPort(number=number, name=name, number_field=number_field, name_field=name_field)
