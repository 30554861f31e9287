"""References in Services: the ports of an alias, and the Pods' port for metrics, by prometheus.io/port."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

PORT = "prometheus.io/port"
"""The annotation, on Services and Pod templates, in which Prometheus is often configured to find the Pods' port."""
KINDS = (
    FieldSpec(
        groups=("",),
        kinds=("Service",),
        read="Kubernetes: core/v1",
        at=("spec",),
        services=("externalName",),
        ports=("ports[].port",),
        only=(("type", "ClusterIP", "ExternalName"),),
        fixed="clients that use this name with that port are not among the items. Change them with it",
    ),
    FieldSpec(  # a port of the Pods behind the Service that has it
        groups=("",),
        kinds=("Service",),
        read="Prometheus: the annotations of its example configuration for Kubernetes",
        found_by="fronted",
        at=("metadata",),
        services=("name",),
        namespace="namespace",
        ports=(f'annotations["{PORT}"]',),
        of="pods",
        scrapes=True,
    ),
)
