"""Report patches and replacements of kustomize that name what moves: they are applied after this run, and stay."""

from __future__ import annotations

import re

from krm_fn import codes
from krm_fn.copies.copied import identity_of, place_of
from krm_fn.copies.kustomizations import data_of, kustomizations_in
from krm_fn.quoting import shown
from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of, ref_of
from krm_fn.result import ResourceRef, Result
from krm_fn.yaml_text.paths import list_at, mapping_at, mappings_at, shown_path, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from krm_fn.copies.kustomizations import Kustomization
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.services.port_changes import FrontedPort, PortChange
    from krm_fn.yaml_text.node import Path

_MARKER = re.compile(r"(?m)^---.*$")


class Moved(Record):
    """An object whose ports have another number or name now, or point elsewhere."""

    item: Item
    ref: ResourceRef
    ports: dict[str, int | str]
    """The numbers and names now, by what they were."""
    targets: dict[str, int | str]
    """The same of what its ports point to."""

    def instead_of(self, path: Path, value: object) -> int | str | None:
        """Return what a value below a path must be now; None where it names nothing that moved."""
        keys = [step.lower() for step in path if isinstance(step, str)][-2:]
        if not any("port" in key for key in keys) or not isinstance(value, int | str):
            return None
        return (self.targets if keys[-1] == "targetport" else self.ports).get(str(value))

    def is_of(self, select: dict[str, Any]) -> bool:
        """Return whether the `target` or `select` of a kustomization is for it: by kind, and a pattern of names."""
        return _matches(select.get("kind"), self.ref.kind) and _matches(select.get("name"), self.ref.name)


def report_patches(
    items: Items, patches: Sequence[Item], changes: Iterable[PortChange], fronted: Iterable[FrontedPort]
) -> Iterator[Result]:
    """Yield what each patch of a changed object is, and a warning for each place in which one names what moved."""
    moved = _moved(changes, fronted)
    known = {identity_of(each.item.data): each for each in moved}
    for item in patches:
        of = known.get(identity_of(item.data))
        if of:
            message = f"is a part of {of.ref}, which kustomize merges into it: left as it is."
            yield item.result(codes.PATCH_LEFT, "", message)
            for path, value, new in _named(item.data, (), of):
                message = _message(f"names {shown(value)}", of, new)
                yield item.result(codes.PATCH_NAMES_PORT, shown_path(path), message, current=value, proposed=new)
    seen = {place_of(item) for item in patches}
    for each in kustomizations_in(items) if moved else ():
        yield from _of_kustomization(each, moved, items, seen)


def _moved(changes: Iterable[PortChange], fronted: Iterable[FrontedPort]) -> list[Moved]:
    found: dict[Item, Moved] = {}

    def of(item: Item) -> Moved:
        return found.setdefault(item, Moved(item=item, ref=ref_of(item.data), ports={}, targets={}))

    for change in changes:
        each, port = of(change.service), change.fronted
        for old, new in ((change.old_number, change.new_number), (change.old_name, change.new_name)):
            if old != new and old:
                each.ports[str(old)] = new
        if port:
            names = {} if port.takes_over else dict.fromkeys(port.app_names, port.name)
            each.targets.update({str(port.app_number): port.name if port.by_name else port.number, **names})
    for port in fronted:
        each = of(port.workload.item)
        each.ports.update({name: port.app_name for name in port.app_names if port.app_name not in ("", name)})
    return list(found.values())


def _of_kustomization(by: Kustomization, moved: list[Moved], items: Items, seen: set[str]) -> Iterator[Result]:
    """Yield the warnings for the patches in a kustomization, or in files that it names, and for its replacements."""
    for field in ("patches", "patchesJson6902", "patchesStrategicMerge"):
        for index, entry in enumerate(list_at(by.data, (field,))):
            mapping = entry if isinstance(entry, dict) else {}
            text = mapping.get("patch") if mapping else entry
            path = mapping.get("path") if mapping else entry
            if isinstance(path, str) and path and "\n" not in path:
                place, where = by.path_of(path), ""
                texts = [] if place in seen else _texts_at(place, items)
            else:
                place, where = by.place, f"{field}[{index}]{'.patch' if mapping else ''}"
                texts = [text] if isinstance(text, str) else []
            for part in (part for each in texts for part in _MARKER.split(each)):
                for message in _in_patch(data_of(part), mapping_at(mapping, ("target",)), moved):
                    yield Result(code=codes.PATCH_NAMES_PORT, path=where, message=message, file=place)
    for index, entry in enumerate(mappings_at(by.data, ("replacements",))):
        source = mapping_at(entry, ("source",))
        sides = [(source, [source.get("fieldPath")], f"replacements[{index}].source")]
        for position, target in enumerate(mappings_at(entry, ("targets",))):
            where = f"replacements[{index}].targets[{position}]"
            sides.append((mapping_at(target, ("select",)), list_at(target, ("fieldPaths",)), where))
        for select, fields, where in sides:
            ports = [field for field in fields if "port" in str(field).lower()]
            for each in moved if select else ():
                if ports and each.is_of(select) and (each.ports or each.targets):
                    what = f"{ports[0]} of {each.ref}"
                    message = f"takes or sets {what}, whose ports have changed: left as it is. {_LOOK}"
                    yield Result(code=codes.PATCH_NAMES_PORT, path=where, message=message, file=by.place)


_LOOK = "Look whether it must follow."


def _in_patch(data: Any, target: dict[str, Any], moved: list[Moved]) -> Iterator[str]:
    """Yield a message for each place in which a patch names what moved: an object, or a list of operations."""
    own = data if isinstance(data, dict) else {}
    select = target or {"kind": own.get("kind"), "name": name_of(own)}
    for each in moved if any(select.values()) else ():
        if not each.is_of(select):
            continue
        if isinstance(data, dict):
            for path, value, new in _named(data, (), each):
                yield _message(f"names {shown(value)} at {shown_path(path)}", each, new)
        for operation in data if isinstance(data, list) else ():
            path = _steps(operation.get("path")) if isinstance(operation, dict) else ()
            found = list(_named(operation.get("value"), path, each)) if path else []
            for below, value, new in found:
                yield _message(f"names {shown(value)} at {shown_path(below)}", each, new)
            if not found and "ports" in path and each.ports:
                yield f"changes {shown_path(path)} of {each.ref}, whose ports have changed: left as it is. {_LOOK}"


def _named(data: Any, start: Path, moved: Moved) -> Iterator[tuple[Path, int | str, int | str]]:
    """Yield the places below a path in which data names what moved: path, value, and what it must be now."""
    for below, value in (((), data), *walk(data)):
        path = (*start, *below)
        new = moved.instead_of(path, value)
        if new is not None:
            yield path, value, new


def _message(names: str, moved: Moved, new: int | str) -> str:
    return f"{names}, as it was in {moved.ref}: left as it is. Change it to {shown(new)}."


def _steps(pointer: object) -> Path:
    """Return the path that a JSON pointer means."""
    steps = str(pointer or "").split("/")[1:]
    return tuple(int(step) if step.isdecimal() else step.replace("~1", "/").replace("~0", "~") for step in steps)


def _texts_at(place: str, items: Items) -> list[str]:
    """Return the texts of the file or the items of a path."""
    found = [source.data for source in items.sources if source.file and _normal(source.file) == place]
    found = found or [item.output for item in items.mentioning(place, with_local=True) if place_of(item) == place]
    return [text.decode(errors="replace") for text in found]


def _normal(file: str) -> str:
    from posixpath import normpath  # noqa: PLC0415 # few kustomizations name files

    return normpath(file)


def _matches(pattern: object, value: str) -> bool:
    """Return whether a kind or name matches a pattern of kustomize; all do where it is left out."""
    if not pattern:
        return True
    try:
        return re.fullmatch(str(pattern), value) is not None
    except re.error:
        return str(pattern) == value
