"""Where metrics are asked for: the annotation on a Pod template, and monitors that ask the app past the proxy."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.owned_edit import OwnedEdit
from krm_fn.referrers.kinds.services import PORT
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.referrers.reference import Reference
    from krm_fn.referrers.resolve import NewPort
    from krm_fn.result import Result
    from krm_fn.services.port_changes import FrontedPort


def scraped_pods(front: FrontedPort, owner: str) -> Iterator[Result]:
    """Let the annotation on the Pod template that says where to ask for metrics follow."""
    workload = front.workload
    port = workload.pod_annotations.get(PORT)
    new = front.instead_of(port)
    if isinstance(port, int | str) and new is not None:
        path = (*workload.annotations_path, PORT)
        edit = OwnedEdit(workload.item, owner)
        edit.change(path, new)
        edit.close()
        yield workload.item.result(
            codes.REFERENCE_FOLLOWED, shown_path(path), "follows the proxy.", current=port, proposed=new
        )


def scrape_straight(edit: OwnedEdit, reference: Reference, becomes: NewPort) -> Iterator[Result]:
    """Let what asks for metrics by a Service's port ask the app's own port; by a Pod's port it does already."""
    if not becomes.fronts or not reference.app_field:
        return
    ports = list(dict.fromkeys(front.app_names[0] if front.app_names else front.app_number for front in becomes.fronts))
    if becomes.shared or len(ports) > 1:
        message = "leads elsewhere, too, and so cannot ask the app itself. Give that Service a monitor of its own."
        yield edit.item.result(codes.SCRAPE_SHARED, shown_path(reference.path), message, current=reference.port)
        return
    edit.rename(reference.path, reference.app_field)
    field = (*reference.path[:-1], reference.app_field)
    edit.put(field, ports[0])
    message = f"asks the app itself, and no longer {becomes.what}."
    yield edit.item.result(codes.SCRAPES_APP, shown_path(field), message, current=reference.port, proposed=ports[0])
