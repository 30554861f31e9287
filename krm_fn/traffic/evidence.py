"""What a port of the app speaks: the evidence in the manifests, and how it is weighed.

| where                                                                | says                              | weight  |
|----------------------------------------------------------------------|-----------------------------------|---------|
| the functionConfig, `upstream.protocol`                              | what the user says                | decides |
| probe `httpGet` on the port, its `scheme`                            | HTTP, or HTTPS                    | proof   |
| probe `grpc` on the port                                             | gRPC without TLS                  | proof   |
| probe `exec` of a program that checks gRPC's health on the port      | gRPC                              | strong  |
| probe `tcpSocket`, or any other `exec`                               | nothing                           |         |
| kinds whose Pods an operator makes                                   | HTTP, or HTTPS by `web.tlsConfig` | proof   |
| a container port's name: a protocol's word, alone or before a `-`    | that protocol                     | strong  |
| a Service port's `appProtocol`; where it says nothing, its name      | that protocol                     | strong  |
| annotations of Services and Pods by which controllers are told       | that protocol                     | strong  |
| clients: GRPCRoute, TLSRoute, webhooks; their fields, annotations    | what they speak                   | strong  |
| clients of HTTP that say nothing: Ingress, HTTPRoute, monitors       | HTTP                              | some    |
| an image for PHP-FPM, such as wordpress:fpm, of its port 9000        | FastCGI                           | strong  |
| the same number as a UDP port                                        | no HTTP, unless QUIC              | hint    |
| the port's number                                                    | TLS, a database and so on         | hint    |
| the image of a database, queue or cache                              | that protocol                     | hint    |
| flags such as `--secure-port`, `--tls-cert-file`, `--grpc-port`      | TLS                               | hint    |

Proof decides over all else. Strong evidence that is nearer to the app decides whether it speaks TLS: first the
container's, then the Service's, then the clients'. What says gRPC is added to what says HTTP: both are served. Strong
evidence of another protocol is an error, as is strong evidence of both HTTP and another; a hint alone is a warning.
"""

from __future__ import annotations

from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of
from krm_fn.traffic.words import (
    FPM_PORT,
    OPAQUE_WORD,
    SCRAPE_WORD,
    SERVICE_WORDS,
    Meaning,
    of_app_protocol,
    of_fpm_image,
    of_image,
    of_number,
    of_port_name,
)
from krm_fn.workload.workload import PROBES
from krm_fn.yaml_text.paths import get, list_at, mapping_at, mappings_at, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Literal

    from krm_fn.resource_list.item import Item
    from krm_fn.traffic.clients import Client
    from krm_fn.traffic.words import Says
    from krm_fn.workload.services import ServiceRoute, Survey
    from krm_fn.workload.workload import Workload
    from krm_fn.yaml_text.node import Path

    Side = Literal["app", "service", "client"]

HINT, SOME, STRONG, PROOF = range(4)
_TLS_FLAGS = ("--tls-cert-file", "--tls-private-key-file", "--tls-cert", "--tls-key", "--ssl-cert", "--cert-file")
_SECURE_PORT_FLAGS = ("--secure-port", "--secure-listen-address", "--https-port", "--tls-port")


class Evidence(Record):
    """One thing that a manifest says of a port."""

    meaning: Meaning
    weight: int
    side: Side
    """Whether it is the app's manifest that says so, a Service's, or a client's."""
    item: Item
    path: Path
    value: object

    @property
    def text(self) -> str:
        """The place and what stands there, as a message shows it."""
        return f"{ref_of(self.item.data)} {shown_path(self.path)} is {shown(self.value)}"


def evidence_of(survey: Survey, number: int, clients: Iterable[Client]) -> list[Evidence]:
    """Return all evidence of what a port of the Pods speaks, the weightiest first, whatever the order of the items."""
    found = [
        *_of_app(survey.workload, number),
        *(each for route in survey.routes if route.pod_port == number for each in evidence_of_port(route)),
        *(each for client in clients if client.pod_port == number for each in _of_client(client)),
    ]
    if survey.services or survey.workload.pod_annotations:
        found += _of_annotations(survey, number)
    return sorted(found, key=lambda each: (-each.weight, each.side, each.text)) if len(found) > 1 else found


def _of_app(workload: Workload, number: int) -> Iterator[Evidence]:
    """Yield what the workload itself says."""
    operated = workload.kind.operated
    if operated and number == operated.port:
        tls = mapping_at(workload.pod_spec, ("web", "tlsConfig"))
        meaning = Meaning(says="https" if tls else "http", what="TLS" if tls else "HTTP")
        path: Path = ("spec", "web", "tlsConfig") if tls else ("kind",)
        yield _evidence(meaning, PROOF, "app", (workload.item, path), tls or workload.item.kind)
    tcp = False
    udp: list[Path] = []
    for path, container in workload.located_containers:
        for field in PROBES:
            yield from _of_probe(workload, container, number, (*path, field))
        for position, port in enumerate(list_at(container, ("ports",))):
            if not isinstance(port, dict) or port.get("containerPort") != number:
                continue
            place = (*path, "ports", position)
            if str(port.get("protocol") or "TCP") != "TCP":
                udp.append((*place, "protocol"))
                continue
            tcp = True
            yield from _of_name(port.get("name"), "app", workload.item, (*place, "name"))
    if udp and tcp:
        yield _evidence(Meaning(says="other", what="UDP beside TCP"), HINT, "app", (workload.item, udp[0]), "UDP")
    hint = of_number(number)
    if hint:
        where = next(_declared(workload, number), workload.spec_path)
        yield _evidence(hint, HINT, "app", (workload.item, where), number)
    yield from _of_flags(workload, number)
    yield from _of_images(workload, number)


def _declared(workload: Workload, number: int) -> Iterator[Path]:
    for path, container in workload.located_containers:
        for position, port in enumerate(list_at(container, ("ports",))):
            if isinstance(port, dict) and port.get("containerPort") == number:
                yield (*path, "ports", position, "containerPort")


def _of_probe(workload: Workload, container: dict[str, Any], number: int, path: Path) -> Iterator[Evidence]:
    probe = container.get(str(path[-1]))
    if not isinstance(probe, dict):
        return
    request, grpc = probe.get("httpGet"), probe.get("grpc")
    if isinstance(request, dict) and workload.port_of(container, request.get("port")) == number:
        scheme = str(request.get("scheme") or "HTTP").upper()
        says: Says = "https" if scheme == "HTTPS" else "http"
        where = (*path, "httpGet", "scheme") if "scheme" in request else (*path, "httpGet")
        yield _evidence(Meaning(says=says, what=scheme), PROOF, "app", (workload.item, where), scheme)
    words = [str(word) for word in list_at(probe, ("exec", "command"))]
    if any("grpc" in word and "health" in word for word in words[:1]) and _is_address(words[1:], number):
        where = (*path, "exec", "command")
        yield _evidence(Meaning(says="grpc", what="gRPC"), STRONG, "app", (workload.item, where), " ".join(words))
    if isinstance(grpc, dict) and grpc.get("port") == number:
        yield _evidence(
            Meaning(says="grpc", what="gRPC"), PROOF, "app", (workload.item, (*path, "grpc", "port")), number
        )


def _is_address(words: list[str], number: int) -> bool:
    """Return whether an argument of a health check's program is an address with the port."""
    return any(word.rpartition("=")[2].rpartition(":")[2] == str(number) for word in words)


def _of_flags(workload: Workload, number: int) -> Iterator[Evidence]:
    """Yield hints in the container's arguments: a flag for a port with TLS or gRPC, or for a certificate."""
    for path, container in workload.located_containers:
        ports = [port.get("containerPort") for port in mappings_at(container, ("ports",))]
        for field in ("command", "args"):
            words = list(map(str, list_at(container, (field,))))
            for position, word in enumerate(words):
                flag, _, value = word.partition("=")
                value = value or "".join(words[position + 1 : position + 2])
                hint = _hint_of(flag, is_port=value.rpartition(":")[2] == str(number), is_only=ports == [number])
                if hint:
                    yield _evidence(hint, HINT, "app", (workload.item, (*path, field, position)), word)


def _hint_of(flag: str, *, is_port: bool, is_only: bool) -> Meaning | None:
    """Return what a flag says of a port: which is its value, or is the only one of the container."""
    if is_port and flag.startswith("-") and "grpc" in flag:
        return Meaning(says="grpc", what="gRPC")
    if (is_port and flag in _SECURE_PORT_FLAGS) or (is_only and flag in _TLS_FLAGS):
        return Meaning(says="tls", what="TLS")
    return None


def _of_images(workload: Workload, number: int) -> Iterator[Evidence]:
    """Yield a hint where the image is known to serve another protocol, for its port or where nobody declares that."""
    is_declared = workload.tcp_port(number) is not None
    for path, container in workload.located_containers:
        declared = [port.get("containerPort") for port in mappings_at(container, ("ports",))]
        is_its = number in declared or not (declared or is_declared)
        image = str(container.get("image") or "")
        by_fpm = of_fpm_image(image) if is_its and number == FPM_PORT else None
        meaning = by_fpm or (of_image(image) if is_its else None)
        if meaning:
            place = (workload.item, (*path, "image"))
            yield _evidence(meaning, STRONG if by_fpm else HINT, "app", place, container.get("image"))


def _of_name(name: object, side: Side, item: Item, path: Path) -> Iterator[Evidence]:
    meaning = of_port_name(name) if isinstance(name, str) else None
    if meaning:
        yield _evidence(meaning, STRONG, side, (item, path), name)


def evidence_of_port(route: ServiceRoute) -> Iterator[Evidence]:
    """Yield what a Service's port says: by appProtocol, or else by its name; and a UDP port beside it."""
    path: Path = ("spec", "ports", route.index)
    word = route.port.get("appProtocol")
    meaning = of_app_protocol(word) if isinstance(word, str) else None
    if meaning:
        yield _evidence(meaning, STRONG, "service", (route.item, (*path, "appProtocol")), word)
    else:
        yield from _of_name(route.port.get("name"), "service", route.item, (*path, "name"))
    for position, other in enumerate(mappings_at(route.item.data, ("spec", "ports"))):
        if str(other.get("protocol")) == "UDP" and _target(other) == _target(route.port) is not None:
            both = Meaning(says="other", what="UDP beside TCP")
            yield _evidence(both, HINT, "service", (route.item, ("spec", "ports", position, "protocol")), "UDP")


def _target(port: dict[str, Any]) -> object:
    """Return the number that a Service's port points to, None where it is a name."""
    target = port.get("targetPort", port.get("port"))
    return target if isinstance(target, int) else None


def _of_client(client: Client) -> Iterator[Evidence]:
    if not client.speaks:
        return
    meaning = Meaning(says=client.speaks, what=client.speaks)  # type: ignore[arg-type] # the kinds' terms are these
    is_default = client.speaks == "http" and not client.says
    value = get(client.item.data, client.says) if client.says else client.item.kind
    path: Path = client.says or ("kind",)
    yield _evidence(meaning, SOME if is_default else STRONG, "client", (client.item, path), value)


def _of_annotations(survey: Survey, number: int) -> Iterator[Evidence]:
    """Yield what annotations of the Services and the Pods say; they are read where one of their words is there."""
    workload = survey.workload
    places: list[tuple[Item, Path]] = [(service, ("metadata", "annotations")) for service in survey.services]
    places.append((workload.item, workload.annotations_path))
    if not any(mapping_at(item.data, path) for item, path in places):
        return
    from krm_fn.traffic.annotations import said_by_service, said_of_pods  # noqa: PLC0415 # few have any

    for item, path in places:
        annotations = mapping_at(item.data, path)
        if not any(map(item.mentions, (*SERVICE_WORDS, SCRAPE_WORD, OPAQUE_WORD))):
            continue
        is_service = item is not workload.item
        ports = [route.port for route in survey.routes if route.item is item and route.pod_port == number]
        for said in said_by_service(annotations) if is_service else ():
            if any(said.port in (None, port.get("port"), port.get("name")) for port in ports):
                value = annotations[said.key]
                yield _evidence(said.meaning, STRONG, "service", (item, (*path, said.key)), value)
        for said in said_of_pods(annotations):
            if said.port == number or _named(workload, said.port) == number:
                side: Side = "service" if is_service else "app"
                yield _evidence(said.meaning, STRONG, side, (item, (*path, said.key)), annotations[said.key])


def _evidence(meaning: Meaning, weight: int, side: Side, place: tuple[Item, Path], value: object) -> Evidence:
    item, path = place
    return Evidence(meaning=meaning, weight=weight, side=side, item=item, path=path, value=value)


def _named(workload: Workload, port: int | str | None) -> int | None:
    """Return the number of the Pods' port of a name."""
    declared = workload.tcp_port(port) if isinstance(port, str) else None
    return declared.number if declared else None
