"""Which items of a kind may refer to what changed: known by the words that they must say, without reading them."""

from __future__ import annotations

from krm_fn.services.bystanders import labels_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from krm_fn.referrers.field_spec import KnownKind
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items


def candidates(items: Items, kind: str, known: Iterable[KnownKind], moved: PortResolver) -> list[Item]:
    """Return the items of a kind, without those that surely refer to nothing that changed by what is known of it."""
    found = [_found(items, kind, by, moved) for by in dict.fromkeys(each.found_by for each in known)]
    if len(found) == 1:
        return found[0]
    taken = {id(item) for each in found for item in each}
    return [item for item in items.of_kind(kind) if id(item) in taken] if taken else []


def _found(items: Items, kind: str, by: Literal["names", "labels", "ports"], moved: PortResolver) -> list[Item]:
    match by:
        case "names":
            names = {name for move in moved.moves for name in move.service_names}
            return items.of_kind(kind, words=names) if names else []
        case "labels":
            values = _label_words(moved)
            return [item for item in items.of_kind(kind) if _may_select(item, values)]
        case "ports":
            return items.of_kind(kind, words=_port_words(moved))


def _may_select(item: Item, values: list[str]) -> bool:
    """Tell whether a selector may take what has these values of labels: it has one of them, or goes by no labels."""
    return any(map(item.mentions, values)) or not item.mentions("matchLabels")


def _label_words(moved: PortResolver) -> list[str]:
    """Return words of which a selector has one that goes by labels and takes a Service or Pod of ours."""
    labels = [labels_of(service) for fronted in moved.fronts for service in fronted.services]
    labels += [fronted.labels for fronted in moved.fronts]
    return list(dict.fromkeys(["matchExpressions", *(str(value) for each in labels for value in each.values())]))


def _port_words(moved: PortResolver) -> set[str]:
    """Return words of which a policy has one that speaks of the ports: numbers, names, and what ranges need."""
    words = {"endPort", "0x", "0o", "projectcalico.org"}
    for fronted in moved.fronts:
        words |= {str(fronted.app_number), *fronted.app_names}
    return words
