"""Update everything that referred to a changed port: the one place that writes to referrers."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.quoting import MANY, listed, shown
from krm_fn.references.reference import NO_PORT, Reference, namespaces_named
from krm_fn.referrers.candidates import referrers
from krm_fn.referrers.scraping import scrape_app
from krm_fn.referrers.sweep.covered import Covered, may_name_pods, searched_kinds
from krm_fn.resource_list.identity import namespace_of
from krm_fn.resource_list.items import ENCRYPTED_VALUE as VALUE
from krm_fn.services.port_changes import ports_called
from krm_fn.yaml_text.paths import get, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.codes import Code
    from krm_fn.function_config.generated.values import Referrers, Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.field_spec import Place
    from krm_fn.referrers.resolve import NewPort, PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import PortChange


def follow(items: Items, resolver: PortResolver, spec: Spec, drafts: Drafts) -> None:
    """Change what referred to the old ports; report what was changed, what cannot follow, and what no kind covers.

    Staged, requests still go to the app: then policies also admit the proxy, and nothing else follows outside the Pods.
    """
    settings, is_staged, covered = spec.referrers, spec.cutover == "staged", Covered()
    for port in resolver.fronted:
        for service in port.services:
            drafts.assume(service, port.workload.item, (namespace_of(service.readable_data),))
    is_closed = settings.app_port == "closed" and not is_staged
    for item, places in referrers(items, resolver, settings):
        covered.add(item, places)
        if not item.readable_data:
            drafts.report(*_cannot_follow(item, places, resolver))
            continue
        for place in places:
            if isinstance(place, Reference):
                if not is_staged:
                    _follow(item, place, resolver, drafts, spec)
                    if place.guards and not is_closed:
                        from krm_fn.referrers.policies import unguarded  # noqa: PLC0415 # few kinds guard a port

                        drafts.report(*unguarded(item, place, resolver, items))
            else:
                from krm_fn.referrers.policies import follow_policy  # noqa: PLC0415 # only where there are policies

                follow_policy(item, place, resolver, drafts, closed=is_closed)
    if _may_have_annotations(items, resolver):
        from krm_fn.referrers.annotated.follow import follow_annotations  # noqa: PLC0415 # see the condition

        follow_annotations(items, resolver, spec, drafts, covered)
    _report_the_rest(items, resolver, spec, drafts, covered)


def _report_the_rest(items: Items, resolver: PortResolver, spec: Spec, drafts: Drafts, covered: Covered) -> None:
    """Report what still speaks of a port that moved, or cannot be seen, and what the proxy cannot reach."""
    is_staged = spec.cutover == "staged"
    with_pods = not is_staged and may_name_pods(items, resolver)
    if with_pods or any(change.is_renamed for change in resolver.changes):
        from krm_fn.referrers.sweep.moved import Moved  # noqa: PLC0415 # most Services keep number and name
        from krm_fn.referrers.sweep.sweep import unfollowed  # noqa: PLC0415 # likewise

        moved = Moved(items, resolver, with_pods=with_pods)
        drafts.report(*unfollowed(items, moved, spec, drafts, covered, ignored=spec.referrers.ignore))
    kinds = () if is_staged else searched_kinds(items, spec)
    if kinds:
        from krm_fn.referrers.sweep.selectors import unfollowed_selectors  # noqa: PLC0415 # few items are of other kinds

        drafts.report(*unfollowed_selectors(items, kinds, resolver, drafts, covered))
    drafts.report(*_hidden(items, resolver, spec.referrers, drafts))
    if any(kind.endswith("Policy") for kind in items.kinds()):
        from krm_fn.referrers.opened import opened  # noqa: PLC0415 # see the condition

        drafts.report(*opened(items, resolver, spec.referrers.ignore))
    if items.mentioning("NetworkPolicy"):
        from krm_fn.referrers.egress.unreachable import unreachable  # noqa: PLC0415 # few workloads have a policy

        workloads = list({id(each.workload.item): each.workload for each in resolver.fronted}.values())
        drafts.report(*unreachable(items, workloads, spec, resolver.bystanders, drafts.ref))


def _may_have_annotations(items: Items, resolver: PortResolver) -> bool:
    """Return whether there may be annotations on what the proxy is for, or on what routes to it."""
    kinds = items.kinds()
    if "Ingress" in kinds or "Namespace" in kinds:
        return True
    found = {id(item): item for each in resolver.fronted for item in (each.workload.item, *each.services)}
    return any(item.mentions("annotations") for item in found.values())


def _hidden(items: Items, resolver: PortResolver, settings: Referrers, drafts: Drafts) -> Iterator[Result]:
    """Yield warnings for what may be in encrypted values."""
    is_renamed = any(change.is_renamed for change in resolver.changes)
    if is_renamed and items.mentioning(VALUE):
        from krm_fn.referrers.encrypted import hidden_references  # noqa: PLC0415 # few items are encrypted

        yield from hidden_references(items, resolver, settings.ignore, drafts)
    if any(service.mentions(VALUE) for service in items.of_kind("Service", words=[VALUE])):
        from krm_fn.referrers.encrypted import hidden_services  # noqa: PLC0415 # likewise

        yield from hidden_services(items, drafts)


def _cannot_follow(item: Item, places: list[Place], resolver: PortResolver) -> Iterator[Result]:
    """Yield a warning for an object that has a key twice, if it refers to what changes."""
    references = [place for place in places if isinstance(place, Reference)]
    moved = any(value != place.port for place in references for value in resolver.new_port(place).values)
    if moved or len(references) < len(places):
        message = f"{item.key_twice()}: it stays as it is, with the ports that it names. Correct it there."
        yield item.result(codes.REFERRER_UNREADABLE, "", message)


def _follow(item: Item, reference: Reference, resolver: PortResolver, drafts: Drafts, spec: Spec) -> None:
    """Write the port that a reference must name, or report it."""
    target = resolver.new_port(reference)
    would_be = next((value for value in target.values if value != reference.port or reference.absent), None)
    if would_be is not None and resolver.leaves(
        item, reference.path, _reached(target), port=reference.port, new=would_be
    ):
        return
    if spec.referrers.scrape == "app" and reference.scrapes and not (reference.fixed and reference.of == "service"):
        if not reference.fixed:
            scrape_app(item, reference, target, drafts)
        return
    if not target.values and target.changes:
        drafts.report(*_unknown_port(item, reference, target, drafts))
    if any(value != reference.port for value in target.values):
        _assume(item, reference, target, drafts)
        _write(item, reference, target, drafts, spec)


def _write(item: Item, reference: Reference, target: NewPort, drafts: Drafts, spec: Spec) -> None:
    """Write the ports that a reference must name from now on.

    | reaches the proxy by | the old port is still needed       | then                              |
    |----------------------|------------------------------------|-----------------------------------|
    | one port             | no                                 | it is changed                     |
    | several, or one      | yes, or there are several          | a copy of the entry for each      |
    | likewise             | and it is in no list, or of Pods:  | it stays, with a warning          |
    |                      | the app's port still exists        |                                   |
    | one that would also reach something else                  | it stays, with a warning          |
    | a health check that the proxy would refuse                | likewise                          |
    """
    edit, current = drafts.edit(item), reference.port
    new = [value for value in target.values if value != current]
    stays = target.stays or len(target.values) > 1
    followed, message = codes.REFERENCE_FOLLOWED, f"follows {target.what}."
    if reference.every:
        drafts.report(*_every_port(item, reference, target))
    elif reference.fixed:
        if str(new[0]) in reference.also:
            return
        message = f"means port {shown(current)}, which is now {shown(new[0])}: {reference.fixed}."
        drafts.report(_warning(codes.REFERENCE_FIXED, item, reference, message, new[0]))
    elif reference.checks and (refusal := _refusal(reference, target, new[0], spec)):
        message = f"still checks the app's port {current}, past the proxy: {refusal}"
        drafts.report(_warning(codes.CHECK_PASSES_BY, item, reference, message, new[0]))
    elif reference.absent:
        edit.add(reference.path, new[0], followed, message)
    elif not stays and not target.gains and reference.text:
        edit.change_parts(reference.path, [reference.part(new[0])], followed, message)
    elif not stays and not target.gains:
        name = reference.services[0].name if reference.services else ""
        edit.change(reference.path, new[0], followed, message, of=name)
    elif reference.entry and reference.of == "service" and not target.gains:
        message = f"also points elsewhere: an entry beside it follows {target.what}."
        for value in new:
            entry = {**get(item.data, reference.entry), str(reference.path[-1]): value}
            place, added = (*reference.entry[:-1], -1), codes.REFERENCE_ENTRY_ADDED
            edit.add(place, entry, added, message, at=reference.path, current=current, proposed=value)
    elif target.is_doubled:
        message = (
            f"also means a port of another container of these Pods, and so cannot follow {target.what}, whose port is "
            f"now {shown(new[0])}. Give the ports of the containers names of their own, or write {shown(new[0])} here "
            "if only the proxy's is meant."
        )
        drafts.report(_warning(codes.REFERENCE_NAMES_TWO, item, reference, message, new[0]))
    else:
        message = (
            f"{_why_it_stays(reference, target)}. Give the ports one number or name in all "
            f"{'Pods' if reference.of == 'pods' else 'Services'} that it is for."
        )
        drafts.report(_warning(codes.REFERENCE_LEADS_ELSEWHERE, item, reference, message, new[0]))


def _why_it_stays(reference: Reference, target: NewPort) -> str:
    """Return why a reference cannot follow: the ports that it is for differ now, or one has no proxy."""
    if len(target.values) == 1:
        new = next(iter(target.values))
        return f"also points elsewhere, and cannot follow {target.what}, whose port is now {shown(new)}"
    now = {f'Service "{each.service_names[0]}"': each.instead_of(reference.port) for each in target.changes}
    if reference.of == "pods" or not target.changes:
        now = {str(each.workload.ref): each.instead_of(reference.port, name_is_known=True) for each in target.fronted}
    which = listed([f"{shown(port)} of {what}" for what, port in now.items() if port is not None])
    return f"is one port for several that differ now, and cannot be all of them: {which}"


def _refusal(reference: Reference, target: NewPort, port: int | str, spec: Spec) -> str:
    """Return why the proxy would refuse a health check."""
    from krm_fn.referrers.refusals import refusal_of_check  # noqa: PLC0415 # few references are health checks

    return refusal_of_check(spec, target.fronted, port, reference.checks)


def _reached(target: NewPort) -> Iterator[Item]:
    yield from (change.service for change in target.changes)
    yield from (port.workload.item for port in target.fronted)


def _assume(item: Item, reference: Reference, target: NewPort, drafts: Drafts) -> None:
    """Report where a reference is followed only because an absent namespace may be `default`."""
    named = namespaces_named(reference)
    for change in target.changes:
        drafts.assume(item, change.service, named)
    if reference.of == "pods":
        for port in target.fronted:
            drafts.assume(item, port.workload.item, named)


def _every_port(item: Item, reference: Reference, target: NewPort) -> Iterator[Result]:
    """Yield a warning for each port of a Service that changed, where an object is about all of them."""
    path = shown_path(reference.path)
    for change in target.changes:
        old, new = (f"{number}{f' ({name})' if name else ''}" for number, name in _both(change))
        message = f"means each port of the Service, of which {old} is now {new}: {reference.fixed}."
        yield item.result(codes.REFERENCE_FIXED, path, message, current=change.old_number, proposed=change.new_number)


def _both(change: PortChange) -> list[tuple[int | str, str]]:
    return [(change.old_number, change.old_name), (change.new_number, change.new_name)]


def _warning(code: Code, item: Item, reference: Reference, message: str, proposed: int | str) -> Result:
    path, current = shown_path(reference.path), reference.written
    return item.result(code, path, message, current=current, proposed=reference.with_port(proposed))


def _unknown_port(item: Item, reference: Reference, target: NewPort, drafts: Drafts) -> Iterator[Result]:
    """Yield a warning for a port that the Service does not have, though others of its ports changed."""
    if reference.of != "service" or not reference.services or reference.absent or reference.fixed:
        return
    there = ports_called(drafts.data_of(target.changes[0].service))
    if there and reference.port not in [*there, *map(str, there), NO_PORT]:
        message = (
            f'must be a port of Service "{reference.services[0].name}", got {shown(reference.port)}. '
            f"It has {listed([*map(shown, there)], MANY)}."
        )
        path, code = shown_path(reference.path), codes.REFERENCE_PORT_UNKNOWN
        yield item.result(code, path, message, current=reference.port)
