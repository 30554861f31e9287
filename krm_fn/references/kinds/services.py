"""References in what stands for Services: the ports of an alias, and of an entry for a Service's own host."""

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
    FieldSpec(
        groups=("networking.istio.io",),
        kinds=("ServiceEntry",),
        read="istio/api, v1: networking/v1alpha3/service_entry.proto",
        at=("spec.ports[]",),
        services=(".spec.hosts[]",),
        ports=("number",),
        fixed="the entry declares it for that Service's own host. Change it with what uses it, or delete the entry",
    ),
)
