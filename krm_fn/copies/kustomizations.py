"""The kustomizations among the files: which files each of them lists, and what it patches."""

from __future__ import annotations

from posixpath import basename, dirname, join, normpath

from krm_fn.copies.copied import KUSTOMIZATIONS, place_of
from krm_fn.record import Record
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.paths import list_at
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.resource_list.items import Items

_DOMAIN = "kustomize.config.k8s.io"
_LISTS = ("resources", "bases", "components")
"""The fields that list files, and folders with a kustomization of their own."""


class Kustomization(Record):
    """A kustomization file."""

    place: str
    """The path of its file."""
    data: dict[str, Any]

    @property
    def folder(self) -> str:
        """The folder that its paths start from; empty for the current one."""
        return dirname(self.place)

    def path_of(self, entry: str) -> str:
        """Return the path of a file or folder that it names."""
        path = normpath(join(self.folder, entry))
        return "" if path == "." else path

    @property
    def listed(self) -> list[str]:
        """The paths of the files and folders whose objects it takes."""
        return [self.path_of(entry) for field in _LISTS for entry in list_at(self.data, (field,)) if _is_path(entry)]

    @property
    def patch_files(self) -> list[str]:
        """The paths of the files of its patches."""
        entries: list[Any] = list_at(self.data, ("patchesStrategicMerge",))
        for field in ("patches", "patchesJson6902"):
            entries += [entry.get("path") for entry in list_at(self.data, (field,)) if isinstance(entry, dict)]
        return [self.path_of(entry) for entry in entries if _is_path(entry)]


def kustomizations_in(items: Items) -> list[Kustomization]:
    """Return the kustomizations among files, or among the items with paths; without those that cannot be read."""
    texts = [
        (normpath(source.file), source.data) for source in items.sources if basename(source.file) in KUSTOMIZATIONS
    ]
    named = [] if texts else [item for item in items.mentioning(_DOMAIN, with_local=True) if not item.file]
    texts += [(place_of(item), item.output) for item in named if basename(place_of(item)) in KUSTOMIZATIONS]
    found = ((place, data_of(text.decode(errors="replace"))) for place, text in texts)
    return [Kustomization(place=place, data=data) for place, data in found if isinstance(data, dict)]


class Closures:
    """The files that each kustomization takes, those of the kustomizations that it lists included."""

    def __init__(self, kustomizations: list[Kustomization]) -> None:
        self._by_folder = {each.folder: each for each in kustomizations}
        self.files = {folder: frozenset(self._files(folder, set())) for folder in self._by_folder}
        """By their folders."""

    def _files(self, folder: str, seen: set[str]) -> Iterator[str]:
        seen.add(folder)
        for path in self._by_folder[folder].listed:
            if path not in self._by_folder:
                yield path
            elif path not in seen:
                yield from self._files(path, seen)


def _is_path(entry: object) -> bool:
    """Return whether an entry is a path: not a text of several lines."""
    return isinstance(entry, str) and bool(entry) and "\n" not in entry


def data_of(text: str) -> Any:
    """Return the plain data of a text, or of the one item that it is of a list; None where it cannot be read."""
    try:
        data = to_data(read(text))
    except YamlError:
        return None
    is_item = isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict) and "op" not in data[0]
    return data[0] if is_item else data
