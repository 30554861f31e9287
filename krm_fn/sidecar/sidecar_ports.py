"""The ports that the proxy itself opens: of listeners, of redirects to TLS, of the probes, of companions in it."""

from __future__ import annotations

from krm_fn.companions.companion import PodPort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.companions.companion import Companion
    from krm_fn.function_config.generated.values import Spec


def sidecar_ports(spec: Spec, companions: Iterable[Companion]) -> tuple[PodPort, ...]:
    """Return the ports of the sidecar's container, in its order."""
    ports, redirects = [], []
    for index, listener in enumerate(spec.listeners):
        place = f"spec.listeners[{index}]"
        ports.append(_port(listener.port, listener.name, f"{place}.port", f"{place}.name"))
        if listener.tls and listener.tls.redirect_port:
            fields = f"{place}.tls.redirectPort", f"{place}.tls.redirectName"
            redirects.append(_port(listener.tls.redirect_port, listener.tls.redirect_name, *fields))
    probes = _port(spec.probes.port, spec.probes.name, "spec.probes.port", "spec.probes.name")
    inside = [port for companion in companions if companion.is_in_proxy for port in companion.ports]
    return (*ports, *redirects, probes, *inside)


def _port(number: int, name: str, number_field: str, name_field: str) -> PodPort:
    return PodPort(number=number, name=name, number_field=number_field, name_field=name_field)
