"""The ConfigMaps that static files come from: those of the functionConfig, and those among the items."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.config_maps.config_map import DesiredConfigMap
from krm_fn.config_maps.reconcile import find_config_map, is_ours
from krm_fn.hosts import LOCAL_CONFIG
from krm_fn.quoting import MANY, listed
from krm_fn.record import Record
from krm_fn.resource_list.identity import name_of, ref_of
from krm_fn.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krm_fn.config_maps.static_files import FilesRoute, StaticFile
    from krm_fn.function_config.generated.values import Spec
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items
    from krm_fn.result import ResourceRef


class FileSource(Record):
    """A ConfigMap whose files are served."""

    name: str
    """Its current name."""
    files: dict[str, str]
    """Text and base64 by key."""
    parts: dict[str, str] | None = None
    """The names of the ConfigMaps that the keys are in, where it is generated."""
    item: Item | None = None
    """It, where it is among the items."""

    def holder(self, file: StaticFile) -> str:
        """Return the name of the ConfigMap that a file is in: its part, or the one that the route names."""
        return (self.parts or {}).get(file.key, file.config_map)


def desired_files(spec: Spec) -> list[DesiredConfigMap]:
    """Return the ConfigMaps under `spec.files`, as they must be; the namespace is left empty here."""
    if not spec.files:
        return []
    from krm_fn.config_maps.split import parts_of  # noqa: PLC0415 # not needed by most inputs

    return [
        DesiredConfigMap(
            name=part.name,
            namespace="",
            labels={**spec.config_map.labels, **files.labels},
            data=part.data,
            binary_data=part.binary_data,
            field=f"spec.files[{index}].name",
            part_of=files.name,
        )
        for index, files in enumerate(spec.files)
        for part in parts_of(files)
    ]


def sources_of(
    routes: Iterable[FilesRoute], desired: list[DesiredConfigMap], items: Items, namespace: str, ref: ResourceRef
) -> tuple[dict[str, FileSource], list[Result]]:
    """Return the ConfigMaps that the routes name, and an error for each that is absent or lacks a key."""
    sources = _generated(desired)
    problems = []
    beside: dict[str, dict[str, str]] = {}
    for route in routes:
        if route.config_map not in sources:
            found = find_config_map(items, route.config_map, namespace)
            if found is None or is_ours(found, ref.name):
                problems.append(_absent(route, items, sources, namespace, ref))
                continue
            sources[route.config_map] = FileSource(name=name_of(found.data), files=_files(found.data), item=found)
        files = sources[route.config_map].files
        if route.key is None:
            held = beside.setdefault(route.field, {})
            problems += [_twice(route, key, held[key], ref) for key in files if key in held][:1]
            held.update(dict.fromkeys(files, route.config_map))
        for field, key in (("key", route.key), ("fallback", route.fallback)):
            if key and key not in files:
                there = listed([*files], MANY) or "nothing"
                remedy = f"Set {field} to one of these, or add it there." if files else "Add it there."
                message = f'ConfigMap "{route.config_map}" must hold the key "{key}", got {there}. {remedy}'
                path = f"{route.field}.{field}"
                problems.append(Result(code=codes.CONFIG_MAP_KEY_ABSENT, ref=ref, path=path, message=message))
    return sources, problems


def _twice(route: FilesRoute, key: str, other: str, ref: ResourceRef) -> Result:
    message = (
        f'ConfigMap "{route.config_map}" must have no key of another one of the route, got "{key}", which is also in '
        f'"{other}". Remove it from one of them.'
    )
    return Result(code=codes.KEY_OF_TWO, ref=ref, path=f"{route.field}.{route.name_field}", message=message)


def _generated(desired: list[DesiredConfigMap]) -> dict[str, FileSource]:
    files: dict[str, dict[str, str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for config in desired:
        held = {**config.data, **config.binary_data}
        files.setdefault(config.part_of, {}).update(held)
        parts.setdefault(config.part_of, {}).update(dict.fromkeys(held, config.name))
    return {name: FileSource(name=name, files=files[name], parts=parts[name]) for name in files}


def _files(data: dict[str, Any]) -> dict[str, str]:
    parts = [data.get(key) for key in ("data", "binaryData")]
    return {key: str(value) for part in parts if isinstance(part, dict) for key, value in part.items()}


def _absent(route: FilesRoute, items: Items, sources: Iterable[str], namespace: str, ref: ResourceRef) -> Result:
    import difflib  # noqa: PLC0415 # only for the message

    there = [item.readable_data for item in items.of_kind("ConfigMap")]
    local = [item.data for item in items.local() if item.kind == "ConfigMap"]
    hidden = [str(ref_of(data)) for data in local if name_of(data) == route.config_map]
    elsewhere = [str(ref_of(data)) for data in there if name_of(data) == route.config_map]
    near = difflib.get_close_matches(route.config_map, sorted({*map(name_of, there), *sources}), n=1)
    if hidden:
        remedy = (
            f"{hidden[0]} has the annotation {LOCAL_CONFIG}, so it never reaches the cluster. Remove the annotation."
        )
    elif elsewhere:
        remedy = f"Put it into the workload's namespace: there is {listed(elsewhere)}."
    else:
        remedy = f'Did you mean "{near[0]}"?' if near else "Add it, or generate it under spec.files."
    where = f" in the namespace {namespace}" if namespace else ""
    message = f'no ConfigMap "{route.config_map}" under spec.files or among the items{where}. {remedy}'
    return Result(code=codes.CONFIG_MAP_ABSENT, ref=ref, path=f"{route.field}.{route.name_field}", message=message)
