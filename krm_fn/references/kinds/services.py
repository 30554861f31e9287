"""References in Services: the ports of an alias."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

KINDS = (
    FieldSpec(
        groups=("",),
        kinds=("Service",),
        read="Kubernetes: core/v1",
        at=("spec",),
        services=("externalName",),
        ports=("ports[].port", "ports[].targetPort"),
        only=(("type", "ClusterIP", "ExternalName"),),
        note="What names the alias, and its port, follows as well, with these or without.",
    ),
)
