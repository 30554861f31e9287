"""Read the files that kustomizations name and that are no manifests: they are only looked at, for what they name."""

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

_MOST_BYTES = 1 << 20
"""What a ConfigMap can hold."""


def named_files(files: list[ManifestFile]) -> list[Source]:
    """Return the texts of the files that kustomizations among some files name, without these files.

    Each is in the folder of its kustomization, or below: kustomize reads no other. One that is not there is left out; a
    FunctionError where one cannot be read.
    """
    there = {file.path for file in files}
    found: dict[str, Source] = {}
    for file in files:
        if os.path.basename(file.path) in KUSTOMIZATIONS and (b"Generator" in file.data or b"path:" in file.data):
            for entry in _named(file):
                path = os.path.realpath(os.path.join(os.path.dirname(file.path), entry))
                is_below = path.startswith(os.path.join(os.path.dirname(file.path), ""))
                if is_below and path not in there and path not in found:
                    name = name_beside(file, entry)
                    data = read_if_there(path, name)
                    if data and len(data) <= _MOST_BYTES:
                        found[path] = Source(data, (), name)
    return list(found.values())


def _named(file: ManifestFile) -> Iterator[str]:
    from krm_fn.copies.kustomizations import Kustomization, data_of  # noqa: PLC0415 # few files are one

    data = data_of(file.data.decode(errors="replace"))
    if isinstance(data, dict):
        yield from Kustomization(place=file.name, data=data).named_files
