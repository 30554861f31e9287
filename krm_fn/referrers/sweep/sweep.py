"""Report what still names a port that moved, and that no row of a table changed: it cannot be changed safely."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from krm_fn.config_maps.environments import environments
from krm_fn.config_maps.reconcile import is_ours
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.referrers.sweep.covered import is_written
from krm_fn.referrers.sweep.key_words import is_of_image, listens_at
from krm_fn.referrers.sweep.spaces import may_have_several, namespace_at
from krm_fn.referrers.sweep.texts import Texts
from krm_fn.resource_list.identity import namespace_of
from krm_fn.result import KIND
from krm_fn.yaml_text.paths import mappings_at, text_in, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.sweep.covered import Covered
    from krm_fn.referrers.sweep.moved import Moved
    from krm_fn.referrers.sweep.pairs import Pair
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.yaml_text.node import Path

_FEW = 30
"""Names that are searched for in each Secret: for more, all are read."""
_PASSED_OVER = ("kubectl.kubernetes.io/last-applied-configuration", "managedFields", "status")
"""What tools write, and nobody reads an address from."""
_COMMANDS = (("command",), ("args",))
_MAPS = ("ConfigMap", "Secret")
"""Kinds that have many things' settings beside each other."""


def unfollowed(
    items: Items, moved: Moved, spec: Spec | None, drafts: Drafts, covered: Covered, *, ignored: Collection[str]
) -> Iterator[Result]:
    """Yield a warning for each place that names the old port of what moved.

    What the run itself adds comes from the functionConfig, whose settings are searched in its place. Where none is
    given, manifests in texts are not read.
    """
    if not moved:
        return
    possible = [*moved.items(), *(item for item in drafts.edited() if item in items)]
    possible += _with_base64(items, moved.names)
    found = {(item.file, item.span): item for item in possible}
    search = _Search(items, moved, spec, drafts, covered)
    for _, item in sorted(found.items()):
        if item.kind not in (*ignored, KIND) and not is_ours(item, drafts.ref.name):
            yield from search.in_item(item)
    if spec:
        from krm_fn.referrers.sweep.formats.own_settings import in_own_settings  # noqa: PLC0415 # few runs sweep

        namespaces = list(dict.fromkeys(each.namespace for each in moved.resolver.fronted))
        yield from in_own_settings(spec, moved, namespaces, drafts.ref)


def _with_base64(items: Items, words: Collection[str]) -> list[Item]:
    """Return the items that may have one of some words in data that is in base64: at one of three offsets."""
    possible = items.of_kind("Secret") + items.of_kind("ConfigMap", words=["binaryData"])
    if len(words) > _FEW or not words:
        return possible if words else []
    parts = []
    for word in words:
        for offset in range(3):
            sure = slice(-(-offset * 8 // 6), (offset + len(word)) * 8 // 6)
            parts.append(b2a_base64(b"\0" * offset + word.encode())[sure].decode())
    return (
        possible
        if "" in parts
        else [item for item in possible if any(map(item.mentions, parts)) or _breaks(item, parts)]
    )


def _breaks(item: Item, parts: list[str]) -> bool:
    """Return whether a Secret has one of some texts broken over lines."""
    text = b"".join(item.output.split()).decode(errors="replace")
    return any(part in text for part in parts)


class _Search:
    """The search of items for the old ports of what moved."""

    def __init__(self, items: Items, moved: Moved, spec: Spec | None, drafts: Drafts, covered: Covered) -> None:
        self._items = items
        self._moved = moved
        self._drafts = drafts
        self._covered = covered
        self._texts = Texts(items, moved, spec, drafts, covered)

    def in_item(self, item: Item) -> Iterator[Result]:
        """Yield a warning for each address in a text, and for each port beside the name of its Service."""
        from krm_fn.referrers.sweep.pairs import pairs  # noqa: PLC0415 # few Services' ports move

        data, before = self._drafts.data_of(item), item.readable_data
        if data is not before:
            data = _without_added(data, before)
        namespace = namespace_of(data)
        kept = {key: value for key, value in data.items() if key not in _PASSED_OVER}
        maps: dict[str, dict[str, Any]] = {}
        if item.kind in _MAPS:
            kept, maps = _decoded_maps(item.kind, kept)
        yield from self._in_texts(item, {**data, **maps})
        for field, texts in maps.items():
            for pair in pairs(texts, namespace, self._moved, is_flat=True):
                yield from self._in_pair(item, pair.replace(path=(field, *pair.path)))
        for pair in pairs(kept, namespace, self._moved) if "UDP" not in item.kind else ():
            yield from self._in_pair(item, pair)
        for holder, variables in environments(item, self._items):
            values = {name: each.value for name, each in variables.items()}
            for pair in pairs(values, namespace_of(holder.readable_data), self._moved, is_flat=True):
                found = variables[str(pair.path[0])]
                yield from self._in_pair(found.item, pair.replace(path=found.path))

    def _in_texts(self, item: Item, data: dict[str, Any]) -> Iterator[Result]:
        """Yield a warning for each port in a text, and in the arguments of a command."""
        container: Path = ()
        variables: dict[str, str] = {}
        namespace = None if may_have_several(data, item.output) else namespace_of(data)
        for path, value in walk(data, _is_passed_over):
            if isinstance(value, str):
                if not _is_word(value) and not is_of_image(path) and not listens_at(path):
                    values = variables if path[: len(container)] == container else {}
                    space = namespace_at(data, path) if namespace is None else namespace
                    yield from self._texts.in_text(item, path, value, space, values)
            elif isinstance(value, dict) and "env" in value:
                container, variables = path, _variables(value)
            elif isinstance(value, list) and path[-1:] in _COMMANDS and all(isinstance(each, str) for each in value):
                yield from self._texts.in_list(item, path, value, namespace_at(data, path))

    def _in_pair(self, item: Item, pair: Pair) -> Iterator[Result]:
        """Yield a warning for a port beside the name of its Service."""
        is_own = pair.is_own and self._moved.is_own(item)
        also = [(*pair.path[:-1], key) for key in ("number", "port") if pair.path[-1] == "name"]  # of the same port
        is_covered = any(self._covered.has(item, path) for path in (pair.path, *also))
        if is_own or is_covered or is_written(item, pair.path, self._drafts):
            return
        for port in self._texts.in_pair(pair, in_text=False):
            self._covered.add_path(item, pair.path)
            yield from self._texts.report(item, pair.path, port)


def _without_added(data: Any, before: Any) -> Any:
    """Return data as it will be, without the keys and the entries at the ends of lists that were not there before."""
    if isinstance(data, dict) and isinstance(before, dict):
        return {key: _without_added(value, before[key]) for key, value in data.items() if key in before}
    if isinstance(data, list) and isinstance(before, list):
        return [_without_added(value, earlier) for value, earlier in zip(data, before, strict=False)]
    return data


def _decoded_maps(kind: str, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the fields of a ConfigMap or a Secret without its texts, and these, decoded where they are in base64."""
    rest, maps = dict(data), {}
    for field in ("data", "stringData", "binaryData"):
        texts = rest.pop(field, None)
        if isinstance(texts, dict):
            is_encoded = field == "binaryData" or (kind == "Secret" and field == "data")
            known = {key: text for key, text in texts.items() if isinstance(text, str)}
            maps[field] = {key: _decoded(text) for key, text in known.items()} if is_encoded else texts
    return rest, maps


def _variables(container: dict[str, Any]) -> dict[str, str]:
    """Return the variables of a container that have values."""
    entries = mappings_at(container, ("env",))
    named = ((text_in(each, "name"), each.get("value")) for each in entries)
    return {name: value for name, value in named if name and isinstance(value, str)}


def _is_word(text: str) -> bool:
    """Return whether a text is too simple to name a port of something: most are."""
    return text.replace("-", "").isalnum()


def _is_passed_over(path: Path, key: str) -> bool:
    return key.startswith(RECORD_PREFIX) or (key in _PASSED_OVER and len(path) <= len(("metadata", "annotations")))


def _decoded(value: str) -> str:
    """Return the text of a Secret's value, empty where it is none."""
    try:
        return a2b_base64(value).decode()
    except ValueError:
        return ""
