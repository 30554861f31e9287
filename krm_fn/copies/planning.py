"""Plan each part of a run in which objects stand several times."""

from __future__ import annotations

from copy import deepcopy

from krm_fn import codes
from krm_fn.copies.copied import place_of
from krm_fn.copies.division import divided
from krm_fn.workload.kinds import kinds_with
from krm_fn.workload.services import surveys_of
from krm_fn.workload.targets import find_targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol, TypeVar

    from krm_fn.copies.copied import Identity, Part
    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.services import Survey
    from krm_fn.workload.targets import Targets

    T_co = TypeVar("T_co", covariant=True)

    class Planner(Protocol[T_co]):
        """What plans one part."""

        def __call__(
            self, part: Part, targets: Targets, surveys: list[Survey], config: ProxySidecar, drafts: Drafts, /
        ) -> T_co:
            """Draft all of a part; return what belongs to it."""


def plan_parts(
    items: Items, copies: dict[Identity, list[Item]], config: ProxySidecar, drafts: Drafts, plan: Planner[T_co]
) -> tuple[T_co, ...]:
    """Plan each set with the targets in it, and last what belongs to none; return what was made for each.

    Where copies are not told apart, nothing is planned: the problems are among those of the drafts.
    """
    division = divided(items, copies, kinds_with(config.spec.workload_kinds))
    targets = find_targets(items.without(division.patches), config.spec, drafts.ref)
    drafts.report(*division.problems, *targets.problems)
    made: list[T_co] = []
    divisions = _SharedServices(drafts)
    for part in division.parts:
        workloads = [each for each in targets.workloads if id(each.item) in part.has]
        if workloads or (not made and part is division.parts[-1]):
            others = [each for each in targets.workloads if id(each.item) not in part.has]
            own = targets.replace(workloads=workloads, unsuitable=[*targets.unsuitable, *others])
            made.append(plan(part, own, surveys_of(workloads, part.items), config, drafts))
            divisions.check(part)
    whole = {each: [item for item in several if item not in division.patches] for each, several in copies.items()}
    drafts.report(*_apart([several for several in whole.values() if len(several) > 1] if division.parts else []))
    return tuple(made)


class _SharedServices:
    """The Services outside of all sets, which must become the same for each."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._known: dict[int, dict[str, Any]] = {}

    def check(self, part: Part) -> None:
        """Report the Services that one set changed, and this one changes in another way."""
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
        for item in several:
            others = ", ".join(place_of(other) for other in several if other is not item)
            message = f"also stands in {others}: each is changed by itself, with what is in its set."
            yield item.result(codes.COPY_APART, "metadata.name", message)
