"""Where the ConfigMaps for a workload go: after the documents of its file, else into a file of their own beside it."""

from __future__ import annotations

import os

from krm_fn import codes
from krm_fn.cli.files.documents import documents_of
from krm_fn.cli.files.file_change import FileChange
from krm_fn.cli.files.manifest_files import ManifestFile
from krm_fn.cli.files.reading import is_link, read_if_there, unreadable
from krm_fn.config_maps.config_map import FILE_PREFIX, FILE_SUFFIX, file_name
from krm_fn.ledger.annotations import OWNER, RECORD_PREFIX
from krm_fn.resource_list.glance import may_hold
from krm_fn.resource_list.identity import name_of, namespace_of
from krm_fn.result import FunctionError, Result
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


def is_in_block_style(workload: Item) -> bool:
    """Return whether a workload is no JSON, so that a document may follow in its file."""
    return not workload.original.lstrip(b"- \t\r\n").startswith(b"{")


def accepts_documents(file: ManifestFile, text: bytes) -> bool:
    """Return whether documents can be added at the end of a file with this text, and be removed again."""
    if file.path.endswith(".json") or not text.endswith(b"\n"):
        return False
    last = documents_of(text)[-1]
    return last.text[1] == last.end  # behind a `...` nothing is expected


def document_to_append(text: bytes, data: dict[str, Any]) -> bytes:
    """Return what a new object is after the documents of a file."""
    line_break = line_break_of(text)
    return f"---{line_break}{document_text(data, line_break)}".encode()


def is_own_file(file: ManifestFile, data: dict[str, Any]) -> bool:
    """Return whether a file has the name of a new file for an object."""
    name = name_of(data)
    return os.path.basename(file.path) in (file_name(name), file_name(name, namespace_of(data)))


def with_own_files(files: list[ManifestFile]) -> list[ManifestFile]:
    """Return the files, and those beside them that were made for their workloads, which the user need not name."""
    there = {file.path for file in files}
    found = {own.path: own for file in files if _may_hold(file.data, RECORD_PREFIX) for own in _own_files(file)}
    return files + [own for path, own in found.items() if path not in there]


class NewFiles:
    """The new files, each for one object, beside that of its workload."""

    def __init__(self, files: Iterable[ManifestFile], objects: Iterable[tuple[ManifestFile, dict[str, Any]]]) -> None:
        """Take the files that are there, and the objects with their neighbours.

        A file has the name of its object; with the namespace where another object has that name, or another file.
        Where that has another name's content too, that is a problem.
        """
        self.problems: list[Result] = []
        self._there = {file.path: file.data for file in files}
        self._changes: dict[str, FileChange] = {}
        by_path: dict[str, list[tuple[ManifestFile, dict[str, Any]]]] = {}
        for beside, data in objects:
            by_path.setdefault(_change(beside, data, "").path, []).append((beside, data))
        for several in by_path.values():
            for beside, data in several:
                self._add(beside, data, is_alone=len(several) == 1)

    @property
    def changes(self) -> list[FileChange]:
        """What is to be written."""
        return list(self._changes.values())

    def _add(self, beside: ManifestFile, data: dict[str, Any], *, is_alone: bool) -> None:
        spaces = ["", namespace_of(data)] if is_alone else [namespace_of(data)]
        possible = [_change(beside, data, space) for space in dict.fromkeys(spaces)]
        for change in possible:
            there = self._text_at(change)
            if change.path not in self._changes and there in (None, change.new):
                if there is None:
                    self._changes[change.path] = change
                return
        taken = "that of another" if possible[0].path in self._changes else "a file with other content"
        message = (
            f'must be free for the ConfigMap "{name_of(data)}", got {taken}. Rename that, or '
            f"make {beside.name} a YAML file that ends in a line break, so that it can hold the ConfigMap."
        )
        self.problems.append(Result(code=codes.NEW_FILE_NAME_TAKEN, file=possible[0].name, message=message))

    def _text_at(self, change: FileChange) -> bytes | None:
        return self._there[change.path] if change.path in self._there else read_if_there(change.path, change.name)


def _change(beside: ManifestFile, data: dict[str, Any], namespace: str) -> FileChange:
    """Return the new file for an object, with a namespace in its name where one is given."""
    name = file_name(name_of(data), namespace)
    path = os.path.join(os.path.dirname(beside.path), name)
    return FileChange(name=name_beside(beside, name), path=path, old=None, new=document_text(data).encode())


def _own_files(file: ManifestFile) -> Iterator[ManifestFile]:
    """Yield the files beside one that hold a ConfigMap of ours whose name it mentions."""
    folder = os.path.dirname(file.path)
    for name in _listed(folder, file):
        config_map = name.removeprefix(FILE_PREFIX).removesuffix(FILE_SUFFIX).rpartition("_")[2]
        path, shown = os.path.join(folder, name), name_beside(file, name)
        data = read_if_there(path, shown) if _may_hold(file.data, config_map) else None
        if data and _may_hold(data, OWNER) and not is_link(path, shown):
            yield ManifestFile(name=shown, path=path, data=data, is_outside=file.is_outside)


def _listed(folder: str, file: ManifestFile) -> list[str]:
    """Return the names beside a file that files of ConfigMaps have. A FunctionError where the folder is unreadable."""
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise FunctionError(unreadable(os.path.dirname(file.name) or ".", error)) from error
    return sorted(name for name in names if name.startswith(FILE_PREFIX) and name.endswith(FILE_SUFFIX))


def _may_hold(data: bytes, word: str) -> bool:
    return may_hold(data, word.encode(), 0, len(data))


def name_beside(file: ManifestFile, name: str) -> str:
    """Return what messages call another file in the folder of one, which may have been reached by a link."""
    folder = os.path.dirname(file.name)
    is_there = os.path.realpath(folder or ".") == os.path.dirname(file.path)
    return os.path.join(folder if is_there else os.path.dirname(file.path), name)
