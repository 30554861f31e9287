"""The containers that stand beside the sidecar, each with its defaults, and the user's fields merged over them."""

from __future__ import annotations

from krm_fn.workload.container import merge, restricted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import Exporter
    from krm_fn.function_config.generated.values import Metrics, Spec


def exporter_container(name: str, metrics: Metrics, spec: Spec, exporter: Exporter) -> dict[str, Any]:
    """Return the container that reads the proxy's status page for Prometheus.

    It has no probes: a Pod whose metrics are missing serves its clients still.
    """
    defaults: dict[str, Any] = {
        "name": name,
        "image": exporter.image,
        "args": exporter.arguments(spec.probes.port, metrics.port),
        "ports": [{"name": metrics.name, "containerPort": metrics.port, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "5m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": restricted(exporter.user_id),
    }
    if spec.sidecar.mode == "native":
        defaults["restartPolicy"] = "Always"
    merged: dict[str, Any] = merge(defaults, metrics.exporter.container)
    return merged
