"""Report encrypted items that may name a changed port, or select the Pods: nobody can see that here."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.encrypted import encrypted_values
from krm_fn.resource_list.items import ENCRYPTED_VALUE as VALUE
from krm_fn.result import KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import PortChange


def hidden_services(items: Items, drafts: Drafts) -> Iterator[Result]:
    """Yield a warning for each Service with encrypted values: it may route to the app, past the proxy."""
    edited = {id(item) for item in drafts.edited()}
    for item in items.of_kind("Service", words=[VALUE]):
        if id(item) not in edited and encrypted_values(item):
            message = (
                "has values that SOPS encrypted: whether it routes to the app cannot be seen. If it does, decrypt it "
                "first."
            )
            yield item.result(codes.ENCRYPTED_UNREAD, "", message)


def hidden_references(
    items: Items, resolver: PortResolver, ignored: Collection[str], drafts: Drafts
) -> Iterator[Result]:
    """Yield a warning for each other item with encrypted values, where Service ports have changed."""
    changes = [change for change in resolver.changes if change.is_renamed]
    ports = ", ".join(dict.fromkeys(map(_described, changes)))
    edited = {id(item) for item in drafts.edited()}
    for item in items.mentioning(VALUE):
        if item.kind not in (*ignored, KIND, "Service") and id(item) not in edited and encrypted_values(item):
            message = (
                "has values that SOPS encrypted: whether they name a port that changes cannot be seen. "
                f"Look for {ports}, and change it there."
            )
            yield item.result(codes.ENCRYPTED_UNREAD, "", message)


def _described(change: PortChange) -> str:
    names = (change.old_name, change.new_name) if change.old_name != change.new_name else ("", "")
    old, new = (
        " ".join(filter(None, (str(number), name)))
        for number, name in zip((change.old_number, change.new_number), names, strict=True)
    )
    return f"port {old} of Service {change.service_names[0]}, now {new}"
