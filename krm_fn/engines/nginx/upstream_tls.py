"""The directives with which nginx connects to an upstream by TLS."""

from __future__ import annotations

from krm_fn.engines.nginx.headers.header_plan import Header
from krm_fn.engines.nginx.quoting import quoted
from krm_fn.engines.templates import SafeText
from krm_fn.engines.upstream_tls import connection_tls, ready_certificate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Spec


def tls_directives(destination: Destination, spec: Spec) -> tuple[Header, ...]:
    """Return the directives of a destination with TLS."""
    tls = connection_tls(destination, spec)
    values = {
        "name": quoted(tls.server_name) if tls.server_name else None,
        "server_name": SafeText("on") if tls.server_name else None,
        "trusted_certificate": quoted(tls.authority) if tls.authority else None,
        "verify_depth": SafeText("4") if tls.verify else None,
    }
    protocol = "grpc" if destination.protocol == "grpc" else "proxy"
    return _directives(protocol, values, tls.certificate, tls.key, verify=tls.verify)


def ready_directives(plan: ProxyPlan, protocol: str) -> tuple[Header, ...]:
    """Return the directives of the readiness check by TLS: like the kubelet it does not look at the certificate."""
    return _directives(protocol, {}, *ready_certificate(plan), verify=False)


def _directives(
    protocol: str, values: dict[str, SafeText | None], certificate: str, key: str, *, verify: bool
) -> tuple[Header, ...]:
    every = {
        "protocols": SafeText("TLSv1.2 TLSv1.3"),
        "verify": SafeText("on" if verify else "off"),
        **values,
        "certificate": quoted(certificate) if certificate else None,
        "certificate_key": quoted(key) if key else None,
    }
    given = ((name, value) for name, value in every.items() if value is not None)
    return tuple(Header(name=SafeText(f"{protocol}_ssl_{name}"), value=value) for name, value in given)
