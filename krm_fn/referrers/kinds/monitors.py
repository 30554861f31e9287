"""ServiceMonitor and PodMonitor: what the Prometheus operator lets Prometheus ask for metrics."""

from __future__ import annotations

from krm_fn.referrers.field_spec import Finder
from krm_fn.referrers.reference import Reference
from krm_fn.resource_list.identity import namespace_of
from krm_fn.selectors.label_selector import matches
from krm_fn.yaml_text.paths import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.referrers.namespaces import Namespaces
    from krm_fn.referrers.reference import Selects


def service_monitor(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the endpoints' ports: by `port` a Service port's name, by `targetPort` a port of the Pods behind it.

    `port` wins where both are set.
    """
    selects = _selects(data)
    for path, endpoint in find(data, "spec.endpoints[]"):
        if not isinstance(endpoint, dict):
            continue
        if isinstance(endpoint.get("port"), str) and endpoint["port"]:
            place, port = (*path, "port"), endpoint["port"]
            yield Reference(
                path=place, port=port, selects_services=selects, entry=path, scrapes=True, app_field="targetPort"
            )
        elif isinstance(endpoint.get("targetPort"), int | str):
            place, port = (*path, "targetPort"), endpoint["targetPort"]
            yield Reference(path=place, port=port, of="pods", selects_services=selects, entry=path, scrapes=True)


def pod_monitor(data: dict[str, Any], _namespaces: Namespaces) -> Iterator[Reference]:
    """Yield the endpoints' ports: by `port` a container port's name, by the others a number or name."""
    selects = _selects(data)
    for path, endpoint in find(data, "spec.podMetricsEndpoints[]"):
        if not isinstance(endpoint, dict):
            continue
        field = next((field for field in ("port", "portNumber", "targetPort") if endpoint.get(field)), "")
        port = endpoint.get(field)
        if isinstance(port, int | str):
            yield Reference(path=(*path, field), port=port, of="pods", selects_pods=selects, entry=path, scrapes=True)


def _selects(data: dict[str, Any]) -> Selects:
    """Return what the monitor's selectors take: labels, and namespaces by name."""
    own, spec = namespace_of(data), data.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    selector, chosen = spec.get("selector"), spec.get("namespaceSelector")
    chosen = chosen if isinstance(chosen, dict) else {}
    names = chosen.get("matchNames")

    def selects(labels: dict[str, Any], namespace: str) -> bool:
        if chosen.get("any") is True:
            taken = True
        elif isinstance(names, list) and names:
            taken = namespace in names
        else:
            taken = namespace == own
        return taken and matches(selector, labels)

    return selects


KINDS = (
    Finder(groups=("monitoring.coreos.com",), kinds=("ServiceMonitor",), found_by="labels", find=service_monitor),
    Finder(groups=("monitoring.coreos.com",), kinds=("PodMonitor",), found_by="labels", find=pod_monitor),
)
