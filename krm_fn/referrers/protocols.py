"""Clients that speak TLS to a port without it, or none to one with it: they follow where that is safe, or are reported.

| the client                                     | sends  | at a port   | then                            |
|------------------------------------------------|--------|-------------|---------------------------------|
| a monitor of the proxy's Services alone        | TLS    | without TLS | its scheme is http from now on  |
| prometheus.io/scheme beside prometheus.io/port | TLS    | without TLS | likewise                        |
| any other                                      | TLS    | without TLS | a warning                       |
| any                                            | no TLS | with TLS    | a warning                       |
| any                                            | gRPC   | of no gRPC  | a warning                       |
| any                                            | FastCGI | any        | a warning                       |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.references.reference import namespaces_named
from krm_fn.resource_list.identity import ref_of
from krm_fn.traffic.annotations import said_by_service
from krm_fn.traffic.clients import clients_of, is_used
from krm_fn.traffic.words import BY_TLS, SCRAPE_PORT, SCRAPE_WORD
from krm_fn.yaml_text.paths import get, mapping_at, shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.codes import Code
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.services.bystanders import Bystanders
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.traffic.clients import Client
    from krm_fn.yaml_text.node import Path


def follow_protocols(plan: SidecarPlan, items: Items, spec: Spec, bystanders: Bystanders, drafts: Drafts) -> None:
    """Let the clients of one workload's listeners speak what these do, or report them.

    Other clients of the Pods' own ports still reach the app; so do monitors that are to scrape the app.
    """
    _follow_annotations(plan, spec, drafts)
    _report_controllers(plan, spec, drafts)
    seen: set[tuple[int, str]] = set()
    for client in clients_of(items, plan.survey, telling=all(listener.tls is None for listener in spec.listeners)):
        index, place = plan.listeners.get(client.pod_port, -1), shown_path(client.place)
        from_app = client.use.scrapes and spec.referrers.scrape == "app"
        is_client = client.speaks and (client.route or client.use.scrapes)
        if index < 0 or from_app or not is_client or client.item.kind in spec.referrers.ignore:
            continue
        speaks_tls = client.speaks in BY_TLS
        if client.speaks in ("grpc", "grpcs") and not _serves_grpc(plan, index):
            message = (
                "sends gRPC, which the proxy takes for HTTP here: requests would fail. Set "
                f"spec.listeners[{index}].upstream.protocol: grpc, or grpc: true on a route."
            )
            drafts.report(client.item.result(codes.CLIENT_SPEAKS_GRPC, place, message))
        if client.speaks == "other" and plan.verdicts[index].protocols == ("fastcgi",):
            message = (
                "sends FastCGI, and the proxy takes HTTP in front of the app: requests would fail. Remove that, or set "
                "it to HTTP."
            )
            drafts.report(client.item.result(codes.CLIENT_SPEAKS_FASTCGI, place, message))
        if speaks_tls is (spec.listeners[index].tls is not None) or (id(client.item), place) in seen:
            continue
        seen.add((id(client.item), place))
        is_alone = client.use.scrapes and client.says[-1:] == ("scheme",) and _is_only(client, plan, bystanders, items)
        if speaks_tls and is_alone and not _shows_secrets(client):
            message = "follows the proxy, which takes requests without TLS."
            reached = client.route.item if client.route else plan.workload.item
            drafts.assume(client.item, reached, namespaces_named(client.use))
            drafts.edit(client.item).change(client.says, "http", codes.REFERENCE_FOLLOWED, message)
        else:
            route = client.route
            where = f"{ref_of(route.item.data)} spec.ports[{route.index}]" if route else f"port {client.pod_port}"
            drafts.report(client.item.result(*_warning(where, index, place, speaks_tls=speaks_tls)))


def _follow_annotations(plan: SidecarPlan, spec: Spec, drafts: Drafts) -> None:
    """Let annotations say http that say https of a fronted port, where metrics are requested of the proxy."""
    places: list[tuple[Item, Path]] = [(service, ("metadata", "annotations")) for service in plan.services]
    places.append((plan.workload.item, plan.workload.annotations_path))
    for item, path in places if spec.referrers.scrape == "proxy" else ():
        annotations = mapping_at(item.data, path)
        port = str(annotations.get(SCRAPE_PORT))
        number = number_of(port) if port.isdecimal() else port
        index = plan.listeners.get(number, -1)
        is_https = str(annotations.get(SCRAPE_WORD)).lower() == "https"
        if is_https and index >= 0 and spec.listeners[index].tls is None:
            message = "follows the proxy, which takes requests without TLS."
            drafts.edit(item).change((*path, SCRAPE_WORD), "http", codes.REFERENCE_FOLLOWED, message)


def _serves_grpc(plan: SidecarPlan, index: int) -> bool:
    """Return whether a listener serves gRPC, on some of its routes at least."""
    return "grpc" in plan.verdicts[index].protocols or any(route.grpc for route in plan.settled[index].routes)


def _shows_secrets(client: Client) -> bool:
    """Return whether a monitor sends credentials, which must not be sent without TLS unless the user says so."""
    endpoint = get(client.item.data, client.says[:-1])
    return not {"bearerTokenFile", "bearerTokenSecret", "authorization", "basicAuth", "oauth2"}.isdisjoint(endpoint)


def _is_only(client: Client, plan: SidecarPlan, bystanders: Bystanders, items: Items) -> bool:
    """Return whether a client uses the Pods and Services of this workload alone."""
    pods = client.use.selects_pods
    if pods and any(pods(other.labels, other.namespace) is True for other in bystanders.workloads(pods)):
        return False
    by = client.use.selects_services
    services = bystanders.selected_services(by) if by else bystanders.services()
    others = [service for service in services if service not in plan.services]
    return not any(is_used(client.use, service, items) for service in others)


def _report_controllers(plan: SidecarPlan, spec: Spec, drafts: Drafts) -> None:
    """Report annotations of the Services that tell a controller to send what the listener does not take."""
    for route in plan.routes:
        index, path = plan.listeners.get(route.pod_port, -1), ("metadata", "annotations")
        for said in said_by_service(mapping_at(route.item.data, path)) if index >= 0 else ():
            is_this = said.port in (None, route.port.get("port"), route.port.get("name"))
            speaks_tls = said.meaning.says in BY_TLS
            if is_this and speaks_tls is not (spec.listeners[index].tls is not None):
                place, where = shown_path((*path, said.key)), f"spec.ports[{route.index}]"
                drafts.report(route.item.result(*_warning(where, index, place, speaks_tls=speaks_tls)))


def _warning(where: str, index: int, place: str, *, speaks_tls: bool) -> tuple[Code, str, str]:
    """Return the code, the path and the message for a client whose requests would fail."""
    if speaks_tls:
        message = (
            f"sends TLS to {where}, at which the proxy now takes requests without it: they would fail. Set "
            f"spec.listeners[{index}].tls, with upstream.protocol: https where the app itself speaks TLS, so that "
            "clients still use TLS; or let this one use HTTP, with that upstream.protocol likewise."
        )
        return codes.CLIENT_SPEAKS_TLS, place, message
    message = (
        f"sends requests without TLS to {where}, at which the proxy now takes TLS: they would fail. Let it use "
        "TLS: an Ingress by its controller's annotation, a monitor by scheme: https, others by their fields; and set "
        "upstream.protocol: http, or https if the app itself speaks TLS."
    )
    return codes.CLIENT_SPEAKS_PLAIN, place, message
