"""Clients among the items that have no credentials for a listener that now requires them: they are reported.

| the client                                          | requests                 | its credentials          |
|-----------------------------------------------------|--------------------------|--------------------------|
| ServiceMonitor, PodMonitor                          | the endpoint's path      | the endpoint's fields    |
| prometheus.io/scrape beside prometheus.io/port      | prometheus.io/path       | none                     |
| alertmanagers of a Prometheus                       | alerts below pathPrefix  | the fields there         |
| webhooks, conversion of a CustomResourceDefinition  | the Service's path there | none                     |
| APIService                                          | all below its version    | a certificate            |
| kinds of Knative                                    | the uri beside the ref   | none                     |
| health checks, as `health_checks` finds them        | their path               | none                     |

One whose path has no `auth`, or a redirect, needs no password; nothing stands for a client's certificate.
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.engines.routes import is_answered, requires_certificate, requires_credentials, route_of
from krm_fn.function_config.listeners import auth_of
from krm_fn.referrers.requester import Requester, where_of
from krm_fn.resource_list.identity import group_version_of
from krm_fn.traffic.clients import clients_of
from krm_fn.traffic.words import SCRAPE_PORT
from krm_fn.yaml_text.paths import get, mapping_at, shown_path
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Auth, Listener, Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.traffic.clients import Client
    from krm_fn.yaml_text.node import Path

SCRAPE, SCRAPE_PATH = "prometheus.io/scrape", "prometheus.io/path"
_CREDENTIALS = {
    "basicAuth": ("username", "password"),
    "authorization": ("credentials", "credentialsFile"),
    "oauth2": ("clientId",),
    "bearerTokenSecret": ("name",),
    "sigv4": (),
}
"""The fields of a monitor's credentials, and the keys of which one makes them more than an empty default."""


def report_strangers(plan: SidecarPlan, items: Items, spec: Spec, drafts: Drafts) -> None:
    """Report each client of one workload's listeners that has no credentials, and what to do."""
    seen: set[tuple[int, str, int]] = set()
    for client in _requesters(plan, items, spec):
        listener, place = spec.listeners[client.index], shown_path(client.path)
        is_ignored = client.item.kind in spec.referrers.ignore
        if (
            is_ignored
            or (client.scrapes and spec.referrers.scrape == "app")
            or (id(client.item), place, client.index) in seen
        ):
            continue
        seen.add((id(client.item), place, client.index))
        if requires_certificate(listener) and not client.has_certificate:
            message = (
                f"connects without a certificate to {client.where}, at which the proxy now requires one: it is "
                f"refused. {_instead(client, 'a certificate')}set "
                f"spec.listeners[{client.index}].tls.clients.required: false."
            )
            drafts.report(client.item.result(codes.CLIENT_LACKS_CERTIFICATE, place, message))
        elif not client.has_password and _is_closed(client, listener):
            message = (
                f"requests {client.target} of {client.where} without credentials, which the proxy now requires: it is "
                f"refused. {_instead(client, 'credentials')}{_opening(client, listener)}"
            )
            drafts.report(client.item.result(codes.CLIENT_LACKS_CREDENTIALS, place, message))


def _is_closed(client: Requester, listener: Listener) -> bool:
    """Return whether some of what the client requests needs credentials, as far as that is known."""
    every = (client.target, f"{client.target.rstrip('/')}/x") if client.is_below else (client.target,)
    routes = (route_of(listener, target) for target in every)
    auths = (auth_of(route, listener) for route in routes if not is_answered(route))
    return any(auth and _refusal(auth) not in client.passes for auth in auths)


def _refusal(auth: Auth) -> int:
    """Return the status for clients without credentials."""
    return 302 if auth.external and auth.external.sign_in else 401


def _instead(client: Requester, lacking: str) -> str:
    """Return what else can be done, as the beginning of a sentence."""
    if client.scrapes:
        given = f"Give it {lacking}, or set" if client.takes_credentials else "Set"
        return f"{given} spec.referrers.scrape: app, so that the app itself is scraped; or "
    return f"Give it {lacking}; or " if client.takes_credentials else "To let it pass, "


def _opening(client: Requester, listener: Listener) -> str:
    """Return the end of the sentence: which route opens the path."""
    match = "prefix" if client.is_below else "exact"
    routes = f"spec.listeners[{client.index}].routes"
    for index, route in enumerate(listener.routes):
        if (route.match, route.path) == (match, client.target):
            instead = " in place of auth" if route.auth else ""
            return f"set {routes}[{index}].anonymous: true{instead}, which opens it to everybody."
    kind = ", match: prefix" if client.is_below else ""
    return f"add {{path: {client.target}{kind}, anonymous: true}} to {routes}, which opens it to everybody."


def _requesters(plan: SidecarPlan, items: Items, spec: Spec) -> Iterator[Requester]:
    """Yield the clients that are programs, and of which it is known what they request."""
    for client in clients_of(items, plan.survey, telling=False):
        index = plan.listeners.get(client.pod_port, -1)
        is_client = client.speaks and (client.route or client.use.scrapes)
        if index < 0 or not is_client or not requires_credentials(spec.listeners[index]):
            continue
        if client.item.kind == "Ingress":
            from krm_fn.referrers.health_checks import of_ingress  # noqa: PLC0415 # few have a health check

            yield from of_ingress(client, index)
            continue
        request = _request_of(client, index)
        if request:
            yield request
    yield from _annotated(plan, spec)
    from krm_fn.referrers.health_checks import of_services  # noqa: PLC0415 # as above

    yield from (each for each in of_services(plan, items) if requires_credentials(spec.listeners[each.index]))


def _request_of(client: Client, index: int) -> Requester | None:
    """Return what an object requests that names the port; None for one that passes on what others request."""
    data, kind = client.item.data, client.item.kind
    if client.use.scrapes:
        place = client.path[:3]
        return _with_credentials(client, index, (*place, "path"), _path(get(data, (*place, "path")), "/metrics"))
    if kind == "Prometheus":
        place = client.path[:4]
        prefix = _path(get(data, (*place, "pathPrefix")), "/").rstrip("/")
        version = str(get(data, (*place, "apiVersion"))).lower()
        target = f"{prefix}/api/{version if version == 'v1' else 'v2'}/alerts"
        return _with_credentials(client, index, (*place, "pathPrefix"), target)
    if kind == "APIService":
        target = f"/apis/{get(data, ('spec', 'group'))}/{get(data, ('spec', 'version'))}"
        place = ("spec", "service")
        return _stranger(client, index, place, target).replace(is_below=True, has_certificate=True)
    if "service" in client.path and kind in _WEBHOOKS:
        place = client.path[: client.path.index("service") + 1]
        return _stranger(client, index, (*place, "path"), _path(get(data, (*place, "path")), "/"))
    if "knative.dev" in group_version_of(data)[0] and "ref" in client.path:
        place = client.path[: client.path.index("ref")]
        return _stranger(client, index, (*place, "uri"), _path(get(data, (*place, "uri")), "/"))
    return None


_WEBHOOKS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "CustomResourceDefinition")


def _path(value: object, default: str) -> str:
    """Return the path of a URL's target."""
    text = str(value or "").partition("?")[0].partition("#")[0]
    return f"/{text.lstrip('/')}" if text else default


def _stranger(client: Client, index: int, path: Path, target: str) -> Requester:
    shown = path if get(client.item.data, path) is not None else path[:-1]
    return Requester(item=client.item, path=shown, index=index, target=target, where=where_of(client))


def _with_credentials(client: Client, index: int, path: Path, target: str) -> Requester:
    """Return a client whose object has fields for credentials."""
    entry = mapping_at(client.item.data, path[:-1])
    tls = mapping_at(entry, ("tlsConfig",))
    return _stranger(client, index, path, target).replace(
        scrapes=client.use.scrapes,
        takes_credentials=True,
        has_password=bool(entry.get("bearerTokenFile")) or any(_is_set(entry, field) for field in _CREDENTIALS),
        has_certificate=bool(tls.get("certFile") or mapping_at(tls, ("cert",))),
    )


def _is_set(entry: dict[str, Any], field: str) -> bool:
    """Return whether an entry has credentials in a field: an operator may have written an empty default."""
    value, keys = entry.get(field), _CREDENTIALS[field]
    return isinstance(value, dict) and (not keys or any(value.get(key) for key in keys))


def _annotated(plan: SidecarPlan, spec: Spec) -> Iterator[Requester]:
    """Yield what annotations of Services and of the Pod template let Prometheus request."""
    places: list[tuple[Item, Path]] = [(service, ("metadata", "annotations")) for service in plan.services]
    for item, path in (*places, (plan.workload.item, plan.workload.annotations_path)):
        annotations = mapping_at(item.data, path)
        if str(annotations.get(SCRAPE)).lower() != "true":
            continue
        port = str(annotations.get(SCRAPE_PORT))
        index = plan.listeners.get(number_of(port) if port.isdecimal() else port, -1)
        if index >= 0 and requires_credentials(spec.listeners[index]):
            yield Requester(
                item=item,
                path=(*path, SCRAPE_PATH if annotations.get(SCRAPE_PATH) else SCRAPE),
                index=index,
                target=_path(annotations.get(SCRAPE_PATH), "/metrics"),
                where=f"port {port}",
                scrapes=True,
            )
