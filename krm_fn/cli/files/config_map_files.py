"""Where the ConfigMaps for a workload go: after the documents of its file, else into a file of their own beside it."""

from __future__ import annotations

import os

from krm_fn import codes
from krm_fn.cli.files.documents import documents_of
from krm_fn.cli.files.file_change import FileChange
from krm_fn.cli.files.manifest_files import ManifestFile
from krm_fn.config_maps.config_map import FILE_PREFIX, FILE_SUFFIX, file_name
from krm_fn.ledger.annotations import OWNER, RECORD_PREFIX
from krm_fn.resource_list.identity import name_of
from krm_fn.result import Result
from krm_fn.yaml_text.write import Style, block_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krm_fn.resource_list.item import Item


def document_text(data: dict[str, Any], line_break: str = "\n") -> str:
    """Return a new object as the text of a document."""
    return "".join(line + line_break for line in block_lines(data, 0, Style()))


def line_break_of(text: bytes) -> str:
    """Return the line break that the last line of a file has."""
    return "\r\n" if text.endswith(b"\r\n") else "\n"


def accepts_documents(file: ManifestFile, workload: Item, text: bytes) -> bool:
    """Return whether a document can be added at the end of a workload's file with this text, and be removed again."""
    if (
        file.path.endswith(".json")
        or workload.original.lstrip(b"- \t\r\n").startswith(b"{")
        or not text.endswith(b"\n")
    ):
        return False
    last = documents_of(text)[-1]
    return last.text[1] == last.end  # behind a `...` nothing is expected


def appended(text: bytes, data: dict[str, Any]) -> bytes:
    """Return a file's text with a new object after its documents."""
    line_break = line_break_of(text)
    return text + f"---{line_break}{document_text(data, line_break)}".encode()


def is_own_file(file: ManifestFile, data: dict[str, Any]) -> bool:
    """Return whether a file has the name of a new file for an object."""
    return os.path.basename(file.path) == file_name(name_of(data))


def with_own_files(files: list[ManifestFile]) -> list[ManifestFile]:
    """Return the files, and those beside them that were made for their workloads, which the user need not name."""
    there = {file.path for file in files}
    found = {own.path: own for file in files if RECORD_PREFIX.encode() in file.data for own in _own_files(file)}
    return files + [own for path, own in found.items() if path not in there]


class NewFiles:
    """The new files, each for one object."""

    def __init__(self, files: Iterable[ManifestFile]) -> None:
        self.problems: list[Result] = []
        self._there = {file.path: file.data for file in files}
        self._changes: dict[str, FileChange] = {}

    @property
    def changes(self) -> list[FileChange]:
        """What is to be written."""
        return list(self._changes.values())

    def add(self, beside: ManifestFile, data: dict[str, Any]) -> None:
        """Add a file for an object, beside that of its workload. Where another has its name, that is a problem."""
        name = file_name(name_of(data))
        path = os.path.join(os.path.dirname(beside.path), name)
        change = FileChange(name=_name_beside(beside, name), path=path, old=None, new=document_text(data).encode())
        there = self._there.get(path) if path in self._there else _read(path)
        if path in self._changes or (there is not None and there != change.new):
            message = (
                f'must be free for the ConfigMap "{name_of(data)}", got a file with other content. Rename that, or '
                f"make {beside.name} a YAML file that ends in a line break, so that it can hold the ConfigMap."
            )
            self.problems.append(Result(code=codes.NEW_FILE_NAME_TAKEN, file=change.name, message=message))
        elif there is None:
            self._changes[path] = change


def _own_files(file: ManifestFile) -> Iterator[ManifestFile]:
    """Yield the files beside one that hold a ConfigMap of ours whose name it mentions."""
    folder = os.path.dirname(file.path)
    for name in sorted(os.listdir(folder)):
        if name.startswith(FILE_PREFIX) and name.endswith(FILE_SUFFIX):
            config_map = name.removeprefix(FILE_PREFIX).removesuffix(FILE_SUFFIX)
            path = os.path.join(folder, name)
            data = _read(path) if config_map.encode() in file.data else None
            if data and OWNER.encode() in data and not os.path.islink(path):
                yield ManifestFile(name=_name_beside(file, name), path=path, data=data, is_outside=file.is_outside)


def _name_beside(file: ManifestFile, name: str) -> str:
    """Return what messages call another file in the folder of one, which may have been reached by a link."""
    folder = os.path.dirname(file.name)
    is_there = os.path.realpath(folder or ".") == os.path.dirname(file.path)
    return os.path.join(folder if is_there else os.path.dirname(file.path), name)


def _read(path: str) -> bytes | None:
    """Return what is in a file, None where there is none; nothing where it cannot be read, which is other content."""
    if not os.path.lexists(path):
        return None
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
