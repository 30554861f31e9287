"""The parts of a run where objects stand several times: each set by itself, with what belongs to no set."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.copies.copied import Part, Scope, place_of
from krm_fn.copies.kustomizations import Closures, kustomizations_in
from krm_fn.copies.parts import parts_among
from krm_fn.copies.sets import Unclear, set_of, sets_of
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from krm_fn.copies.copied import Identity
    from krm_fn.copies.sets import FileSet
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.kinds import KnownWorkloadKind


class Division(Record):
    """How copies divide the items."""

    parts: list[Part]
    patches: list[Item]
    """The objects that are only parts of others."""
    problems: list[Result]


def divided(items: Items, copied: dict[Identity, list[Item]], kinds: Collection[KnownWorkloadKind]) -> Division:
    """Return the parts of a run; one, of all items, where the copies are patches of one whole object."""
    kustomizations = kustomizations_in(items)
    patches = [item for several in copied.values() for item in parts_among(several, kustomizations, kinds)]
    left = set(patches)
    whole = {identity: [item for item in several if item not in left] for identity, several in copied.items()}
    whole = {identity: several for identity, several in whole.items() if len(several) > 1}
    visible = items.without(patches) if patches else items
    if not whole:
        everything = Part(items=visible, patches=tuple(patches), has=frozenset(map(id, visible)))
        return Division(parts=[everything], patches=patches, problems=[])
    closures = Closures(kustomizations)
    sets: dict[Identity, list[FileSet]] = {}
    problems: list[Result] = []
    for identity, several in whole.items():
        try:
            sets[identity] = sets_of([place_of(item) for item in several], closures)
        except Unclear as error:
            problems.append(_unclear(several[error.positions[0]], several[error.positions[1]], items))
    parts = [] if problems else [each.replace(patches=tuple(patches)) for each in _parts(visible, sets)]
    return Division(parts=parts, patches=patches, problems=problems)


def _parts(items: Items, sets: dict[Identity, list[FileSet]]) -> Iterator[Part]:
    """Yield a part for each set, and one for what belongs to none."""
    every = list(dict.fromkeys(each for found in sets.values() for each in found))
    numbers = {each: number for number, each in enumerate(every)}
    rivals: list[set[int]] = [set() for _ in every]
    for found in sets.values():
        several = {numbers[each] for each in found}
        for number in several:
            rivals[number] |= several
    members: list[list[Item]] = [[] for _ in (*every, None)]
    known: dict[str, int] = {}
    for item in items:
        place = place_of(item)
        if place not in known:
            found_set = set_of(place, every)
            known[place] = numbers[found_set] if found_set else -1
        members[known[place]].append(item)
    for number, each in enumerate(every):
        apart = _apart(number, every, rivals[number])
        hidden = [item for other in apart for item in members[other]]
        below = [other for other in range(len(every)) if other not in apart and each.encloses(every[other])]
        scope = Scope([item for other in below for item in members[other]], sets.keys())
        yield Part(items=items.without(hidden), scope=scope, has=frozenset(map(id, members[number])))
    yield Part(items=items, scope=None, has=frozenset(map(id, members[-1])))


def _apart(number: int, every: Sequence[FileSet], rivals: set[int]) -> set[int]:
    """Return the sets that are not seen from one: those of another copy, and those beside it."""
    one = every[number]
    beside = (other for other, each in enumerate(every) if not (each.encloses(one) or one.encloses(each)))
    return {*rivals, *beside} - {number}


def _unclear(one: Item, other: Item, items: Items) -> Result:
    """Return the error for two copies that nothing tells apart."""
    message = (
        f"must stand once in what is applied together, got it at {_shown(one, items)} and at {_shown(other, items)}. "
        "Delete one; or put each into a folder of its own, or under a kustomization of its own."
    )
    return one.result(codes.COPIES_UNCLEAR, "metadata.name", message)


def _shown(item: Item, items: Items) -> str:
    """Return where an item is: in its file, or among the items."""
    if item.file:
        return f"line {item.first_line} of {item.file}"
    position = f"items[{list(items).index(item)}]"
    place = place_of(item)
    return f"{position}, of {place}" if place else position
