"""Report text that still names a changed Service port by its old number or name: it cannot be changed safely."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from krm_fn import codes
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.references.field_spec import service_key
from krm_fn.references.kinds import names_services
from krm_fn.referrers.addresses import ChangedAddress, ChangedAddresses
from krm_fn.resource_list.identity import group_version_of, name_of, namespace_of
from krm_fn.result import KIND
from krm_fn.yaml_text.paths import shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import PortChange
    from krm_fn.yaml_text.node import Path

_FEW = 30
"""Names that are searched for in each Secret: for more, all are read."""
_PASSED_OVER = ("kubectl.kubernetes.io/last-applied-configuration", "managedFields", "status")
"""What tools write, and nobody reads an address from."""
_HOST_KEYS = frozenset(("host", "hostname", "service", "servicename", "svc", "address", "addr", "server"))
_SERVICE_WORDS = ("service", "svc", "backend", "upstream", "destination")
"""Words in the key of a mapping whose `name` is a Service's."""
_PORT_KEYS = frozenset(("port", "serviceport", "portnumber", "svcport", "portname"))
"""Keys, in lower case, that hold the two halves of an address in a mapping of any kind."""


def dangling(items: Items, resolver: PortResolver, ignored: Collection[str], drafts: Drafts) -> Iterator[Result]:
    """Yield a warning for each text that names the old port of a Service port whose number or name has changed."""
    renamed = [each for each in resolver.changes if each.is_renamed]
    renamed = [each for each in renamed if isinstance(each.old_number, int) and isinstance(each.new_number, int)]
    changes = [each for each in renamed if each.service_names[0]]
    changes = list({(id(each.service), each.old_number): each for each in changes}.values())
    if not changes:
        return
    words = dict.fromkeys(name for each in changes for name in each.service_names if name)
    ours = {id(each.service) for each in changes}
    naming = [*items.mentioning_any(list(words)), *(item for item in drafts.edited() if item in items)]
    services = [item.readable_data for item in naming if item.kind == "Service" and id(item) not in ours]
    others = frozenset((namespace_of(service), name_of(service)) for service in services)
    possible = naming + _secrets_with(items, words)
    found = {(item.file, item.span): item for item in possible}
    addresses = ChangedAddresses([*map(_address, changes)], others)
    for _, item in sorted(found.items()):
        if item.kind not in (*ignored, KIND):
            yield from _in_item(item, addresses, changes, resolver, drafts)


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


def _in_item(
    item: Item, addresses: ChangedAddresses, changes: Sequence[PortChange], resolver: PortResolver, drafts: Drafts
) -> Iterator[Result]:
    data = drafts.data_of(item)
    namespace, (group, _) = namespace_of(data), group_version_of(data)
    decode, is_known = item.kind == "Secret", names_services(group, item.kind) or "UDP" in item.kind
    for path, value in walk(data, _is_passed_over):
        if isinstance(value, dict):
            yield from () if is_known else _split(item, path, value, resolver, drafts)
            continue
        if not isinstance(value, str):
            continue
        text = _decoded(value) if decode and path[:1] == ("data",) else value
        for position, found in addresses.found_in(text, namespace):
            change = changes[position]
            drafts.assume(item, change.service, (namespace,) if found.of_own_namespace else ())
            line = f" (line {found.line})" if found.line else ""
            message = (
                f"names {found.address}{line}: that port of {_ref(change)} is now {change.new_number}"
                f"{f', {change.new_name}' if change.new_name != change.old_name else ''}. "
                f"Change it to {found.proposed}."
            )
            current, proposed = found.address, found.proposed
            yield item.result(codes.ADDRESS_IN_TEXT, shown_path(path), message, current=current, proposed=proposed)


def _split(item: Item, path: Path, holder: dict[str, Any], resolver: PortResolver, drafts: Drafts) -> Iterator[Result]:
    """Yield a warning for a mapping that names the Service under one key and its port under another."""
    if holder.get("kind", "Service") != "Service":
        return
    hosts = [value for key, value in holder.items() if str(key).lower() in _HOST_KEYS]
    above = next((step.lower() for step in reversed(path) if isinstance(step, str)), "")
    hosts += [holder.get("name")] if any(word in above for word in _SERVICE_WORDS) else []
    ports = [key for key in holder if str(key).lower() in _PORT_KEYS]
    namespace, named = namespace_of(item.readable_data), str(holder.get("namespace") or "")
    keys = [key for host in hosts if (key := service_key(host, namespace, named))]
    for field in ports:
        for of, change in ((key, change) for key in keys for change in resolver.named(key)):
            new = change.instead_of(holder[field])
            if new is not None and new != holder[field]:
                message = f"looks like the old port of {_ref(change)}. Change it to {new}."
                drafts.assume(item, change.service, () if of.explicit else (namespace,))
                place = shown_path((*path, field))
                yield item.result(codes.ADDRESS_IN_FIELDS, place, message, current=holder[field], proposed=new)


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
