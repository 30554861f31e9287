"""Services of several clusters."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

_MCS = ("multicluster.x-k8s.io", "net.gke.io")
_READ = "kubernetes-sigs/mcs-api, v1alpha1"
_OTHERS = "clients in other clusters use the old one. Change them with it"
KINDS = (
    FieldSpec(
        groups=("networking.gke.io",),
        kinds=("MultiClusterService",),
        read="GKE, v1: Multi Cluster Ingress",
        note="It has a Service's spec. One that is not set is `port`, and is added.",
        found_by="ports",
        at=("spec.template.spec.ports[]",),
        labels="spec.template.spec.selector",
        ports=("targetPort",),
        default_field="port",
        makes_services=True,
        only=(("protocol", "TCP", "TCP"),),
        of="pods",
    ),
    FieldSpec(
        groups=_MCS,
        kinds=("ServiceExport",),
        read=_READ,
        at=("metadata",),
        services=("name",),
        ports=(),
        every=True,
        fixed=_OTHERS,
    ),
    FieldSpec(
        groups=_MCS,
        kinds=("ServiceImport",),
        read=_READ,
        at=("spec.ports[]",),
        services=(".metadata.name",),
        ports=("port", "name"),
        fixed=_OTHERS,
    ),
    FieldSpec(
        groups=("application-networking.k8s.aws",),
        kinds=("ServiceExport",),
        read="AWS Gateway API Controller, v1alpha1: ServiceExport",
        at=("spec.exportedPorts[]",),
        services=(".metadata.name",),
        ports=("port",),
        fixed=_OTHERS,
    ),
)
