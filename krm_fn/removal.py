"""Remove ProxySidecars: all that they added is found by the records and marks alone."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.reconcile import prune, stale_config_maps
from krm_fn.ledger.annotations import OWN_DOMAIN, OWNER, RECORD_PREFIX
from krm_fn.ledger.cluster_fields import warnings as from_cluster
from krm_fn.ledger.record_format import is_record
from krm_fn.ledger.undo import undo
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import annotations_of
from krm_fn.result import Result
from krm_fn.workload.services import may_have_apply_traps
from krm_fn.yaml_text.paths import get, mappings_at, shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items, Resources
    from krm_fn.result import ResourceRef


def remove(resources: Resources, owners: Sequence[str]) -> list[Result]:
    """Remove what the ProxySidecars of these names added; return what was done, and what others changed in it."""
    warnings = [result for _, result in undo(resources.items, owners)]
    pruned = prune(stale_config_maps(resources.items, owners, ()))
    message = "what was added is removed."
    touched = [item for item in resources.items.touched() if not item.removed]
    restored = [item.result(codes.REMOVED, "", message) for item in touched]
    for item in touched:
        warnings += [*from_cluster(item), *_lost_names(item)]
    return [*warnings, *restored, *pruned]


def _lost_names(item: Item) -> Iterator[Result]:
    """Yield a warning for each probe or hook that names a port by the name that it had beside the proxy alone."""
    if "app-" not in item.text:  # with which each such name begins
        return
    came = item.as_it_came().data
    for path, container in walk(item.data):
        names = {port.get("name") for port in mappings_at(container, ("ports",))}
        lost = {port.get("name") for port in mappings_at(get(came, path), ("ports",))} - names
        for below, value in walk(container) if lost else ():
            if below[-1:] == ("port",) and value in lost:
                message = f"must be a name that the container's port still has, got {shown(value)}. Change it."
                yield item.result(codes.PORT_NAME_GONE, shown_path((*path, *below)), message, current=value)


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


def owners_in(items: Items) -> list[str]:
    """Return the names of the ProxySidecars that added something, in the order in which they are found."""
    found: dict[str, None] = {}
    for item in items.mentioning(OWN_DOMAIN, with_local=True):
        for key, value in annotations_of(item.readable_data).items():
            if is_record(key):
                found[key.removeprefix(RECORD_PREFIX)] = None
            elif key == OWNER:
                found[str(value)] = None
    return list(found)
