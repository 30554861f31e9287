"""Report what still names a port that moved, and that no row of a table changed: it cannot be changed safely."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from krm_fn import codes
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.referrers.sweep.addresses import ChangedAddress, ChangedAddresses, variables_of
from krm_fn.referrers.sweep.covered import is_written
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.result import KIND
from krm_fn.yaml_text.paths import shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.reference import ServiceKey
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.referrers.sweep.covered import Covered
    from krm_fn.referrers.sweep.pairs import Pair
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import PortChange
    from krm_fn.yaml_text.node import Path

_FEW = 30
"""Names that are searched for in each Secret: for more, all are read."""
_PASSED_OVER = ("kubectl.kubernetes.io/last-applied-configuration", "managedFields", "status")
"""What tools write, and nobody reads an address from."""
_MAPS = ("ConfigMap", "Secret")
"""Kinds that have many things' settings beside each other."""


def unfollowed(
    items: Items, resolver: PortResolver, ignored: Collection[str], drafts: Drafts, covered: Covered
) -> Iterator[Result]:
    """Yield a warning for each place that names the old port of a Service port whose number or name has changed."""
    renamed = [each for each in resolver.changes if each.is_renamed]
    renamed = [each for each in renamed if isinstance(each.old_number, int) and isinstance(each.new_number, int)]
    changes = [each for each in renamed if each.service_names[0]]
    changes = list({(id(each.service), each.old_number): each for each in changes}.values())
    if not changes:
        return
    words = dict.fromkeys(name for each in changes for name in each.service_names if name)
    ours = {id(each.service) for each in changes}
    addressed = list(map(_address, changes))
    variables = [variable for each in addressed for variable, _ in variables_of(each)]
    naming = [
        *items.mentioning_any([*words, *variables]),
        *(item for item in drafts.edited() if item in items),
    ]
    services = [item.readable_data for item in naming if item.kind == "Service" and id(item) not in ours]
    others = frozenset((namespace_of(service), name_of(service)) for service in services)
    possible = naming + _secrets_with(items, words)
    found = {(item.file, item.span): item for item in possible}
    search = _Search(ChangedAddresses(addressed, others), changes, resolver, drafts, covered)
    for _, item in sorted(found.items()):
        if item.kind not in (*ignored, KIND):
            yield from search.in_item(item)


def _secrets_with(items: Items, words: Collection[str]) -> list[Item]:
    """Return the Secrets that may have one of some words in their data, which is in base64: at one of three offsets."""
    if len(words) > _FEW:
        return items.of_kind("Secret")
    parts = []
    for word in words:
        for offset in range(3):
            sure = slice(-(-offset * 8 // 6), (offset + len(word)) * 8 // 6)
            parts.append(b2a_base64(b"\0" * offset + word.encode())[sure].decode())
    secrets = items.of_kind("Secret")
    return (
        secrets if "" in parts else [item for item in secrets if any(map(item.mentions, parts)) or _breaks(item, parts)]
    )


def _breaks(item: Item, parts: list[str]) -> bool:
    """Return whether a Secret has one of some texts broken over lines."""
    text = b"".join(item.output.split()).decode(errors="replace")
    return any(part in text for part in parts)


class _Search:
    """The search of items for the old ports of some Services."""

    def __init__(
        self,
        addresses: ChangedAddresses,
        changes: Sequence[PortChange],
        resolver: PortResolver,
        drafts: Drafts,
        covered: Covered,
    ) -> None:
        self._addresses = addresses
        self._changes = changes
        self._resolver = resolver
        self._drafts = drafts
        self._covered = covered
        self._own = {id(change.fronted.workload.item) for change in changes if change.fronted}

    def in_item(self, item: Item) -> Iterator[Result]:
        """Yield a warning for each address in a text, and for each port beside the name of its Service."""
        from krm_fn.referrers.sweep.pairs import pairs  # noqa: PLC0415 # few Services' ports move

        data = self._drafts.data_of(item)
        namespace = namespace_of(data)
        for path, value in walk(data, _is_passed_over):
            if isinstance(value, str) and path[-1:] != ("image",):
                text = _decoded(value) if item.kind == "Secret" and path[:1] == ("data",) else value
                yield from self._in_text(item, path, text, namespace)
        kept = {key: value for key, value in data.items() if key not in _PASSED_OVER}
        if item.kind in _MAPS:
            encoded = kept.get("data") if item.kind == "Secret" else None
            if isinstance(encoded, dict):
                kept["data"] = {key: _decoded(value) for key, value in encoded.items() if isinstance(value, str)}
            for field in ("data", "stringData"):
                for pair in pairs(kept.pop(field, None), namespace, self._is_meant, is_flat=True):
                    yield from self._in_pair(item, pair.replace(path=(field, *pair.path)))
        for pair in pairs(kept, namespace, self._is_meant) if "UDP" not in item.kind else ():
            yield from self._in_pair(item, pair)

    def _in_text(self, item: Item, path: Path, text: str, namespace: str) -> Iterator[Result]:
        for position, found in self._addresses.found_in(text, namespace):
            change = self._changes[position]
            self._drafts.assume(item, change.service, (namespace,) if found.of_own_namespace else ())
            line = f" (line {found.line})" if found.line else ""
            renamed = f", {change.new_name}" if change.new_name != change.old_name else ""
            message = (
                f"names {found.address}{line}: that port of {_ref(change)} is now {change.new_number}{renamed}. "
                f"Change it to {found.proposed}."
            )
            current, proposed = found.address, found.proposed
            yield item.result(codes.ADDRESS_IN_TEXT, shown_path(path), message, current=current, proposed=proposed)
        is_structured = "\n" in text or text[:1] in ("{", "[")
        if is_structured and "port" in text.lower() and self._addresses.has_names(text):
            from krm_fn.referrers.sweep.outline import outline  # noqa: PLC0415 # few fields are texts
            from krm_fn.referrers.sweep.pairs import pairs  # noqa: PLC0415 # likewise

            for pair in pairs(outline(text), namespace, self._is_meant):
                yield from self._in_pair(item, pair, path)

    def _in_pair(self, item: Item, pair: Pair, text: Path = ()) -> Iterator[Result]:
        """Yield a warning for a port beside the name of its Service; in a text, with its line."""
        place = text or pair.path
        is_own = pair.is_own and id(item) in self._own
        if is_own or self._covered.has(item, place) or is_written(item, place, self._drafts):
            return
        for change in self._resolver.named(pair.service):
            new = change.instead_of(pair.port)
            if new is not None and new != pair.port:
                self._drafts.assume(item, change.service, () if pair.service.explicit else (pair.service.namespace,))
                line = getattr(pair.port, "line", 0)
                where = f" in {shown_path(pair.path)} (line {line})" if text else ""
                verb = f"has{where} what looks like" if text else "looks like"
                message = f"{verb} the old port of {_ref(change)}. Change it to {new}."
                if not text:
                    self._covered.add_path(item, pair.path)
                current = str(pair.port) if text else pair.port
                yield item.result(codes.ADDRESS_IN_FIELDS, shown_path(place), message, current=current, proposed=new)

    def _is_meant(self, key: ServiceKey) -> bool:
        return any(change.is_renamed for change in self._resolver.named(key))


def _address(change: PortChange) -> ChangedAddress:
    return ChangedAddress(
        names=tuple(name.lower() for name in change.service_names if name),
        namespace=change.namespace,
        old_number=int(change.old_number),
        new_number=int(change.new_number),
        old_name=change.old_name,
        new_name=change.new_name,
    )


def _ref(change: PortChange) -> str:
    return (
        f"Service {change.namespace}/{change.service_names[0]}"
        if change.namespace
        else f"Service {change.service_names[0]}"
    )


def _is_passed_over(path: Path, key: str) -> bool:
    return key.startswith(RECORD_PREFIX) or (key in _PASSED_OVER and len(path) <= len(("metadata", "annotations")))


def _decoded(value: str) -> str:
    """Return the text of a Secret's value, empty where it is none."""
    try:
        return a2b_base64(value).decode()
    except ValueError:
        return ""
