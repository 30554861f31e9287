"""Report replacements and variables of kustomize that take a port that moves, or set one that follows."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.copies.kustomizations import GENERATORS, data_of, is_path
from krm_fn.quoting import shown
from krm_fn.referrers.patched.merging import position_of
from krm_fn.resource_list.identity import ref_of
from krm_fn.result import Result
from krm_fn.yaml_text.paths import get, list_at, mapping_at, mappings_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from krm_fn.copies.kustomizations import Kustomization, Kustomizations
    from krm_fn.ledger.drafts import Drafts
    from krm_fn.referrers.patched.moved import Moved
    from krm_fn.referrers.patched.selecting import Selecting
    from krm_fn.resource_list.item import Item
    from krm_fn.yaml_text.node import Path

_LOOK = "Look whether it must follow."


def report_replacements(
    by: Kustomization,
    moved: Mapping[Item, Moved],
    selecting: Selecting,
    kustomizations: Kustomizations | None,
    drafts: Drafts,
) -> Iterator[Result]:
    """Yield a warning for each side of a replacement that is a port of an object that changed."""
    for file, where, entry in _replacements(by, kustomizations):
        yield from _Replacement(by, file=file, where=where, moved=moved, selecting=selecting, drafts=drafts).results(
            entry
        )
    for index, entry in enumerate(mappings_at(by.data, ("vars",))):
        field = mapping_at(entry, ("fieldref",)).get("fieldpath") or mapping_at(entry, ("fieldref",)).get("fieldPath")
        each = _Replacement(by, file=by.file, where=f"vars[{index}]", moved=moved, selecting=selecting, drafts=drafts)
        yield from each.of_ports(mapping_at(entry, ("objref",)), [field], f"vars[{index}].fieldref")


def _replacements(by: Kustomization, known: Kustomizations | None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the replacements of a kustomization, those in files included: file, place in it, and the replacement."""
    for index, entry in enumerate(mappings_at(by.data, ("replacements",))):
        path = entry.get("path")
        if not is_path(path):
            yield by.file, f"replacements[{index}]", entry
            continue
        for file, text in known.texts_at(by.path_of(path)) if known else ():
            data = data_of(text)
            for position, each in enumerate(data if isinstance(data, list) else [data]):
                if isinstance(each, dict):
                    yield file, f"[{position}]" if isinstance(data, list) else "", each


class _Replacement:
    def __init__(
        self,
        by: Kustomization,
        *,
        file: str,
        where: str,
        moved: Mapping[Item, Moved],
        selecting: Selecting,
        drafts: Drafts,
    ) -> None:
        self._by = by
        self._file = file
        self._where = where
        self._moved = moved
        self._selecting = selecting
        self._drafts = drafts

    def results(self, entry: dict[str, Any]) -> Iterator[Result]:
        """Yield the warnings for a replacement."""
        source = mapping_at(entry, ("source",))
        value = entry.get("sourceValue", self._value_of(source))
        targets = list(enumerate(mappings_at(entry, ("targets",))))
        reported: list[Result] = []
        for position, target in targets:
            where = f"targets[{position}]" if not self._where else f"{self._where}.targets[{position}]"
            fields = list_at(target, ("fieldPaths",))
            reported += self._of_target(target, fields, where, value)
        fits = bool(targets) and value is not None and not reported and self._all_set(targets, value)
        if source and not fits:
            where = f"{self._where}.source" if self._where else "source"
            yield from self.of_ports(source, [source.get("fieldPath") or "metadata.name"], where)
        yield from reported

    def of_ports(self, select: dict[str, Any], fields: list[Any], where: str) -> Iterator[Result]:
        """Yield a warning for each changed object of which a port is meant."""
        ports = [field for field in fields if "port" in str(field).lower()]
        for item in self._selecting.selected(select, self._by) if ports else ():
            each = self._moved.get(item)
            if each and (each.ports or each.targets):
                what = f"{ports[0]} of {each.ref}"
                message = f"takes or sets {what}, whose ports have changed: left as it is. {_LOOK}"
                yield Result(code=codes.PATCH_NAMES_PORT, path=where, message=message, file=self._file)

    def _targets_of(self, target: dict[str, Any]) -> list[Item]:
        """Return the objects that a target selects, and does not reject."""
        rejected = {
            item for each in mappings_at(target, ("reject",)) for item in self._selecting.selected(each, self._by)
        }
        found = self._selecting.selected(mapping_at(target, ("select",)), self._by)
        return [item for item in found if item not in rejected]

    def _of_target(self, target: dict[str, Any], fields: list[Any], where: str, value: Any) -> Iterator[Result]:
        """Yield a warning for each field that is set to another value than it must have now."""
        for item in self._targets_of(target):
            for field in fields:
                for path in places_of(item.readable_data, str(field)):
                    before, after = get(item.readable_data, path), get(self._drafts.data_of(item), path)
                    if before != after and str(after) != str(value):
                        given = f" to {shown(value)}" if value is not None else ""
                        message = (
                            f"sets {field} of {ref_of(item.data)}{given}, which must be {shown(after)} now: left as it "
                            "is. Change what it takes."
                        )
                        yield Result(code=codes.PATCH_NAMES_PORT, path=where, message=message, file=self._file)
            if item in self._moved and not any(places_of(item.readable_data, str(field)) for field in fields):
                yield from self.of_ports(mapping_at(target, ("select",)), fields, where)

    def _all_set(self, targets: list[tuple[int, dict[str, Any]]], value: Any) -> bool:
        """Return whether each field that is set has that value now."""
        found = [
            (get(self._drafts.data_of(item), path), value)
            for _, target in targets
            for item in self._targets_of(target)
            for field in list_at(target, ("fieldPaths",))
            for path in places_of(item.readable_data, str(field))
        ]
        return bool(found) and all(str(one) == str(other) for one, other in found)

    def _value_of(self, source: dict[str, Any]) -> Any:
        """Return what a source will be; None where that is not known."""
        items = self._selecting.selected({**source, "fieldPath": None, "options": None}, self._by)
        field = str(source.get("fieldPath") or "metadata.name")
        if source.get("options"):
            return None
        if len(items) != 1:
            return _literal(self._by, source.get("name"), field.removeprefix("data."))
        places = places_of(items[0].readable_data, field)
        return get(self._drafts.data_of(items[0]), places[0]) if len(places) == 1 else None


def _literal(by: Kustomization, name: object, key: str) -> str | None:
    """Return the value that a generator of a kustomization gives a key by a literal; None where there is none."""
    for entry in (each for field in GENERATORS for each in mappings_at(by.data, (field,))):
        for literal in list_at(entry, ("literals",)) if name and entry.get("name") == name else ():
            own, equals, value = str(literal).partition("=")
            if equals and own == key:
                return value.strip("'\"")
    return None


def places_of(data: Any, field: str) -> list[Path]:
    """Return the places that a field path of kustomize means: with `[name=x]` and `*` for entries of lists."""
    found: list[Path] = [()]
    for text in _steps(field):
        found = [(*path, step) for path in found for step in _entries(get(data, path), text)]
    return found


def _steps(field: str) -> list[str]:
    """Return the steps between the dots of a path, those in brackets included."""
    steps, start, depth = [], 0, 0
    for at, character in enumerate(field):
        depth += (character == "[") - (character == "]")
        if character == "." and not depth and (at == 0 or field[at - 1] != "\\"):
            steps.append(field[start:at])
            start = at + 1
    steps.append(field[start:])
    return [step.replace("\\.", ".") for step in steps if step]


def _entries(value: Any, step: str) -> list[int | str]:
    if isinstance(value, dict):
        name = step[1:-1] if step.startswith("[") and step.endswith("]") else step
        return [*value] if step == "*" else [name] if name in value else []
    if not isinstance(value, list):
        return []
    if step == "*":
        return [*range(len(value))]
    position = position_of(step, "")
    if isinstance(position, int):
        return [position] if position < len(value) else []
    key, equals, wanted = step.strip("[]").partition("=")
    return [at for at, each in enumerate(value) if equals and isinstance(each, dict) and str(each.get(key)) == wanted]
