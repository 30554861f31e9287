"""Items: the resources of one or several texts, made only when needed, and found without reading them all."""

from __future__ import annotations

from krm_fn.hosts import LOCAL_CONFIG, is_local_config
from krm_fn.resource_list.glance import has_escapes, may_hold, plain_kind, positions_with
from krm_fn.resource_list.identity import annotations_of, group_version_of, may_be_one, namespace_of, title_of
from krm_fn.resource_list.item import Item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, TypeAlias, TypeVar

    T = TypeVar("T")

    from krm_fn.resource_list.anchors import Anchors
    from krm_fn.resource_list.layout import Span
    from krm_fn.resource_list.lists import Entry
    from krm_fn.resource_list.word_index import WordIndex

    Key: TypeAlias = tuple[int, int]

_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
"""What is written as it is in every style of scalar, and never broken over two lines."""
_MANY = 30
"""Words that are searched for in the texts, before these are read for all words."""
ENCRYPTED_VALUE = "ENC[AES256_GCM,"
"""What each value begins with that SOPS encrypted."""


class Source:
    """A text that holds items: that of a file, which messages name, or of stdin. Kinds may be known, or empty."""

    def __init__(self, data: bytes, spans: Iterable[Span], file: str = "", kinds: Sequence[str] | None = None) -> None:
        self.data = data
        self.file = file
        self.links: dict[str, str] = {}
        """The files that it names by way of links: their own names, by the paths that it has for them."""
        self.has_escapes = has_escapes(data, 0, len(data))
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in spans:
            self.starts.append(start)
            self.ends.append(end)
        self.kinds = list(kinds) if kinds else [""] * len(self.starts)
        self.entries: dict[int, Entry] = {}
        """Those items that are entries of a list, by position."""
        self.scopes: dict[Span, Anchors] = {}
        """The anchors in it, by the span in which they are found."""
        self.closed: dict[Span, str] = {}
        """The problem of each list that cannot be opened, by its span."""
        possible = [
            position
            for position, (kind, start, end) in enumerate(zip(self.kinds, self.starts, self.ends, strict=True))
            if (kind.endswith("List") if kind else may_hold(data, b"List", start, end))
        ]
        if possible:
            self._open_lists(possible)

    def _open_lists(self, positions: list[int]) -> None:
        from krm_fn.resource_list.lists import Lists  # noqa: PLC0415 # few inputs have any

        lists = Lists(self.data, {position: (self.starts[position], self.ends[position]) for position in positions})
        found, self.closed = lists.entries, lists.closed
        for position in sorted(found, reverse=True):
            entries = found[position]
            for values, new in (
                (self.starts, [entry.span[0] for entry in entries]),
                (self.ends, [entry.span[1] for entry in entries]),
            ):
                values[position : position + 1] = new
            self.kinds[position : position + 1] = [entry.kind for entry in entries]
        before = 0
        for position in sorted(found):
            for index, entry in enumerate(found[position]):
                self.entries[position + before + index] = entry
            before += len(found[position]) - 1


class _Made:
    """The items that were made so far, for all that look at the same texts; what was found until one is edited."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self.keys: dict[Item, Key] = {}
        self.edited: dict[Item, Key] = {}
        self.found: dict[Items, _Found] = {}


class _Found:
    """What was found among some items, as they are until one is edited."""

    def __init__(self) -> None:
        self.mentioning: dict[tuple[str, bool], list[Item]] = {}
        """The items that have a word."""
        self.once: dict[str, Any] = {}
        self.asked: dict[str, int] = {}
        """How many words were looked for among the items of some kinds; under "", among all items."""
        self.indexes: dict[str, WordIndex] = {}
        """Those items by their words, once many were looked for."""


class Items:
    """The items of some texts, in order. What is found leaves out the items that were removed, and local ones.

    A local item never reaches a cluster: it is found only by what asks for all items, such as what undoes records.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        hidden: frozenset[Key] = frozenset(),
        made: _Made | None = None,
        only: Sequence[Key] | None = None,
    ) -> None:
        self.sources = sources
        self._hidden = hidden
        self._only = only
        """Those that are seen, in order; None where all are but the hidden ones."""
        self._seen = None if only is None else frozenset(only)
        self._shared = made or _Made()
        self._made = self._shared.items
        self._kinds: dict[str, list[Key]] | None = None
        self._local: frozenset[Key] | None = None
        self._found: dict[bytes, list[Key]] = {}
        """The items that came with a word."""
        self._escaped: list[Key] | None = None
        self._keys = self._shared.keys
        self._edited = self._shared.edited

    def without(self, items: Iterable[Item]) -> Items:
        """Return the same items without some of them."""
        hidden = self._hidden.union(self._keys[item] for item in items)
        only = None if self._only is None else [key for key in self._only if key not in hidden]
        return Items(self.sources, hidden, self._shared, only)

    def only(self, items: Iterable[Item]) -> Items:
        """Return some of the items. To find things among these takes as long as they are long, not all."""
        return Items(self.sources, self._hidden, self._shared, sorted(self._keys[item] for item in items))

    def __contains__(self, item: Item) -> bool:
        key = self._keys.get(item)
        return key is not None and (key not in self._hidden if self._seen is None else key in self._seen)

    def __len__(self) -> int:
        if self._only is not None:
            return len(self._only)
        return sum(len(source.starts) for source in self.sources) - len(self._hidden)

    def __iter__(self) -> Iterator[Item]:
        """Yield all items, removed and local ones included."""
        return map(self._item, self._every())

    def _every(self) -> Iterable[Key]:
        if self._only is not None:
            return self._only
        keys = ((number, at) for number, source in enumerate(self.sources) for at in range(len(source.starts)))
        return (key for key in keys if key not in self._hidden) if self._hidden else keys

    @property
    def _now(self) -> _Found:
        """What was found since the last edit."""
        found = self._shared.found.get(self)
        if found is None:
            found = self._shared.found[self] = _Found()
        return found

    def touched(self) -> list[Item]:
        """Return the items that were edited or removed."""
        made = (self._made[key] for key in sorted(self._made))
        return [item for item in made if item.is_edited or item.removed]

    def mentioning_any(self, words: Sequence[str]) -> list[Item]:
        """Return the items whose text now has one of some words, in order."""
        if len(words) > _MANY and all(map(_WORD.issuperset, map(str.encode, words))):
            return [item for item in self._index("").with_any(map(str.encode, words)) if not item.removed]
        found = {item for word in words for item in self.mentioning(word)}
        return sorted(found, key=self._keys.__getitem__)

    def local(self) -> list[Item]:
        """Return the items that never reach a cluster."""
        return [self._item(key) for key in sorted(self._local_keys())]

    def mentioning(self, word: str, stem: str = "", *, with_local: bool = False) -> list[Item]:
        """Return the items whose text now has a word, whatever escapes write it; none for an empty one.

        A stem is a part of it that is searched for only once.
        """
        key = (word, with_local)
        known = self._now.mentioning
        if key not in known:
            known[key] = self._with_word(word, stem, with_local=with_local)
        return [item for item in known[key] if not item.removed]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what is made of the items as they are now: the same object until one is edited."""
        known = self._now.once
        if name not in known:
            known[name] = make()
        made: T = known[name]
        return made

    def are_one(self, namespace: str, other: str, *names: str) -> bool:
        """Return whether two namespaces are one: an absent one is `default`, unless the items have both of them.

        They do where a Service or workload, of one of the names if these are given, stands in the one and in the other.
        """
        if namespace == other or not may_be_one(namespace, other):
            return namespace == other
        in_both: frozenset[str] = self.once("names in both", self._names_in_both)
        return in_both.isdisjoint(names) if names else not in_both

    def _names_in_both(self) -> frozenset[str]:
        """Return the names of the Services and workloads that stand in `default`, and once more without a namespace."""
        spaces: dict[tuple[str, ...], set[str]] = {}
        for item in dict.fromkeys((*self.of_kind("Service"), *self.mentioning("containers"))):
            data = item.readable_data
            if may_be_one(namespace_of(data), ""):
                key = group_version_of(data)[0], item.kind, title_of(data)
                spaces.setdefault(key, set()).add(namespace_of(data))
        return frozenset(key[-1] for key, found in spaces.items() if len(found) > 1)

    def _with_word(self, word: str, stem: str, *, with_local: bool) -> list[Item]:
        text = (stem or word).encode()
        if not with_local and _WORD.issuperset(text) and self._has_index("", 1):
            return [item for item in self._index("").with_any([text]) if item.mentions(word)]
        if self._only is not None:
            seen = [key for key in self._only if with_local or key not in self._local_keys()]
            return [item for item in map(self._item, seen) if item.mentions(word)]
        if text not in self._found:
            hits = [
                (number, position)
                for number, source in enumerate(self.sources)
                for position in positions_with(text, source.data, source.starts, source.ends)
            ]
            self._found[text] = hits + self._with_escapes()
        keys = {*self._found[text], *(key for item, key in self._edited.items() if item.is_edited)}
        keys -= self._hidden
        if keys and not with_local:
            keys -= self._local_keys()
        return [item for item in map(self._item, sorted(keys)) if item.mentions(word)]

    def _with_escapes(self) -> list[Key]:
        """Return the items that came with an escape by which a word may be written."""
        if self._escaped is None:
            self._escaped = [
                (number, position)
                for number, source in enumerate(self.sources)
                if source.has_escapes
                for position in range(len(source.starts))
                if has_escapes(source.data, source.starts[position], source.ends[position])
            ]
        return self._escaped

    def of_kind(self, *kinds: str, words: Iterable[str] = (), all_words: Iterable[str] = ()) -> list[Item]:
        """Return the items of some kinds; where words are given, without those that certainly name none of them.

        Where `all_words` are given instead, without some that do not name all of them.
        """
        every = [word.encode() for word in all_words]
        texts = every or [word.encode() for word in words]
        anything = not texts or not all(map(_WORD.issuperset, texts))
        found = {kind: self._by_kind()[kind] for kind in kinds if kind in self._by_kind()}
        if not anything and found and self._has_index(" ".join(found), len(texts)):
            return self._of_kinds_by_index(found, texts, every=bool(every))
        keys = next(iter(found.values())) if len(found) == 1 else sorted(key for few in found.values() for key in few)
        longest = [max(every, key=len)] if every else texts
        possible = keys if anything else self._that_may_mention(keys, longest)
        return [item for item in map(self._item, possible) if not item.removed]

    def _of_kinds_by_index(self, kinds: Iterable[str], words: list[bytes], *, every: bool) -> list[Item]:
        indexes = map(self._index, kinds)
        found = [item for each in indexes for item in (each.with_all(words) if every else each.with_any(words))]
        return sorted((item for item in found if not item.removed), key=self._keys.__getitem__)

    def kinds(self) -> list[str]:
        """Return the kinds that there are; an empty one for items that cannot be read."""
        return list(self._by_kind())

    def closed_lists(self) -> list[tuple[Item, str]]:
        """Return the lists of objects that cannot be opened, each with its problem."""
        return [
            (self._item((number, source.starts.index(span[0]))), problem)
            for number, source in enumerate(self.sources)
            for span, problem in source.closed.items()
            if (number, source.starts.index(span[0])) not in self._local_keys()
        ]

    def _item(self, key: Key) -> Item:
        item = self._made.get(key)
        if item is None:
            source = self.sources[key[0]]
            span = source.starts[key[1]], source.ends[key[1]]
            entry = source.entries.get(key[1])
            item = Item(source.data, span, source.file, entry, note=self._note_edit, scopes=source.scopes)
            self._made[key], self._keys[item] = item, key
        return item

    def _note_edit(self, item: Item) -> None:
        self._edited[item] = self._keys[item]
        self._shared.found.clear()

    def _has_index(self, kinds: str, words: int) -> bool:
        """Return whether the items of some kinds, or all, are found by an index now that more words are looked for.

        It costs as much as to search for some dozens of words, and more memory.
        """
        asked = self._now.asked
        asked[kinds] = asked.get(kinds, 0) + words
        return asked[kinds] > _MANY

    def _index(self, kind: str) -> WordIndex:
        indexes = self._now.indexes
        if kind not in indexes:
            from krm_fn.resource_list.word_index import WordIndex  # noqa: PLC0415 # most inputs have few targets

            local = self._local_keys()
            every = (item for item in self if self._keys[item] not in local)
            indexes[kind] = WordIndex(map(self._item, self._by_kind()[kind]) if kind else every)
        return indexes[kind]

    def _by_kind(self) -> dict[str, list[Key]]:
        if self._kinds is None:
            self._kinds, local = {}, self._local_keys()
            for key in self._every():
                if key not in local:
                    source, position = self.sources[key[0]], key[1]
                    kind = source.kinds[position] or plain_kind(
                        source.data, source.starts[position], source.ends[position]
                    )
                    self._kinds.setdefault(kind or self._item(key).kind, []).append(key)
        return self._kinds

    def _local_keys(self) -> frozenset[Key]:
        """Return the local items: those with the annotation, and all that is in a list with it."""
        if self._local is None and self._only is not None:
            self._local = frozenset(
                key
                for key in self._only
                if (key[1] in self.sources[key[0]].entries or self._item(key).mentions(LOCAL_CONFIG))
                and self._is_local(key)
            )
        if self._local is None:
            word = LOCAL_CONFIG.encode()
            written = [number for number, source in enumerate(self.sources) if word in source.data]
            keys = [(number, position) for number in written for position in range(len(self.sources[number].starts))]
            keys += [key for key in self._with_escapes() if key[0] not in written]
            found = {key for key in self._that_may_mention(keys, [word]) if self._is_local(key)}
            found |= {key for key in keys if key[1] in self.sources[key[0]].entries and self._is_local(key)}
            self._local = frozenset(found)
        return self._local

    def _is_local(self, key: Key) -> bool:
        item = self._item(key)
        of_list = item.entry.file_annotations if item.entry else {}
        return is_local_config(of_list) or is_local_config(annotations_of(item.readable_data))

    def _that_may_mention(self, keys: Iterable[Key], words: list[bytes]) -> Iterator[Key]:
        """Yield the items that have one of the words, or a spelling that could mean one."""
        for key in keys:
            source = self.sources[key[0]]
            start, end = source.starts[key[1]], source.ends[key[1]]
            find = source.data.find
            for word in words:
                if find(word, start, end) >= 0:
                    yield key
                    break
            else:
                may_be_alias = find(b"*", start, end) >= 0
                if may_be_alias or has_escapes(source.data, start, end) or self._is_edited(key):
                    yield key

    def _is_edited(self, key: Key) -> bool:
        item = self._made.get(key)
        return item is not None and item.is_edited


def may_be_encrypted(item: Item) -> bool:
    """Return whether an item, or the list that it came in, has a word that each text encrypted by SOPS has.

    Escapes may write it.
    """
    text = item.holder.original
    return b"sops" in text or ENCRYPTED_VALUE.encode() in text or has_escapes(text, 0, len(text))
