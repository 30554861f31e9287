"""Clients that send requests to Services: alerting, webhooks and aggregated APIs, events."""

from __future__ import annotations

from krm_fn.references.field_spec import FieldSpec, Says

_KNATIVE = ("eventing.knative.dev", "messaging.knative.dev", "sources.knative.dev", "flows.knative.dev")
_KNATIVE_KINDS = (
    *("Trigger", "Broker", "Subscription", "Channel", "InMemoryChannel", "Sequence", "Parallel"),
    *("SinkBinding", "PingSource", "ApiServerSource", "ContainerSource", "KafkaSource"),
)
_KNATIVE_REFS = (
    *("spec.subscriber.ref", "spec.sink.ref", "spec.reply.ref", "spec.delivery.deadLetterSink.ref"),
    *("spec.steps[].ref", "spec.branches[].subscriber.ref", "spec.branches[].filter.ref", "spec.branches[].reply.ref"),
)
KINDS = (
    FieldSpec(
        groups=("monitoring.coreos.com",),
        kinds=("Prometheus",),
        read="prometheus-operator, v1: pkg/apis/monitoring/v1/prometheus_types.go",
        note="A name is the Service's port, a number the Pods'.",
        at=("spec.alerting.alertmanagers[]",),
        services=("name",),
        namespace="namespace",
        ports=("port",),
        of="endpoints",
        speaks="http",
        says=(Says(field="scheme", words={"https": "https"}),),
    ),
    *(
        FieldSpec(
            groups=(group,),
            kinds=kinds,
            read="Kubernetes: admissionregistration/v1, apiextensions/v1, apiregistration/v1",
            note="One that is not set is 443, and is added.",
            at=at,
            services=("name",),
            namespace="namespace",
            ports=("port",),
            default=443,
            speaks="https",
        )
        for group, kinds, at in (
            ("apiregistration.k8s.io", ("APIService",), ("spec.service",)),
            (
                "admissionregistration.k8s.io",
                ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"),
                ("webhooks[].clientConfig.service",),
            ),
            (
                "apiextensions.k8s.io",
                ("CustomResourceDefinition",),
                ("spec.conversion.webhook.clientConfig.service", "spec.conversion.webhookClientConfig.service"),
            ),
        )
    ),
    FieldSpec(
        groups=_KNATIVE,
        kinds=_KNATIVE_KINDS,
        read="knative/eventing, v1: pkg/apis",
        at=_KNATIVE_REFS,
        services=("name",),
        namespace="namespace",
        ports=(),
        only=(("kind", "", "Service"), ("apiVersion", "", "v1")),
        default=80,
        speaks="http",
        fixed="a reference has no port, and means 80. Name the Service by uri, or keep its number",
    ),
    FieldSpec(
        groups=_KNATIVE,
        kinds=_KNATIVE_KINDS,
        read="knative/pkg, v1: apis/duck/v1/destination.go",
        note="A `uri` that is a whole URL, of a host with its namespace, gets the port.",
        at=tuple(ref.removesuffix(".ref") for ref in _KNATIVE_REFS),
        ports=(),
        hosts=("uri",),
        elsewhere=True,
    ),
)
