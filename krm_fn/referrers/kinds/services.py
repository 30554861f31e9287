"""What Services themselves say: the ports of an alias, and where the Pods' metrics are, by prometheus.io/port."""

from __future__ import annotations

from krm_fn.referrers.field_spec import FieldSpec
from krm_fn.referrers.reference import Reference, ServiceKey
from krm_fn.resource_list.identity import annotations_of, name_of, namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PORT = "prometheus.io/port"


def scrape_annotation(service: dict[str, Any]) -> Iterator[Reference]:
    """Yield the annotation on a Service: a port of the Pods behind it."""
    port = annotations_of(service).get(PORT)
    if isinstance(port, int | str):
        yield Reference(
            path=("metadata", "annotations", PORT),
            port=port,
            of="pods",
            services=(ServiceKey(namespace=namespace_of(service), name=name_of(service), explicit=True),),
            scrapes=True,
        )


KINDS = (
    FieldSpec(
        groups=("",),
        kinds=("Service",),
        at=("spec",),
        services=("externalName",),
        ports=("ports[].port",),
        only=(("type", "ClusterIP", "ExternalName"),),
        fixed="clients that ask this name for that port are not among the items. Change them with it",
    ),
)
