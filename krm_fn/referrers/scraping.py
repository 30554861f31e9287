"""Where metrics are requested: the annotation on a Pod template, and monitors that scrape the app itself."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.references.kinds.services import PORT
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.reference import Reference
    from krm_fn.referrers.resolve import NewPort
    from krm_fn.resource_list.item import Item
    from krm_fn.services.port_changes import FrontedPort


def follow_scraped_pods(fronted: FrontedPort, drafts: Drafts) -> None:
    """Update the annotation on the Pod template that says where metrics are."""
    workload = fronted.workload
    port = workload.pod_annotations.get(PORT)
    new = fronted.instead_of(port)
    if isinstance(port, int | str) and new is not None:
        path = (*workload.annotations_path, PORT)
        drafts.edit(workload.item).change(path, new, codes.REFERENCE_FOLLOWED, "follows the proxy.")


def scrape_app(item: Item, reference: Reference, target: NewPort, drafts: Drafts) -> None:
    """Point what scrapes by a Service's port to the app's own port; what scrapes by a Pod's port uses that already."""
    if not target.fronted or not reference.app_field:
        return
    ports = list(dict.fromkeys(each.app_names[0] if each.app_names else each.app_number for each in target.fronted))
    if target.shared or len(ports) > 1:
        message = "also points elsewhere, and so cannot scrape the app itself. Give that Service a monitor of its own."
        path = shown_path(reference.path)
        drafts.report(item.result(codes.SCRAPE_SHARED, path, message, current=reference.port))
        return
    message = f"scrapes the app itself, and no longer {target.what}."
    drafts.edit(item).rename(reference.path, reference.app_field, ports[0], codes.SCRAPES_APP, message)
