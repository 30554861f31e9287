"""The appProtocol of a Service's port in front of the proxy: the user's is kept, and none is written that is a guess.

| there is                            | the listener    | then                                                       |
|-------------------------------------|-----------------|------------------------------------------------------------|
| one that is true in front of it     | any             | it stays: http, kubernetes.io/ws, h2c and grpc where served |
| one of TLS                          | without TLS     | it stays, with a warning: clients that read it will fail   |
| one without TLS                     | with TLS        | the same by TLS: https, kubernetes.io/wss; grpc stays      |
| one of another protocol, or unknown | any             | it stays; a warning where it says that it is no HTTP       |
| none, and a name that agrees        | any             | http, https, or grpc by what is served                     |
| none, and a name of TLS             | without TLS     | none, with a warning                                       |
| none, and doubt what the app speaks | any             | none                                                       |
| none, and HTTP and gRPC are served  | any             | grpc where the name says so, else what the name says       |
| none, and the cutover is by name    | any             | none: what was spoken there before still is                |
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import annotations_of
from krm_fn.traffic.words import BY_TLS, of_app_protocol, of_port_name
from krm_fn.yaml_text.paths import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.services.service_ports import RetargetedPort

_SAME_BY_TLS = {
    "http": "https",
    "http2": "https",
    "h2c": "https",
    "kubernetes.io/ws": "kubernetes.io/wss",
    "ws": "wss",
    "kubernetes.io/h2c": "https",
}
_REMEDY = (
    "Set spec.listeners[{0}].tls, with upstream.protocol: https where the app itself speaks TLS, or "
    "spec.listeners[{0}].service.appProtocol where TLS is to end before the proxy."
)


class SpokenByProxy(Record):
    """What is to be written, and what to warn of."""

    new: str = ""
    """The value to write; empty where nothing is."""
    field: str = "appProtocol"
    """The field that is in doubt."""
    doubt: str = ""
    """A warning about it."""


def app_protocol(port: RetargetedPort, protocols: Sequence[str]) -> SpokenByProxy:
    """Return what to do about the appProtocol of a port that points to a listener, given what is served behind it."""
    tls = port.listener.tls is not None
    current, name = port.route.port.get("appProtocol"), port.name
    if isinstance(current, str) and current:
        return _existing(current, port.index, tls=tls)
    meaning = None if _ends_before(port) else of_port_name(name) if name else None
    says = meaning.says if meaning else ""
    if says in BY_TLS and not tls:
        doubt = "says TLS, and the proxy takes requests without it: clients that use TLS get an error. "
        doubt += _remedy(port.index)
        return SpokenByProxy(field="name", doubt=doubt)
    if not name and port.number == _HTTPS_PORT and not tls:
        doubt = (
            "is where clients use TLS as a rule, and the proxy takes requests without it: they would get an error. "
            + _remedy(port.index)
        )
        return SpokenByProxy(field="port", doubt=doubt)
    served = _served(protocols, says)
    return SpokenByProxy(new={"http": "https"}.get(served, served) if tls else served)


_HTTPS_PORT = 443


def _served(protocols: Sequence[str], says: str) -> str:
    """Return the word for what is served without TLS; empty where one word does not tell all of it."""
    if protocols[-1] != "grpc":
        return "http"
    if len(protocols) == 1 or says in ("grpc", "grpcs"):
        return "grpc"
    return "http" if says == "http" else ""


def _existing(current: str, index: int, *, tls: bool) -> SpokenByProxy:
    meaning = of_app_protocol(current)
    if meaning is None:
        return SpokenByProxy()
    if meaning.says == "other":
        return SpokenByProxy(
            doubt="says another protocol than HTTP, which the proxy takes. "
            f"Set spec.listeners[{index}].service.appProtocol."
        )
    if meaning.says in BY_TLS and not tls:
        doubt = (
            f"says TLS, and the proxy takes requests without it: clients that read it get an error. {_remedy(index)}"
        )
        return SpokenByProxy(doubt=doubt)
    if tls:
        return SpokenByProxy(new=_SAME_BY_TLS.get(current.lower(), ""))
    return SpokenByProxy()


def _remedy(index: int) -> str:
    return _REMEDY.format(index)


def _ends_before(port: RetargetedPort) -> bool:
    """Return whether clients' TLS does not reach the proxy: a load balancer ends it, or the Service is headless."""
    is_headless = mapping_at(port.route.item.data, ("spec",)).get("clusterIP") == "None"  # its clients reach the app
    return is_headless or any(
        str(key).endswith("load-balancer-ssl-cert") for key in annotations_of(port.route.item.data)
    )
