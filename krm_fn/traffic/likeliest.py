"""Which of several ports of an app is meant: rule after rule keeps the ports for which it holds."""

from __future__ import annotations

from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of
from krm_fn.traffic.clients import clients_of
from krm_fn.traffic.evidence import PROOF, STRONG, evidence_of
from krm_fn.traffic.verdict import verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from krm_fn.resource_list.items import Items
    from krm_fn.traffic.clients import Client
    from krm_fn.traffic.evidence import Evidence
    from krm_fn.traffic.verdict import Verdict
    from krm_fn.workload.services import ServiceRoute, Survey

_ASIDE = frozenset(
    (
        *("metrics", "metric", "prometheus", "prom", "exporter", "telemetry", "stats", "statistics"),
        *("monitoring", "health", "healthz", "healthcheck", "ready", "readiness", "liveness", "live", "probe"),
        *("probes", "debug", "pprof", "admin", "management", "mgmt", "mgr", "status", "internal", "jmx"),
        *("tracing", "zpages", "webhook", "webhooks", "memberlist", "gossip", "cluster", "peer", "raft", "replication"),
    )
)
"""Words of ports that are not the app's own service."""
_NO_CLIENTS = (
    *("ServiceMonitor", "PodMonitor", "DestinationRule", "BackendTLSPolicy"),
    *("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "CustomResourceDefinition"),
)
"""Kinds that request metrics or the API server's questions, or only say how others send requests."""
_WEB = ("http", "web")
_FOR_PEOPLE = ("frontend", "ui", "www", "web-ui", "webui")
_USUAL = (80, 8080, 8000, 3000, 5000, 443, 8443)


class _Candidate(Record):
    number: int
    names: tuple[str, ...]
    """Those of the containers' ports and of the Services'."""
    evidence: tuple[Evidence, ...]
    verdict: Verdict
    clients: tuple[Client, ...]
    """Those that request no metrics."""
    service_ports: tuple[object, ...]


def likeliest(survey: Survey, items: Items, routes: dict[int, list[ServiceRoute]]) -> tuple[list[int], str]:
    """Return the ports that remain, and what decided last. `routes` are the Services' ports, by the Pods' port."""
    clients = clients_of(items, survey, telling=False)
    candidates = [_candidate(survey, number, found, clients) for number, found in routes.items()]
    reason = ""
    for rule in _RULES:
        kept, why = rule(candidates)
        if kept and len(kept) < len(candidates):
            candidates, reason = kept, why
        if len(candidates) == 1:
            break
    return [each.number for each in candidates], reason


def _candidate(survey: Survey, number: int, routes: list[ServiceRoute], clients: Iterable[Client]) -> _Candidate:
    own = [client for client in clients if client.pod_port == number]
    evidence = evidence_of(survey, number, own)
    declared = [port.name for port in survey.workload.ports if port.number == number and port.protocol == "TCP"]
    names = [*declared, *(str(route.port.get("name") or "") for route in routes)]
    return _Candidate(
        number=number,
        names=tuple(dict.fromkeys(name.lower() for name in names if name)),
        evidence=tuple(evidence),
        verdict=verdict(number, "", evidence),
        clients=tuple(client for client in own if client.item.kind not in _NO_CLIENTS),
        service_ports=tuple(route.port.get("port") for route in routes),
    )


def _speaks_http(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    kept = [each for each in candidates if not each.verdict.is_error]
    sure = [each for each in kept if each.verdict.code is None]
    return sure or kept, "the others seem to speak no HTTP"


def _has_clients(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    kept = [each for each in candidates if each.clients]
    who = min((str(ref_of(client.item.data)) for each in kept[:1] for client in each.clients), default="")
    return kept, f"{who} sends requests to it"


def _is_main(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    kept = [each for each in candidates if not any(_ASIDE.intersection(name.split("-")) for name in each.names)]
    if not any(each.verdict.protocols[0] == "http" for each in kept):  # the API of Loki is named http-metrics
        kept += [
            each for each in candidates if each not in kept and any(name.startswith("http-") for name in each.names)
        ]
    return kept, "the others are named for metrics, health or administration"


def _is_web(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    named = [each for each in candidates if any(map(_is_of_web, each.names))]
    exact = [each for each in named if not set(_WEB).isdisjoint(each.names)]
    kept = exact or named
    names = sorted(filter(_is_of_web, kept[0].names), key=lambda name: (name not in _WEB, name)) if kept else [""]
    return kept, f'it is named "{names[0]}"'


def _is_for_people(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    named = {name: each for each in candidates for name in each.names if name in _FOR_PEOPLE}
    kept = [each for each in candidates if any(each is one for one in named.values())]
    return kept, f'it is named "{min(named, default="")}"'


def _is_of_web(name: str) -> bool:
    return name.partition("-")[0] in _WEB


def _says(words: tuple[str, ...], weight: int) -> Callable[[list[_Candidate]], tuple[list[_Candidate], str]]:
    def rule(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
        found = {
            each.number: next(
                (piece for piece in each.evidence if piece.weight == weight and piece.meaning.says in words), None
            )
            for each in candidates
        }
        kept = [each for each in candidates if found[each.number]]
        first = found[kept[0].number] if kept else None
        return kept, first.text if first else ""

    return rule


def _service_port(number: int) -> Callable[[list[_Candidate]], tuple[list[_Candidate], str]]:
    return lambda candidates: (
        [each for each in candidates if number in each.service_ports],
        f"a Service's port {number} routes to it",
    )


def _takes_http(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    return [each for each in candidates if each.verdict.protocols[0] != "grpc"], "the others speak gRPC"


def _is_of(*numbers: int) -> Callable[[list[_Candidate]], tuple[list[_Candidate], str]]:
    return lambda candidates: (
        [each for each in candidates if each.number in numbers],
        "it is the most usual port for HTTP among them",
    )


def _is_usual(candidates: list[_Candidate]) -> tuple[list[_Candidate], str]:
    best = min((_USUAL.index(each.number) for each in candidates if each.number in _USUAL), default=None)
    kept = [each for each in candidates if best is not None and each.number == _USUAL[best]]
    return kept, "it is the most usual port for HTTP among them"


_RULES = (
    _speaks_http,
    _has_clients,
    _is_main,
    _is_web,
    _is_for_people,
    _says(("http",), STRONG),
    _takes_http,
    _is_of(80, 8080),
    _says(("http",), PROOF),
    _says(("https", "tls"), STRONG),
    _says(("https",), PROOF),
    _service_port(80),
    _service_port(443),
    _is_usual,
)
