"""Spoken: what the app speaks behind each listener, as the functionConfig says or the evidence in the manifests."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.generated.values import UpstreamTLS
from krm_fn.result import Result
from krm_fn.traffic.evidence import evidence_of
from krm_fn.traffic.verdict import beside_tls, reasons, stated, verdict
from krm_fn.traffic.words import INGRESS_WORDS, SCRAPE_WORD, SERVICE_WORDS
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import OtherUpstream, Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef
    from krm_fn.traffic.clients import Client
    from krm_fn.traffic.verdict import Verdict
    from krm_fn.workload.services import Survey
    from krm_fn.workload.workload import ContainerPort

_SHOWN = {"https": "HTTP by TLS", "h2c": "HTTP/2 without TLS", "grpc": "gRPC"}


def has_telling_clients(items: Items) -> bool:
    """Return whether any item may be a client that speaks something else than HTTP without TLS."""
    from krm_fn.references.kinds.generated import MODULES  # noqa: PLC0415 # written from the modules beside it

    kinds = [kind for kind in items.kinds() if kind in MODULES and kind != "Service"]
    return any(kind != "Ingress" for kind in kinds) or any(
        map(items.mentioning, (SCRAPE_WORD, *SERVICE_WORDS, *INGRESS_WORDS))
    )


class Spoken:
    """What is spoken on the ports of one workload."""

    def __init__(self, survey: Survey, items: Items, ref: ResourceRef) -> None:
        self._survey, self._items, self._ref = survey, items, ref
        self._clients: list[Client] | None = None

    def verdicts(self, ports: dict[int, ContainerPort], spec: Spec, drafts: Drafts) -> dict[int, Verdict]:
        """Return the verdict for the port behind each listener; report what is wrong, doubtful, or not plain HTTP."""
        found: dict[int, Verdict] = {}
        for index, port in ports.items():
            upstream = spec.listeners[index].upstream
            if upstream.protocol != "auto":
                found[index] = stated(upstream.protocol, tls=upstream.tls is not None)
                continue
            judged = self.verdict(port.number)
            if spec.listeners[index].tls and upstream.tls is None:
                judged = beside_tls(judged, port.number, str(self._survey.workload.ref), index)
            if upstream.tls is not None and not judged.is_error:
                first = "https" if judged.protocols[0] in ("http", "h2c") else judged.protocols[0]
                judged = judged.replace(protocols=(first, *judged.protocols[1:]), tls=True, code=None)
            found[index] = judged
            path = f"spec.listeners[{index}].upstream.protocol"
            if judged.code:
                drafts.report(Result(code=judged.code, ref=self._ref, path=path, message=judged.message))
            elif judged.because:
                drafts.report(self._reported(judged, port))
        return found

    def verdict(self, number: int) -> Verdict:
        """Return what a port speaks by the evidence."""
        owner = str(self._survey.workload.ref)
        near = evidence_of(self._survey, number, self._telling_clients())
        found = verdict(number, owner, near)
        if found.code is None and not found.because:
            return found
        from krm_fn.traffic.clients import clients_of  # noqa: PLC0415 # only where there is doubt

        everybody = clients_of(self._items, self._survey, telling=False)
        return verdict(number, owner, evidence_of(self._survey, number, everybody))

    def settled(self, upstream: OtherUpstream) -> OtherUpstream:
        """Return an upstream with what it speaks, where it says nothing of that itself. Its port must be a number."""
        if upstream.protocol != "auto" or upstream.tls is not None:
            return upstream
        judged = self._judged(upstream)
        if judged is None or judged.code or (judged.tls and upstream.service):
            return upstream
        return upstream.replace(protocol=judged.protocols[0], tls=UpstreamTLS() if judged.tls else None)

    def problems_of(self, upstream: OtherUpstream, path: str) -> Iterator[Result]:
        """Yield what is wrong or doubtful about what an upstream speaks that says nothing of that itself."""
        judged = self._judged(upstream)
        if judged and not judged.code and ".auth." in path and judged.protocols[0] in ("grpc", "h2c"):
            message = f"must be http or https for a service that decides about requests, for {reasons(judged)}. Set it."
            yield Result(code=codes.UPSTREAM_FIELDS_CONFLICT, ref=self._ref, path=path, message=message)
        elif judged and judged.code:
            yield Result(code=judged.code, ref=self._ref, path=path, message=judged.message)
        elif judged and judged.tls and upstream.service:
            message = (
                f"must be {judged.protocols[0]} for a Service that speaks TLS, for {reasons(judged)}. Set it, and tls "
                "with the certificates of its authority as ca, or verify: false."
            )
            yield Result(code=codes.PROTOCOL_UNCLEAR, ref=self._ref, path=path, message=message)

    def _judged(self, upstream: OtherUpstream) -> Verdict | None:
        """Return what is spoken on a port of the Pod, or of a Service among the items; None where nothing is known."""
        if upstream.service:
            from krm_fn.traffic.services import service_verdict  # noqa: PLC0415 # few requests go elsewhere

            namespace = upstream.service.namespace or self._survey.workload.namespace
            return service_verdict(self._items, namespace, upstream.service.name, upstream.service.port)
        workload = self._survey.workload
        declared = workload.tcp_port(upstream.port) if upstream.port is not None else None
        number = declared.number if declared else upstream.port
        return self.verdict(number) if isinstance(number, int) else None

    def _telling_clients(self) -> list[Client]:
        """Return the clients that may speak something else than plain HTTP."""
        if self._clients is None and not has_telling_clients(self._items):
            self._clients = []
        if self._clients is None:
            from krm_fn.traffic.clients import clients_of  # noqa: PLC0415 # most clients speak plain HTTP

            self._clients = clients_of(self._items, self._survey, telling=True)
        return self._clients

    def _reported(self, judged: Verdict, port: ContainerPort) -> Result:
        """Return what the proxy speaks to the app, and why."""
        workload = self._survey.workload
        words = " and ".join(_SHOWN.get(each, "HTTP") for each in judged.protocols)
        by_tls = " by TLS" if judged.tls and judged.protocols[0] != "https" else ""
        unchecked = ", whose certificate is not checked inside the Pod" if judged.tls else ""
        message = f"is requested by {words}{by_tls} on port {port.number}{unchecked}: {reasons(judged)}."
        path, spoken = shown_path((*workload.spec_path, "containers")), "+".join(judged.protocols)
        return workload.item.result(codes.UPSTREAM_PROTOCOL, path, message, proposed=spoken)
