"""Which items refer to what changed, and where: only those are read whose text has the words that it must have."""

from __future__ import annotations

from krm_fn.ledger.annotations import OWNER
from krm_fn.references.field_spec import field_spec_of
from krm_fn.references.kinds import known_kinds
from krm_fn.resource_list.identity import annotations_of, labels_of, names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import Referrers
    from krm_fn.references.field_spec import FoundBy, KnownKind, Place
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items


def referrers(items: Items, resolver: PortResolver, spec: Referrers) -> Iterator[tuple[Item, list[Place]]]:
    """Yield the items that refer to ports, each with the places where it does, except kinds that are to be ignored.

    Each item that refers to a changed port is yielded; some may refer to other ports only. The kinds come in the order
    of their first items, and the items of a kind in their own order.
    One that has a key twice is among them: it cannot be changed.
    An item is read when its turn comes; nothing is changed here. ConfigMaps that a functionConfig describes are none:
    what they hold is changed there.
    """
    for kind, declared in _known_kinds(items, resolver, spec).items():
        searches = [(each, each.places_among(items)) for each in declared]
        for item in _candidates(items, kind, declared, resolver):
            data = item.loose_data
            places = [place for each, search in searches if each.is_for(data) for place in search(data)]
            if places and OWNER not in annotations_of(data):
                yield item, places


def _known_kinds(items: Items, resolver: PortResolver, spec: Referrers) -> dict[str, list[KnownKind]]:
    """Return what is known of the kinds that there are, the user's own among them, as far as it matters now."""
    own = [field_spec_of(kind) for kind in spec.kinds]
    renamed = any(change.is_renamed for change in resolver.changes)
    known = {kind: [*known_kinds(kind), *own] for kind in items.kinds() if kind not in spec.ignore}
    return {
        kind: [each for each in declared if kind in each.kinds and (renamed or not each.only_if_renamed)]
        for kind, declared in known.items()
    }


def _candidates(items: Items, kind: str, known: list[KnownKind], resolver: PortResolver) -> list[Item]:
    """Return the items of a kind, without those that, by its declarations, refer to nothing that changed."""
    found = [_found(items, kind, by, resolver) for by in dict.fromkeys(each.found_by for each in known)]
    if len(found) == 1:
        return found[0]
    some = {id(item) for each in found for item in each}
    return [item for item in items.of_kind(kind) if id(item) in some] if some else []


def _found(items: Items, kind: str, by: FoundBy, resolver: PortResolver) -> list[Item]:
    match by:
        case "names":
            names = {name for change in resolver.changes for name in change.service_names}
            return items.of_kind(kind, words=names) if names else []
        case "numbers":
            numbers = {str(change.old_number) for change in resolver.changes if change.is_renamed}
            return items.of_kind(kind, words=numbers) if numbers else []
        case "labels":
            values = _label_words(resolver)
            if len(values) > _MANY:
                found = {*items.of_kind(kind, words=values)}
                return [item for item in items.of_kind(kind) if item in found or _takes_all(item)]
            return [item for item in items.of_kind(kind) if _may_select(item, values)]
        case "ports":
            return items.of_kind(kind, words=_port_words(resolver))
        case "workloads":
            names = {name for fronted in resolver.fronted for name in names_of(fronted.workload.item.data)}
            return items.of_kind(kind, words=names) if names else []


_MANY = 30
"""Words that are searched for in each text; of more, the text's own words are looked up."""


def _may_select(item: Item, values: list[str]) -> bool:
    """Return whether a selector may select by these values of labels: it has one of them, or selects all."""
    return "" in values or any(map(item.mentions, values)) or _takes_all(item)


def _takes_all(item: Item) -> bool:
    return not item.mentions("matchLabels") or item.mentions("{}") or item.mentions("{ }")


def _label_words(resolver: PortResolver) -> list[str]:
    """Return words of which each selector has one that selects a fronted Service or Pod by labels."""
    labels = [labels_of(service.readable_data) for fronted in resolver.fronted for service in fronted.services]
    labels += [fronted.labels for fronted in resolver.fronted]
    return list(dict.fromkeys(["matchExpressions", *(str(value) for each in labels for value in each.values())]))


def _port_words(resolver: PortResolver) -> set[str]:
    """Return words of which each policy has one that names the ports: numbers, names, and what ranges need."""
    words = {"endPort", "portRange", "range", "0x", "0X", "0o", "0O", "0b", "0B", "_", "projectcalico.org"}
    for fronted in resolver.fronted:
        words |= {str(fronted.app_number), f"0{fronted.app_number:o}", *fronted.app_names}
    return words
