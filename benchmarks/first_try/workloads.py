"""The workloads in a folder of manifests, each with the set of items in which it is tried.

A workload is an object with a Pod template, or one from which an operator writes Pods. A List is opened, and so is an
OpenShift Template. What the set of items is, is decided only here:

- The documents of the workload's own file are in it.
- Those of the other files in the same folder, not below it, are in it too where no Service in the workload's file
  selects its Pods, and the folder is one application: no two objects in its files have API group, kind, namespace and
  name in common.

Documents that are no objects, or no YAML, are in no set but that of a workload which is itself such a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from krm_fn.workload.kinds import KINDS, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDINGS = (".yaml", ".yml", ".json")
_LISTS = {"List": "items", "Template": "objects"}
_TEMPLATES = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"))


class Object:
    """An object: a document, or an entry of one that is a list."""

    def __init__(self, data: dict[str, Any]) -> None:
        metadata = _mapping(data, "metadata")
        self.data = data
        self.kind = str(data["kind"])
        self.name = str(metadata.get("name") or metadata.get("generateName") or "")
        self.namespace = str(metadata.get("namespace") or "")

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What no two objects of one application have in common."""
        group = str(self.data.get("apiVersion")).rpartition("/")[0]
        return group, self.kind, self.namespace, self.name

    @property
    def is_workload(self) -> bool:
        """Whether it has a Pod template, or must have one by its kind."""
        return bool(kind_of(self.data, KINDS)) or any(_mapping(self.data, *path, "spec") for path in _TEMPLATES)

    @property
    def labels(self) -> dict[str, Any]:
        """The labels of the workload's Pods."""
        known = kind_of(self.data, KINDS)
        if known and known.operated:
            own = {key: text.format(self.name) for key, text in known.operated.labels}
            return {**_mapping(self.data, "spec", "podMetadata", "labels"), **own}
        templates = [path for path in _TEMPLATES if _mapping(self.data, *path)]
        return _mapping(self.data, *(templates[0] if templates else ()), "metadata", "labels")

    def selects(self, workload: Object) -> bool:
        """Return whether it is a Service that selects a workload's Pods."""
        if self.kind != "Service" or self.data.get("apiVersion") != "v1" or self.namespace != workload.namespace:
            return False
        selector = _mapping(self.data, "spec", "selector")
        return bool(selector) and selector.items() <= workload.labels.items()


@dataclass(frozen=True)
class Document:
    """A document of a file."""

    text: str

    @cached_property
    def data(self) -> Any:
        """What it means, None where it is no YAML."""
        try:
            return yaml.load(self.text, yaml.CSafeLoader)
        except (yaml.YAMLError, ValueError):
            return None

    @cached_property
    def objects(self) -> list[Object]:
        """The objects in it; what two of its lines say of one where it is no YAML."""
        if self.data is not None:
            return list(_objects(self.data))
        kind = re.search(r"^kind: *(\w+)", self.text, re.MULTILINE)
        name = re.search(r"^metadata:\n(?: .*\n)*?  name: *(.+)", self.text, re.MULTILINE)
        if not kind:
            return []
        return [Object({"apiVersion": "apps/v1", "kind": kind[1], "metadata": {"name": name[1] if name else ""}})]


@dataclass(frozen=True)
class Workload:
    """A workload of a file, and what it is tried with."""

    file: str
    """Its path in the folder of manifests."""
    kind: str
    name: str
    namespace: str
    """Empty where it names none."""
    documents: tuple[Document, ...]
    """The set of items."""

    @property
    def label(self) -> str:
        """How the list calls it."""
        return "/".join(filter(None, (self.kind, self.namespace, self.name or "(no name)")))

    @property
    def target(self) -> dict[str, str]:
        """It as the functionConfig's target."""
        names = {"kind": self.kind, "name": self.name, "namespace": self.namespace}
        return {key: value for key, value in names.items() if value}


def workloads_in(folder: Path) -> Iterator[Workload]:
    """Yield the workloads in the files of a folder and below it, by their files' names and as they stand there."""
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith(ENDINGS) and path.is_file())
    files = {path: _documents(path) for path in paths}
    folders: dict[Path, list[Document]] = {}
    for path, documents in files.items():
        folders.setdefault(path.parent, []).extend(documents)
    applications = {path for path, documents in folders.items() if _is_one_application(documents)}
    for path, documents in files.items():
        own = {id(document) for document in documents}
        beside = folders[path.parent] if path.parent in applications else []
        others = [document for document in beside if id(document) not in own]
        for document in documents:
            for workload in document.objects:
                if workload.is_workload:
                    yield Workload(
                        file=path.relative_to(folder).as_posix(),
                        kind=workload.kind,
                        name=workload.name,
                        namespace=workload.namespace,
                        documents=tuple(_item_set(document, workload, documents, others)),
                    )


def _item_set(own: Document, workload: Object, documents: list[Document], others: list[Document]) -> Iterator[Document]:
    """Yield the documents with which a workload is tried; the others are those beside its file, if they may be."""
    has_service = any(each.selects(workload) for each in _readable(documents))
    for document in documents if has_service else [*documents, *others]:
        if document is own or (document.data is not None and document.objects):
            yield document


def _is_one_application(documents: list[Document]) -> bool:
    identities = [each.identity for each in _readable(documents) if each.name]
    return len(set(identities)) == len(identities)


def _readable(documents: list[Document]) -> Iterator[Object]:
    return (each for document in documents if document.data is not None for each in document.objects)


def _documents(path: Path) -> list[Document]:
    """Return the documents of a file, cut at the lines that separate them, without those that hold nothing."""
    text = path.read_bytes().decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    parts = re.split(r"^---(?:[ \t].*)?$\n?", text, flags=re.MULTILINE)
    has_content = re.compile(r"^\s*[^\s#]", re.MULTILINE)
    return [Document(part.strip("\n").rstrip()) for part in parts if has_content.search(part)]


def _objects(data: Any) -> Iterator[Object]:
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or "apiVersion" not in data:
        return
    entries = data.get(_LISTS.get(data["kind"], ""))
    if isinstance(entries, list):
        for entry in entries:
            yield from _objects(entry)
    else:
        yield Object(data)


def _mapping(data: Any, *path: str) -> dict[str, Any]:
    """Return the mapping at a path, empty where there is none."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
