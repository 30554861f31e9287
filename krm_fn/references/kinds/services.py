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
        ports=("ports[].port",),
        only=(("type", "ClusterIP", "ExternalName"),),
        fixed="clients that use this name with that port are not among the items. Change them with it",
    ),
)
