"""Remove what ProxySidecars added, by records and marks alone: for good, or before a run adds what is desired now."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.reconcile import names_in_spec, prune
from krm_fn.config_maps.unrecorded import unrecorded
from krm_fn.ledger.annotations import CHECKSUM_PREFIX, OWN_DOMAIN, OWNER, RECORD_PREFIX
from krm_fn.ledger.cluster_fields import warnings as from_cluster
from krm_fn.ledger.record_format import is_record
from krm_fn.ledger.restore_unchanged import restore_unchanged
from krm_fn.ledger.undo import reports, undo
from krm_fn.referrers.left_behind.lost_ports import ports_after_undo
from krm_fn.referrers.left_behind.restored import restored_in_vain
from krm_fn.referrers.left_behind.warnings import left_behind
from krm_fn.resource_list.identity import annotations_of
from krm_fn.result import FunctionError, Result
from krm_fn.undoable.undoable import Undoable
from krm_fn.workload.services import may_have_apply_traps
from krm_fn.yaml_text.paths import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.function_config.generated.values import ProxySidecar, Spec
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.resource_list.resource_list import Resources
    from krm_fn.result import ResourceRef


_ON_THE_WAY = (codes.CUTOVER_GAP, codes.NO_ROLLOUT)
"""What is lost while new Pods replace running ones: nothing where no object changes."""


class EarlierRuns:
    """What earlier runs of a ProxySidecar did, which is undone when this is made.

    A FunctionError has each record that cannot be undone.
    """

    def __init__(self, resources: Resources, config: ProxySidecar, ref: ResourceRef) -> None:
        self._resources = resources
        self._spec, self._name = config.spec, ref.name
        self._removed: list[Result] = []
        _check_records(resources, [ref.name, *config.spec.former_names])
        problems = unrecorded(resources.items, [ref.name])
        if config.spec.former_names:
            try:
                self._removed = remove(resources, config.spec.former_names, config.spec)
            except FunctionError as error:
                problems += error.results
        try:
            self.undone = undo(resources.items, [ref.name], Undoable(resources.items, config.spec).refusals)
        except FunctionError as error:
            problems += error.results
        if problems:
            raise FunctionError(*problems)
        self._ports = ports_after_undo(resources.items, config.spec.workload_kinds)

    def settled(self, done: list[Result]) -> tuple[list[Result], list[Result]]:
        """Give unchanged items their text back; return what there is to report, and what this run has done by that."""
        items = self._resources.items
        restore_unchanged(items)
        results = [*self._removed, *reports(self.undone, self._name)]
        if not any(item.is_changed for item in items.touched()):
            return results, [result for result in done if result.code not in _ON_THE_WAY]
        known = {(each.ref, each.path) for each in done if each.code is codes.REFERENCE_PORT_UNKNOWN}
        results += [each for each in restored_in_vain(items, self._spec) if (each.ref, each.path) not in known]
        results += left_behind(items, self._spec, self._ports, (*results, *done))
        return results, done


def removed(resources: Resources, config: ProxySidecar, ref: ResourceRef) -> list[Result]:
    """Remove all that the ProxySidecar added, under former names as well; return what there is to report."""
    spec, owners = config.spec, [ref.name, *config.spec.former_names]
    _check_records(resources, owners)
    results = remove(resources, owners, spec) or [nothing_found(ref)]
    left = [*restored_in_vain(resources.items, spec), *left_behind(resources.items, spec)]
    return [*left, *results, *apply_warnings(resources.items, spec.kubernetes_version or "")]


def remove(resources: Resources, owners: Sequence[str], spec: Spec | None = None) -> list[Result]:
    """Remove what the ProxySidecars of these names added; return what was done, and what others changed in it.

    The functionConfig's `spec`, where there is one, says which kinds of the user's own may have been changed, and which
    ConfigMaps have a name of its own. A FunctionError has each object that cannot be what it was: its record is absent,
    or cannot be undone.
    """
    problems = unrecorded(resources.items, owners)
    if problems:
        raise FunctionError(*problems)
    undone = undo(resources.items, owners, Undoable(resources.items, spec).refusals)
    if undone.unreadable:
        raise FunctionError(*(result for _, result in undone.unreadable))
    warnings = [result for _, result in (*undone.left, *undone.results)]
    pruned = prune(resources.items, owners, names=names_in_spec(spec) if spec else ())
    message = "what was added is removed."
    touched = [item for item in resources.items.touched() if not item.removed]
    restored = [item.result(codes.REMOVED, "", message) for item in touched]
    for item in touched:
        warnings += from_cluster(item)
    return [*warnings, *restored, *pruned]


def apply_warnings(items: Items, kubernetes: str = "") -> list[Result]:
    """Return a warning for each Service of which kubectl apply makes something else than a removal made."""
    services = [item for item in items.touched() if item.kind == "Service" and not item.removed]
    found = [service for service in services if may_have_apply_traps(service)]
    if not found:
        return []
    from krm_fn.services.apply_traps import apply_traps  # noqa: PLC0415 # few Services have any

    return [trap for item in found for trap in apply_traps(item, item.as_it_came().data, item.data, kubernetes)]


def nothing_found(ref: ResourceRef) -> Result:
    """Return the result of a removal that changed nothing."""
    message = "nothing that this ProxySidecar added is among the items: there is nothing to remove."
    return Result(code=codes.NOTHING_TO_REMOVE, ref=ref, path="metadata.name", message=message)


def record_unreadable(item: Item, problem: str) -> Result:
    """Return the error for an object with a record that cannot be read."""
    message = f"holds what a ProxySidecar added, and {problem}. Correct it there."
    return Result(code=codes.RECORDED_FILE_UNREADABLE, file=item.place, message=message)


def owners_in(items: Items) -> list[str]:
    """Return the names of the ProxySidecars that added something, in the order in which they are found."""
    found: dict[str, None] = {}
    for item in items.mentioning(OWN_DOMAIN, with_local=True):
        for key, value in annotations_of(item.readable_data).items():
            if is_record(key):
                found[key.removeprefix(RECORD_PREFIX)] = None
            elif key == OWNER:
                found[str(value)] = None
    for item in items.mentioning(CHECKSUM_PREFIX, OWN_DOMAIN):
        for path, _ in walk(item.readable_data):
            if path and str(path[-1]).startswith(CHECKSUM_PREFIX):
                found[str(path[-1]).removeprefix(CHECKSUM_PREFIX)] = None
    return list(found)


def _check_records(resources: Resources, owners: Sequence[str]) -> None:
    """Raise a FunctionError where an object cannot be read that has a record of one of some names."""
    found = {item: problem for owner in owners for item, problem in resources.unreadable(f"{RECORD_PREFIX}{owner}")}
    if found:
        raise FunctionError(*(record_unreadable(item, problem) for item, problem in found.items()))
