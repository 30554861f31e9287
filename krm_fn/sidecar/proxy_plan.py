"""The plan that the engine gets: the settings, and what depends on the workload and the container."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.static_files import has_twins, root_of
from krm_fn.engines import config_path
from krm_fn.engines.engine import ProxyListener, ProxyPlan, engine_version
from krm_fn.function_config.generated.values import UpstreamTLS
from krm_fn.quoting import shown
from krm_fn.result import Result
from krm_fn.yaml_text.paths import get

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.config_maps.static_files import StaticFile
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.result import ResourceRef
    from krm_fn.sidecar.plan import SidecarPlan

MARGIN = 2
"""Seconds between the end of draining and the end of the grace period."""


def proxy_plan(
    plan: SidecarPlan, spec: Spec, container: dict[str, Any], files: list[StaticFile], ref: ResourceRef
) -> tuple[ProxyPlan | None, list[Result]]:
    """Return the plan for the engine, and what is wrong: with the time to drain, the CPU limit, the engine's version.

    There is no plan where ports are missing that it needs.
    """
    grace = plan.workload.grace_period
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
            Result(
                code=codes.DRAIN_SHORTENED,
                ref=ref,
                path=path,
                message=message,
                current_value=current,
                proposed_value=drain,
            )
        )
    cpus = cpu_limit(container)
    if cpus is None:
        cpu = container["resources"]["limits"]["cpu"]
        message = f'must be at most {_MOST} CPUs, as no node has more, got {shown(cpu)}. For example "500m", or "2".'
        path = "spec.sidecar.container.resources.limits.cpu"
        results.append(Result(code=codes.CPU_LIMIT_TOO_HIGH, ref=ref, path=path, message=message))
    version = engine_version(spec.engine, str(container["image"]), spec.engine_version)
    if version is not None:
        from krm_fn.engines.too_old import too_old  # noqa: PLC0415 # few images state a version

        protocols = tuple(
            plan.verdicts[index].protocols if index in plan.verdicts else () for index in range(len(spec.listeners))
        )
        results += too_old(spec.replace(listeners=plan.settled), protocols, version, ref)
    if not plan.is_renderable or plan.readiness is None:
        return None, results
    listeners = tuple(
        ProxyListener(
            listener=plan.settled[index],
            upstream_port=port.number,
            protocols=plan.verdicts[index].protocols,
            takes_http2=plan.verdicts[index].by_http2,
            tls=listener.upstream.tls or (UpstreamTLS() if plan.verdicts[index].tls else None),
            root=spec.sidecar.mount_paths.files + root_of(listener, spec),
            image_roots=_image_roots(plan, spec, index),
            salt=ref.name,
            precompressed=has_twins(files, root_of(listener, spec)),
        )
        for (index, port), listener in zip(plan.app_ports.items(), spec.listeners, strict=True)
    )
    engine_plan = ProxyPlan(
        spec=spec,
        listeners=listeners,
        config_path=config_path(spec),
        ready=plan.readiness.check,
        version=version,
        worker_processes=cpus or 1,
        drain_seconds=drain,
    )
    return engine_plan, results


def _image_roots(plan: SidecarPlan, spec: Spec, index: int) -> dict[str, str]:
    if not plan.images:
        return {}
    from krm_fn.sidecar.images import image_roots  # noqa: PLC0415 # few sites come from an image

    return image_roots(spec, index)


_MOST = 1024
"""No node has more: a larger limit is a slip."""


def cpu_limit(container: dict[str, Any]) -> int | None:
    """Return the container's CPU limit in whole CPUs, rounded up: 1 for none, None for more than any node has."""
    at = get(container, ("resources", "limits", "cpu"))
    if at is None:
        return 1
    from krm_fn.function_config.container.quantities import parts_of, whole_up  # noqa: PLC0415 # most containers have no such limit

    parts = parts_of(at)
    cpus = None if parts is None else whole_up(parts)
    return None if cpus is None or cpus > _MOST else max(1, cpus)
