"""Which file of which ConfigMap is served under which path, and the volume that holds them."""

from __future__ import annotations

from krm_fn.engines.paths import page_path
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from krm_fn.function_config.generated.values import Listener, Route, Spec

TWIN = ".gz"
"""The ending of a compressed twin's name."""
_TWINS = {"br": ".br", "zstd": ".zst"}
"""The same of other kinds, by their name in the functionConfig."""


class StaticFile(Record):
    """A key of a ConfigMap, and its place below the mount path of the files."""

    config_map: str
    key: str
    path: str


class FilesRoute(Record):
    """A route that serves files, and its path in the functionConfig."""

    config_map: str
    key: str | None
    """None: every key."""
    path: str
    """The URL path below the root, without the leading slash; with a slash at its end where every key is served."""
    field: str
    fallback: str | None = None
    """The key that is served where the path names no other."""
    twins: tuple[str, ...] = (TWIN,)
    """The endings of the compressed twins that go with the one file."""
    name_field: str = "configMap"
    """Where below `field` the ConfigMap is named."""


def files_routes(spec: Spec) -> list[FilesRoute]:
    """Return the routes that serve files, exact ones first: they win over a prefix with the same path."""
    routes = [
        each
        for index, listener in enumerate(spec.listeners)
        for position, route in enumerate(listener.routes)
        if route.files and route.files.config_map
        for each in _of_route(route, root_of(listener, spec), f"spec.listeners[{index}].routes[{position}].files")
    ]
    return sorted((*routes, *_pages(spec)), key=lambda route: route.key is None)


def _of_route(route: Route, root: str, field: str) -> Iterator[FilesRoute]:
    """Yield one for each ConfigMap of a route."""
    files = route.files
    assert files  # noqa: S101 # the caller has checked
    first = FilesRoute(
        config_map=str(files.config_map),
        key=(files.key or route.path.rpartition("/")[2]) if route.match == "exact" else None,
        fallback=files.fallback,
        twins=(TWIN, *(_TWINS[each] for each in files.twins)),
        path=f"{root}{route.path}".lstrip("/"),
        field=field,
    )
    yield first
    for index, name in enumerate(files.more_config_maps):
        yield first.replace(config_map=name, fallback=None, name_field=f"moreConfigMaps[{index}]")


def _pages(spec: Spec) -> Iterator[FilesRoute]:
    """Yield the proxy's own pages."""
    for index, listener in enumerate(spec.listeners):
        place = f"spec.listeners[{index}]"
        pages = [
            (each.page, f"{place}.errorPages.pages[{number}].page")
            for number, each in enumerate(listener.error_pages.pages)
        ]
        if listener.maintenance and listener.maintenance.page:
            pages.append((listener.maintenance.page, f"{place}.maintenance.page"))
        for page, field in pages:
            path = f"{root_of(listener, spec)}{page_path(page)}".lstrip("/")
            yield FilesRoute(config_map=page.config_map, key=page.key, path=path, field=field)


def root_of(listener: Listener, spec: Spec) -> str:
    """Return the directory of a listener's files below the mount path: none where there is one listener."""
    return f"/{listener.name}" if len(spec.listeners) > 1 else ""


def static_files(routes: Iterable[FilesRoute], keys: Mapping[str, Iterable[str]]) -> list[StaticFile]:
    """Return the files to mount, given the keys of each ConfigMap. Each path once."""
    files: dict[str, StaticFile] = {}
    for route in routes:
        for key, path in _mounted(route, keys[route.config_map]):
            files.setdefault(path, StaticFile(config_map=route.config_map, key=key, path=path))
    return list(files.values())


def _mounted(route: FilesRoute, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return the keys that a route needs, with their paths; a compressed twin goes with its file."""
    if route.key is None:
        return [(key, route.path + key) for key in keys]
    twins = [(route.key + each, route.path + each) for each in route.twins if route.key + each in keys]
    return [(route.key, route.path), *twins]


def has_twins(files: Iterable[StaticFile], root: str) -> bool:
    """Return whether one of the files below a root has a compressed twin beside it."""
    paths = {file.path for file in files}
    below = root.removeprefix("/") + "/" if root else ""
    return any(path + TWIN in paths for path in paths if path.startswith(below))


def files_volume(name: str, files: list[StaticFile], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the volume: of the one ConfigMap, or projected from several. `names` are the ConfigMaps' current names."""
    sources = [
        {
            "name": names[config_map],
            "items": [{"key": file.key, "path": file.path} for file in files if file.config_map == config_map],
        }
        for config_map in dict.fromkeys(file.config_map for file in files)
    ]
    read_only = {"defaultMode": 0o444}
    if len(sources) == 1:
        return {"name": name, "configMap": {**sources[0], **read_only}}
    return {"name": name, "projected": {"sources": [{"configMap": source} for source in sources], **read_only}}
