"""Let network policies that speak of the app's port speak of the proxy's, too, or in its place."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.yaml_text.paths import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.ledger.owned_edit import OwnedEdit
    from krm_fn.referrers.policy_port import PolicyPort
    from krm_fn.referrers.reference import PolicyRule
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.result import Result
    from krm_fn.services.port_changes import FrontedPort


def follow_policy(edit: OwnedEdit, admission: PolicyRule, moved: PortResolver, *, closed: bool) -> Iterator[Result]:
    """Write the listeners' ports into a rule's list that has the app's; yield what was done, and what cannot be.

    | the rule is for the Pods | and all else | has the listener's port | then                                     |
    |--------------------------|--------------|-------------------------|------------------------------------------|
    | the items cannot tell    |              | no                      | a warning                                |
    | yes                      | no           | no                      | the port is added, or put in the app's place |
    | yes                      | yes          | no                      | a rule for these Pods is put beside it   |
    | yes                      |              | yes                     | nothing                                  |
    """
    done: list[Any] = []
    for front in moved.fronts:
        is_for = admission.selects(front.labels, front.namespace)
        index = _holding(admission, front.app_number, front.app_names)
        if is_for is False or index < 0:
            continue
        held = _holding(admission, front.number, (front.name,))
        if held >= 0:
            edit.share((*admission.path, held))
            continue
        port = admission.ports[index]
        assert port is not None  # noqa: S101 # it holds the app's
        entry = _entry(admission, port, front)
        if is_for is None:
            yield _warning(
                codes.POLICY_UNSURE,
                edit,
                admission,
                front,
                relation="may be for",
                remedy="The items do not tell: add it if so",
            )
        elif admission.wide:
            yield from _beside(edit, admission, front, entry)
        elif entry in done:
            continue
        elif closed and admission.admits and not done and not moved.is_others(admission, port):
            done.append(entry)
            yield _in_place(edit, admission, index, front, entry)
        else:
            done.append(entry)
            edit.add((*admission.path, -1), entry)
            yield _done(edit, admission.path, front, None, entry)
            if closed and admission.admits:
                remedy = "The app's port stays open: it is in a range, or other Pods have it, too"
                yield _warning(codes.POLICY_STAYS_OPEN, edit, admission, front, relation="is for", remedy=remedy)


def _in_place(edit: OwnedEdit, admission: PolicyRule, index: int, front: FrontedPort, entry: Any) -> Result:
    """Put the listener's port in the place of the app's."""
    port = admission.ports[index]
    assert port is not None  # noqa: S101 # it holds the app's
    field = (*admission.path, index, *([admission.port_field] if admission.port_field else []))
    new = entry[admission.port_field] if admission.port_field else entry
    old = port.entry[admission.port_field] if admission.port_field else port.entry
    edit.change(field, new)
    return _done(edit, field, front, old, new)


def _beside(edit: OwnedEdit, admission: PolicyRule, front: FrontedPort, entry: Any) -> Iterator[Result]:
    if admission.beside is None or not admission.admits:
        yield _warning(
            codes.POLICY_FOR_ALL,
            edit,
            admission,
            front,
            relation="is for all destinations, and so for",
            remedy="Add a rule for these Pods",
        )
        return
    path, rule = admission.beside(front.workload.selector_labels, front.namespace, entry)
    edit.add(path, rule)
    yield _done(edit, admission.path, front, None, entry)


def _holding(admission: PolicyRule, number: int, names: tuple[str, ...]) -> int:
    """Return the position of the first entry that a port is among, -1 where there is none."""
    held = (index for index, port in enumerate(admission.ports) if port and port.holds(number, names))
    return next(held, -1)


def _entry(admission: PolicyRule, port: PolicyPort, front: FrontedPort) -> Any:
    """Return an entry like that of the app's port, for the listener's."""
    value: int | str = front.number if port.first or not front.by_name else front.name
    value = str(value) if admission.as_text else value
    if not admission.port_field:
        return value
    rest = {key: part for key, part in port.entry.items() if key != "endPort"}
    return {**rest, admission.port_field: value}


def _done(edit: OwnedEdit, path: Any, front: FrontedPort, old: Any, entry: Any) -> Result:
    new = entry if isinstance(entry, int | str) else entry.get("port")
    message = f"speaks of the proxy's port, as it did of port {front.app_number} of {front.workload.ref}."
    return edit.item.result(codes.POLICY_FOLLOWED, shown_path(path), message, current=old, proposed=new)


def _warning(
    code: Code, edit: OwnedEdit, admission: PolicyRule, front: FrontedPort, *, relation: str, remedy: str
) -> Result:
    message = (
        f"{relation} {front.workload.ref}, where port {front.number} of the proxy is in front of "
        f"{front.app_number}. {remedy}."
    )
    return edit.item.result(code, shown_path(admission.path), message, proposed=front.number)
