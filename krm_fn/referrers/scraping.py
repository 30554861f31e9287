"""Monitors that scrape the app itself."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.reference import Reference
    from krm_fn.referrers.resolve import NewPort
    from krm_fn.resource_list.item import Item
    from krm_fn.services.port_changes import FrontedPort


def scrape_app(item: Item, reference: Reference, target: NewPort, drafts: Drafts) -> None:
    """Point what scrapes by a Service's port to the app's own port.

    What scrapes by a Pod's port does that already, unless it has the name that the proxy's port took over.
    """
    by_pods = not reference.app_field
    fronted = [each for each in target.fronted if not by_pods or _port_of_app(each, reference.port)]
    if not fronted:
        return
    ports: dict[int | str, None] = {}
    for each in fronted:  # what a Service selects alone is scraped by number, as Pods without the proxy have that too
        by_name = each.app_name and (by_pods or not each.takes_over)
        ports[each.app_name if by_name else each.app_number] = None
    new = next(iter(ports))
    if target.shared or len(ports) > 1 or (by_pods and target.stays):
        whose = "these Pods" if by_pods else "that Service"
        message = f"also points elsewhere, and so cannot scrape the app itself. Add a monitor for {whose} alone."
        path = shown_path(reference.path)
        drafts.report(item.result(codes.SCRAPE_SHARED, path, message, current=reference.port))
    elif by_pods:
        message = "still scrapes the app itself, whose port has another name now."
        drafts.edit(item).change(reference.path, new, codes.SCRAPES_APP, message)
    else:
        message = f"scrapes the app itself, and no longer {target.what}."
        drafts.edit(item).rename(reference.path, reference.app_field, new, codes.SCRAPES_APP, message)


def _port_of_app(fronted: FrontedPort, port: object) -> str:
    """Return the app's port in place of a name that the listener's port took over; empty where that is another."""
    return str(fronted.app_number) if fronted.takes_over and port == fronted.name else ""
