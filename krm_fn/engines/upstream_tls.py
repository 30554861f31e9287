"""How to connect to an upstream by TLS: the names that are sent and checked, and the files in the container."""

from __future__ import annotations

from krm_fn.engines.paths import config_map_file, secret_file
from krm_fn.engines.routes import LOCALHOST
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.engines.routes import Destination
    from krm_fn.function_config.generated.values import Spec, UpstreamTLS


class ConnectionTLS(Record):
    """The settings of TLS to one upstream; a path or name is empty where there is none."""

    server_name: str
    """What is requested (SNI), and what a certificate that is checked must be for."""
    authority: str
    """Path of the authorities' certificates."""
    verify: bool
    certificate: str
    key: str


def connection_tls(destination: Destination, spec: Spec) -> ConnectionTLS:
    """Return the settings of a destination with TLS."""
    address, tls = destination.address, destination.tls
    assert tls  # noqa: S101 # the caller has checked
    elsewhere = not address.socket and address.host != LOCALHOST
    directory = spec.sidecar.mount_paths.secrets
    certificate, key = _files(tls, directory)
    return ConnectionTLS(
        server_name=tls.server_name or (address.host if elsewhere else ""),
        authority=_authority(tls, directory),
        verify=elsewhere if tls.verify is None else tls.verify,
        certificate=certificate,
        key=key,
    )


def ready_certificate(plan: ProxyPlan) -> tuple[str, str]:
    """Return the certificate and key for the readiness check: those for the listener that connects to its port."""
    check = plan.ready
    for each in plan.listeners:
        if each.tls and (check.socket, check.port) == (each.listener.upstream.socket or "", each.upstream_port):
            return _files(each.tls, plan.spec.sidecar.mount_paths.secrets)
    return "", ""


def _files(tls: UpstreamTLS, directory: str) -> tuple[str, str]:
    if not tls.certificate:
        return "", ""
    return secret_file(directory, tls.certificate, "tls.crt"), secret_file(directory, tls.certificate, "tls.key")


def _authority(tls: UpstreamTLS, directory: str) -> str:
    if not tls.ca:
        return ""
    if tls.ca.config_map:
        return config_map_file(directory, tls.ca.config_map, tls.ca.key)
    return secret_file(directory, str(tls.ca.secret), tls.ca.key)
