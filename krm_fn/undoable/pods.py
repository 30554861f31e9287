"""What of a Pod template is ours: the proxy's container, what was added to one that the user wrote, and the volumes.

A container of ours mounts a volume with the configuration, which nothing of the user's does.
"""

from __future__ import annotations

from krm_fn.companions.metrics import is_exporter
from krm_fn.config_maps.config_map import is_made_name
from krm_fn.config_maps.reconcile import config_maps_of
from krm_fn.engines import all_engines, config_key
from krm_fn.ledger.annotations import CHECKSUM_PREFIX, DEFAULT_CONTAINER, MANAGED_BY, MANAGER
from krm_fn.ledger.digest import is_entry_of
from krm_fn.quoting import shown
from krm_fn.resource_list.identity import DEFAULT_NAMESPACE, labels_of, names_of, namespace_of
from krm_fn.sidecar.cutover import app_names, uses_of
from krm_fn.sidecar.volumes import SOURCES
from krm_fn.undoable.places import Field
from krm_fn.undoable.services import add_scraping
from krm_fn.undoable.values import NAME
from krm_fn.workload.container import label_of
from krm_fn.yaml_text.paths import get, list_at, mapping_at, mappings_at, names_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from krm_fn.function_config.generated.values import Spec
    from krm_fn.resource_list.items import Items
    from krm_fn.undoable.places import Places
    from krm_fn.yaml_text.edit import Change
    from krm_fn.yaml_text.node import Path

_LISTS = ("containers", "initContainers")
"""The lists to which a run adds containers."""
_CONTAINERS = (*_LISTS, "ephemeralContainers")
_MOST_NAMES = 100
"""Names of ports that are tried: a Pod has fewer of one stem."""


class ConfigMaps:
    """Which ConfigMaps hold a proxy's configuration: among the items by their mark, else by the key of their file."""

    def __init__(self, items: Items, spec: Spec | None) -> None:
        self._items = items
        self._spec = spec
        self._marked: dict[str, set[tuple[str, str]]] = {}
        self._there: set[tuple[str, str]] | None = None
        self._keys: set[str] | None = None

    @property
    def knows_no_spec(self) -> bool:
        """Whether there is no functionConfig that could set names."""
        return self._spec is None or self._spec.remove

    def is_marked(self, name: str, namespace: str, owner: str) -> bool:
        """Return whether a ConfigMap among the items has the mark of a ProxySidecar."""
        if owner not in self._marked:
            found = [item.data for item in config_maps_of(self._items, owner)]
            self._marked[owner] = {
                (each, namespace_of(data)) for data in found if self._is_made(data, owner) for each in names_of(data)
            }
        return not self._marked[owner].isdisjoint(_places(name, namespace))

    def _is_made(self, data: dict[str, Any], owner: str) -> bool:
        """Return whether a marked ConfigMap has a second sign that the ProxySidecar made it: its name, or a label.

        A mark alone is an annotation, which anybody may write.
        """
        is_given = any(self.is_given(name, owner) for name in names_of(data))
        return is_given or labels_of(data).get(MANAGED_BY) == MANAGER

    def is_given(self, name: str, owner: str) -> bool:
        """Return whether a ProxySidecar gives a ConfigMap such a name."""
        return is_made_name(name, f"{owner}-config") or (self._spec is not None and name == self._spec.config_map.name)

    def is_container_name(self, name: object, owner: str) -> bool:
        """Return whether a ProxySidecar calls its container so."""
        return name == owner or (self._spec is not None and name == self._spec.sidecar.name)

    def is_there(self, name: str, namespace: str) -> bool:
        """Return whether a ConfigMap is among the items."""
        if self._there is None:
            found = [item.readable_data for item in self._items.of_kind("ConfigMap")]
            self._there = {(each, namespace_of(data)) for data in found for each in names_of(data)}
        return not self._there.isdisjoint(_places(name, namespace))

    def is_configuration(self, items: object) -> bool:
        """Return whether a volume's items are the one key that holds an engine's configuration."""
        return any(items == [{"key": key, "path": key}] for key in self._configuration_keys())

    def _configuration_keys(self) -> set[str]:
        if self._keys is None:
            self._keys = {engine.config_key for engine in all_engines()}
            self._keys |= {config_key(self._spec)} if self._spec else set()
        return self._keys


def _places(name: str, namespace: str) -> Iterator[tuple[str, str]]:
    """Yield the names and namespaces of the ConfigMaps that a Pod of a namespace may mean."""
    yield from ((name, namespace), (name, ""), (name, namespace or DEFAULT_NAMESPACE))


class PodTemplate:
    """A Pod template that has a record, and what the record says was added to it."""

    def __init__(
        self,
        data: dict[str, Any],
        at: tuple[Path, Path],
        owner: str,
        added: dict[Path, Change],
        config_maps: ConfigMaps,
    ) -> None:
        """Take where the Pod's spec and its annotations are, and what the record says was added, by the places."""
        self._data = data
        self._spec_path, self._annotations = at
        self._owner = owner
        self._added = added
        self._namespace = namespace_of(data)
        self._config_maps = config_maps
        self._configuration = frozenset(self._configuration_volumes())
        self._ours: dict[Path, bool] = {}

    def add_to(self, places: Places) -> None:
        """Add the places of single values: annotations, the names of ports, and what names these in a container."""
        add_scraping(self._annotations, places)
        containers = [container.get("name") for _, container in self._containers(*_LISTS)]
        named = NAME.replace(accepts=lambda given: NAME.accepts(given) or given in containers)  # of no valid name, too
        places.fields[(*self._annotations, DEFAULT_CONTAINER)] = Field(takes=named, may_be_added=True)
        places.own.add((*self._annotations, CHECKSUM_PREFIX + self._owner))
        places.holders |= {self._annotations[:-1], self._annotations}
        places.holders |= {(*self._spec_path, name) for name in (*_LISTS, "volumes")}
        name = Field(takes=NAME, made_from=_made_from)
        for path, container in self._containers("containers"):
            ports = [(*path, "ports", index, "name") for index in range(len(list_at(container, ("ports",))))]
            names = [name for name in names_in(list_at(container, ("ports",))) if isinstance(name, str)]
            uses = [use for port in names for use in uses_of(path, container, port)]
            places.fields |= dict.fromkeys((*ports, *uses), name)

    def refusal(self, path: Path, *, as_added: bool) -> str | None:
        """Return why an entry of the Pod's spec must not be removed; None where it is none of a list in it."""
        depth = len(self._spec_path)
        if path[:depth] != self._spec_path or len(path) < depth + 2 or not isinstance(path[depth + 1], int):
            return None
        field = path[depth]
        if field == "volumes" and len(path) == depth + 2:
            return self._of_volume(path, as_added=as_added)
        if field not in _LISTS:
            return None
        container = path[: depth + 2]
        if len(path) == depth + 2:
            return self._of_container(container, as_added=as_added)
        may_have_name = self._has_our_name(container) or self._config_maps.knows_no_spec
        if path[depth + 2] == "name" or not (may_have_name and self._is_completed(container)):
            return None
        return "" if as_added else "it was changed since, in a container of your own"

    def _of_container(self, path: Path, *, as_added: bool) -> str:
        if not self._is_ours(path):
            return self._of_stranger(path, as_added=as_added)
        return "" if as_added or self._has_our_name(path) else "it was changed since, and no run gives it that name"

    def _has_our_name(self, container: Path) -> bool:
        return self._config_maps.is_container_name(get(self._data, (*container, "name")), self._owner)

    def _containers(self, *fields: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        for field in fields:
            for index, container in enumerate(list_at(self._data, (*self._spec_path, field))):
                if isinstance(container, dict):
                    yield (*self._spec_path, field, index), container

    def _configuration_volumes(self) -> Iterator[str]:
        """Yield the names of the volumes that hold the configuration of this ProxySidecar."""
        for index, volume in enumerate(list_at(self._data, (*self._spec_path, "volumes"))):
            source = mapping_at(volume, ("configMap",))
            name = source.get("name")
            if not isinstance(name, str) or not name or not isinstance(volume.get("name"), str):
                continue
            is_added = (*self._spec_path, "volumes", index) in self._added
            if self._config_maps.is_marked(name, self._namespace, self._owner) or (
                is_added
                and self._config_maps.is_given(name, self._owner)
                and not self._config_maps.is_there(name, self._namespace)
                and self._config_maps.is_configuration(source.get("items"))
            ):
                yield volume["name"]

    def _is_ours(self, path: Path) -> bool:
        """Return whether a container that was added has the configuration."""
        if path not in self._ours:
            mounted = {mount.get("name") for mount in _mounts(get(self._data, path)) if _is_text(mount.get("name"))}
            self._ours[path] = path in self._added and not self._configuration.isdisjoint(mounted)
        return self._ours[path]

    def _is_completed(self, path: Path) -> bool:
        """Return whether a container that the user wrote got the mount of the configuration."""
        return path not in self._added and any(
            mount.get("name") in self._configuration
            for index, mount in enumerate(list_at(get(self._data, path), ("volumeMounts",)))
            if isinstance(mount, dict) and _is_text(mount.get("name")) and self._is_added_mount(path, index)
        )

    def _is_added_mount(self, container: Path, index: int) -> bool:
        mounts = (*container, "volumeMounts")
        return mounts in self._added or (*mounts, index) in self._added

    def _of_stranger(self, path: Path, *, as_added: bool) -> str:
        """Return why a container must not be removed that has no configuration: one beside the proxy may be ours."""
        container = get(self._data, path)
        all_containers = self._containers(*_LISTS)
        proxies = [each for place, each in all_containers if self._is_ours(place) or self._is_completed(place)]
        if isinstance(container, dict):
            exporters = [engine.exporter for engine in all_engines() if engine.exporter]
            if (proxies or as_added) and any(is_exporter(container, exporter) for exporter in exporters):
                return ""
            stems = [str(proxy.get("name")) for proxy in proxies]  # of the names of companions, and of what copies
            if (as_added or _is_copier(container)) and _is_of_stem(str(container.get("name")), stems):
                return ""
        return f'it is no container of the ProxySidecar "{self._owner}", whose configuration it does not mount'

    def _of_volume(self, path: Path, *, as_added: bool) -> str:
        volume = get(self._data, path)
        name = volume.get("name") if isinstance(volume, dict) else None
        if not isinstance(name, str) or not volume.keys() <= {"name", *SOURCES}:
            return "no run adds a volume of that kind"
        is_mounted = False
        for place, container in self._containers(*_CONTAINERS):
            mounts = [index for index, mount in _numbered_mounts(container) if mount.get("name") == name]
            if self._goes(place):
                is_mounted = is_mounted or bool(mounts)
            elif not all(self._is_added_mount(place, index) and self._is_completed(place) for index in mounts):
                return f"the container {shown(container.get('name'))} still mounts it"
            elif mounts:
                is_mounted = True
        if any(mount.get("name") == name for mount in _mounts(mapping_at(self._data, self._spec_path))):
            return "the operator's container still mounts it"
        if not (as_added or is_mounted):
            return f'it was changed since, and no container of the ProxySidecar "{self._owner}" mounts it'
        return ""

    def _goes(self, container: Path) -> bool:
        """Return whether a container is removed with the record."""
        added = self._added.get(container)
        return added is not None and (
            self._is_ours(container) or self._of_stranger(container, as_added=_is_as_added(self._data, added)) == ""
        )


def _is_copier(container: dict[str, Any]) -> bool:
    if "command" not in container:
        return False
    from krm_fn.sidecar.images import is_copier  # noqa: PLC0415 # few records need it

    return is_copier(container)


def _is_of_stem(name: str, stems: list[str]) -> bool:
    """Return whether a name is one of the stems with more behind it, or as much of one as there is room for."""
    if name.startswith(tuple(f"{stem}-" for stem in stems)):
        return True
    from krm_fn.sidecar.images import copiers_name  # noqa: PLC0415 # few names are that long

    last = name.rpartition("-")[2]
    return any(name in (label_of(stem, last), copiers_name(stem, last)) for stem in stems)


def _is_as_added(data: dict[str, Any], change: Change) -> bool:
    return is_entry_of(get(data, change.path), str(change.path[-1]), change.new)


def _mounts(holder: Any) -> list[dict[str, Any]]:
    return mappings_at(holder, ("volumeMounts",))


def _numbered_mounts(container: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    mounts = list_at(container, ("volumeMounts",))
    return [(index, mount) for index, mount in enumerate(mounts) if isinstance(mount, dict)]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _made_from(old: str) -> Callable[[str], bool]:
    """Return whether a name is one that the app's port gets, whose name a listener takes over."""
    from itertools import islice  # noqa: PLC0415 # few records need it

    names = set(islice(app_names(old), _MOST_NAMES))
    return names.__contains__
