"""Annotations by which controllers are told what a backend speaks, on Ingresses, Services and Pods.

They are recognised by the part after the domain, since forks and vendors keep it.

| on      | annotation                                       | value                                              |
|---------|--------------------------------------------------|----------------------------------------------------|
| Ingress | backend-protocol, backend-protocol-version       | HTTP, HTTPS, GRPC, GRPCS, h1-ssl, h2, FCGI and so on |
|         | secure-backends, server-ssl                      | true: HTTPS                                        |
|         | grpc-backend                                     | true: gRPC                                         |
|         | ssl-passthrough, tls-passthrough                 | true, enabled: TLS of the client's own             |
|         | ssl-services, grpc-services                      | names of Services                                  |
|         | ingress.kubernetes.io/protocol                   | https                                              |
| Service | …backend-protocol                                | http, https; ssl: TLS                              |
|         | …load-balancer-ssl-cert, without the one above   | TLS ends at the load balancer                      |
|         | service.serversscheme, konghq.com/protocol       | http, https, h2c, grpc, grpcs                      |
|         | upstream-protocol.tls, .h2, .h2c                 | names and numbers of ports                         |
|         | app-protocols                                    | JSON: HTTP, HTTPS or HTTP2 by port name            |
|         | server-ssl                                       | true: HTTPS                                        |
| both    | opaque-ports (Service, Pod)                      | numbers and ranges that are no HTTP                |
| Pod     | prometheus.io/scheme (also on Services)          | https, for the port in prometheus.io/port          |
|         | dapr.io/app-protocol                             | http, https, grpc, for the port in dapr.io/app-port |
"""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.traffic.words import SCRAPE_PORT, SCRAPE_WORD, Meaning, of_controller
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.traffic.words import Says

_SWITCHES: dict[str, Says] = {
    "secure-backends": "https",
    "server-ssl": "https",
    "grpc-backend": "grpc",
    "ssl-passthrough": "tls",
    "tls-passthrough": "tls",
}
_LISTS: dict[str, Says] = {"ssl-services": "https", "grpc-services": "grpc"}
_PORT_LISTS: dict[str, Says] = {"tls": "https", "h2": "https", "h2c": "h2c"}


class Said(Record):
    """What an annotation says of a port."""

    key: str
    meaning: Meaning
    port: int | str | None = None
    """The port of the Service, by number or name, or of the Pod; None for all."""


def said_by_ingress(annotations: dict[str, Any], service: str) -> Iterator[Said]:
    """Yield what an Ingress says of the ports of a Service that it routes to."""
    for key, value in annotations.items():
        name, text = str(key).rpartition("/")[2], str(value).strip()
        if name in ("backend-protocol", "backend-protocol-version") or key == "ingress.kubernetes.io/protocol":
            yield from _said(key, of_controller(text))
        elif name in _SWITCHES and text.lower() in ("true", "enabled"):
            yield from _said(key, Meaning(says=_SWITCHES[name], what=text))
        elif name in _LISTS and service in _entries(text):
            yield from _said(key, Meaning(says=_LISTS[name], what=text))


def said_by_service(annotations: dict[str, Any]) -> Iterator[Said]:
    """Yield what a Service's annotations say of its ports."""
    for key, value in annotations.items():
        name, text = str(key).rpartition("/")[2], str(value).strip()
        if name.endswith("backend-protocol") or name == "service.serversscheme" or key == "konghq.com/protocol":
            meaning = of_controller(text)
            if meaning and meaning.says != "other":  # a load balancer's tcp says nothing of what passes
                yield from _said(key, meaning)
        elif name.endswith("load-balancer-ssl-cert") and not any(
            "backend-protocol" in str(each) for each in annotations
        ):
            yield Said(key=key, meaning=Meaning(says="http", what="TLS ends at the load balancer"))
        elif name in _SWITCHES and text.lower() == "true":
            yield from _said(key, Meaning(says=_SWITCHES[name], what=text))
        elif name.startswith("upstream-protocol."):
            says = _PORT_LISTS.get(name.removeprefix("upstream-protocol."))
            if says:
                meaning = Meaning(says=says, what=text)
                yield from (Said(key=key, meaning=meaning, port=_number(port)) for port in _entries(text))
        elif name == "app-protocols":
            yield from _app_protocols(key, text)


def said_of_pods(annotations: dict[str, Any]) -> Iterator[Said]:
    """Yield what annotations of a Pod template, or of a Service, say of the Pods' ports."""
    for key, value in annotations.items():
        if str(key).endswith("/opaque-ports"):
            for entry in _entries(str(value)):
                first, _, last = entry.partition("-")
                if first.isdecimal() and (last or first).isdecimal():
                    ports = range(number_of(first), min(number_of(last or first), 65535) + 1)
                    yield from (Said(key=key, meaning=_OPAQUE, port=port) for port in ports if len(ports) < _FEW)
    yield from _of_dapr(annotations)
    port = annotations.get(SCRAPE_PORT)
    if port is not None and str(annotations.get(SCRAPE_WORD)).lower() == "https":
        yield Said(key=SCRAPE_WORD, meaning=Meaning(says="https", what="https"), port=_number(str(port)))


def _of_dapr(annotations: dict[str, Any]) -> Iterator[Said]:
    """Yield what Dapr's sidecar is told of the app's port."""
    meaning = of_controller(str(annotations.get(_DAPR_PROTOCOL) or ""))
    if meaning:
        yield Said(key=_DAPR_PROTOCOL, meaning=meaning, port=_number(str(annotations.get("dapr.io/app-port"))))


_DAPR_PROTOCOL = "dapr.io/app-protocol"
_OPAQUE = Meaning(says="other", what="opaque")
_FEW = 1000
"""A wider range is no list of ports that somebody meant one by one."""


def _said(key: str, meaning: Meaning | None) -> Iterator[Said]:
    if meaning:
        yield Said(key=key, meaning=meaning)


def _app_protocols(key: str, text: str) -> Iterator[Said]:
    from json import loads  # noqa: PLC0415 # few Services have it

    try:
        protocols = loads(text)
    except ValueError:
        return
    for port, word in protocols.items() if isinstance(protocols, dict) else ():
        meaning = of_controller("https" if str(word).upper() == "HTTP2" else str(word))  # its HTTP2 is by TLS
        if meaning:
            yield Said(key=key, meaning=meaning, port=_number(port))


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.replace(";", ",").split(",") if entry.strip()]


def _number(port: str) -> int | str:
    return number_of(port) if port.isdecimal() else port
