"""ServiceMonitor and PodMonitor: the endpoints from which Prometheus requests metrics."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Says

_SCHEME = (Says(field="scheme", words={"https": "https"}),)
KINDS = (
    FieldSpec(  # `port` is a Service port's name; where it is not set, `targetPort` is a port of the Pods
        groups=("monitoring.coreos.com",),
        kinds=("ServiceMonitor",),
        found_by="labels",
        at=("spec.endpoints[]",),
        selector="spec.selector",
        namespace_selector="spec.namespaceSelector",
        ports=("port",),
        app_field="targetPort",
        repeatable=True,
        scrapes=True,
        speaks="http",
        says=_SCHEME,
    ),
    FieldSpec(
        groups=("monitoring.coreos.com",),
        kinds=("PodMonitor",),
        found_by="labels",
        at=("spec.podMetricsEndpoints[]",),
        selector="spec.selector",
        namespace_selector="spec.namespaceSelector",
        ports=("port", "portNumber", "targetPort"),
        first=True,
        of="pods",
        repeatable=True,
        scrapes=True,
        speaks="http",
        says=_SCHEME,
    ),
)
