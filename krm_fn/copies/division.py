"""The parts of a run where objects stand several times: each set by itself, with what belongs to no set."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.copies.copied import Scope, place_of
from krm_fn.copies.kustomizations import Kustomizations, Patching, items_at
from krm_fn.copies.part import Part
from krm_fn.copies.partial import parts_among
from krm_fn.copies.sets import Sets, Unclear, sets_of
from krm_fn.quoting import listed
from krm_fn.record import Record
from krm_fn.resource_list.identity import ref_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from krm_fn.copies.copied import Identity
    from krm_fn.copies.kustomizations import Kustomization
    from krm_fn.copies.sets import FileSet
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.workload.kinds import KnownWorkloadKind


class Division(Record):
    """How copies and patches divide the items."""

    parts: list[Part]
    patches: list[Item]
    """The objects that are only parts of others."""
    problems: list[Result]


def divided(
    items: Items,
    copied: dict[Identity, list[Item]],
    kinds: Collection[KnownWorkloadKind],
    kustomizations: Kustomizations | None,
) -> Division:
    """Return the parts of a run; one, of all items, where the copies are patches of one whole object."""
    declared = items_at(items, kustomizations.patch_files) if kustomizations else []
    left = set(declared)
    resources = kustomizations.resources if kustomizations else ()
    partial = [
        item
        for several in copied.values()
        for item in parts_among([item for item in several if item not in left], resources, kinds)
    ]
    left.update(partial)
    whole = {identity: [item for item in several if item not in left] for identity, several in copied.items()}
    whole = {identity: several for identity, several in whole.items() if len(several) > 1}
    hidden = [*left, *(kustomizations.items() if kustomizations else ())]
    visible = items.without(hidden) if hidden else items
    patches = declared + partial
    if not whole:
        every = Patching(all=kustomizations, those=tuple(kustomizations.every)) if kustomizations else None
        everything = Part(items=visible, patches=tuple(partial), patching=every)
        return Division(parts=[everything], patches=patches, problems=[])
    known = kustomizations or Kustomizations(items.only(()))
    sets: dict[Identity, list[FileSet]] = {}
    unclear: dict[tuple[str, ...], list[tuple[Item, Item]]] = {}
    for identity, several in whole.items():
        try:
            sets[identity] = sets_of([place_of(item) for item in several], known.closures)
        except Unclear as error:
            two = several[error.positions[0]], several[error.positions[1]]
            places = tuple(map(place_of, two)) if all(map(place_of, two)) else (str(len(unclear)),)
            unclear.setdefault(places, []).append(two)
    problems = [_unclear(each, items) for each in unclear.values()]
    parts = [] if problems else list(_Parts(visible, sets, known).parts(partial))
    return Division(parts=parts, patches=patches, problems=problems)


class _Parts:
    """The sets, with what belongs to each."""

    def __init__(self, items: Items, sets: dict[Identity, list[FileSet]], kustomizations: Kustomizations) -> None:
        self._items = items
        self._kustomizations = kustomizations
        self._copies = sets.keys()
        self._every = list(dict.fromkeys(each for found in sets.values() for each in found))
        self._sets = Sets(self._every)
        numbers = {each: number for number, each in enumerate(self._every)}
        self._held: list[set[Identity]] = [set() for _ in self._every]
        """The copies that each set is for."""
        for identity, found in sets.items():
            for each in found:
                self._held[numbers[each]].add(identity)
        self._members: list[list[Item]] = [[] for _ in (*self._every, None)]
        """What belongs to each set, and last to none."""
        self._known: dict[str, int] = {}
        self._seen: list[dict[int, None]] = [{number: None} for number in range(len(self._every))]
        """The sets around and below each, that are for other objects."""
        for item in items:
            self._members[self._number_of(place_of(item))].append(item)

    def _number_of(self, place: str) -> int:
        if place not in self._known:
            self._known[place] = self._sets.of(place)
            having = self._sets.having(place)
            for one in having if len(having) > 1 and self._known[place] >= 0 else ():
                for other in having:
                    if self._held[one].isdisjoint(self._held[other]) and self._is_around(one, other):
                        self._seen[one][other] = self._seen[other][one] = None
        return self._known[place]

    def _is_around(self, one: int, other: int) -> bool:
        return self._every[one].encloses(self._every[other])

    def parts(self, patches: list[Item]) -> Iterator[Part]:
        """Yield a part for each set, and one for what belongs to none."""
        patching = self._patching()
        partial: list[list[Item]] = [[] for _ in self._members]
        for item in patches:
            partial[self._sets.of(place_of(item))].append(item)
        for number in range(len(self._every)):
            seen = sorted(self._seen[number])
            shown = [item for other in (*seen, -1) for item in self._members[other]]
            below = [other for other in seen if self._is_around(number, other)]
            those = {each.place: each for other in (*seen, -1) for each in patching[other]}
            yield Part(
                items=self._items.only(shown),
                scope=Scope([item for other in below for item in self._members[other]], self._copies),
                patches=tuple(item for other in (*seen, -1) for item in partial[other]),
                patching=Patching(all=self._kustomizations, those=tuple(those.values())),
                has=frozenset(map(id, self._members[number])),
            )
        every = Patching(all=self._kustomizations, those=tuple(self._kustomizations.every))
        own = frozenset(map(id, self._members[-1]))
        yield Part(items=self._items, patches=tuple(patches), patching=every, has=own)

    def _patching(self) -> list[list[Kustomization]]:
        """Return the kustomizations that patch what belongs to each set, and last those that patch nothing of any."""
        found: list[list[Kustomization]] = [[] for _ in self._members]
        for each in self._kustomizations.every:
            numbers = {self._known.get(place, -1) for place in self._kustomizations.reached(each)} - {-1}
            for number in numbers or {self._sets.of(each.place)}:
                found[number].append(each)
        return found


def _unclear(several: list[tuple[Item, Item]], items: Items) -> Result:
    """Return the error for copies, of one object or more, in two places that nothing tells apart."""
    one, other = several[0]
    rest = [str(ref_of(each.loose_data)) for each, _ in several[1:]]
    and_rest = f", and with it {listed(rest)}" if rest else ""
    message = (
        f"must stand once in what is applied together, got it at {_shown(one, items)} and at {_shown(other, items)}"
        f"{and_rest}. Delete one; or put each into a folder of its own, or under a kustomization of its own."
    )
    return one.result(codes.COPIES_UNCLEAR, "metadata.name", message)


def _shown(item: Item, items: Items) -> str:
    """Return where an item is: in its file, or among the items."""
    if item.file:
        return f"line {item.first_line} of {item.file}"
    position = f"items[{list(items).index(item)}]"
    place = place_of(item)
    return f"{position}, of {place}" if place else position
