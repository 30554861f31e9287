"""Part: what of a run is planned by itself."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.copies.copied import Scope
    from krm_fn.copies.kustomizations import Patching
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items


class Part(Record):
    """What is planned by itself."""

    items: Items
    """Those among which references are resolved."""
    scope: Scope | None = None
    """None for what belongs to no set."""
    patches: tuple[Item, ...] = ()
    """What is only a part of other objects, though no kustomization says so."""
    patching: Patching | None = None
    """The kustomizations that may patch these items; None where there is none."""
    has: frozenset[int] | None = None
    """The ids of the items whose workloads are targets here; None where all are."""
