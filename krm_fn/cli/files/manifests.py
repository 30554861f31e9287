"""Manifests: the objects in some files as the resources that the function works on, and the changes to the files."""

from __future__ import annotations

import os

from krm_fn import codes
from krm_fn.cli.files.config_map_files import (
    NewFiles,
    accepts_documents,
    document_to_append,
    is_in_block_style,
    is_own_file,
    name_beside,
)
from krm_fn.cli.files.documents import documents_of, span_to_cut
from krm_fn.cli.files.file_change import FileChange
from krm_fn.ledger.annotations import RECORD_PREFIX
from krm_fn.removal import record_unreadable
from krm_fn.resource_list.glance import may_hold
from krm_fn.resource_list.items import Source
from krm_fn.resource_list.resource_list import Resources
from krm_fn.resource_list.splices import shared_problems, spliced, without_removed
from krm_fn.result import FunctionError, Result
from krm_fn.yaml_text.read import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.cli.files.manifest_files import ManifestFile
    from krm_fn.cli.files.named_files import NamedFiles
    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.layout import Span

_WORDS = (b"apiVersion", b"kind")
"""What every object has among its keys."""


class Manifests(Resources):
    """The documents of files that may be objects are the items; all else stays as it is."""

    def __init__(self, files: list[ManifestFile], named: NamedFiles | None = None) -> None:
        """Take the files, and what kustomizations among them name where that matters."""
        self._files = {file.name: file for file in files}
        self._documents = {file.name: documents_of(file.data) for file in files}
        self._positions: dict[str, dict[Span, int]] = {}
        """Which document of a file each text is."""
        sources = [self._source(file) for file in files]
        if named:
            for source in sources:
                source.links = named.links.get(source.file, source.links)
            sources += named.sources
        super().__init__(sources)

    def file_of(self, item: Item) -> ManifestFile:
        """Return the file that an item is from."""
        return self._files[item.file]

    def folders(self) -> dict[str, str]:
        """Return the folders of the files that may change, and what messages call them."""
        files = [file for file in self._files.values() if not file.is_outside]
        return {os.path.dirname(file.path): os.path.dirname(name_beside(file, "")) for file in files}

    def lead_of(self, item: Item) -> bytes:
        """Return what comes before an item's text in its document: its `---`, where it has one."""
        document = self._documents[item.file][self._position_of(item)]
        return self._files[item.file].data[document.start : document.text[0]]

    def unreadable_records(self) -> list[Result]:
        """Return an error for each item with a record that cannot be read."""
        return [record_unreadable(item, problem) for item, problem in self.unreadable(RECORD_PREFIX)]

    def changes(self) -> list[FileChange]:
        """Return the changes to the files; one that stays as it is has none.

        A FunctionError where one must stay as it is, a new one has no room, or another object would also change.
        """
        shared = shared_problems(self.items)
        if shared:
            raise FunctionError(*shared)
        touched: dict[str, list[Item]] = {}
        for item in self.items.touched():
            touched.setdefault(item.file, []).append(item)
        texts = {name: self._edited(self._files[name], items) for name, items in touched.items()}
        apart: list[tuple[ManifestFile, dict[str, Any]]] = []
        added: dict[str, list[bytes]] = {}
        for new in self.new_items:
            assert new.beside  # noqa: S101 # it is made for a workload
            file = self.file_of(new.beside)
            text = texts.get(file.name, file.data)
            if is_in_block_style(new.beside) and (file.name in added or accepts_documents(file, text)):
                added.setdefault(file.name, []).append(document_to_append(text, new.data))
            else:
                apart.append((file, new.data))
        new_files = NewFiles(self._files.values(), apart)
        for name, documents in added.items():
            texts[name] = b"".join((texts.get(name, self._files[name].data), *documents))
        changes = [
            _change(file, texts[name], touched.get(name, [])) for name, file in self._files.items() if name in texts
        ]
        changes = [change for change in changes if change.new != change.old]
        problems = [_refused(change) for change in changes if self._files[change.name].is_outside]
        problems += new_files.problems
        if problems:
            raise FunctionError(*problems)
        return changes + new_files.changes

    def _source(self, file: ManifestFile) -> Source:
        spans = [document.text for document in self._documents[file.name]]
        objects = [span for span in spans if all(may_hold(file.data, word, *span) for word in _WORDS)]
        return Source(file.data, objects, file.name)

    def _position_of(self, item: Item) -> int:
        """Return which document of its file an item is."""
        positions = self._positions.get(item.file)
        if positions is None:
            texts = (document.text for document in self._documents[item.file])
            positions = self._positions[item.file] = {text: position for position, text in enumerate(texts)}
        return positions[item.entry.whole if item.entry else item.span]

    def _edited(self, file: ManifestFile, touched: list[Item]) -> bytes:
        """Return a file's text with each touched item in its place, and those that are removed cut out.

        A FunctionError where one cannot be cut out of its list.
        """
        removed = [item for item in touched if item.removed and item.entry]
        changes = [self._splice(file, item) for item in touched if not (item.removed and item.entry)]
        try:
            return spliced(file.data, (0, len(file.data)), without_removed(file.data, changes, removed))
        except YamlError as error:
            raise FunctionError(Result(code=codes.LIST_NOT_WRITTEN, file=file.name, message=str(error))) from error

    def _splice(self, file: ManifestFile, item: Item) -> tuple[Span, bytes]:
        if item.removed:
            return span_to_cut(file.data, self._documents[file.name], self._position_of(item)), b""
        return item.span, item.output


def _change(file: ManifestFile, text: bytes, touched: list[Item]) -> FileChange:
    """Return the change to a file. One that was made for a removed object, and is empty now, is deleted."""
    is_gone = not text and any(is_own_file(file, item.data) for item in touched if item.removed)
    return FileChange(name=file.name, path=file.path, old=file.data, new=None if is_gone else text)


def _refused(change: FileChange) -> Result:
    message = (
        f"must stay as it is: it is a link to {change.path}, which is outside of the folders given. "
        "To have that file changed, name it as well."
    )
    return Result(code=codes.LINK_LEADS_OUTSIDE, file=change.name, message=message)
