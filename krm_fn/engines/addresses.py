"""Where an engine finds what a route leads to."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.proxy import Front
    from krm_fn.function_config.values import OtherUpstream

LOCALHOST = "127.0.0.1"


class Address(Record):
    """A TCP port of a host, or a Unix socket."""

    host: str = LOCALHOST
    """Name or address; of a Service as the cluster's DNS has it."""
    port: int = 0
    socket: str = ""
    """Path of the socket, in place of host and port."""


def address_of(front: Front, other: OtherUpstream | None) -> Address:
    """Return the address of a route's upstream; None is the listener's own. Its port must be a number by now."""
    if other is None:
        return Address(port=front.upstream_port, socket=front.listener.upstream.socket or "")
    if other.socket:
        return Address(socket=other.socket)
    if other.service:
        namespace = f".{other.service.namespace}.svc" if other.service.namespace else ""
        return Address(host=other.service.name + namespace, port=other.service.port)
    return Address(port=int(other.port or 0))
