"""Update network policies that name the app's port: they name the proxy's as well, or in its place."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.references.kinds import known_of
from krm_fn.references.reference import Reference
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.references.reference import PolicyRule
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import Result
    from krm_fn.services.port_changes import FrontedPort
    from krm_fn.yaml_text.node import Path


def follow_policy(item: Item, rule: PolicyRule, resolver: PortResolver, drafts: Drafts, *, closed: bool) -> None:
    """Write the listeners' ports into a rule's list that has the app's; report what was done, and what cannot be.

    | the rule is for the Pods | and all else | has the listener's port | then                                     |
    |--------------------------|--------------|-------------------------|------------------------------------------|
    | the items do not show it |              | no                      | a warning                                |
    | yes                      | no           | no                      | the port is added, or replaces the app's |
    | yes                      | yes          | no                      | a rule for these Pods is added beside it |
    | yes                      |              | yes                     | nothing                                  |
    """
    if rule.keys:
        _follow_keys(item, rule, resolver, drafts)
        return
    edit = drafts.edit(item)
    done: list[Any] = []
    for fronted in resolver.fronted_with(rule.selects):
        is_for = rule.selects(fronted.labels, fronted.namespace)
        index = _holding(rule, fronted.app_number, fronted.app_names)
        if is_for is False or index < 0:
            continue
        if is_for:
            drafts.assume(item, fronted.workload.item, rule.selects.namespaces)
        held = _holding(rule, fronted.number, (fronted.name,))
        if held >= 0:
            edit.share((*rule.path, held))
            _keep_app(item, rule, fronted, resolver, drafts, closed=closed and rule.admits)
            continue
        port = rule.ports[index]
        assert port is not None  # noqa: S101 # it holds the app's
        if is_for and resolver.leaves(
            item, rule.path, [fronted.workload.item], port=fronted.app_number, new=fronted.number
        ):
            continue
        is_one_name = rule.takes_names and fronted.takes_over and not resolver.have(rule, fronted.name)
        value = _value(rule, port, fronted, by_name=closed and rule.admits and is_one_name)
        entry = rule.entry_like(port.entry, value)
        may_replace = not rule.has_two_forms or isinstance(value, str) is not bool(port.first)
        if is_for is None:
            remedy = "The items do not show it: add the port if it is"
            drafts.report(_warning(codes.POLICY_UNSURE, item, rule, fronted, f"may be for {{}}. {remedy}."))
        elif rule.wide:
            _beside(item, rule, fronted, (entry, value), drafts)
        elif entry in done:
            continue
        elif closed and rule.admits and not done and may_replace and not resolver.is_others(rule, port):
            done.append(entry)
            edit.change(rule.path_to(index), value, codes.POLICY_FOLLOWED, _followed(fronted))
        else:
            done.append(entry)
            _add(item, rule, fronted, value, drafts, place=(*rule.path, -1), entry=entry)
            if closed and rule.admits:
                why = _NEEDED if not may_replace else _SHARED
                drafts.report(_stays_open(item, rule, fronted, why))


def _keep_app(
    item: Item, rule: PolicyRule, fronted: FrontedPort, resolver: PortResolver, drafts: Drafts, *, closed: bool
) -> None:
    """Add the app's port where it was meant by the name that is the proxy's now, unless it is to be closed.

    By its new name, or by its number where the rule is for other Pods too and none of these has that number.
    """
    index, named = _holding(rule, fronted.app_number, (fronted.app_name,)), _holding(rule, 0, fronted.app_names)
    if named < 0 or not fronted.takes_over:
        return
    if index >= 0:
        if closed:
            drafts.report(_stays_open(item, rule, fronted))
        return
    if closed:
        return
    port, number = rule.ports[named], str(fronted.app_number) if rule.as_text else fronted.app_number
    assert port is not None  # noqa: S101 # it holds the app's name
    by_name = not resolver.have(rule) or resolver.have(rule, fronted.app_number)
    value = fronted.app_name if by_name else number
    entry = rule.entry_like(port.entry, value)
    message = f"still names port {fronted.app_number} of {fronted.workload.ref}, which has another name now."
    path, place = rule.path, (*rule.path, -1)
    drafts.edit(item).add(place, entry, codes.POLICY_FOLLOWED, message, at=path, proposed=value)


def _follow_keys(item: Item, rule: PolicyRule, resolver: PortResolver, drafts: Drafts) -> None:
    """Set for the listeners' ports what is set for the app's, as a guard of these must not end with the proxy.

    | set for the app's port | for the proxy's | other Pods have that | then                                     |
    |------------------------|-----------------|----------------------|------------------------------------------|
    | as for the proxy's     | likewise        |                      | nothing                                  |
    | yes                    | no              | no                   | the same is set for the proxy's          |
    | yes                    | no              | yes                  | an error                                 |
    | yes                    | something else  |                      | an error                                 |
    | no                     | yes             |                      | a warning: it was meant for another port |
    """
    edit = drafts.edit(item)
    done = {port.first: port.entry for port in rule.ports if port}
    for fronted in resolver.fronted_with(rule.selects):
        if rule.selects(fronted.labels, fronted.namespace) is False:
            continue
        apps, own, path = done.get(fronted.app_number), done.get(fronted.number), (*rule.path, str(fronted.number))
        if apps == own:
            edit.share(path)
        elif apps is None:
            message = (
                f"sets something for port {fronted.number}, and nothing for {fronted.app_number}. It is for {{}}. "
                "Remove it, or set another spec.listeners[].port."
            )
            drafts.report(_warning(codes.PORT_SET_APART, item, rule, fronted, message))
        elif own is None and not resolver.have(rule, fronted.number):
            done[fronted.number] = apps
            edit.add(path, apps, codes.POLICY_FOLLOWED, _followed(fronted))
        else:
            why = "other Pods that it selects have that port" if own is None else "it sets something else"
            message = (
                f"must set for port {fronted.number} what it sets for {fronted.app_number}, and cannot: {why}. It is "
                "for {}. Set another spec.listeners[].port."
            )
            drafts.report(_warning(codes.PORT_UNGUARDED, item, rule, fronted, message))


def unguarded(item: Item, reference: Reference, resolver: PortResolver, items: Items) -> Iterator[Result]:
    """Yield a warning for each app's port that an object guarded, and none of its kind guards after the change."""
    target = resolver.new_port(reference)
    for fronted in () if target.stays and reference.port not in target.values else target.fronted:
        name = fronted.app_name if fronted.takes_over else ""
        if name and any(_guards(other, fronted, name, items) for other in items.of_kind(item.kind, words=[name])):
            continue
        remedy = f"Add one for {name}, or let" if name else "Let"
        message = (
            f"is for the proxy's port {fronted.number} now, and no {item.kind} is for the app's own port "
            f"{fronted.app_number} of {fronted.workload.ref}: on the Pods' addresses the mesh's default policy holds "
            f"for it. {remedy} the app listen on 127.0.0.1 alone, and set spec.referrers.appPort: closed."
        )
        path = shown_path(reference.path)
        yield item.result(codes.APP_PORT_UNGUARDED, path, message, current=reference.port, proposed=name or None)


def _guards(other: Item, fronted: FrontedPort, name: str, items: Items) -> bool:
    """Return whether an object guards the app's port under the name that it has now."""
    data = other.readable_data
    places = (place for known in known_of(data) for place in known.places_among(items)(data))
    return any(
        isinstance(place, Reference)
        and place.port == name
        and place.selects_pods
        and place.selects_pods(fronted.labels, fronted.namespace)
        for place in places
    )


_SHARED = "it is in a range, or other Pods also have it"
_NEEDED = "running Pods need it until all have the proxy. Remove it then"


def _stays_open(item: Item, rule: PolicyRule, fronted: FrontedPort, why: str = _SHARED) -> Result:
    return _warning(codes.POLICY_STAYS_OPEN, item, rule, fronted, f"is for {{}}. The app's port stays open: {why}.")


def _beside(item: Item, rule: PolicyRule, fronted: FrontedPort, new: tuple[Any, int | str], drafts: Drafts) -> None:
    """Add a rule for these Pods alone, given the entry for the listener's port, and the port in it."""
    entry, value = new
    if rule.beside is None or not rule.admits:
        message = "is for all destinations, and so for {}. Add a rule for these Pods."
        drafts.report(_warning(codes.POLICY_FOR_ALL, item, rule, fronted, message))
        return
    place, new_rule = rule.beside(fronted.workload.selector_labels, fronted.namespace, entry)
    _add(item, rule, fronted, value, drafts, place=place, entry=new_rule)


def _add(
    item: Item, rule: PolicyRule, fronted: FrontedPort, port: int | str, drafts: Drafts, *, place: Path, entry: Any
) -> None:
    """Add an entry for a port, or a rule that holds it."""
    message = _followed(fronted)
    drafts.edit(item).add(place, entry, codes.POLICY_FOLLOWED, message, at=rule.path, proposed=port)


def _holding(rule: PolicyRule, number: int, names: tuple[str, ...]) -> int:
    """Return the position of the first entry that a port is in, -1 where there is none."""
    held = (index for index, port in enumerate(rule.ports) if port and port.holds(number, names))
    return next(held, -1)


def _value(rule: PolicyRule, port: PolicyPort, fronted: FrontedPort, *, by_name: bool) -> int | str:
    """Return the listener's port, in the form of the app's; or by the name that Pods have before and after.

    By number in its place, the app's port would be closed in Pods that do not have the proxy yet.
    """
    value: int | str = fronted.name if by_name or (fronted.by_name and not port.first) else fronted.number
    return str(value) if rule.as_text else value


def _followed(fronted: FrontedPort) -> str:
    return f"names the proxy's port, as it named port {fronted.app_number} of {fronted.workload.ref}."


def _warning(code: Code, item: Item, rule: PolicyRule, fronted: FrontedPort, message: str) -> Result:
    what = f"{fronted.workload.ref}, where port {fronted.number} of the proxy is in front of {fronted.app_number}"
    return item.result(code, shown_path(rule.path), message.format(what), proposed=fronted.number)
