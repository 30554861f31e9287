"""Delivery tools and autoscalers that make Services, or send requests to them."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec

KINDS = (
    FieldSpec(
        groups=("argoproj.io",),
        kinds=("Rollout",),
        read="argoproj/argo-rollouts, v1alpha1: pkg/apis/rollouts/v1alpha1/types.go",
        at=("spec.strategy.canary",),
        services=("trafficRouting.alb.rootService", "stableService", "canaryService"),
        ports=("trafficRouting.alb.servicePort",),
    ),
    FieldSpec(
        groups=("flagger.app",),
        kinds=("Canary",),
        read="fluxcd/flagger, v1beta1: pkg/apis/flagger/v1beta1/canary.go",
        note="Flagger makes the Services of its `targetRef`. One that is not set is `port`, and is added.",
        found_by="workloads",
        at=("spec.service",),
        workload="spec.targetRef",
        ports=("targetPort",),
        default_field="port",
        makes_services=True,
        of="pods",
    ),
    *(
        FieldSpec(
            groups=("flagger.app",),
            kinds=("Canary",),
            read="fluxcd/flagger, v1beta1: pkg/apis/flagger/v1beta1/canary.go; docs: how it works, Canary service",
            at=("spec.service",),
            services=(service,),
            ports=("port",),
            only=only,
            fixed="Flagger writes that Service, and those beside it, with the port that is here. Set the new one here, "
            "and in their clients",
        )
        for service, only in (("name", ()), (".spec.targetRef.name", (("name", "", ""),)))
    ),
    FieldSpec(
        groups=("http.keda.sh",),
        kinds=("HTTPScaledObject",),
        read="KEDA HTTP Add-on 0.14, v1alpha1: HTTPScaledObject",
        at=("spec.scaleTargetRef",),
        services=("service",),
        ports=("port", "portName"),
        speaks="http",
    ),
    FieldSpec(
        groups=("http.keda.sh",),
        kinds=("InterceptorRoute",),
        read="KEDA HTTP Add-on 0.15, v1beta1: InterceptorRoute",
        at=("spec.target",),
        services=("service",),
        ports=("port", "portName"),
        speaks="http",
    ),
)
