"""How clients connect: TLS, and their certificates."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import ConfigMapKey, PortName, ResourceName
from krm_fn.function_config.formats.types import UnprivilegedPort
from krm_fn.function_config.models.base import Model


class ClientCertificates(Model):
    """Certificates that clients show. The app gets the subject in X-Client-DN, never a client's own claim."""

    secret: ResourceName = Field(examples=["web-clients"])
    """The Secret with the authorities' certificates."""
    key: ConfigMapKey = "ca.crt"
    """Its key."""
    required: bool = True
    """Refuse clients without one. false: they pass, without X-Client-DN."""


class TLS(Model):
    """Lets clients connect by TLS 1.2 or 1.3, and HTTP/2."""

    secret: ResourceName = Field(examples=["web-tls"])
    """A Secret of type kubernetes.io/tls. The proxy reads a changed one only when it starts."""
    clients: ClientCertificates | None = None
    """Request certificates from clients."""
    redirect_port: UnprivilegedPort | None = None
    """A port of the sidecar that redirects clients without TLS to the same URL with it, by 308. Let a Service route
    to it."""
    redirect_name: PortName = "proxy-redirect"
    """Name of that containerPort."""
