"""Metrics for Prometheus: nginx's status page through an exporter beside the sidecar, Caddy's own."""

from __future__ import annotations

from krm_fn.companions import Companion, PodPort
from krm_fn.workload.container import label_of, restricted, with_override
from krm_fn.yaml_text.paths import list_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import Engine, Exporter
    from krm_fn.function_config.generated.values import Metrics, ProxySidecar, Spec

_FIELD = "spec.companions.metrics"


def companion(metrics: Metrics, config: ProxySidecar, sidecar: str, engine: Engine) -> Companion:
    """Return the companion: a port, and a container that opens it where the engine does not do so itself."""
    port = PodPort(number=metrics.port, name=metrics.name, number_field=f"{_FIELD}.port", name_field=f"{_FIELD}.name")
    summary = f"Prometheus finds its metrics on port {metrics.port}."
    if engine.exporter is None:
        return Companion(ports=(port,), is_in_proxy=True, summary=summary)
    name = metrics.exporter.name or label_of(sidecar, "metrics")
    return Companion(
        containers=(_exporter(name, metrics, config.spec, engine.exporter, sets_user=engine.sets_user),),
        name_fields=(f"{_FIELD}.exporter.name",),
        ports=(port,),
        summary=summary,
    )


def _exporter(name: str, metrics: Metrics, spec: Spec, exporter: Exporter, *, sets_user: bool) -> dict[str, Any]:
    """Return the container that reads the proxy's status page.

    It has no probes: a Pod whose metrics are missing still serves its clients.
    """
    defaults: dict[str, Any] = {
        "name": name,
        "image": exporter.image,
        "args": exporter.arguments(spec.probes.port, metrics.port),
        "ports": [{"name": metrics.name, "containerPort": metrics.port, "protocol": "TCP"}],
        "resources": _resources(metrics, spec),
        "securityContext": restricted(exporter.user_id if sets_user else None),
    }
    if spec.sidecar.mode == "native":
        defaults["restartPolicy"] = "Always"
    return with_override(defaults, metrics.exporter.container)


def is_exporter(container: dict[str, Any], exporter: Exporter) -> bool:
    """Return whether a container has the arguments of an exporter, whatever their values."""
    given = {str(argument).partition("=")[0] for argument in list_at(container, ("args",))}
    return given.issuperset(argument.partition("=")[0] for argument in exporter.arguments(0, 0))


def _resources(metrics: Metrics, spec: Spec) -> dict[str, Any]:
    usual = {"requests": {"cpu": "5m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}}
    if not spec.sidecar.guaranteed:
        return usual
    from krm_fn.workload.guaranteed import guaranteed  # noqa: PLC0415 # few Pods must be

    return guaranteed(usual, metrics.exporter.container, "50m")
