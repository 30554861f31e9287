"""What the engine is told: the settings, and what the workload and the container decide."""

from __future__ import annotations

from krm_fn.engines import config_path
from krm_fn.engines.proxy import Front, ProxyPlan
from krm_fn.engines.version import engine_version
from krm_fn.injection.cpus import cpu_limit
from krm_fn.injection.plan import names_others
from krm_fn.injection.static_files import has_twins, root_of
from krm_fn.quoting import shown
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.function_config.values import Listener, Spec
    from krm_fn.injection.plan import Plan
    from krm_fn.injection.static_files import StaticFile
    from krm_fn.result import ResourceRef
    from krm_fn.workload.workload import Workload

DEFAULT_GRACE = 30
"""Kubernetes' terminationGracePeriodSeconds where a Pod sets none."""
MARGIN = 2
"""Seconds between the end of draining and the end of the grace period."""


def proxy_plan(
    plan: Plan, spec: Spec, container: dict[str, Any], files: list[StaticFile], ref: ResourceRef
) -> tuple[ProxyPlan, list[Result]]:
    """Return the plan for the engine, a warning where the Pod ends too early to drain, an error for the CPU limit."""
    grace = plan.workload.pod_spec.get("terminationGracePeriodSeconds")
    grace = grace if isinstance(grace, int) else DEFAULT_GRACE
    drain = max(1, min(spec.shutdown.drain_seconds, grace - spec.shutdown.delay_seconds - MARGIN))
    results = []
    if drain < spec.shutdown.drain_seconds:
        current, path = spec.shutdown.drain_seconds, "spec.shutdown.drainSeconds"
        message = (
            f"must end with the delay within the grace period of {plan.workload.ref}, {grace} seconds, got {current}: "
            f"shortened to {drain}. Set terminationGracePeriodSeconds to "
            f"{spec.shutdown.delay_seconds + current + MARGIN} there, or {drain} here."
        )
        results.append(
            Result(severity="warning", ref=ref, path=path, message=message, current_value=current, proposed_value=drain)
        )
    cpus = cpu_limit(container)
    if cpus is None:
        got = shown(container["resources"]["limits"])
        message = f'must hold a quantity of CPUs under cpu, got {got}. For example "500m", or "2".'
        path = "spec.sidecar.container.resources.limits"
        results.append(Result(severity="error", ref=ref, path=path, message=message))
    fronts = tuple(
        Front(
            listener=_numbered(listener, plan, spec),
            upstream_port=port.number,
            root=spec.sidecar.mount_paths.files + root_of(listener, spec),
            precompressed=has_twins(files, root_of(listener, spec)),
        )
        for listener, port in zip(spec.listeners, plan.app_ports, strict=True)
    )
    version = engine_version(spec.engine, str(container["image"]), spec.engine_version)
    if version is not None:
        from krm_fn.injection.too_old import too_old  # noqa: PLC0415 # few images tell

        results += too_old(spec, version, ref)
    engine_plan = ProxyPlan(
        spec=spec,
        fronts=fronts,
        config_path=config_path(spec),
        ready_path=spec.probes.app_path or _readiness_path(plan.workload, plan.app_ports[0].number),
        version=version,
        worker_processes=cpus or 1,
        drain_seconds=drain,
    )
    return engine_plan, results


def _numbered(listener: Listener, plan: Plan, spec: Spec) -> Listener:
    """Return the listener with numbers in the place of all ports' names."""
    if not names_others(spec):
        return listener
    from krm_fn.injection.upstream_ports import numbered  # noqa: PLC0415 # few need it

    return numbered(listener, plan.workload)


def _readiness_path(workload: Workload, port: int) -> str | None:
    """Return the path that the app's readinessProbe asks by plain HTTP on a port, None where it asks none."""
    operated = workload.kind.operated
    if operated and port == operated.port and "web" not in workload.pod_spec:
        return str(workload.pod_spec.get("routePrefix") or "").rstrip("/") + operated.ready_path
    for container in workload.containers:
        probe = container.get("readinessProbe")
        request = probe.get("httpGet") if isinstance(probe, dict) else None
        if not isinstance(request, dict) or request.get("scheme", "HTTP") != "HTTP":
            continue
        declared = workload.tcp_port(request.get("port", ""))
        if declared and declared.number == port:
            return str(request.get("path") or "/")
    return None
