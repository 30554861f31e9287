"""Plan each part of a run in which objects stand several times."""

from __future__ import annotations

from copy import deepcopy

from krm_fn import codes
from krm_fn.copies.copied import identity_of, may_have_kustomizations, place_of
from krm_fn.copies.division import divided
from krm_fn.copies.kustomizations import Kustomizations
from krm_fn.quoting import MANY
from krm_fn.workload.kinds import kinds_with
from krm_fn.workload.services import surveys_of
from krm_fn.workload.targets import find_targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any, Protocol, TypeVar

    from krm_fn.copies.copied import Identity
    from krm_fn.copies.part import Part
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.services import Survey
    from krm_fn.workload.targets import Targets
    from krm_fn.workload.workload import Workload

    T_co = TypeVar("T_co", covariant=True)

    class Planner(Protocol[T_co]):
        """What plans one part."""

        def __call__(
            self, part: Part, targets: Targets, surveys: list[Survey], config: ProxySidecar, drafts: Drafts, /
        ) -> T_co:
            """Draft all of a part; return what belongs to it."""


def plan_parts(
    items: Items,
    copies: dict[Identity, list[Item]],
    targets: Targets,
    config: ProxySidecar,
    drafts: Drafts,
    *,
    plan: Planner[T_co],
) -> tuple[T_co, ...]:
    """Plan each set with the targets in it, and last what belongs to none; return what was made for each.

    Where copies are not told apart, nothing is planned: the problems are among those of the drafts.
    """
    kustomizations = Kustomizations(items) if may_have_kustomizations(items) else None
    division = divided(items, copies, kinds_with(config.spec.workload_kinds), kustomizations)
    patches = set(division.patches)
    if patches:
        drafts.report(*_only_patches(targets, patches, items.without(patches)))
        targets = find_targets(items.without(patches), config.spec, drafts.ref)
    drafts.report(*division.problems, *targets.problems)
    made: list[T_co] = []
    shared = _SharedServices(drafts)
    by_part: dict[int, int] = {
        each: number for number, part in enumerate(division.parts) if part.has is not None for each in part.has
    }
    by_item = {workload.item: workload for workload in targets.workloads}
    workloads: list[list[Workload]] = [[] for _ in division.parts]
    for workload in targets.workloads if division.parts else ():
        workloads[by_part.get(id(workload.item), -1)].append(workload)
    for part, own in zip(division.parts, workloads, strict=True):
        if own or (not made and part is division.parts[-1]):
            chosen = {each.item for each in own}
            others = [by_item[item] for item in part.items if item in by_item and item not in chosen] if by_part else []
            drafts.begin_part()
            found = targets.replace(workloads=own, unsuitable=[*targets.unsuitable, *others])
            made.append(plan(part, found, surveys_of(own, part.items), config, drafts))
            shared.check(part)
    whole = {each: [item for item in several if item not in patches] for each, several in copies.items()}
    drafts.report(*_apart([several for several in whole.values() if len(several) > 1] if division.parts else []))
    return tuple(made)


def _only_patches(targets: Targets, patches: Collection[Item], left: Items) -> Iterator[Result]:
    """Yield an error for each target that stands only as a patch."""
    parts = [workload.item for workload in targets.workloads if workload.item in patches]
    whole = {identity_of(item.loose_data) for item in left.of_kind(*dict.fromkeys(item.kind for item in parts))}
    for item in parts:
        if identity_of(item.data) not in whole:
            message = (
                "must be whole to get a proxy, got a patch, which kustomize merges into an object that is not among "
                "the items. Name the folder of its base as well."
            )
            yield item.result(codes.TARGET_IS_PATCH, "", message)


class _SharedServices:
    """The Services outside of a set, which must become the same for each."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._known: dict[int, dict[str, Any]] = {}

    def check(self, part: Part) -> None:
        """Report the Services that one set changed, and this one, which was planned last, changes in another way."""
        scope = part.scope
        for item in self._drafts.edited() if scope else ():
            if item.kind != "Service" or item not in part.items or (scope and scope.has(item)):
                continue
            data = deepcopy(self._drafts.data_of(item))
            if self._known.setdefault(id(item), data) != data:
                message = (
                    "must be the same for all workloads behind it, which stand in several sets. Copy it into each."
                )
                self._drafts.report(item.result(codes.SHARED_DIVIDED, "spec.ports", message))


def _apart(copies: list[list[Item]]) -> Iterator[Result]:
    """Yield what each copy is beside."""
    for several in copies:
        places = list(map(place_of, several[: MANY + 1]))
        for position, item in enumerate(several):
            others = places[:position] + places[position + 1 :]
            rest = len(several) - 1 - MANY
            more = f" and {rest} more" if rest > 0 else ""
            message = (
                f"also stands in {', '.join(others[:MANY])}{more}: each is changed by itself, with what is in its set."
            )
            yield item.result(codes.COPY_APART, "metadata.name", message)
