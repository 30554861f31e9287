"""The files that kustomizations name: by way of links, and those that are no manifests, which are only looked at."""

from __future__ import annotations

import os

from krm_fn.cli.files.config_map_files import name_beside
from krm_fn.cli.files.reading import read_if_there
from krm_fn.copies.copied import KUSTOMIZATIONS
from krm_fn.resource_list.items import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krm_fn.cli.files.manifest_files import ManifestFile
    from krm_fn.copies.kustomizations import Kustomization

_MOST_BYTES = 1 << 20
"""What a ConfigMap can hold."""


class NamedFiles:
    """What the kustomizations among some files name beside what these files are called.

    One that is not there is left out; a FunctionError where one cannot be read.
    """

    def __init__(self, files: list[ManifestFile]) -> None:
        self._names = {file.path: file.name for file in files}
        self._called = {os.path.normpath(file.name) for file in files}
        self._found: dict[str, Source] = {}
        self.links: dict[str, dict[str, str]] = {}
        """By the names of kustomizations: what is meant by the paths that they have for it, by way of a link."""
        for one in (file for file in files if os.path.basename(file.path) in KUSTOMIZATIONS):
            for kustomization in _read(one):
                self._add(one, kustomization)

    @property
    def sources(self) -> list[Source]:
        """The texts of the files that are no manifests, each in the folder of its kustomization, or below."""
        return list(self._found.values())

    def _add(self, file: ManifestFile, kustomization: Kustomization) -> None:
        folder = os.path.dirname(file.path)
        for entry in kustomization.named:
            called = kustomization.path_of(entry)
            if called in self._called or "://" in entry:
                continue
            path = os.path.realpath(os.path.join(folder, entry))
            name = self._name_of(path)
            if name is not None and name != called:
                self.links.setdefault(file.name, {})[called] = name
        for entry in kustomization.named_files:
            path = os.path.realpath(os.path.join(folder, entry))
            if path.startswith(os.path.join(folder, "")) and path not in self._names and path not in self._found:
                name = name_beside(file, entry)
                data = read_if_there(path, name)
                if data and len(data) <= _MOST_BYTES:
                    self._found[path] = Source(data, (), name)

    def _name_of(self, path: str) -> str | None:
        """Return what a file is called, or a folder with a kustomization; None for any other."""
        if path in self._names:
            return os.path.normpath(self._names[path])
        inside = (self._names.get(os.path.join(path, name)) for name in KUSTOMIZATIONS)
        found = next(filter(None, inside), None)
        return None if found is None else os.path.dirname(os.path.normpath(found))


def _read(file: ManifestFile) -> Iterator[Kustomization]:
    from krm_fn.copies.kustomizations import Kustomization, data_of  # noqa: PLC0415 # few files are one

    data = data_of(file.data.decode(errors="replace"))
    if isinstance(data, dict):
        yield Kustomization(place=os.path.normpath(file.name), data=data)
