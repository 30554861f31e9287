"""The sidecar's container: the defaults, and the user's fields merged over them."""

from __future__ import annotations

from krm_fn.engines import config_path
from krm_fn.workload.container import restricted, with_override
from krm_fn.yaml_text.paths import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import Engine
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.sidecar.plan import SidecarPlan


def container(plan: SidecarPlan, mounts: list[dict[str, Any]], spec: Spec, engine: Engine) -> dict[str, Any]:
    """Return the container of the sidecar, complete."""
    defaults: dict[str, Any] = {
        "name": plan.names.container,
        "image": engine.default_image,
        "command": engine.command(config_path(spec)),
        "ports": [{"name": port.name, "containerPort": port.number, "protocol": "TCP"} for port in plan.ports],
        "resources": _resources(plan, spec, engine),
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": spec.probes.name},
            "periodSeconds": 10,
            "timeoutSeconds": 2,
        },
        "readinessProbe": {
            "httpGet": {"path": "/readyz", "port": spec.probes.name},
            **(plan.readiness.probe if plan.readiness else {}),
        },
        "lifecycle": {"preStop": {"exec": {"command": ["sleep", str(spec.shutdown.delay_seconds)]}}},
        "securityContext": restricted(None if plan.workload.is_of_openshift else engine.user_id, engine.capabilities),
        "volumeMounts": mounts,
    }
    if engine.state_variables:
        writable = spec.sidecar.mount_paths.cache
        defaults["env"] = [{"name": name, "value": writable} for name in engine.state_variables]
    if spec.sidecar.mode == "native":
        defaults = {**defaults, "restartPolicy": "Always", "startupProbe": _started(spec)}
    written = mapping_at(plan.workload.pod_spec, plan.own_container) if plan.own_container else {}
    return with_override(defaults, spec.sidecar.container, written)


def _resources(plan: SidecarPlan, spec: Spec, engine: Engine) -> dict[str, Any]:
    usual = {"requests": {"cpu": "10m", "memory": engine.memory[0]}, "limits": {"memory": engine.memory[1]}}
    if not spec.sidecar.guaranteed:
        return usual
    from krm_fn.workload.guaranteed import guaranteed  # noqa: PLC0415 # few Pods must be
    from krm_fn.workload.merge import merge  # noqa: PLC0415 # likewise

    written = mapping_at(plan.workload.pod_spec, plan.own_container) if plan.own_container else {}
    return guaranteed(usual, merge(spec.sidecar.container, written), "100m")


def _started(spec: Spec) -> dict[str, Any]:
    """Return the probe that the app's containers wait for: of the proxy alone, as the app has not started yet."""
    return {
        "httpGet": {"path": "/healthz", "port": spec.probes.name},
        "periodSeconds": 1,
        "failureThreshold": 60,
    }
