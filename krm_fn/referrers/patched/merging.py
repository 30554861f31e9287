"""What patches make of objects: enough of what kustomize does to see what is where in the end.

| a patch            | what it has  | becomes                                                                 |
|--------------------|--------------|-------------------------------------------------------------------------|
| of an object       | a mapping    | merged                                                                  |
|                    | a list       | as it is in the patch, so that what is in it has its place there        |
|                    | null         | removed                                                                 |
| of operations      | each in turn | added, replaced, removed; what cannot be done is left out               |
"""

from __future__ import annotations

from copy import deepcopy

from krm_fn.resource_list.identity import group_version_of
from krm_fn.yaml_text.paths import get, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.yaml_text.node import Path, Step

_DIRECTIVE = "$patch"
_MERGED_GROUPS = ("", "apps", "batch", "extensions")
"""Those of workloads and Services, whose lists kustomize merges by keys; a list of another kind is replaced."""
_MOST_DIGITS = 9
_MERGE_KEYS = ("containerPort", "port", "name", "mountPath", "devicePath", "topologyKey", "ip")
"""The keys by which entries of lists are the same: the first that a patch's entry has."""


def merged(base: Any, patch: Any) -> Any:
    """Return what a patch makes of plain data."""
    if not isinstance(patch, dict):
        return patch
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if key == _DIRECTIVE:
            continue
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def operated(base: Any, operations: list[Any]) -> tuple[Any, list[Path]]:
    """Return what operations make of plain data, and the places of what they have set."""
    data = deepcopy(base)
    places: list[Path] = []
    for each in operations:
        operation = each if isinstance(each, dict) else {}
        path = path_in(data, operation.get("path"))
        if not path:
            continue
        holder, step, op = get(data, path[:-1]), path[-1], operation.get("op")
        if isinstance(holder, list) and isinstance(step, int):
            shift = {"add": 1, "remove": -1}.get(str(op), 0)
            places = [_shifted(place, path, shift) for place in places if op != "remove" or place[: len(path)] != path]
        if op == "remove":
            _remove(holder, step)
        elif op in ("add", "replace") and _set(holder, step, deepcopy(operation.get("value")), is_new=op == "add"):
            places.append(path)
    return data, places


def path_in(data: Any, pointer: object) -> Path:
    """Return the path in plain data that a JSON pointer means: `-` is the place behind a list's last entry."""
    path: Path = ()
    for text in str(pointer or "").split("/")[1:]:
        step: Step = text.replace("~1", "/").replace("~0", "~")
        if isinstance(data, list) or data is None:
            step = len(data or ()) if text == "-" else position_of(text, step)
        path, data = (*path, step), get(data, (step,))
    return path


def position_of(text: str, otherwise: Step) -> Step:
    """Return the position in a list that a text means, or else something else."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise


def _set(holder: Any, step: Step, value: Any, *, is_new: bool) -> bool:
    if isinstance(holder, dict) and isinstance(step, str):
        holder[step] = value
        return True
    if not isinstance(holder, list) or not isinstance(step, int) or step > len(holder) - (not is_new):
        return False
    holder[step : step + (not is_new)] = [value]
    return True


def _remove(holder: Any, step: Step) -> None:
    if isinstance(holder, dict):
        holder.pop(str(step), None)
    elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
        del holder[step]


def _shifted(place: Path, path: Path, shift: int) -> Path:
    """Return where a place is after an entry of a list around it was added or removed in front of it."""
    at = len(path) - 1
    step = place[at] if len(place) > at and place[:at] == path[:at] else None
    return (*place[:at], step + shift, *place[at + 1 :]) if isinstance(step, int) and step >= path[-1] else place  # type: ignore[operator]


def set_by(patch: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield what a patch of an object sets as a whole: path and value. What says which object it is sets nothing."""
    merges = group_version_of(patch)[0] in _MERGED_GROUPS
    for path, value in walk(patch, _names_the_object):
        if isinstance(value, dict):
            if _DIRECTIVE in value:
                yield path, value
        elif isinstance(value, list):
            if not (merges and any(isinstance(each, dict) for each in value)):
                yield path, value
        elif path and path[-1] != _DIRECTIVE and (merges or not any(isinstance(step, int) for step in path)):
            yield path, value


def _names_the_object(path: Path, key: str) -> bool:
    return (not path and key in ("apiVersion", "kind")) or (path == ("metadata",) and key in ("name", "namespace"))


def same_place(patch: Any, path: Path, data: Any) -> Path | None:
    """Return where in an object the place is that has a path in a patch of it; None where the entry is not there."""
    found: Path = ()
    for step in path:
        if isinstance(step, int):
            entry = get(patch, (step,))
            key = next((key for key in _MERGE_KEYS if isinstance(entry, dict) and key in entry), None)
            there = data if isinstance(data, list) else []
            at = next(
                (at for at, each in enumerate(there) if key and isinstance(each, dict) and each.get(key) == entry[key]),
                None,
            )
            if at is None:
                return None
            found, data = (*found, at), there[at]
        else:
            found, data = (*found, step), get(data, (step,))
        patch = get(patch, (step,))
    return found
