"""The plan that the engine gets: the settings, and what depends on the workload and the container."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.static_files import has_twins, root_of
from krm_fn.engines import config_path
from krm_fn.engines.engine import ProxyListener, ProxyPlan, ReadyCheck, engine_version
from krm_fn.engines.routes import protocol_of
from krm_fn.quoting import shown
from krm_fn.result import Result
from krm_fn.sidecar.plan import has_other_upstreams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.config_maps.static_files import StaticFile
    from krm_fn.function_config.generated.values import Listener, Spec
    from krm_fn.result import ResourceRef
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.workload import Workload

DEFAULT_GRACE = 30
"""Kubernetes' terminationGracePeriodSeconds where a Pod sets none."""
MARGIN = 2
"""Seconds between the end of draining and the end of the grace period."""


def proxy_plan(
    plan: SidecarPlan, spec: Spec, container: dict[str, Any], files: list[StaticFile], ref: ResourceRef
) -> tuple[ProxyPlan | None, list[Result]]:
    """Return the plan for the engine, and what is wrong: with the time to drain, the CPU limit, the engine's version.

    There is no plan where ports are missing that it needs.
    """
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
        got = shown(container["resources"]["limits"])
        message = f'must hold a quantity of CPUs under cpu, got {got}. For example "500m", or "2".'
        path = "spec.sidecar.container.resources.limits"
        results.append(Result(code=codes.CPU_LIMIT_UNREADABLE, ref=ref, path=path, message=message))
    version = engine_version(spec.engine, str(container["image"]), spec.engine_version)
    if version is not None:
        from krm_fn.engines.too_old import too_old  # noqa: PLC0415 # few images state a version

        protocols = tuple((protocol_of(listener.upstream),) for listener in spec.listeners)
        results += too_old(spec, protocols, version, ref)
    if not plan.is_renderable:
        return None, results
    listeners = tuple(
        ProxyListener(
            listener=_numbered(listener, plan, spec),
            upstream_port=port.number,
            protocols=(protocol_of(listener.upstream),),
            tls=listener.upstream.tls,
            root=spec.sidecar.mount_paths.files + root_of(listener, spec),
            precompressed=has_twins(files, root_of(listener, spec)),
        )
        for listener, port in zip(spec.listeners, plan.app_ports.values(), strict=True)
    )
    engine_plan = ProxyPlan(
        spec=spec,
        listeners=listeners,
        config_path=config_path(spec),
        ready=_ready_check(plan, spec),
        version=version,
        worker_processes=cpus or 1,
        drain_seconds=drain,
    )
    return engine_plan, results


def _numbered(listener: Listener, plan: SidecarPlan, spec: Spec) -> Listener:
    """Return the listener with numbers in the place of all ports' names."""
    if not has_other_upstreams(spec):
        return listener
    from krm_fn.sidecar.upstream_ports import numbered  # noqa: PLC0415 # few need it

    return numbered(listener, plan.workload)


def _ready_check(plan: SidecarPlan, spec: Spec) -> ReadyCheck:
    """Return what /readyz asks of the app."""
    port = plan.app_ports[0].number
    path = spec.probes.app_path or _readiness_path(plan.workload, port)
    upstream = spec.listeners[0].upstream
    protocol = protocol_of(upstream)
    return ReadyCheck(
        handler="grpc" if protocol == "grpc" else "http" if path else "any",
        port=port,
        path=path or "/",
        socket=upstream.socket or "",
        tls=protocol == "https" or upstream.tls is not None,
        http2=protocol == "h2c",
    )


def _readiness_path(workload: Workload, port: int) -> str | None:
    """Return the path that the app's readinessProbe requests by plain HTTP on a port, None where it requests none."""
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


_MOST = 1024
"""No node has more: a larger limit is a slip."""
_DIGITS = frozenset("0123456789")
_SCALES = {
    **{suffix: 10.0**power for suffix, power in zip(("n", "u", "m", "", "k"), range(-9, 6, 3), strict=True)},
    "Ki": 1024.0,
}
_TINY = 1e-9
"""Kubernetes keeps no smaller part of a CPU; a float may be off by less."""


def cpu_limit(container: dict[str, Any]) -> int | None:
    """Return the container's CPU limit in whole CPUs, rounded up: 1 where it has none, None where it is no quantity."""
    at: Any = container
    for step in ("resources", "limits", "cpu"):
        if at is not None and not isinstance(at, dict):
            return None
        at = (at or {}).get(step)
    return 1 if at is None else _cpus(str(at))


def _cpus(quantity: str) -> int | None:
    text = quantity.removeprefix("+")
    end = next((at for at, char in enumerate(text) if char not in _DIGITS and char != "."), len(text))
    number, suffix = text[:end], text[end:]
    scale = _SCALES.get(suffix, _exponent(suffix))
    if scale is None or number.count(".") > 1 or not number.strip("."):
        return None
    cpus = float(number) * scale
    return max(1, -int(-(cpus - _TINY) // 1)) if cpus <= _MOST else None


def _exponent(suffix: str) -> float | None:
    digits = suffix[1:].removeprefix("-").removeprefix("+")
    if suffix[:1] not in ("e", "E") or not digits or not _DIGITS.issuperset(digits) or len(digits) > 1:
        return None
    return float(10.0 ** int(suffix[1:]))
