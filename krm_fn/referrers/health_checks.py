"""The health checks of load balancers that request a path of the proxy, as their objects and annotations say.

| where                                                                     | a refusal passes  |
|---------------------------------------------------------------------------|-------------------|
| alb.ingress.kubernetes.io/healthcheck-path of an Ingress or a Service     | by success-codes  |
| …/aws-load-balancer-healthcheck-path of a Service, with protocol http     | with 302          |
| BackendConfig of a Service, spec.healthCheck.requestPath                  | never             |
| HealthCheckPolicy of a Service, spec.default.config.….requestPath         | never             |

Those that check another port than that of the traffic are not among them.
"""

from __future__ import annotations

from krm_fn.referrers.requester import Requester, where_of
from krm_fn.resource_list.identity import (
    annotations_of,
    group_version_of,
    may_be_one,
    names_of,
    namespace_of,
    ref_of,
)
from krm_fn.yaml_text.paths import get, mapping_at
from krm_fn.yaml_text.scalars import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.traffic.clients import Client
    from krm_fn.workload.services import ServiceRoute

_ALB = "alb.ingress.kubernetes.io/"
_NLB = "service.beta.kubernetes.io/aws-load-balancer-healthcheck-"
_BACKEND_CONFIG = "cloud.google.com/backend-config"
_TRAFFIC = ("", "traffic-port")
_BY_HTTP = ("httpHealthCheck", "httpsHealthCheck", "http2HealthCheck")


def of_ingress(client: Client, index: int) -> Iterator[Requester]:
    """Yield the health check of an Ingress that routes to a listener; what its Service says comes first."""
    route, of_item = client.route, annotations_of(client.item.loose_data)
    if route is None:
        return
    of_service = annotations_of(route.item.data)

    def said(name: str) -> str:
        return str(of_service.get(_ALB + name) or of_item.get(_ALB + name) or "")

    target, codes = said("healthcheck-path"), said("success-codes") or "200"
    if target.startswith("/") and said("healthcheck-port") in _TRAFFIC:
        item = route.item if of_service.get(f"{_ALB}healthcheck-path") else client.item
        path = ("metadata", "annotations", f"{_ALB}healthcheck-path")
        passes = tuple(status for status in (302, 401) if _is_among(status, codes))
        yield Requester(item=item, path=path, index=index, target=target, where=where_of(client), passes=passes)


def _is_among(status: int, codes: str) -> bool:
    """Return whether a status is one of some: numbers and ranges, with commas between."""
    for each in codes.split(","):
        first, _, last = each.strip().partition("-")
        if first.isdecimal() and (last or first).isdecimal() and number_of(first) <= status <= number_of(last or first):
            return True
    return False


def of_services(plan: SidecarPlan, items: Items) -> Iterator[Requester]:
    """Yield the health checks of the Services that route to one workload's listeners."""
    kinds = items.kinds()
    policies = _of_group(items, "HealthCheckPolicy", "networking.gke.io")
    for route in plan.routes:
        index = plan.listeners.get(route.pod_port, -1)
        if index < 0:
            continue
        where = f"{ref_of(route.item.data)} spec.ports[{route.index}]"
        like = Requester(item=route.item, path=(), index=index, target="", where=where)
        yield from _of_annotations(route, like)
        if "BackendConfig" in kinds:
            yield from _of_backend_configs(route, items, like)
        for policy in policies:
            ref = mapping_at(policy.readable_data, ("spec", "targetRef"))
            is_of = ref.get("kind") == "Service" and ref.get("name") in names_of(route.item.data)
            if is_of and may_be_one(namespace_of(policy.readable_data), namespace_of(route.item.data)):
                for field in _BY_HTTP:
                    yield from _of_config(policy, ("spec", "default", "config", field), like)


def _of_annotations(route: ServiceRoute, like: Requester) -> Iterator[Requester]:
    annotations = annotations_of(route.item.data)
    target = str(annotations.get(f"{_NLB}path") or "")
    by_http = str(annotations.get(f"{_NLB}protocol")).lower() in ("http", "https")
    is_ours = str(annotations.get(f"{_NLB}port") or "") in _TRAFFIC
    if target.startswith("/") and by_http and is_ours and route.item.data["spec"].get("type") == "LoadBalancer":
        yield like.replace(path=("metadata", "annotations", f"{_NLB}path"), target=target, passes=(302,))


def _of_backend_configs(route: ServiceRoute, items: Items, like: Requester) -> Iterator[Requester]:
    """Yield the health check of the BackendConfig that a Service names for a port."""
    from json import loads  # noqa: PLC0415 # few Services have one

    try:
        named = loads(str(annotations_of(route.item.data).get(_BACKEND_CONFIG) or "{}"))
    except ValueError:
        return
    if not isinstance(named, dict):
        return
    ports = named.get("ports")
    by_port = ports if isinstance(ports, dict) else {}
    keys = [str(route.port.get(field)) for field in ("name", "port")]
    name = next((by_port[key] for key in keys if key in by_port), named.get("default"))
    for item in _of_group(items, "BackendConfig", "cloud.google.com"):
        data = item.readable_data
        is_named = name in names_of(data) and may_be_one(namespace_of(data), namespace_of(route.item.data))
        if is_named and get(data, ("spec", "healthCheck", "type")) != "TCP":
            yield from _of_config(item, ("spec", "healthCheck"), like)


def _of_group(items: Items, kind: str, group: str) -> list[Item]:
    return [item for item in items.of_kind(kind) if group_version_of(item.readable_data)[0] == group]


def _of_config(item: Item, path: tuple[str, ...], like: Requester) -> Iterator[Requester]:
    """Yield the health check that a mapping describes: by its path, and no port of its own."""
    check: dict[str, Any] = mapping_at(item.readable_data, path)
    target = str(check.get("requestPath") or "")
    if target.startswith("/") and not check.get("port"):
        yield like.replace(item=item, path=(*path, "requestPath"), target=target)
