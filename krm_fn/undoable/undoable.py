"""Undoable: for each change that a record lists, why no run of this function can have made it.

| what the record says | it may be undone where                                                                      |
|----------------------|---------------------------------------------------------------------------------------------|
| added a value        | a run adds it there; or it hides one that comes by a merge key. One that was edited stays    |
| added an entry       | a run adds such entries beside others, one of these stays, and it has the digest             |
| added a container    | it has this ProxySidecar's configuration; or it is a companion of such a one                 |
| added to a container | the mount of the configuration was added to it as well                                      |
| added a volume       | nothing that stays mounts it, and it has the digest, or what goes mounts it                  |
| changed              | a run writes there, and the old text is one scalar of the kind that the place takes          |
| renamed              | a run renames there, from that key                                                           |
| created, filled      | what may be undone is below, or a run makes it for several; what was filled was empty        |
| expanded             | it was one alias, or came by a merge key: undoing that never changes what the object means   |

What is not there any more is left to undoing, which reports it.
"""

from __future__ import annotations

from collections import Counter

from krm_fn.ledger.digest import is_entry_of
from krm_fn.ledger.record_format import HOLDERS
from krm_fn.quoting import shown
from krm_fn.undoable.places import NOWHERE, Places
from krm_fn.undoable.pods import ConfigMaps, PodTemplate
from krm_fn.undoable.referrers import Referrers, add_unknown
from krm_fn.undoable.services import add_service
from krm_fn.undoable.values import (
    Value,
    depends_on_document,
    is_alias,
    is_nothing,
    not_read_as,
    reads_as,
    scalar_in,
    values_in_document,
)
from krm_fn.workload.kinds import kind_of, kinds_with
from krm_fn.workload.workload import Workload
from krm_fn.yaml_text.paths import get, list_at, mapping_at, walk
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.references.annotations.row import On
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.undoable.places import Field
    from krm_fn.yaml_text.edit import Change
    from krm_fn.yaml_text.node import Path

_OF_OBJECT: Path = ("metadata", "annotations")
_TWICE = "the same record says it before"
_ALIAS = Value(what="an alias", accepts=bool)
_EMPTY = Value(what="an empty collection", accepts=bool)


class Undoable:
    """What the records on items may undo.

    `spec` is that of the functionConfig, with the kinds of the user's own. Where it only removes, or there is none,
    objects of kinds that are not known are judged by the names of their fields.
    """

    def __init__(self, items: Items, spec: Spec | None = None) -> None:
        self._knows_own_kinds = spec is not None and not spec.remove
        self._workload_kinds = kinds_with(spec.workload_kinds if spec else ())
        self._referrers = Referrers(items, spec.referrers.kinds if spec else ())
        self._config_maps = ConfigMaps(items, spec)

    def refusals(self, item: Item, owner: str, changes: Sequence[Change]) -> list[str]:
        """Return for each change of a record why it must not be undone; empty where it may.

        The changes are at their places in the object's data, before anything is undone.
        """
        data, places = item.data, Places()
        added = {change.path: change for change in changes if change.verb == "added"}
        is_known = self._referrers.add(data, places)
        if item.kind == "Service" and data.get("apiVersion") == "v1":
            add_service(data, places)
        elif not (is_known or self._knows_own_kinds or kind_of(data, self._workload_kinds)):
            add_unknown(data, [spec for spec, _ in self._templates(item)], places)
        self._add_annotations(item, places)
        templates = [PodTemplate(data, at, owner, added, self._config_maps) for at in self._templates(item)]
        for template in templates:
            template.add_to(places)
        return _Refusals(item, changes, places, templates).all()

    def _add_annotations(self, item: Item, places: Places) -> None:
        """Add the annotations in which a run changes ports, of the object itself and of its Pod templates."""
        data = item.data
        at: list[tuple[Path, On]] = [(path, "Pod") for _, path in self._templates(item)]
        if item.kind in ("Service", "Ingress"):
            at.append((_OF_OBJECT, "Service" if item.kind == "Service" else "Ingress"))
        elif at and at[0][0] != _OF_OBJECT:
            at.append((_OF_OBJECT, "workload"))
        at = [(path, on) for path, on in at if mapping_at(data, path)]
        if at:
            from krm_fn.undoable.annotations import add_annotations  # noqa: PLC0415 # few objects have any

            for path, on in at:
                add_annotations(data, path, on, places)

    def _templates(self, item: Item) -> Iterator[tuple[Path, Path]]:
        """Yield where the Pod's spec and its annotations are, of each Pod template of an object."""
        kind = kind_of(item.data, self._workload_kinds)
        if kind:
            workload = Workload(item, kind)
            yield workload.spec_path, workload.annotations_path
        elif not self._knows_own_kinds:
            for path, value in walk(item.data):
                if list_at(value, ("spec", "containers")):
                    yield (*path, "spec"), (*path, "metadata", "annotations")


class _Refusals:
    """The refusals of one record."""

    def __init__(self, item: Item, changes: Sequence[Change], places: Places, templates: Sequence[PodTemplate]) -> None:
        self._item = item
        self._data = item.data
        self._changes = changes
        self._places = places
        self._templates = templates
        self._added = {change.path for change in changes if change.verb == "added"}
        self._added_to = Counter(path[:-1] for path in self._added)

    def all(self) -> list[str]:
        """Return them, in the order of the changes."""
        seen: set[tuple[str, Path]] = set()
        reasons: dict[int, str] = {}
        for index, change in enumerate(self._changes):
            if change.verb not in HOLDERS:
                place = change.verb, change.path
                reasons[index] = _TWICE if place in seen else self._of(change)
                seen.add(place)
        self._check_in_document(reasons)
        below = {
            change.path[:depth]
            for index, change in enumerate(self._changes)
            if change.verb == "added" and not reasons[index] and _is_there(self._data, change.path)
            for depth in range(1, len(change.path))
        }
        return [
            reasons[index] if index in reasons else self._of_holder(change, below)
            for index, change in enumerate(self._changes)
        ]

    def _of(self, change: Change) -> str:
        if any(change.path[:depth] in self._added for depth in range(1, len(change.path))):
            return "the same record says that all of it was added"
        match change.verb:
            case "added":
                return self._of_added(change)
            case "changed":
                return self._of_changed(change)
            case "renamed":
                return self._of_renamed(change)
        return f"there is no change called {shown(change.verb)}"

    def _of_added(self, change: Change) -> str:
        path, places = change.path, self._places
        if path in places.own or not _is_there(self._data, path):
            return ""
        value, field = get(self._data, path), places.fields.get(path)
        as_added = is_entry_of(value, str(path[-1]), change.new)
        if not (change.new or isinstance(value, dict | list)):
            return "its line must have a digest"
        if field and not isinstance(value, dict | list) and (field.may_be_added or self._hides_another(path)):
            return "" if field.takes.accepts(value) or not as_added else not_read_as(field.takes, str(value))
        for template in self._templates:
            refusal = template.refusal(path, as_added=as_added)
            if refusal is not None:
                return refusal
        return self._of_entry(path, as_added=as_added)

    def _of_entry(self, path: Path, *, as_added: bool) -> str:
        """Return why an entry of a list must not be removed that no name identifies, or one of a mapping."""
        holder = path[:-1]
        may_be_ours = self._places.lists.get(holder) if isinstance(path[-1], int) else self._places.copies.get(path)
        if may_be_ours is None or not may_be_ours(get(self._data, path)):
            return NOWHERE
        if not as_added:
            return "it was changed since, and nothing else shows that a run added it"
        is_alone = len(get(self._data, holder)) <= self._added_to[holder]
        return "a run adds to such a list only beside another entry" if is_alone else ""

    def _of_changed(self, change: Change) -> str:
        field, current = self._places.fields.get(change.path), get(self._data, change.path)
        if field is None or isinstance(current, dict | list):
            return NOWHERE if _is_there(self._data, change.path) or not change.new else ""
        try:
            new = scalar_in(change.new)
        except ValueError:
            new = None
        if new is None or not field.takes.accepts(new):
            return not_read_as(field.takes, change.new)
        if is_alias(change.old):
            return ""  # what it means is found out in the document
        try:
            old = scalar_in(change.old)
        except ValueError:
            return not_read_as(field.takes, change.old)
        return _of_values(field, change.old, old, new)

    def _of_renamed(self, change: Change) -> str:
        keys, holder = self._places.keys.get(change.path, ()), get(self._data, change.path[:-1])
        try:
            old = None if depends_on_document(change.old) else scalar_in(change.old)
        except ValueError:
            old = None
        if not isinstance(holder, dict) or change.path[-1] not in holder or old not in keys:
            return NOWHERE
        return f"the key {shown(old)} is there already" if old in holder else ""

    def _of_holder(self, change: Change, below: set[Path]) -> str:
        if change.verb == "expanded":
            return "" if not change.old or is_alias(change.old) else not_read_as(_ALIAS, change.old)
        if isinstance(change.path[-1], int) or (change.path not in below and change.path not in self._places.holders):
            return "nothing that a run adds is in it"
        if change.verb == "filled" and not (is_nothing(change.old) or is_alias(change.old.strip(" "))):
            return not_read_as(_EMPTY, change.old)
        return ""

    def _check_in_document(self, reasons: dict[int, str]) -> None:
        """Refuse old texts with anchors, aliases and the like that mean something else in the document."""
        special = [
            index
            for index, change in enumerate(self._changes)
            if change.verb == "changed"
            and not reasons[index]
            and depends_on_document(change.old)
            and _is_there(self._data, change.path)
        ]
        values = values_in_document(self._item, [self._changes[index] for index in special]) if special else []
        for position, index in enumerate(special):
            change = self._changes[index]
            if values is None:
                reasons[index] = f"{shown(change.old)} does not fit in any more"
            else:
                field = self._places.fields[change.path]
                reasons[index] = _of_values(field, change.old, values[position], scalar_in(change.new))

    def _hides_another(self, path: Path) -> bool:
        """Return whether there is a value by a merge key once an entry is removed."""
        if "<<" not in self._item.text:
            return False
        try:
            editor = self._item.editor(with_anchors=True)
            editor.remove(path)
        except YamlError:
            return False
        return _is_there(editor.data, path)


def _of_values(field: Field, text: str, old: Any, new: Any) -> str:
    """Return why a value of a field cannot have been replaced by another."""
    if not reads_as(field.takes, old):
        return not_read_as(field.takes, text)
    if field.made_from and not field.made_from(str(old))(new):
        return f"a run does not make {shown(new)} of {shown(old)}"
    return ""


def _is_there(data: Any, path: Path) -> bool:
    """Return whether there is an entry at a path."""
    holder, last = get(data, path[:-1]), path[-1]
    if isinstance(holder, dict):
        return last in holder
    return isinstance(holder, list) and isinstance(last, int) and 0 <= last < len(holder)
