"""What routes requests from outside by the platform's own means: Ingresses, Routes, load balancers of clouds."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Says

KINDS = (
    FieldSpec(
        groups=("networking.k8s.io",),
        kinds=("Ingress",),
        read="Kubernetes: networking/v1",
        versions=("v1",),
        at=("spec.defaultBackend.service", "spec.rules[].http.paths[].backend.service"),
        services=("name",),
        ports=("port.number", "port.name"),
        speaks="http",
    ),
    FieldSpec(
        groups=("networking.k8s.io", "extensions"),
        kinds=("Ingress",),
        read="Kubernetes: networking/v1beta1, extensions/v1beta1",
        versions=("v1beta1",),
        at=("spec.backend", "spec.rules[].http.paths[].backend"),
        services=("serviceName",),
        ports=("servicePort",),
        speaks="http",
    ),
    FieldSpec(
        groups=("route.openshift.io", ""),
        kinds=("Route",),
        read="openshift/api, v1: route/v1",
        note="A name is the Service's port, a number the Pods'; it must suit all backends.",
        at=("spec",),
        services=("to.name", "alternateBackends[].name"),
        ports=("port.targetPort",),
        only=(("to.kind", "Service", "Service"),),
        of="endpoints",
        speaks="http",
        says=(Says(field="tls.termination", words={"passthrough": "tls", "reencrypt": "https"}),),
    ),
    FieldSpec(
        groups=("elbv2.k8s.aws",),
        kinds=("TargetGroupBinding",),
        read="AWS Load Balancer Controller, v1beta1: TargetGroupBinding",
        at=("spec.serviceRef",),
        services=("name",),
        ports=("port",),
    ),
)
