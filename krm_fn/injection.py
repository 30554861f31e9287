"""Injection: plan a proxy for every target, then apply the plan.

`plan_injection` makes every decision and finds every problem, and changes nothing; `apply_injection` writes.
"""

from __future__ import annotations

from krm_fn.config_maps.config_map import DesiredConfigMap, labels_by_workload
from krm_fn.config_maps.reconcile import ConfigMapPlan, prune_unneeded
from krm_fn.config_maps.sources import FileSource, desired_files, sources_of
from krm_fn.config_maps.static_files import files_routes, files_volume, static_files
from krm_fn.copies.copied import copied, firsts, may_have_kustomizations
from krm_fn.copies.part import Part
from krm_fn.engines import engine_named
from krm_fn.engines.engine import RenderError
from krm_fn.engines.routes import requires_credentials
from krm_fn.ledger.digest import digest
from krm_fn.ledger.drafts import Drafts
from krm_fn.record import Record
from krm_fn.referrers.follow import follow
from krm_fn.referrers.resolve import PortResolver
from krm_fn.result import Result
from krm_fn.services.bystanders import Bystanders
from krm_fn.services.port_changes import fronted_ports
from krm_fn.services.port_types import port_types
from krm_fn.services.retarget import retarget_services
from krm_fn.sidecar.conflicts import volume_conflicts
from krm_fn.sidecar.container import container
from krm_fn.sidecar.cutover import with_takeovers
from krm_fn.sidecar.free_ports import with_free_ports
from krm_fn.sidecar.inject_sidecar import inject_sidecar
from krm_fn.sidecar.plan import plan_sidecar
from krm_fn.sidecar.proxy_plan import proxy_plan
from krm_fn.sidecar.volumes import mounts_of, volumes_of
from krm_fn.sidecar.warnings import apply_warnings, client_warnings, pod_problems, warnings
from krm_fn.traffic.spoken import has_telling_clients
from krm_fn.workload.services import services_with_a_key_twice, surveys_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.engines.engine import ProxyPlan
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.ledger.undo import Undone
    from krm_fn.resource_list.items import Items
    from krm_fn.resource_list.resource_list import Resources
    from krm_fn.result import ResourceRef
    from krm_fn.sidecar.plan import SidecarPlan
    from krm_fn.workload.services import Survey
    from krm_fn.workload.targets import Targets


class InjectionPlan(Record):
    """All that an injection is going to write, proven to be possible."""

    drafts: Drafts
    config_maps: tuple[ConfigMapPlan, ...]
    """Those of each part of the run: of one, where no object stands twice."""


def plan_injection(
    resources: Resources, targets: Targets, config: ProxySidecar, ref: ResourceRef, undone: Undone | None = None
) -> InjectionPlan:
    """Return what is to be written for a proxy in each of the workloads. Nothing is changed.

    `undone` is what became of the records of earlier runs.
    A FunctionError has every problem of every target, ConfigMap, rendering, Service and edit.
    """
    drafts = Drafts(ref, undone, has_records=config.spec.record == "annotation")
    surveys = surveys_of(firsts(targets.workloads), resources.items)
    drafts.report(*services_with_a_key_twice(resources.items, targets.workloads))
    copies = copied(resources.items, surveys)
    if copies or may_have_kustomizations(resources.items):
        from krm_fn.copies.planning import plan_parts  # noqa: PLC0415 # most objects stand once

        config_maps = plan_parts(resources.items, copies, targets, config, drafts, plan=_plan_part)
    else:
        drafts.report(*targets.problems)
        config_maps = (_plan_part(Part(items=resources.items), targets, surveys, config, drafts),)
    drafts.finish()
    return InjectionPlan(drafts=drafts, config_maps=config_maps)


def _plan_part(
    part: Part, targets: Targets, surveys: list[Survey], config: ProxySidecar, drafts: Drafts
) -> ConfigMapPlan:
    """Draft all that targets get, and what follows among the items of a part."""
    items, ref = part.items, drafts.ref
    for each in surveys:
        drafts.report(*port_types(each, config.spec.sidecar.name or config.metadata.name))
    given, config = config.spec, with_free_ports(config, surveys)
    plans = [plan_sidecar(each, items, config, drafts) for each in surveys]
    plans = with_takeovers(plans, given, config.spec, drafts)
    sidecars = _SidecarDrafts(part, targets, config, drafts)
    for plan in plans:
        sidecars.add(plan)
    drafts.report(*client_warnings(plans, given, items, ref))
    fronted = fronted_ports(plans, config)
    bystanders = Bystanders(items, [*targets.workloads, *targets.unsuitable], config.spec.workload_kinds)
    changes = retarget_services(plans, fronted, bystanders, config, drafts)
    is_staged = config.spec.cutover == "staged"
    if not is_staged and _may_need_protocols(config, items):
        from krm_fn.referrers.protocols import follow_protocols  # noqa: PLC0415 # most clients speak plain HTTP

        for plan in plans:
            follow_protocols(plan, items, config.spec, bystanders, drafts)
    if not is_staged and any(map(requires_credentials, config.spec.listeners)):
        from krm_fn.referrers.strangers import report_strangers  # noqa: PLC0415 # few listeners do

        for plan in plans:
            report_strangers(plan, items, config.spec, drafts)
    resolver = PortResolver(changes, fronted, bystanders, drafts, scope=part.scope)
    follow(items, resolver, config.spec, drafts)
    if part.patches or part.patching:
        from krm_fn.referrers.patched.report import report_patched  # noqa: PLC0415 # see the condition

        report_patched(part, resolver, config.spec, drafts)
    for plan in plans:
        drafts.report(*apply_warnings(plan.workload, drafts.data_of(plan.workload.item)))
    if any(plan.images for plan in plans):
        from krm_fn.sidecar.images import gate_warnings  # noqa: PLC0415 # few sites come from an image

        drafts.report(*gate_warnings(config.spec, ref))
    if any(listener.routes for listener in config.spec.listeners):
        from krm_fn.guard_checks.paths import path_warnings  # noqa: PLC0415 # see the condition

        drafts.report(*path_warnings(config.spec, ref))
    if any(route.rewrite for listener in config.spec.listeners for route in listener.routes):
        from krm_fn.guard_checks.rewrites import rewrite_results  # noqa: PLC0415 # few routes have it

        drafts.report(*rewrite_results(config.spec, ref))
    return sidecars.config_maps


def _may_need_protocols(config: ProxySidecar, items: Items) -> bool:
    """Return whether clients may have to speak another protocol, or say that they do."""
    return any(listener.tls for listener in config.spec.listeners) or has_telling_clients(items)


def apply_injection(plan: InjectionPlan, resources: Resources) -> list[Result]:
    """Write what was planned; return what was done, and warnings. It cannot fail because of the input."""
    plan.drafts.apply()
    for each in plan.config_maps:
        each.apply(resources)
    return [*plan.drafts.results, *prune_unneeded(resources.items, plan.config_maps)]


class _SidecarDrafts:
    """Drafts the sidecar and the ConfigMaps of one workload after another: what they share is made once."""

    def __init__(self, part: Part, targets: Targets, config: ProxySidecar, drafts: Drafts) -> None:
        spaces = {workload.namespace for workload in targets.workloads}
        self.config_maps = ConfigMapPlan(part.items, drafts, part.scope.has if part.scope else None, spaces)
        self._items = part.items
        self._config = config
        self._drafts = drafts
        self._engine = engine_named(config.spec.engine)
        self._files = desired_files(config.spec)
        self._labels = labels_by_workload(targets.workloads)
        self._routes = files_routes(config.spec)
        self._made: list[tuple[ProxyPlan, dict[str, str]]] = []
        self._summed: tuple[dict[str, str], dict[str, str | None], str] | None = None

    def add(self, plan: SidecarPlan) -> None:
        """Draft all that one workload gets, as far as it is known."""
        namespace = plan.workload.namespace
        labels = self._labels[namespace, ""]
        files = [each.replace(namespace=namespace, labels={**labels, **each.labels}) for each in self._files]
        sources, problems = sources_of(self._routes, files, self._items, namespace, self._drafts.ref)
        self._drafts.report(*problems)
        for source in sources.values():
            if source.item:
                self._drafts.assume(plan.workload.item, source.item, (namespace,))
        for route in self._routes:  # so that all else is found that is wrong
            sources.setdefault(route.config_map, FileSource(name=route.config_map, files={}))
        self._draft(plan, files, sources)

    def _draft(self, plan: SidecarPlan, files: list[DesiredConfigMap], sources: dict[str, FileSource]) -> None:
        """Draft the ConfigMaps and the Pod template."""
        spec, workload, drafts = self._config.spec, plan.workload, self._drafts
        mounted = static_files(self._routes, {name: source.files for name, source in sources.items()})
        mounts = mounts_of(plan, self._config, files=bool(mounted))
        sidecar = container(plan, mounts, spec, self._engine)
        proxy, results = proxy_plan(plan, spec, sidecar, mounted, drafts.ref)
        drafts.report(*results)
        is_named = spec.config_map.name is not None
        configuration = DesiredConfigMap(
            name=plan.names.config_map,
            namespace=workload.namespace,
            labels={**self._labels[workload.namespace, "" if is_named else workload.title], **spec.config_map.labels},
            data=self._rendered(proxy) if proxy else {},
            binary_data={},
            field="spec.configMap.name",
            is_named=is_named,
        )
        for desired in (*files, configuration):
            self.config_maps.check(desired)
        names = {name: source.name for name, source in sources.items()}
        for desired in (*files, configuration):
            names[desired.name] = self.config_maps.need(desired, workload.item)
        placed = [file.replace(config_map=sources[file.config_map].holder(file)) for file in mounted]
        volume = files_volume(plan.names.files_volume, placed, names) if placed else None
        volumes = volumes_of(plan, self._config, names[configuration.name], volume)
        drafts.report(*volume_conflicts(workload, plan.names.volume_fields, volumes, drafts.ref))
        served = {file.path: sources[file.config_map].files.get(file.key) for file in mounted}
        checksum = self._checksum(configuration.data, served) if spec.config_map.rollout == "checksum" else ""
        drafts.report(*warnings(plan))
        drafts.report(*pod_problems(plan, sidecar, spec, self._items, drafts.ref, volumes=volumes))
        inject_sidecar(plan, self._config, sidecar, volumes, drafts, checksum=checksum)
        if spec.config_map.rollout == "hash":
            from krm_fn.config_maps.rollout import missing_hash  # noqa: PLC0415 # for those who build with kustomize

            drafts.report(*missing_hash(self._items, names[configuration.name], workload.namespace, drafts.ref))

    def _rendered(self, proxy: ProxyPlan) -> dict[str, str]:
        """Return the configuration's files; none, and errors among the results, where a patch or snippet does not fit.

        Most workloads get the same as an earlier one.
        """
        earlier = next((files for each, files in self._made if each == proxy), None)
        if earlier is not None:
            return earlier
        drafts, files = self._drafts, {}
        try:
            files = self._engine.render(proxy)
        except RenderError as error:
            for each in error.problems:
                drafts.report(Result(code=each.code, ref=drafts.ref, path=each.path, message=each.message))
        self._made = [(proxy, files), *self._made[:_FEW]]
        return files

    def _checksum(self, configuration: dict[str, str], served: dict[str, str | None]) -> str:
        """Return the digest of a configuration and the files that it serves; mostly that of the workload before."""
        if self._summed is None or self._summed[0] is not configuration or self._summed[1] != served:
            self._summed = configuration, served, digest([configuration, served])
        return self._summed[2]


_FEW = 8
"""Configurations that are kept for other workloads."""
