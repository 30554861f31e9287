"""WordIndex: which items have a word, found for all words by reading each text once."""

from __future__ import annotations

import re

from krm_fn.resource_list.glance import has_escapes
from krm_fn.yaml_text.paths import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item

_PART = re.compile(rb"\\.|[A-Za-z0-9_-]+", re.DOTALL)
"""A part of a word between its dots; or an escape, whose letter is no part of one."""
_ALIAS = re.compile(rb"(?:^|[\s\[{,:])\*[^\s,\]}]")
"""What an alias looks like, behind a character of its own."""
_PREFIXES = (b"0x", b"0o")
"""What begins a number of another radix: looked up by itself, and `3000-3010` by each of its numbers."""


class WordIndex:
    """The items by the words in their texts, as these are now; words that only aliases and escapes give are found too.

    A word is found where it stands alone or between other characters than letters, digits, `_` and `-`.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._holders: dict[bytes, list[int]] = {}
        self._unclear: list[int] = []
        """The items of which it is not known what aliases and escapes in them mean."""
        self._items = list(items)
        for position, item in enumerate(self._items):
            for part in {*self._parts(position, item)}:
                self._holders.setdefault(part, []).append(position)

    def with_any(self, words: Iterable[bytes]) -> list[Item]:
        """Return the items that may have one of some words, in order."""
        found = {position for word in words for position in self._holders_of(word)}
        return [self._items[position] for position in sorted(found.union(self._unclear))]

    def with_all(self, words: Iterable[bytes]) -> list[Item]:
        """Return the items that may have all of some words, in order: those with the rarest of them."""
        rarest = min(map(self._holders_of, words), key=len)
        return [self._items[position] for position in sorted({*rarest, *self._unclear})]

    def _holders_of(self, word: bytes) -> list[int]:
        """Return the items with the rarest part of a word."""
        return min((self._holders.get(part, []) for part in word.split(b".") if part), key=len, default=[])

    def _parts(self, position: int, item: Item) -> Iterator[bytes]:
        text = item.output
        for part in {*_PART.findall(text)}:
            yield part
            if part.startswith(_PREFIXES):
                yield part[:2]
            if b"-" in part:
                yield from (number for number in part.split(b"-") if number.isdigit())
        has_alias = b"*" in text and bool(_ALIAS.search(text))
        if not (has_alias or has_escapes(text, 0, len(text))):
            return
        if not item.readable_data:
            self._unclear.append(position)
        for word in _words(item.readable_data) if has_alias else (item.words_of_escapes(),):
            yield from _PART.findall(word.encode(errors="replace"))


def _words(data: dict[str, Any]) -> Iterator[str]:
    """Yield all keys and texts in plain data."""
    for _, value in walk(data):
        yield from (word for word in (value if isinstance(value, dict) else (value,)) if isinstance(word, str))
