"""The sidecar's container: the defaults, and the user's fields merged over them."""

from __future__ import annotations

from krm_fn.engines import config_path
from krm_fn.workload.container import restricted, with_override
from krm_fn.yaml_text.paths import mapping_at, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.engines.engine import Engine
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.sidecar.plan import SidecarPlan


_STORAGE = "ephemeral-storage"
_LOGS = "64Mi"
"""A little more than the kubelet keeps of a container's output."""


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
    request, limit = _storage(plan, spec)
    usual = {
        "requests": {"cpu": "10m", "memory": engine.memory[0], "ephemeral-storage": request},
        "limits": {"memory": engine.memory[1], **({"ephemeral-storage": limit} if limit else {})},
    }
    if not spec.sidecar.guaranteed:
        return usual
    from krm_fn.workload.guaranteed import guaranteed  # noqa: PLC0415 # few Pods must be
    from krm_fn.workload.merge import merge  # noqa: PLC0415 # likewise

    written = mapping_at(plan.workload.pod_spec, plan.own_container) if plan.own_container else {}
    return guaranteed(usual, merge(spec.sidecar.container, written), "100m")


def _storage(plan: SidecarPlan, spec: Spec) -> tuple[str, str | None]:
    """Return how much local storage is requested, and the limit; None for no limit.

    The kubelet evicts a Pod that has more than the limits of all its containers together, so that a limit of ours alone
    would be the app's. Where another container has one, ours adds what the sidecar may have.

    | what                    | is there                 | counts in                           |
    |-------------------------|--------------------------|-------------------------------------|
    | log files               | always                   | the request, and the limit          |
    | the cache of responses  | where a route is cached  | the request, as the whole volume    |
    | copies of images' files | where they are copied    | both, as the whole volumes          |
    | the volume              | always                   | the limit                           |
    """
    pod, own = plan.workload.pod_spec, plan.names.container
    others = (*mappings_at(pod, ("containers",)), *mappings_at(pod, ("initContainers",)))
    bounded = any(_STORAGE in mapping_at(each, ("resources", "limits")) for each in others if each.get("name") != own)
    cached = any(route.cache for listener in spec.listeners for route in listener.routes)
    copiers = plan.images.copiers if plan.images else ()
    if not (bounded or cached or copiers):
        return _LOGS, None
    from krm_fn.function_config.container.quantities import parts_of, text_of  # noqa: PLC0415 # few Pods need it

    volume, kept = parts_of(spec.sidecar.cache_size_limit) or 0, parts_of(_LOGS) or 0
    kept += sum(parts_of(copier.settings.size_limit) or 0 for copier in copiers)
    whole = text_of(kept + volume, _STORAGE)
    return whole if cached else text_of(kept, _STORAGE), whole if bounded else None


def _started(spec: Spec) -> dict[str, Any]:
    """Return the probe that the app's containers wait for: of the proxy alone, as the app has not started yet."""
    return {
        "httpGet": {"path": "/healthz", "port": spec.probes.name},
        "periodSeconds": 1,
        "failureThreshold": 60,
    }
