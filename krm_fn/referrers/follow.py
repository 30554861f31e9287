"""Let everything that referred to what moved follow it: the one place that writes to referrers."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.ledger.owned_edit import OwnedEdit
from krm_fn.quoting import shown
from krm_fn.referrers.candidates import referrers
from krm_fn.referrers.reference import Reference
from krm_fn.referrers.resolve import PortResolver
from krm_fn.referrers.scraping import scrape_straight, scraped_pods
from krm_fn.services.bystanders import Bystanders
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.function_config.generated.values import ProxySidecar
    from krm_fn.referrers.resolve import NewPort
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import FrontedPort, PortChange


def follow(
    items: Items, moves: list[PortChange], fronts: list[FrontedPort], around: Bystanders, config: ProxySidecar
) -> list[Result]:
    """Change what referred to the old ports; return what was changed, and what cannot follow."""
    moved = PortResolver(moves, fronts, around)
    spec = config.spec.referrers
    results: list[Result] = []
    for item, places in referrers(items, moved, spec):
        edit = OwnedEdit(item, config.metadata.name)
        for place in places:
            if isinstance(place, Reference):
                results += _follow(edit, place, moved, straight=spec.scrape == "app")
            else:
                from krm_fn.referrers.policies import follow_policy  # noqa: PLC0415 # only where there are policies

                results += follow_policy(edit, place, moved, closed=spec.app_port == "closed")
        edit.close()
    if any(move.is_renamed for move in moves):
        from krm_fn.referrers.dangling import dangling  # noqa: PLC0415 # most Services keep number and name

        results += dangling(items, moved, spec.ignore)
    if spec.scrape == "proxy":
        results += [result for front in fronts for result in scraped_pods(front, config.metadata.name)]
    return results


def _follow(edit: OwnedEdit, reference: Reference, moved: PortResolver, *, straight: bool) -> Iterator[Result]:
    """Write what a reference becomes.

    | leads to the proxy by | the old port leads elsewhere, too | then                              |
    |-----------------------|-----------------------------------|-----------------------------------|
    | one port              | no                                | it is changed                     |
    | several, or one       | yes, or there are several         | a copy of the entry for each      |
    | likewise              | and it is in no list, or of Pods: | it stays, with a warning          |
    |                       | the app's port leads there still  |                                   |
    | one that would lead elsewhere, too                        | it stays, with a warning          |
    """
    becomes = moved.becomes(reference)
    if straight and reference.scrapes:
        yield from scrape_straight(edit, reference, becomes)
        return
    new = [value for value in becomes.values if value != reference.port]
    if not becomes.values and becomes.moves:
        yield from _leads_nowhere(edit.item, reference, becomes)
    if not new:
        return
    stays = becomes.stays or len(becomes.values) > 1
    path = shown_path(reference.path)
    if reference.fixed:
        message = f"means port {shown(reference.port)}, which is {shown(new[0])} by now: {reference.fixed}."
        yield edit.item.result(codes.REFERENCE_FIXED, path, message, current=reference.port, proposed=new[0])
    elif reference.absent:
        edit.add(reference.path, new[0])
        yield edit.item.result(codes.REFERENCE_FOLLOWED, path, f"follows {becomes.what}.", proposed=new[0])
    elif not stays and not becomes.gains:
        edit.change(reference.path, new[0])
        message = f"follows {becomes.what}."
        yield edit.item.result(codes.REFERENCE_FOLLOWED, path, message, current=reference.port, proposed=new[0])
    elif reference.entry and reference.of == "service" and not becomes.gains:
        for value in new:
            entry = {**get(edit.item.data, reference.entry), str(reference.path[-1]): value}
            edit.add((*reference.entry[:-1], -1), entry)
            message = f"leads elsewhere, too: an entry beside it follows {becomes.what}."
            yield edit.item.result(codes.REFERENCE_ENTRY_ADDED, path, message, current=reference.port, proposed=value)
    else:
        message = (
            f"leads elsewhere, too, and cannot follow {becomes.what}, whose port is {shown(new[0])} by now. "
            "Give the ports one number or name in all Services that it is for."
        )
        yield edit.item.result(codes.REFERENCE_LEADS_ELSEWHERE, path, message, current=reference.port, proposed=new[0])


def _leads_nowhere(item: Item, reference: Reference, becomes: NewPort) -> Iterator[Result]:
    """Yield a warning for a port that a Service, whose others moved, does not have."""
    if reference.of != "service" or not reference.services or reference.absent or reference.fixed:
        return
    service = becomes.moves[0].service
    ports = [port for port in service.data["spec"]["ports"] if isinstance(port, dict)]
    there = [port[field] for port in ports for field in ("port", "name") if isinstance(port.get(field), int | str)]
    if reference.port not in [*there, *map(str, there)]:
        message = (
            f'must be a port of Service "{reference.services[0].name}", got {shown(reference.port)}. '
            f"It has {', '.join(map(shown, there))}."
        )
        yield item.result(codes.REFERENCE_PORT_UNKNOWN, shown_path(reference.path), message, current=reference.port)
