"""Annotations of tools that run beside the app, or work on its objects."""

from __future__ import annotations

from krm_fn.references.annotations.row import LIST, ONE, Row

_DAPR = "Dapr: reference of arguments and annotations; pkg/injector"
_TELEPRESENCE = "Telepresence: docs of the cluster-side configuration; pkg/agentconfig"
_VAULT = "HashiCorp Vault: vault-k8s agent-inject/agent/annotations.go"
_RANCHER = "Rancher: pkg/controllers, workload annotations"
_KOMPOSE = "Kompose: docs, labels"

ROWS = (
    Row(key="dapr.io/app-port", on=("Pod",), of="pods", grammar=ONE, does="stays", source=_DAPR, example="{port}"),
    *(
        Row(key=key, on=("Pod",), of="other", grammar=LIST, does="stays", source=source, example="{port}")
        for key, source in (
            ("dapr.io/http-port", _DAPR),
            ("dapr.io/grpc-port", _DAPR),
            ("dapr.io/internal-grpc-port", _DAPR),
            ("dapr.io/metrics-port", _DAPR),
            ("dapr.io/debug-port", _DAPR),
            ("vault.hashicorp.com/agent-cache-listener-port", _VAULT),
        )
    ),
    *(
        Row(key=key, on=("Pod",), of="service", grammar=LIST, does="follows", source=_TELEPRESENCE, example="{port}")
        for key in (
            "telepresence.getambassador.io/inject-service-port",
            "telepresence.getambassador.io/inject-service-ports",
        )
    ),
    Row(
        key="telepresence.getambassador.io/inject-container-ports",
        on=("Pod",),
        of="pods",
        grammar=LIST,
        does="stays",
        source=_TELEPRESENCE,
        example="{port}",
    ),
    Row(
        key="field.cattle.io/ports",
        on=("Pod", "workload"),
        of="pods",
        grammar=LIST,
        does="stays",
        source=_RANCHER,
        example='[[{"containerPort":{port},"name":"web","protocol":"TCP"}]]',
    ),
    Row(
        key="kompose.service.nodeport.port",
        on=("Service", "workload"),
        of="other",
        grammar=ONE,
        does="stays",
        source=_KOMPOSE,
        example="{port}",
    ),
)
"""The rows of Dapr, Telepresence, Vault, Rancher and Kompose. Those of Knative and external-dns name no ports."""
