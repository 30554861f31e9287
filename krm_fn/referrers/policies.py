"""Update network policies that name the app's port: they name the proxy's as well, or in its place."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.references.policy_port import PolicyPort
    from krm_fn.references.reference import PolicyRule
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
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
        entry = _entry(rule, port, fronted, by_name=closed and rule.admits and is_one_name)
        if is_for is None:
            remedy = "The items do not show it: add the port if it is"
            drafts.report(_warning(codes.POLICY_UNSURE, item, rule, fronted, f"may be for {{}}. {remedy}."))
        elif rule.wide:
            _beside(item, rule, fronted, entry, drafts)
        elif entry in done:
            continue
        elif closed and rule.admits and not done and not resolver.is_others(rule, port):
            done.append(entry)
            field = (*rule.path, index, *([rule.port_field] if rule.port_field else []))
            edit.change(field, _number(entry), codes.POLICY_FOLLOWED, _followed(fronted))
        else:
            done.append(entry)
            _add(item, rule, fronted, entry, drafts, place=(*rule.path, -1), value=entry)
            if closed and rule.admits:
                drafts.report(_stays_open(item, rule, fronted))


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
    entry = _like(rule, port, fronted.app_name if by_name else number)
    message = f"still names port {fronted.app_number} of {fronted.workload.ref}, which has another name now."
    path, place = rule.path, (*rule.path, -1)
    drafts.edit(item).add(place, entry, codes.POLICY_FOLLOWED, message, at=path, proposed=_number(entry))


def _stays_open(item: Item, rule: PolicyRule, fronted: FrontedPort) -> Result:
    remedy = "The app's port stays open: it is in a range, or other Pods also have it"
    return _warning(codes.POLICY_STAYS_OPEN, item, rule, fronted, f"is for {{}}. {remedy}.")


def _beside(item: Item, rule: PolicyRule, fronted: FrontedPort, entry: Any, drafts: Drafts) -> None:
    if rule.beside is None or not rule.admits:
        message = "is for all destinations, and so for {}. Add a rule for these Pods."
        drafts.report(_warning(codes.POLICY_FOR_ALL, item, rule, fronted, message))
        return
    place, new_rule = rule.beside(fronted.workload.selector_labels, fronted.namespace, entry)
    _add(item, rule, fronted, entry, drafts, place=place, value=new_rule)


def _add(
    item: Item, rule: PolicyRule, fronted: FrontedPort, entry: Any, drafts: Drafts, *, place: Path, value: Any
) -> None:
    """Add an entry, or a rule that holds it."""
    code, proposed = codes.POLICY_FOLLOWED, _number(entry)
    drafts.edit(item).add(place, value, code, _followed(fronted), at=rule.path, proposed=proposed)


def _holding(rule: PolicyRule, number: int, names: tuple[str, ...]) -> int:
    """Return the position of the first entry that a port is in, -1 where there is none."""
    held = (index for index, port in enumerate(rule.ports) if port and port.holds(number, names))
    return next(held, -1)


def _entry(rule: PolicyRule, port: PolicyPort, fronted: FrontedPort, *, by_name: bool) -> Any:
    """Return an entry like that of the app's port, for the listener's; or by the name that Pods have before and after.

    By number in its place, the app's port would be closed in Pods that do not have the proxy yet.
    """
    value: int | str = fronted.name if by_name or (fronted.by_name and not port.first) else fronted.number
    return _like(rule, port, str(value) if rule.as_text else value)


def _like(rule: PolicyRule, port: PolicyPort, value: int | str) -> Any:
    """Return an entry like another one, for a port of its own, as an API server completes it."""
    if not rule.port_field:
        return value
    rest = {key: part for key, part in port.entry.items() if key != "endPort"}
    return {**rest, rule.port_field: value, **{key: each for key, each in rule.defaults.items() if not rest.get(key)}}


def _number(entry: Any) -> int | str:
    """Return the number or name in an entry."""
    value: int | str = entry if isinstance(entry, int | str) else entry.get("port")
    return value


def _followed(fronted: FrontedPort) -> str:
    return f"names the proxy's port, as it named port {fronted.app_number} of {fronted.workload.ref}."


def _warning(code: Code, item: Item, rule: PolicyRule, fronted: FrontedPort, message: str) -> Result:
    what = f"{fronted.workload.ref}, where port {fronted.number} of the proxy is in front of {fronted.app_number}"
    return item.result(code, shown_path(rule.path), message.format(what), proposed=fronted.number)
