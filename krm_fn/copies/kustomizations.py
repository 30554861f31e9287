"""The kustomizations among the files: which files each of them takes, and what it patches."""

from __future__ import annotations

import re
from posixpath import basename, dirname, join, normpath

from krm_fn.copies.copied import KUSTOMIZATIONS, place_of
from krm_fn.record import Record
from krm_fn.resource_list.identity import group_version_of, ref_of
from krm_fn.yaml_text.data import to_data
from krm_fn.yaml_text.paths import list_at, mapping_at, mappings_at, text_in
from krm_fn.yaml_text.read import YamlError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeGuard

    from krm_fn.resource_list.item import Item
    from krm_fn.resource_list.items import Items, Source
    from krm_fn.result import ResourceRef

_DOMAIN = "kustomize.config.k8s.io"
_LISTS = ("resources", "bases", "components")
"""The fields that list files, and folders with a kustomization of their own."""
GENERATORS = ("configMapGenerator", "secretGenerator")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902", "transformers")
"""The fields with patches: what transformers in files hold of them stands in their list as these are read."""
_TRANSFORMERS = ("PatchTransformer", "PatchStrategicMergeTransformer", "PatchJson6902Transformer")
"""The kinds of objects that a file of transformers holds, and that patch."""
_ENDINGS = (".yaml", ".yml", ".json")
_FLUX = "kustomize.toolkit.fluxcd.io"
_ARGO = "argoproj.io"
_MARKER = re.compile(r"(?m)^---(?=\s|$).*$")


class Kustomization(Record):
    """A kustomization file."""

    place: str
    """The path of its file."""
    data: dict[str, Any]
    file: str = ""
    """The same path as messages have it."""
    links: dict[str, str] | None = None
    """What is meant by paths that go by way of a link."""
    within: str = ""
    """Where in an object it is that deploys a folder, such as an Application of Argo CD: it has no folder itself."""
    deploys: str = ""
    """That folder."""
    ref: ResourceRef | None = None
    """That object."""

    @property
    def folder(self) -> str:
        """The folder that its paths start from; empty for the current one."""
        return dirname(self.place)

    @property
    def is_component(self) -> bool:
        """Whether its patches are for all that the kustomization takes which lists it."""
        return self.data.get("kind") == "Component"

    def path_of(self, entry: str) -> str:
        """Return the path of a file or folder that it names."""
        path = normpath(join(self.folder, entry))
        return "" if path == "." else (self.links or {}).get(path, path)

    def paths_in(self, *fields: str) -> list[str]:
        """Return the paths of the files and folders in some of its lists."""
        return [self.path_of(entry) for field in fields for entry in list_at(self.data, (field,)) if is_path(entry)]

    @property
    def listed(self) -> list[str]:
        """The paths of the files and folders whose objects it takes."""
        return self.paths_in(*_LISTS)

    @property
    def patch_files(self) -> list[str]:
        """The paths of the files of its patches."""
        entries = [entry.get("path") if isinstance(entry, dict) else entry for _, entry in self._patch_entries()]
        return [self.path_of(entry) for entry in entries if is_path(entry)]

    @property
    def named(self) -> list[str]:
        """All files and folders with objects and patches that it names, as it writes them."""
        entries = [entry for field in _LISTS for entry in list_at(self.data, (field,))]
        entries += [entry.get("path") if isinstance(entry, dict) else entry for _, entry in self._patch_entries()]
        return list(filter(is_path, entries))

    @property
    def named_files(self) -> Iterator[str]:
        """The files that it names beside resources, as it writes them: of patches, replacements and generators."""
        entries: list[Any] = [entry for _, entry in self._patch_entries()] + list_at(self.data, ("replacements",))
        for entry in entries:
            yield from filter(is_path, (entry.get("path") if isinstance(entry, dict) else entry,))
        for field in GENERATORS:
            for entry in mappings_at(self.data, (field,)):
                yield from filter(is_path, (*list_at(entry, ("envs",)), entry.get("env")))
                yield from (path for _, path in keys_and_paths(entry))

    def _patch_entries(self) -> Iterator[tuple[str, Any]]:
        for field in _PATCHES:
            for index, entry in enumerate(list_at(self.data, (field,))):
                yield f"{self.within}{field}[{index}]", entry


class Patch(Record):
    """A patch of a kustomization: an object, or a list of operations."""

    by: Kustomization | None = None
    """None for an object of which no kustomization says that it is a patch."""
    data: Any
    target: dict[str, Any]
    """What it is for, where it does not say that itself."""
    where: str = ""
    """The field of the kustomization that holds it; empty where it is in a file of its own."""
    file: str
    """The path of the file that holds it, as messages have it."""


class Closures:
    """The files that each kustomization takes, those of the kustomizations that it lists included."""

    def __init__(self, kustomizations: list[Kustomization]) -> None:
        self.of = {each.folder: each for each in kustomizations}
        """The kustomizations by their folders."""
        self.files = {folder: frozenset(self._files(folder, set())) for folder in self.of}
        """Their files, likewise."""
        self.taking: dict[str, list[str]] = {}
        """The folders of the kustomizations that take a file."""
        for folder, files in self.files.items():
            for file in files:
                self.taking.setdefault(file, []).append(folder)

    def _files(self, folder: str, seen: set[str]) -> Iterator[str]:
        seen.add(folder)
        for path in self.of[folder].listed:
            if path not in self.of:
                yield path
            elif path not in seen:
                yield from self._files(path, seen)


class Kustomizations:
    """All kustomizations among the items, with the files that they name."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._sources = {normpath(source.file): source for source in items.sources if source.file}
        read = list(map(self._with_transformers, self._read()))
        self.every = [*read, *self._in_objects()]
        self.closures = Closures(read)
        resources = {path for each in self.every for path in each.listed}
        self.resources = frozenset(resources)
        """The files that are taken as they are: one that is also named as a patch is a resource."""
        self.patch_files = frozenset(path for each in self.every for path in each.patch_files) - resources
        self._reached: dict[str, frozenset[str]] = {}
        self._complete: dict[str, bool] = {}
        self._parents: dict[str, list[Kustomization]] = {}
        for each in read:
            for folder in each.paths_in("components"):
                self._parents.setdefault(folder, []).append(each)

    def _read(self) -> list[Kustomization]:
        """Return all that are files, or items with paths; without those that cannot be read."""
        texts: list[tuple[str, bytes, Source | None]] = [
            (place, source.data, source) for place, source in self._sources.items() if basename(place) in KUSTOMIZATIONS
        ]
        if not self._sources:
            texts = [(place_of(item), item.output, None) for item in self.items()]
        found = ((place, data_of(text.decode(errors="replace")), source) for place, text, source in texts)
        return [
            Kustomization(
                place=place,
                data=data,
                file=source.file if source else place,
                links=source.links if source else None,
            )
            for place, data, source in found
            if isinstance(data, dict)
        ]

    def _with_transformers(self, one: Kustomization) -> Kustomization:
        """Return a kustomization with the patches that its transformers are, in place of their files."""
        files = one.paths_in("transformers")
        if not files:
            return one
        texts = [text for place in files for _, text in self.texts_at(place)]
        objects = [data for text in texts for data in map(data_of, _MARKER.split(text)) if isinstance(data, dict)]
        entries: list[Any] = []
        for data in objects:
            if data.get("apiVersion") == "builtin" and data.get("kind") in _TRANSFORMERS:
                inline = data.get("patch") or data.get("patches") or data.get("jsonOp")
                entries.append({"path": data.get("path"), "patch": inline, "target": data.get("target")})
                entries += list_at(data, ("paths",))
        return one.replace(data={**one.data, "transformers": entries})

    def _in_objects(self) -> Iterator[Kustomization]:
        """Yield what objects say of kustomize that deploy folders: those of Argo CD, and of Flux."""
        items = dict.fromkeys(item for word in (_ARGO, _FLUX) for item in self._items.mentioning(word))
        for item in (item for item in items if item.mentions("kustomize")):
            data, place = item.readable_data, place_of(item)
            for within, path, mapping in _deploying(data):
                fields = {field: mapping[field] for field in _PATCHES if field in mapping}
                if fields:
                    yield Kustomization(
                        place=place,
                        data=fields,
                        file=item.file or place,
                        within=within,
                        deploys=normpath(path) if path else "",
                        ref=ref_of(data),
                    )

    def items(self) -> list[Item]:
        """Return the kustomizations that are items: no cluster gets them."""
        if self._sources:
            return [item for item in self._items if basename(item.file) in KUSTOMIZATIONS]
        named = self._items.mentioning(_DOMAIN, with_local=True)
        return [
            item
            for item in named
            if group_version_of(item.loose_data)[0] == _DOMAIN and basename(place_of(item)) in KUSTOMIZATIONS
        ]

    def reached(self, one: Kustomization) -> frozenset[str]:
        """Return the files whose objects one of them patches."""
        if one.within:
            return self.closures.files.get(one.deploys, frozenset())
        if one.folder not in self._reached:
            self._reached[one.folder] = frozenset(self._reach(one, set()))
        return self._reached[one.folder]

    def namespaces_of(self, place: str) -> set[str]:
        """Return the namespaces that kustomizations give the objects of a file."""
        folders = self.closures.taking.get(place, ())
        return {text_in(self.closures.of[folder].data, "namespace") for folder in folders} - {""}

    def knows_all(self, one: Kustomization) -> bool:
        """Return whether all objects that one of them patches are among the items: no base is elsewhere."""
        folder = one.deploys if one.within else one.folder
        if folder not in self._complete:
            files = self.reached(one)
            self._complete[folder] = bool(files) and all(map(self._is_file, files))
        return self._complete[folder]

    def _reach(self, one: Kustomization, seen: set[str]) -> Iterator[str]:
        seen.add(one.folder)
        yield from self.closures.files[one.folder]
        for parent in self._parents.get(one.folder, ()) if one.is_component else ():
            if parent.folder not in seen:
                yield from self._reach(parent, seen)

    def _is_file(self, path: str) -> bool:
        return path in self._sources if self._sources else path.endswith(_ENDINGS) and ":" not in path

    def patches_of(self, by: Kustomization) -> Iterator[Patch]:
        """Yield the patches of one of them, those in files included."""
        for where, entry in by._patch_entries():  # one thing in two classes
            mapping = entry if isinstance(entry, dict) else {}
            text, path = (mapping.get("patch"), mapping.get("path")) if mapping else (entry, entry)
            if is_path(path):
                is_left = by.path_of(path) not in self.resources
                texts = [(*each, "") for each in self.texts_at(by.path_of(path)) if is_left]
            else:
                texts = [(by.file, text, f"{where}.patch" if mapping else where)] if isinstance(text, str) else []
            for file, each, place in texts:
                for data in (one for part in _MARKER.split(each) for one in _opened(data_of(part))):
                    if data:
                        target = mapping_at(mapping, ("target",))
                        yield Patch(by=by, data=data, target=target, where=place, file=file)

    def texts_at(self, place: str) -> list[tuple[str, str]]:
        """Return the texts of the file or the items of a path, each with the path as messages have it."""
        if self._sources:
            source = self._sources.get(place)
            return [(source.file, source.data.decode(errors="replace"))] if source else []
        return [(place, item.output.decode(errors="replace")) for item in self._by_place.get(place, ())]

    @property
    def _by_place(self) -> dict[str, list[Item]]:
        def found() -> dict[str, list[Item]]:
            places: dict[str, list[Item]] = {}
            for item in self._items:
                places.setdefault(place_of(item), []).append(item)
            return places

        return self._items.once("items by the paths of their files", found)


class Patching(Record):
    """Some of the kustomizations."""

    all: Kustomizations
    those: tuple[Kustomization, ...]


def _deploying(data: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what an object says of kustomize: where in it, the folder that it deploys, and what it says."""
    group, spec = group_version_of(data)[0], mapping_at(data, ("spec",))
    if group == _FLUX:
        yield "spec.", text_in(spec, "path"), spec
    if group != _ARGO:
        return
    for start, each in (("spec.", spec), ("spec.template.spec.", mapping_at(spec, ("template", "spec")))):
        sources = [("source", each.get("source"))]
        sources += [(f"sources[{at}]", source) for at, source in enumerate(list_at(each, ("sources",)))]
        for where, source in sources:
            yield f"{start}{where}.kustomize.", text_in(source, "path"), mapping_at(source, ("kustomize",))


def is_path(entry: object) -> TypeGuard[str]:
    """Return whether an entry is a path: not a text of several lines, nor anything else that no file is called."""
    return isinstance(entry, str) and bool(entry) and entry.isprintable()


def keys_and_paths(generator: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the `files` of a generator: the key that each gets, and its path."""
    for named in filter(is_path, list_at(generator, ("files",))):
        key, equals, path = named.partition("=")
        yield (key, path) if equals else (basename(key), key)


def data_of(text: str) -> Any:
    """Return the plain data of a text, or of the one item that it is of a list; None where it cannot be read."""
    try:
        data = to_data(read(text))
    except YamlError:
        return None
    is_item = isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict) and "op" not in data[0]
    return data[0] if is_item else data


def _opened(data: Any) -> list[Any]:
    """Return the objects in a list of objects, or what else there is."""
    is_list = isinstance(data, dict) and str(data.get("kind")).endswith("List")
    return list_at(data, ("items",)) if is_list else [data]


def items_at(items: Iterable[Item], places: frozenset[str]) -> list[Item]:
    """Return the items of some files."""
    return [item for item in items if place_of(item) in places] if places else []
