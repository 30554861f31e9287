"""Why the proxy would refuse the health check of a load balancer: it has no credentials, or not the same TLS."""

from __future__ import annotations

from krm_fn.engines.routes import requires_credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.services.port_changes import FrontedPort

_BY_TLS = ("https", "ssl", "tls", "true")
_WITHOUT_HTTP = ("tcp", "udp")
"""What a health check may use, or whether it is TLS."""


def refusal_of_check(spec: Spec, fronted: Iterable[FrontedPort], port: int | str, protocol: str) -> str:
    """Return why a listener would refuse a health check on its port, and what to do; empty where it does not."""
    numbers = {each.number for each in fronted}
    for listener in spec.listeners:
        if listener.port not in numbers:
            continue
        if requires_credentials(listener):
            return (
                f"on port {port} that requires credentials, which a load balancer does not send. To check through the "
                f"proxy, set it to {port}, and give the path of the check a route with anonymous: true."
            )
        if (listener.tls is not None) is not (protocol in _BY_TLS) and protocol not in _WITHOUT_HTTP:
            takes = "takes only TLS" if listener.tls else "takes no TLS"
            return (
                f"on port {port} that {takes}. To check through the proxy, set it to {port}, and its protocol likewise."
            )
    return ""
