"""Inject a proxy: plan every workload, then write ConfigMaps, the sidecar, the Services and what refers to them."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.config_map import DesiredConfigMap, conflicting, size_problems
from krm_fn.config_maps.reconcile import write_config_map
from krm_fn.config_maps.rollout import missing_hash
from krm_fn.config_maps.sources import desired_files, sources_of
from krm_fn.config_maps.static_files import files_routes, files_volume, static_files
from krm_fn.engines import config_path, engine_named
from krm_fn.engines.engine import RenderError
from krm_fn.ledger.digest import digest
from krm_fn.referrers.follow import follow
from krm_fn.result import FunctionError, ResourceRef, Result
from krm_fn.services.bystanders import Bystanders
from krm_fn.services.port_changes import fronted_ports
from krm_fn.services.retarget import retarget_services
from krm_fn.sidecar.conflicts import volume_conflicts
from krm_fn.sidecar.container import container
from krm_fn.sidecar.inject_sidecar import inject_sidecar
from krm_fn.sidecar.plan import plan_for
from krm_fn.sidecar.proxy_plan import proxy_plan
from krm_fn.sidecar.volumes import mounts_of, volumes_of
from krm_fn.sidecar.warnings import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from krm_fn.engines.engine import Engine, ProxyPlan
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.resource_list.items import Resources
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.workload import Workload

    Written: TypeAlias = dict[tuple[str, str], tuple[DesiredConfigMap, str]]
    """The ConfigMaps so far, by name and namespace, and their names by now."""


def inject_all(
    resources: Resources, workloads: list[Workload], config: ProxySidecar, ref: ResourceRef
) -> tuple[list[DesiredConfigMap], list[Result]]:
    """Put the proxy into the workloads; return the ConfigMaps they need, and what was done.

    A FunctionError has everything that stands in the way in any of them; then nothing was written.
    """
    plans = _plans(resources, workloads, config, ref)
    fronts = fronted_ports(plans, config)
    around = Bystanders(resources.items, fronts, config.spec.workload_kinds)
    written: Written = {}
    results: list[Result] = []
    for plan in plans:
        results += _inject(resources, plan, config, ref, written)
    moves, told = retarget_services(plans, fronts, around, config, ref)
    results += told
    results += follow(resources.items, moves, fronts, around, config)
    config_maps = [wanted for wanted, _ in written.values()]
    return config_maps, list(dict.fromkeys(results))  # two workloads may share a Service


def _plans(
    resources: Resources, workloads: list[Workload], config: ProxySidecar, ref: ResourceRef
) -> list[SidecarPlan]:
    plans: list[SidecarPlan] = []
    problems: list[Result] = []
    for workload in workloads:
        try:
            plans.append(plan_for(workload, resources.items, config, ref))
        except FunctionError as error:
            problems += error.results
        try:
            files = desired_files(config.spec, workload.namespace)
            sources_of(files_routes(config.spec), files, resources.items, workload.namespace, ref)
        except FunctionError as error:
            problems += error.results
    if problems:
        raise FunctionError(*dict.fromkeys(problems))
    return plans


def _inject(
    resources: Resources, plan: SidecarPlan, config: ProxySidecar, ref: ResourceRef, written: Written
) -> list[Result]:
    """Put the sidecar and its ConfigMaps in for one; add these to those that earlier ones need."""
    spec, workload = config.spec, plan.workload
    engine = engine_named(spec.engine)
    files, routes = desired_files(spec, workload.namespace), files_routes(spec)
    sources = sources_of(routes, files, resources.items, workload.namespace, ref)
    mounted = static_files(routes, {name: source.files for name, source in sources.items()})

    mounts = mounts_of(plan, config, files=bool(mounted))
    sidecar = container(plan.names.container, config_path(spec), mounts, spec, engine)
    proxy, results = proxy_plan(plan, spec, sidecar, mounted, ref)
    configuration = DesiredConfigMap(
        name=plan.names.config_map,
        namespace=workload.namespace,
        labels=spec.config_map.labels,
        data=_rendered(engine, proxy, ref),
        binary_data={},
        field="spec.configMap.name",
    )
    needed = [*files, configuration]
    results += [problem for wanted in needed for problem in size_problems(wanted, ref)]
    once = {wanted.key: wanted for wanted in reversed(needed)}
    results += [
        conflicting(wanted, ref)
        for wanted in needed
        if once[wanted.key] != wanted or written.get(wanted.key, (wanted, ""))[0] != wanted
    ]
    if any(result.severity == "error" for result in results):
        raise FunctionError(*results)

    names = {name: source.name for name, source in sources.items()}
    for wanted in needed:
        if wanted.key not in written:  # another target may need the very same
            name, told = write_config_map(wanted, ref, resources, workload.item)
            written[wanted.key] = wanted, name
            results += told
            results.append(_holds(wanted, name, ref))
        names[wanted.name] = written[wanted.key][1]
    placed = [file.replace(config_map=sources[file.config_map].holder(file)) for file in mounted]
    volume = files_volume(plan.names.files_volume, placed, names) if placed else None
    volumes = volumes_of(plan, config, names[configuration.name], volume)
    taken = list(volume_conflicts(workload, plan.names, volumes, ref))
    if taken:
        raise FunctionError(*taken)
    served = {file.path: sources[file.config_map].files[file.key] for file in mounted}
    checksum = digest([configuration.data, served]) if spec.config_map.rollout == "checksum" else ""
    results += warnings(plan, config)
    results.append(inject_sidecar(plan, config, sidecar, volumes, checksum))
    return results + missing_hash(resources.items, spec, names[configuration.name], workload.namespace, ref)


def _rendered(engine: Engine, proxy: ProxyPlan, ref: ResourceRef) -> dict[str, str]:
    try:
        return engine.render(proxy)
    except RenderError as error:
        raise FunctionError(
            Result(code=codes.PATCH_DOES_NOT_FIT, ref=ref, path=error.path, message=f"{error}.")
        ) from error


def _holds(wanted: DesiredConfigMap, name: str, ref: ResourceRef) -> Result:
    """Return what there is to tell of a ConfigMap that was written."""
    of = ResourceRef(api_version="v1", kind="ConfigMap", name=name, namespace=wanted.namespace)
    keys = ", ".join([*wanted.data, *wanted.binary_data])
    return Result(
        code=codes.CONFIG_MAP_WRITTEN, ref=of, path="data", message=f'holds {keys} for the ProxySidecar "{ref.name}".'
    )
