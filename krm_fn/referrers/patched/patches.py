"""Report patches that are left as they are, and what each of them names or sets that is another thing now.

| in a patch                                      | is reported                                               |
|-------------------------------------------------|-----------------------------------------------------------|
| a port of the Service or workload that moved    | with what it is now                                       |
| what follows in the object that it makes        | with what follows there                                   |
| what this run changes in the object it is for   | with what this run makes of it: the patch takes that back |
| a container's port that the sidecar has         | two cannot listen on one port                             |
"""

from __future__ import annotations

from krm_fn import codes
from krm_fn.copies.kustomizations import Patch
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.referrers.patched.imagined import would_follow
from krm_fn.referrers.patched.merging import merged, operated, path_in, same_place, set_by
from krm_fn.resource_list.identity import ref_of
from krm_fn.result import Result, scalar
from krm_fn.yaml_text.paths import get, shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.patched.moved import Moved
    from krm_fn.referrers.patched.selecting import Selecting
    from krm_fn.referrers.resolve import PortResolver
    from krm_fn.resource_list.item import Item
    from krm_fn.yaml_text.node import Path

_LOOK = "Look whether it must follow."
_AT = "{at}"
"""Where a message says where in a patch something is, unless its place is a field of its own."""
_HAS = "{has}"
_ATOMS = (str, int, float, bool, type(None))


class _Imagined(Record):
    """What a patch makes of an object."""

    patch: int
    """Its position."""
    data: dict[str, Any]
    places: frozenset[str]
    """The places in it that the patch has set."""
    is_moved: bool
    """Whether it is a workload or Service whose ports moved: what it says of itself is no reference."""


class Patches:
    """The patches of some kustomizations."""

    def __init__(self, moved: Mapping[Item, Moved], selecting: Selecting, drafts: Drafts) -> None:
        self._moved = moved
        self._selecting = selecting
        self._drafts = drafts
        self._patches: list[Patch] = []
        self._found: list[dict[str, Result]] = []
        """The results about each, by the places that they are about."""
        self._imagined: list[_Imagined] = []
        self._takes_back: list[tuple[int, Path, Any, Any, Item]] = []
        """What is set that this run changes: patch, path, value, what it is now, and the object."""
        self._taken: dict[Item, set[int]] = {}
        """The ports that the sidecar in a workload has."""

    def add_item(self, item: Item) -> None:
        """Add an object that is only a part of another one."""
        self.add(Patch(data=item.readable_data, target={}, file=item.result(codes.PATCH_LEFT, "", "").file))

    def add(self, patch: Patch) -> None:
        """Add a patch."""
        self._patches.append(patch)
        self._found.append({})
        for item in self._selecting.of_patch(patch):
            moved = self._moved.get(item)
            if moved or self._drafts.data_of(item) is not item.readable_data:
                self._add(f"is a part of {ref_of(item.data)}, which kustomize merges into it: left as it is.")
            if isinstance(patch.data, list):
                self._of_operations(patch.data, item, moved)
            elif isinstance(patch.data, dict):
                self._of_object(patch.data, item, moved)
        if not patch.target and isinstance(patch.data, dict) and not self._imagined_of(len(self._patches) - 1):
            self._imagine(patch.data, patch.data, [()], is_moved=False)

    def _imagined_of(self, position: int) -> bool:
        return bool(self._imagined) and self._imagined[-1].patch == position

    def results(self, resolver: PortResolver, spec: Spec) -> Iterator[Result]:
        """Yield all that there is to report."""
        objects = [each.data for each in self._imagined]
        for position, result in would_follow(objects, resolver, spec, self._drafts) if objects else ():
            each = self._imagined[position]
            if _is_set(result.path, each) and not (each.is_moved and result.code is codes.ADDRESS_IN_FIELDS):
                self._add_followed(each.patch, result)
        for patch, path, value, after, item in self._takes_back:
            is_same = item in self._moved and self._moved[item].are_one(value, after)
            if not is_same and not self._has_below(patch, shown_path(path)):
                self._add(_takes_back(path, value, after, item), shown_path(path), value, after, patch=patch)
        for found in self._found:
            left = [result for result in found.values() if result.code is codes.PATCH_LEFT]
            yield from left
            yield from (result for result in found.values() if result.code is not codes.PATCH_LEFT)

    def _has_below(self, patch: int, path: str) -> bool:
        return any(each.startswith((f"{path}.", f"{path}[")) for each in self._found[patch])

    def _add_followed(self, patch: int, result: Result) -> None:
        if result.severity == "info" and result.current_value is not None and result.proposed_value is not None:
            message = f"names {shown(result.current_value)}{_AT}, a port that moves: left as it is."
            self._add_at(result, f"{message} Change it to {shown(result.proposed_value)}.", patch)
        elif result.severity == "info":
            must = f" It must have {shown(result.proposed_value)}." if result.proposed_value is not None else ""
            self._add_at(result, f"names a port that moves{_AT}: left as it is.{must}", patch)
        else:
            self._add_at(result, f"{_HAS}{result.message}", patch)

    def _add_at(self, result: Result, message: str, patch: int) -> None:
        self._add(message, result.path, result.current_value, result.proposed_value, patch=patch)

    def _add(self, message: str, path: str = "", current: Any = None, proposed: Any = None, patch: int = -1) -> None:
        """Add a result about a place in a patch; of several about one place the first counts."""
        of, found = self._patches[patch], self._found[patch]
        if path in found:
            return
        code = codes.PATCH_NAMES_PORT if path else codes.PATCH_LEFT
        is_own = not of.where and isinstance(of.data, dict)
        at = "" if is_own else f" at {path}"
        found[path] = Result(
            code=code,
            ref=ref_of(of.data) if is_own else of.by.ref if of.by and of.where else None,
            path=path if is_own else of.where,
            message=message.replace(_HAS, f"has{at} what " if at else "").replace(_AT, at),
            file=of.file,
            current_value=scalar(current),
            proposed_value=scalar(proposed),
        )

    def _of_object(self, patch: dict[str, Any], item: Item, moved: Moved | None) -> None:
        """Add what there is to report of an object that is a patch of an item."""
        for path, value, new in moved.named(patch) if moved else ():
            self._add(_was(value, new, item), shown_path(path), value, new)
        old, now = item.readable_data, self._drafts.data_of(item)
        self._of_containers(patch, (), item)
        for path, value in set_by(patch) if now is not old else ():
            place = same_place(patch, path, old)
            if place is None:  # an entry of the patch's own, or of the sidecar's, which it may well set
                continue
            before, after = _there(old, place), _there(now, same_place(patch, path, now) or place)
            if after not in (before, value) and (moved or isinstance(value, _ATOMS)):
                self._takes_back.append((len(self._patches) - 1, path, value, after, item))
        self._imagine(merged(old, _with_identity(patch, old)), patch, [()], is_moved=bool(moved))

    def _of_containers(self, data: Any, start: Path, item: Item) -> None:
        """Add each port of a container, in data below a path of an item, that is the sidecar's."""
        if item not in self._taken:
            ports = (_container_ports(each) for each in (self._drafts.data_of(item), item.readable_data))
            now, old = ({value for _, value in each} for each in ports)
            self._taken[item] = now - old if item in self._moved else set()
        for path, value in _container_ports(data) if self._taken[item] else ():
            if value in self._taken[item]:
                message = (
                    f"has port {shown(value)}{_AT}, which the proxy in {ref_of(item.data)} has: two containers cannot "
                    "listen on one port. Give the listener another one."
                )
                self._add(message, shown_path((*start, *path)), value)

    def _of_operations(self, operations: list[Any], item: Item, moved: Moved | None) -> None:
        """Add what there is to report of operations on an item."""
        old, now = item.readable_data, self._drafts.data_of(item)
        for operation in (each for each in operations if isinstance(each, dict)):
            path, value = path_in(old, operation.get("path")), operation.get("value")
            if not path:
                continue
            found = list(moved.named(value, path)) if moved else []
            for below, named, new in found:
                self._add(_was(named, new, item), shown_path(below), named, new)
            self._of_containers(value, path, item)
            before, after = _there(old, path), _there(now, path)
            is_entry = operation.get("op") == "add" and isinstance(path[-1], int)
            if operation.get("op") != "test" and not is_entry and after not in (before, value):
                self._takes_back.append((len(self._patches) - 1, path, value, after, item))
            elif not found and moved and moved.ports and "ports" in path:
                message = f"changes {shown_path(path)} of {moved.ref}, whose ports have changed: left as it is. {_LOOK}"
                self._add(message, shown_path(path), value)
        data, places = operated(old, operations)
        if places and isinstance(data, dict):
            self._imagine(data, data, places, is_moved=bool(moved))

    def _imagine(self, data: dict[str, Any], patch: dict[str, Any], places: list[Path], *, is_moved: bool) -> None:
        shown_places = frozenset(shown_path((*start, *path)) for start in places for path, _ in walk(get(patch, start)))
        own = len(self._patches) - 1
        self._imagined.append(_Imagined(patch=own, data=data, places=shown_places, is_moved=is_moved))


def _is_set(path: str, each: _Imagined) -> bool:
    """Return whether a patch has set what is at a path, or, where there is nothing, the mapping around it."""
    if path in each.places:
        return True
    around = path[: max(path.rfind("."), path.rfind("["), 0)]
    return around in each.places and all(shown_path(place) != path for place, _ in walk(each.data))


def _container_ports(data: Any) -> list[tuple[Path, int]]:
    return [(path, value) for path, value in walk(data) if path[-1:] == ("containerPort",) and type(value) is int]


def _with_identity(patch: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Return a patch with what says which object it is for, as that has it."""
    metadata = base.get("metadata")
    own = {key: metadata[key] for key in ("name", "namespace") if isinstance(metadata, dict) and key in metadata}
    given = patch.get("metadata")
    return {
        **patch,
        "apiVersion": base.get("apiVersion"),
        "kind": base.get("kind"),
        "metadata": {**(given if isinstance(given, dict) else {}), **own},
    }


def _there(data: Any, path: Path) -> Any:
    """Return what is at a path, without records of this program: only the files need these."""
    value = get(data, path)
    if path == ("metadata", "annotations") and isinstance(value, dict):
        return {key: each for key, each in value.items() if not key.startswith(RECORD_PREFIX)} or None
    return value


def _was(value: object, new: object, item: Item) -> str:
    return f"names {shown(value)}{_AT}, as it was in {ref_of(item.data)}: left as it is. Change it to {shown(new)}."


def _takes_back(path: Path, value: object, after: object, item: Item) -> str:
    """Return the message for what a patch sets, and this run changes as well."""
    of = f"{shown_path(path)} of {ref_of(item.data)}"
    if isinstance(after, _ATOMS) and isinstance(value, _ATOMS):
        is_now = f"is {shown(after)} now" if after is not None else "is not there any more"
        return f"sets {of}, which {is_now}: left as it is. {_LOOK}"
    return (
        f"sets {of} as a whole, where this run makes changes, which are lost then: left as it is. Let it set only "
        "what is its own there."
    )
