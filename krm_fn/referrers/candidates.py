"""Which items of a kind may refer to what moved: told by the words that they must say, without reading them."""

from __future__ import annotations

from krm_fn.referrers.kinds.registry import MONITORS, SELECTING
from krm_fn.services.bystanders import labels_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items


def candidates(items: Items, kind: str, resolver: PortResolver) -> list[Item]:
    """Return the items of a kind of referrer without those that surely refer to nothing that moved."""
    if kind in MONITORS:
        values = _label_words(resolver)
        return [item for item in items.of_kind(kind) if _may_select(item, values)]
    if kind in SELECTING:
        return items.of_kind(kind, words=_port_words(resolver))
    names = {name for change in resolver.changes for name in change.service_names}
    return items.of_kind(kind, words=names) if names else []


def _may_select(item: Item, values: list[str]) -> bool:
    """Tell whether a monitor may select what has these values of labels: it says one of them, or goes by no labels."""
    return any(map(item.mentions, values)) or not item.mentions("matchLabels")


def _label_words(resolver: PortResolver) -> list[str]:
    """Return words of which a selector has one that goes by labels and takes a Service or Pod of ours."""
    labels = [labels_of(service) for front in resolver.fronted for service in front.services]
    labels += [front.labels for front in resolver.fronted]
    return list(dict.fromkeys(["matchExpressions", *(str(value) for each in labels for value in each.values())]))


def _port_words(resolver: PortResolver) -> set[str]:
    """Return words of which a policy has one that speaks of the ports: numbers, names, and what ranges need."""
    words = {"endPort", "0x", "0o", "projectcalico.org"}
    for front in resolver.fronted:
        words |= {str(front.app_number), *front.app_names}
    return words
